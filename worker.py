"""The worker: runs workflows and activities. ``python worker.py --queues cases,planner``.

Workers are stateless; start as many as needed, on as many hosts as needed.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
from datetime import timedelta

from opentelemetry.trace import Tracer
from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.worker import PollerBehaviorAutoscaling, Worker

import logs
import tracing
from activities import queues
from activities.database import record_activities
from activities.notify.calling import WebhookActivities
from activities.notify.channels import Channel, Channels, channels
from activities.notify.relay import Relay
from activities.notify.sending import MessageActivities
from activities.planning.activities import PlanningActivities
from activities.planning.engines import MatrixTravel, SolverPool
from activities.waking import WakeActivities
from connection import connect, link_keys, quiet_logging
from domain.customer_link import LinkKeys
from domain.errors import CalloutError
from models.session import Database
from settings import Settings
from travel.great_circle import GreatCircleTravel
from workflows.case import ServiceCaseWorkflow
from workflows.delivery import DeliveryWorkflow
from workflows.parts_order import PartsOrderWorkflow
from workflows.territory import TerritoryWorkflow
from workflows.trial import TrialWorkflow
from workflows.visit import VisitWorkflow

log = logging.getLogger("callout.worker")

WORKFLOWS = (
    ServiceCaseWorkflow,
    VisitWorkflow,
    TerritoryWorkflow,
    PartsOrderWorkflow,
    DeliveryWorkflow,
    TrialWorkflow,
)
GRACE = timedelta(seconds=8)  # running activities may end by themselves; the stack waits 15 s before it kills
STICKY = timedelta(seconds=2)
"""A worker that died is waited for this long with each workflow it remembered, before another one replays it."""


def cases_worker(client: Client, database: Database, planning: PlanningActivities) -> Worker:
    """Workflows, the activities that record what they decide, and publishing, which is a record too."""
    return Worker(
        client,
        task_queue=queues.CASES,
        workflows=WORKFLOWS,
        activities=[
            *record_activities(database),
            WakeActivities(client).wake_territory,
            planning.planning_terms,
            planning.publish,
            planning.publish_moves,
            planning.repredict,
        ],
        # After a crash every open workflow replays. Too many at a time would all run out of time, again and again.
        max_concurrent_workflow_tasks=16,
        max_concurrent_local_activities=12,  # the database pool holds 15 connections; the others publish and read
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
        graceful_shutdown_timeout=GRACE,
        sticky_queue_schedule_to_start_timeout=STICKY,
    )


def planner_worker(client: Client, planning: PlanningActivities, slots: int) -> Worker:
    """Optimisation: each solve in a process of its own."""
    return Worker(
        client,
        task_queue=queues.PLANNER,
        activities=[planning.optimise, planning.try_out],
        max_concurrent_activities=slots + 1,  # one may load its world while the others solve
        graceful_shutdown_timeout=GRACE,
    )


def notify_worker(client: Client, database: Database, ways: Channels, settings: Settings) -> Worker:
    """Messages to people and calls of other systems. It holds no plan and no case, so a slow mail server harms none."""
    keys = LinkKeys(link_keys(settings.link_key.get_secret_value() if settings.link_key else None))
    messages = MessageActivities(database, ways, keys)
    calls = WebhookActivities(database, allow_private=settings.webhooks_to_private)
    return Worker(
        client,
        task_queue=queues.NOTIFY,
        activities=[messages.send_message, messages.give_up_message, calls.call_webhook, calls.give_up_call],
        max_concurrent_activities=12,
        graceful_shutdown_timeout=GRACE,
    )


def company_channels(settings: Settings) -> Channels:
    """How this company reaches people.

    Raises:
        InvalidInputError: A URL is none that apprise knows.
    """
    given = {
        Channel.EMAIL: settings.email_urls,
        Channel.SMS: settings.sms_urls,
        Channel.STAFF: settings.staff_urls,
    }
    return channels({channel: tuple(urls.get_secret_value().split()) for channel, urls in given.items()})


async def run(settings: Settings, names: tuple[str, ...], tracer: Tracer | None = None) -> None:
    """Run the workers of these queues until the process is told to stop.

    Args:
        tracer: Makes spans of what they do; None makes none.
    """
    client = await connect(
        settings.temporal_address,
        settings.temporal_namespace,
        settings.payload_keys.get_secret_value(),
        runtime=_runtime(settings.metrics_address),
        tracer=tracer,
    )
    database = Database(settings.database_url.get_secret_value())
    if tracer:
        tracing.trace_sql(database.engine, tracer)
    solvers = SolverPool(settings.planner_slots)
    planning = PlanningActivities(database, solvers, MatrixTravel(GreatCircleTravel()))
    ways = company_channels(settings)
    makers = {
        queues.CASES: lambda: cases_worker(client, database, planning),
        queues.PLANNER: lambda: planner_worker(client, planning, settings.planner_slots),
        queues.NOTIFY: lambda: notify_worker(client, database, ways, settings),
    }
    # The first solver on a machine compiles for half a minute; cases need not wait for that.
    warm = asyncio.create_task(solvers.start() if queues.PLANNER in names else asyncio.sleep(0))
    workers = {name: makers[name]() for name in names}
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    log.info("worker_started", extra={"queues": list(names)})
    running = [
        asyncio.create_task(_after(warm, worker) if name == queues.PLANNER else worker.run())
        for name, worker in workers.items()
    ]
    relay = Relay(client, database, can_send=bool(ways.known))
    relaying = asyncio.create_task(relay.run() if queues.NOTIFY in names else stop.wait())
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([*running, relaying, stopping], return_when=asyncio.FIRST_COMPLETED)
    warm.cancel()
    relaying.cancel()
    await asyncio.gather(*(worker.shutdown() for worker in workers.values() if worker.is_running))
    await asyncio.gather(*running)
    stopping.cancel()
    await solvers.close()
    await database.close()
    log.info("worker_stopped", extra={"failed": len(done - {stopping, relaying})})
    if relaying in done:
        relaying.result()  # a fault of the program: it ends the process, and whoever watches it starts it again


async def _after(warm: asyncio.Task[None], worker: Worker) -> None:
    """Run a worker once the solvers are warm; not at all if that is cancelled."""
    with contextlib.suppress(asyncio.CancelledError):
        await warm
        await worker.run()


def _runtime(metrics_address: str) -> Runtime:
    metrics = PrometheusConfig(bind_address=metrics_address, durations_as_seconds=True) if metrics_address else None
    return Runtime(telemetry=TelemetryConfig(logging=quiet_logging(), metrics=metrics))


def main(arguments: list[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queues", default=",".join(queues.ALL), help="comma list of: " + ", ".join(queues.ALL))
    names = tuple(parser.parse_args(arguments).queues.split(","))
    unknown = [name for name in names if name not in queues.ALL]
    if unknown:
        parser.error(f"unknown queue {unknown[0]!r}; choose from {', '.join(queues.ALL)}")
    settings = Settings()
    logs.set_up(settings.log_level)
    spans = tracing.provider_of("callout-worker")
    try:
        asyncio.run(run(settings, names, spans.get_tracer("callout") if spans else None))
    except CalloutError as error:
        log.error("worker_failed", extra={"code": error.code, "reason": error.message})  # noqa: TRY400 - no traceback
        return 1
    finally:
        if spans:
            spans.shutdown()
    return 0


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    # The SDK's core sometimes aborts while the interpreter ends; everything is flushed and closed here.
    os._exit(code)
