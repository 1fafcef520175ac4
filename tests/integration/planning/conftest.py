"""A migrated database for each test, and planning with a solver in this process."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from activities.planning.activities import PlanningActivities
from models.migrate import migrate
from models.session import Database
from runtime.postgres import EmbeddedPostgres
from tests.integration.planning.field import InlineSolver, StraightTravel

_NUMBERS = count(1)


@pytest.fixture(scope="session")
async def planning_template(postgres_server: EmbeddedPostgres) -> str:
    """The name of a migrated database to which nobody is connected."""
    await migrate(postgres_server.create_database("planning_template"))
    return "planning_template"


@pytest.fixture
async def database(postgres_server: EmbeddedPostgres, planning_template: str) -> AsyncIterator[Database]:
    """An empty record."""
    name = f"planning_{next(_NUMBERS)}"
    record = Database(postgres_server.create_database(name, template=planning_template))
    yield record
    await record.close()
    postgres_server.drop_database(name)


@pytest.fixture
def solver() -> InlineSolver:
    """Counts what it is asked."""
    return InlineSolver()


@pytest.fixture
def planning(database: Database, solver: InlineSolver) -> PlanningActivities:
    """The activities on that record."""
    return PlanningActivities(database, solver, StraightTravel())
