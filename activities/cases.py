"""Activities that record cases."""

from temporalio import activity

from activities.errors import typed_errors
from activities.promises import terms_for
from domain.ids import CaseId, TerritoryId
from domain.messages import CaseChange, RegisterCase, RegisteredCase, ResolveTerms
from domain.policy import CaseTerms
from domain.registration import Classification
from domain.vocabulary import CaseState, Warranty
from models import tables as t
from models.repositories import case_record, commands, policies, registrations
from models.session import Database, Session


class CaseActivities:
    """Holds the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn
    @typed_errors
    async def register_case(self, asked: RegisterCase) -> RegisteredCase:
        """Write customer, contact, site, product and case; what is missing or unknown comes back as problems.

        With problems the case is kept as it was given and nothing else is created. Key: (case workflow, command).
        """
        key = commands.CommandKey(f"case/{asked.case_id}", asked.command_id, "register_case")
        async with self._database.transaction() as session:
            return await commands.once(session, key, asked.now, RegisteredCase, lambda: _register(session, asked))

    @activity.defn
    @typed_errors
    async def resolve_terms(self, asked: ResolveTerms) -> CaseTerms:
        """What a classified case is promised. Only reads, so it needs no key."""
        async with self._database.reading() as session:
            row = await session.get(t.Case, asked.case_id)
            area = await session.get(t.Territory, row.territory_id) if row and row.territory_id else None
            policy = await policies.service_policy(session, area.id if area else None)
            return terms_for(policy, area, asked.classification, asked.warranty, asked.now)

    @activity.defn
    @typed_errors
    async def record_case(self, change: CaseChange) -> None:
        """Write a case's state, clocks and events. Key: (workflow, command)."""
        async with self._database.transaction() as session:
            await case_record.record(session, change)


async def _register(session: Session, asked: RegisterCase) -> RegisteredCase:
    known = await session.get(t.Case, asked.case_id)
    if known is not None and known.state is not CaseState.REGISTERING:
        return await _as_registered(session, known, asked)
    found = await registrations.look_up(session, asked)
    policy = await policies.service_policy(session, found.territory.id if found.territory else None)
    if found.problems:
        row = await registrations.keep_incomplete(session, asked, found)
    else:
        row = await registrations.write(session, asked, found, policy)
    return RegisteredCase(
        territory=TerritoryId(row.territory_id or ""),
        warranty=row.warranty,
        terms=terms_for(
            policy, found.territory, asked.registration.classification or Classification(), row.warranty, asked.now
        ),
        repeat_of=CaseId(row.repeat_of) if row.repeat_of else None,
        problems=tuple(found.problems),
    )


async def _as_registered(session: Session, row: t.Case, asked: RegisterCase) -> RegisteredCase:
    """A case that is beyond registration stays as it is; whoever registers it again learns what is known."""
    area = await session.get(t.Territory, row.territory_id) if row.territory_id else None
    policy = await policies.service_policy(session, area.id if area else None)
    given = Classification()
    if row.kind and row.category and row.severity:
        given = Classification(row.kind, row.category, row.severity)
    return RegisteredCase(
        territory=TerritoryId(row.territory_id or ""),
        warranty=Warranty(row.warranty),
        terms=terms_for(policy, area, given, Warranty(row.warranty), asked.now),
        repeat_of=CaseId(row.repeat_of) if row.repeat_of else None,
    )
