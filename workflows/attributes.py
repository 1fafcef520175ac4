"""Search attributes of case workflows: what an operator filters by. Never personal data, they are not encrypted."""

from dataclasses import dataclass
from datetime import datetime

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from domain import case
from domain.case import CaseProgress

CASE_KIND = SearchAttributeKey.for_keyword("CaseKind")
CASE_STATE = SearchAttributeKey.for_keyword("CaseState")
SEVERITY = SearchAttributeKey.for_keyword("Severity")
TERRITORY = SearchAttributeKey.for_keyword("Territory")
ENGINEER_ID = SearchAttributeKey.for_keyword("EngineerId")
SLA_STATE = SearchAttributeKey.for_keyword("SlaState")
NEXT_DUE = SearchAttributeKey.for_datetime("NextDue")


@dataclass(frozen=True)
class Shown:
    """The values that were last set, so that only changes cost an event."""

    kind: str
    state: str
    severity: str
    territory: str
    engineer: str
    sla: str
    due: datetime | None


def show_case(progress: CaseProgress, now: datetime, shown: Shown | None) -> Shown:
    """Set the search attributes that differ from those shown."""
    known = progress.classification
    wanted = Shown(
        known.kind if known else "",
        progress.state,
        known.severity if known else "",
        progress.territory,
        progress.last_engineer or "",
        case.sla_state(progress, now),
        progress.step.due_at if progress.step else None,
    )
    updates: list[SearchAttributeUpdate] = []  # type: ignore[type-arg]
    before = shown or Shown("", "", "", "", "", "", None)
    for key, new, old in (
        (CASE_KIND, wanted.kind, before.kind),
        (CASE_STATE, wanted.state, before.state),
        (SEVERITY, wanted.severity, before.severity),
        (TERRITORY, wanted.territory, before.territory),
        (ENGINEER_ID, wanted.engineer, before.engineer),
        (SLA_STATE, wanted.sla, before.sla),
    ):
        if new != old:
            updates.append(key.value_set(new) if new else key.value_unset())
    if wanted.due != before.due:
        updates.append(NEXT_DUE.value_set(wanted.due) if wanted.due else NEXT_DUE.value_unset())
    if updates:
        workflow.upsert_search_attributes(updates)
    return wanted
