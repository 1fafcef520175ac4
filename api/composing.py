"""What the application is made of, put together: the one place for the server and for the tests."""

from collections.abc import Mapping

from temporalio.converter import PayloadCodec

from activities.planning.engines import MatrixTravel, RememberedTravel
from api.accounts import Accounts
from api.administration import administration_of
from api.asking import Parts
from api.commands import Commands
from api.feed import Feed
from api.outside import Outside
from api.previewing import Previews
from api.queries import Queries
from api.replays import Replays
from models.session import Database
from travel.great_circle import GreatCircleTravel


def compose(
    database: Database,
    commands: Commands,
    queries: Queries,
    link_keys: Mapping[str, bytes],
    *,
    webhooks_to_private: bool = False,
    codec: PayloadCodec | None = None,
) -> Parts:
    """The parts of the application on a record and a Temporal server.

    Args:
        link_keys: Sign the customers' links; the active key first.
        codec: What encrypts workflow payloads, so that administrators can read histories.
        webhooks_to_private: Whether a webhook may go to an address of the own network.
    """
    return Parts(
        commands=commands,
        queries=queries,
        accounts=Accounts(database),
        feed=Feed(database),
        previews=Previews(database, RememberedTravel(MatrixTravel(GreatCircleTravel()))),
        trials=commands.trials(queries.left_out),
        administration=administration_of(database, queries.now, codec),
        replays=Replays(database),
        outside=Outside.of(database, commands, queries, link_keys, webhooks_to_private=webhooks_to_private),
    )
