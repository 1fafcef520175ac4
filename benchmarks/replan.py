"""How long a new visit takes to the published plan of a large territory: ``python -m benchmarks.replan``.

200 open visits, 40 engineers, 3 days, half of it with arrival windows and parts: the territory of
``tests/integration/planning/test_size.py``, on a PostgreSQL of its own, with the real solver process. The territory
workflow gathers for two seconds before; that is not part of the figure.
"""

import argparse
import asyncio
import random
import time

from activities.planning.activities import PlanningActivities
from activities.planning.engines import MatrixTravel, SolverPool
from domain.messages import PlanRequest, PublishRequest
from domain.policy import PlanningSettings
from models.migrate import migrate
from models.repositories.planning import load_world
from models.session import Database
from tests.builders import NOW, at, save
from tests.integration.planning.field import T1, run
from tests.integration.planning.test_size import VISITS, a_large_territory, a_request
from tests.stack import running_postgres
from travel.great_circle import GreatCircleTravel


async def measure(url: str, rounds: int) -> None:
    """Print loading, optimising and publishing for the first plan, and for each further visit."""
    await migrate(url)
    database, rng = Database(url), random.Random(1)
    await save(database, *a_large_territory(rng), *(row for n in range(VISITS) for row in a_request(rng, n)))
    pool = SolverPool()
    planning = PlanningActivities(database, pool, MatrixTravel(GreatCircleTravel()))
    await pool.start()
    print(f"{'plan':<22}{'load':>8}{'optimise':>10}{'publish':>9}{'in all':>8}{'moved':>7}{'left out':>9}")
    for number in range(1, rounds + 2):
        if number > 1:
            await save(database, *a_request(rng, VISITS + number))
        now = at(0.01 * number) if number > 1 else NOW
        began = time.perf_counter()
        async with database.reading() as session:
            await load_world(session, T1, now, PlanningSettings())
        loaded = time.perf_counter()
        made = await run(planning.optimise, PlanRequest(T1, number, now, "benchmark"))
        planned = time.perf_counter()
        outcome = await run(planning.publish, PublishRequest(T1, made.plan_id, now))
        done = time.perf_counter()
        name = "all 200 at once" if number == 1 else f"visit {VISITS + number - 1}"
        print(
            f"{name:<22}{loaded - began:>8.2f}{planned - loaded:>10.2f}{done - planned:>9.2f}{done - loaded:>8.2f}"
            f"{made.moved:>7}{outcome.unassigned:>9}"
        )
    await pool.close()
    await database.close()


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="further visits, one after the other")
    arguments = parser.parse_args()
    with running_postgres() as server:
        asyncio.run(measure(server.create_database("benchmark"), arguments.rounds))


if __name__ == "__main__":
    main()
