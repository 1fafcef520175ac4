"""The form of ids that people type."""

from domain.errors import NotFoundError
from domain.ids import VisitId, case_of
from domain.registration import check_case_id


def check_visit_id(visit_id: str) -> VisitId:
    """A visit id of the right form.

    Raises:
        InvalidInputError: Its first half is no case id.
        NotFoundError: It has no visit's number.
    """
    if not visit_id.rpartition("-V")[2].isdecimal():
        raise NotFoundError("visit", visit_id)
    check_case_id(case_of(VisitId(visit_id)))
    return VisitId(visit_id)
