"""What a caller may see: the one place where territories and engineers limit a question.

What lies outside is answered exactly as what does not exist, so that nobody learns that it does.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError
from domain.vocabulary import BookingState
from models import tables as t


@dataclass(frozen=True)
class Reach:
    """The part of the company that a caller sees.

    Attributes:
        territory: That territory alone; None does not limit. What has no territory yet is then out of reach.
        engineer: For ``own_work``, whose work; no engineer's when it is empty.
        own_work: Only the engineer's own visits, and the cases that they belong to.
    """

    territory: str | None = None
    engineer: str = ""
    own_work: bool = False

    @property
    def is_everything(self) -> bool:
        """Whether nothing is out of reach."""
        return self.territory is None and not self.own_work

    @property
    def cases(self) -> ColumnElement[bool]:
        """Which cases: those of the territory, or those with a visit of the engineer's own."""
        if self.own_work:
            own = select(col(t.Visit.id)).where(col(t.Visit.case_id) == col(t.Case.id), self.visits)
            return own.exists()
        return self._in_territory(t.Case.territory_id)

    @property
    def visits(self) -> ColumnElement[bool]:
        """Which visits: those of the territory, or those booked with the engineer or done by the engineer."""
        if self.own_work:
            booking = t.Booking
            own = and_(
                col(booking.visit_id) == col(t.Visit.id),
                col(booking.engineer_id) == self.engineer,
                col(booking.state) != BookingState.RELEASED,
            )
            return select(col(booking.id)).where(own).correlate(t.Visit).exists()
        return self._in_territory(t.Visit.territory_id)

    @property
    def plans(self) -> ColumnElement[bool]:
        """Which plans: those of the territory."""
        return self._in_territory(t.Plan.territory_id)

    @property
    def engineers(self) -> ColumnElement[bool]:
        """Which engineers: those of the territory, or oneself."""
        if self.own_work:
            return col(t.Engineer.id) == self.engineer
        return self._in_territory(t.Engineer.territory_id)

    @property
    def warehouses(self) -> ColumnElement[bool]:
        """Which warehouses: those that serve the territory, and those that serve all."""
        if self.own_work:
            return false()
        return or_(col(t.Warehouse.territory_id).is_(None), self._in_territory(t.Warehouse.territory_id))

    @property
    def territories(self) -> ColumnElement[bool]:
        """Which territories."""
        return self._in_territory(t.Territory.id)

    async def require_case(self, session: AsyncSession, case_id: str) -> None:
        """Go on only if the case is within reach. Raises NotFoundError, as the others do."""
        await self._require(session, "case", t.Case, self.cases, case_id)

    async def sees_case(self, session: AsyncSession, case_id: str) -> bool:
        """Whether the case is within reach; for what belongs to a case and has an id of its own."""
        try:
            await self.require_case(session, case_id)
        except NotFoundError:
            return False
        return True

    async def require_visit(self, session: AsyncSession, visit_id: str) -> None:
        """Go on only if the visit is within reach."""
        await self._require(session, "visit", t.Visit, self.visits, visit_id)

    async def require_plan(self, session: AsyncSession, plan_id: str) -> None:
        """Go on only if the plan is within reach."""
        await self._require(session, "plan", t.Plan, self.plans, plan_id)

    async def require_engineer(self, session: AsyncSession, engineer_id: str) -> None:
        """Go on only if the engineer is within reach."""
        await self._require(session, "engineer", t.Engineer, self.engineers, engineer_id)

    async def require_territory(self, session: AsyncSession, territory_id: str) -> None:
        """Go on only if the territory is within reach."""
        await self._require(session, "territory", t.Territory, self.territories, territory_id)

    async def _require(
        self, session: AsyncSession, what: str, table: Any, within: ColumnElement[bool], key: str
    ) -> None:
        if self.is_everything:
            return
        if await session.scalar(select(col(table.id)).where(col(table.id) == key, within)) is None:
            raise NotFoundError(what, key)

    def _in_territory(self, column: Any) -> ColumnElement[bool]:
        return true() if self.territory is None else col(column) == self.territory


EVERYTHING = Reach()
"""For whoever acts for the whole company, and for the programs themselves."""
