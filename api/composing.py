"""What the application is made of, put together: the one place for the server and for the tests."""

from activities.planning.engines import MatrixTravel
from api.accounts import Accounts
from api.asking import Parts
from api.commands import Commands
from api.feed import Feed
from api.previewing import Previews
from api.queries import Queries
from models.session import Database
from travel.great_circle import GreatCircleTravel


def compose(database: Database, commands: Commands, queries: Queries) -> Parts:
    """The parts of the application on a record and a Temporal server."""
    return Parts(
        commands=commands,
        queries=queries,
        accounts=Accounts(database),
        feed=Feed(database),
        previews=Previews(database, MatrixTravel(GreatCircleTravel())),
    )
