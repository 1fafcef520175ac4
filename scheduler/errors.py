"""Typed errors of the scheduler. An unassigned visit is never one of them: it is a result with a reason."""


class ProblemError(ValueError):
    """The problem given to the scheduler makes no sense.

    Attributes:
        field: which field is wrong, for example ``visits[V7].duration``.
        rule: what the field has to satisfy, in words.
    """

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule

    def __reduce__(self) -> tuple[type["ProblemError"], tuple[str, str]]:
        return type(self), (self.field, self.rule)


class SolverError(RuntimeError):
    """The solver's process crashed, overran its budget, or cannot be started.

    Attributes:
        code: ``crashed``, ``overran`` or ``unavailable``.
        detail: what is known about it, for the log.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"solver {code}: {detail}")
        self.code = code
        self.detail = detail

    def __reduce__(self) -> tuple[type["SolverError"], tuple[str, str]]:
        return type(self), (self.code, self.detail)
