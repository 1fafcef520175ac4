"""Typed errors of the scheduler. An unassigned visit is never one of them: it is a result with a reason."""

from domain.errors import InvalidInputError, UnavailableError


class ProblemError(InvalidInputError):
    """The problem given to the scheduler makes no sense.

    Attributes:
        field: which field is wrong, for example ``visits[V7].duration``.
        rule: what the field has to satisfy, in words.
    """

    code = "invalid_problem"

    def __reduce__(self) -> tuple[type["ProblemError"], tuple[str, str]]:
        return type(self), (self.field, self.rule)


class SolverError(UnavailableError):
    """The solver's process crashed, overran its budget, or cannot be started. The same call may work later.

    Attributes:
        cause: ``crashed``, ``overran`` or ``failed``.
        detail: what is known about it, for the log.
    """

    code = "solver_failed"

    def __init__(self, cause: str, detail: str) -> None:
        super().__init__(f"The planning process {cause}: {detail}", cause=cause, detail=detail)
        self.cause = cause
        self.detail = detail

    def __reduce__(self) -> tuple[type["SolverError"], tuple[str, str]]:
        return type(self), (self.cause, self.detail)
