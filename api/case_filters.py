"""The operations list's query parameters, and saved views, which hold the same."""

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from domain.clock import ClockName
from domain.people import Role
from domain.sla import SlaState
from domain.vocabulary import CaseKind, CaseState, Severity
from models.screens.operations.cases import Sort
from models.screens.operations.filters import CaseQuery, Kept, Span
from models.screens.operations.waiting import WaitingFor

Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
Choices = Field(max_length=50)


class CaseFilters(BaseModel):
    """Filters; what is left out does not restrict the list. Moments carry their offset."""

    model_config = ConfigDict(extra="forbid")
    territory: Annotated[list[Word], Choices] = []
    state: Annotated[list[CaseState], Choices] = []
    sla: Annotated[list[SlaState], Choices] = []
    clock: Annotated[list[ClockName], Choices] = []
    responsible: Annotated[list[Role], Choices] = []
    kind: Annotated[list[CaseKind], Choices] = []
    severity: Annotated[list[Severity], Choices] = []
    waiting: Annotated[list[WaitingFor], Choices] = []
    text: Word = ""
    overdue: bool = False
    closed: bool = False
    model: Word | None = None
    error_code: Word | None = None
    engineer: Word | None = None
    opened_from: AwareDatetime | None = None
    opened_to: AwareDatetime | None = None
    promise: Kept | None = None
    promise_from: AwareDatetime | None = None
    promise_to: AwareDatetime | None = None
    visited_from: AwareDatetime | None = None
    visited_to: AwareDatetime | None = None
    solved_from: AwareDatetime | None = None
    solved_to: AwareDatetime | None = None
    first_time: bool | None = None
    sort: Sort = Sort.HURTS

    def query(self) -> CaseQuery:
        """What the record is asked."""
        return CaseQuery(
            territories=tuple(self.territory),
            states=tuple(self.state),
            sla=tuple(self.sla),
            clocks=tuple(self.clock),
            responsible=tuple(self.responsible),
            kinds=tuple(self.kind),
            severities=tuple(self.severity),
            waiting=tuple(self.waiting),
            text=self.text,
            overdue=self.overdue,
            closed=self.closed,
            model=self.model,
            error_code=self.error_code,
            engineer=self.engineer,
            opened=Span(self.opened_from, self.opened_to),
            promise=self.promise,
            promise_in=Span(self.promise_from, self.promise_to),
            visited_in=Span(self.visited_from, self.visited_to),
            solved_in=Span(self.solved_from, self.solved_to),
            first_time=self.first_time,
        )


class PageFilters(CaseFilters):
    """Filters and which page."""

    cursor: Annotated[str | None, Field(max_length=500)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


Filtered = Annotated[CaseFilters, Query()]
Paged = Annotated[PageFilters, Query()]
