"""Workflow ids, and the names of signals that cross workflows."""

from domain.ids import CaseId, ReservationId, TerritoryId, VisitId


def case_workflow_id(case_id: CaseId) -> str:
    """The workflow that carries a case."""
    return f"case/{case_id}"


def visit_workflow_id(visit_id: VisitId) -> str:
    """The workflow that carries a visit."""
    return f"visit/{visit_id}"


def territory_workflow_id(territory: TerritoryId) -> str:
    """The workflow that plans a territory, for ever."""
    return f"territory/{territory}"


def trial_workflow_id(territory: TerritoryId, trial: str) -> str:
    """The workflow that answers one what-if question."""
    return f"trial/{territory}/{trial}"


def parts_workflow_id(reservation: ReservationId) -> str:
    """The workflow that follows one reservation."""
    return f"parts/{reservation}"
