"""Every time-out and retry policy by name: ``**options.LOCAL_RECORD``.

Errors that a repetition cannot heal are marked non-retryable where they are raised, so no policy lists them.
"""

from datetime import timedelta

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig, LocalActivityConfig

from activities.queues import CASES, NOTIFY, PLANNER

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)

# The record must be written, however long the database is away: soon again at first (a restart takes a moment), then
# every ten seconds, for ever.
UNTIL_IT_IS_DONE = RetryPolicy(initial_interval=0.2 * SECOND, backoff_coefficient=2.0, maximum_interval=10 * SECOND)

# One transaction next to the workflow, without a round trip to the server. Five seconds are far above what it takes and
# above what it waits for a lock. After five seconds of retries the server keeps the timer, so that an outage of
# the database does not hold the workflow's task.
LOCAL_RECORD = LocalActivityConfig(
    start_to_close_timeout=5 * SECOND,
    schedule_to_close_timeout=None,
    local_retry_threshold=5 * SECOND,
    retry_policy=UNTIL_IT_IS_DONE,
)

# The solver runs in a process of its own and reports every few seconds; without heartbeats a lost worker would only be
# noticed at the end. A policy may let it search for ten minutes; the rest is loading, checking and storing. A crash
# three times in a row is a fault of the problem: the territory rests and plans a fresh one.
PLAN = ActivityConfig(
    task_queue=PLANNER,
    start_to_close_timeout=12 * MINUTE,
    heartbeat_timeout=10 * SECOND,
    retry_policy=RetryPolicy(initial_interval=SECOND, maximum_interval=10 * SECOND, maximum_attempts=3),
)

# A question of a person who waits for the answer: once more after a lost worker, and no longer than a plan takes.
TRY_OUT = ActivityConfig(
    task_queue=PLANNER,
    start_to_close_timeout=12 * MINUTE,
    schedule_to_close_timeout=15 * MINUTE,
    heartbeat_timeout=10 * SECOND,
    retry_policy=RetryPolicy(initial_interval=SECOND, maximum_attempts=2),
)

# A few transactions over one territory. What could not be published within ten minutes is too old: plan anew.
PUBLISH = ActivityConfig(
    task_queue=CASES,
    start_to_close_timeout=30 * SECOND,
    schedule_to_close_timeout=10 * MINUTE,
    retry_policy=UNTIL_IT_IS_DONE,
)

# One call to the Temporal server. A territory that is not woken would forget a visit, so it never gives up.
WAKE = ActivityConfig(
    task_queue=CASES,
    start_to_close_timeout=10 * SECOND,
    retry_policy=UNTIL_IT_IS_DONE,
)

# One letter or one call. Another system may be away for hours: tried again after 10 s, then ever more rarely, for a
# day.
DELIVER = ActivityConfig(
    task_queue=NOTIFY,
    start_to_close_timeout=MINUTE,
    schedule_to_close_timeout=timedelta(hours=24),
    retry_policy=RetryPolicy(
        initial_interval=10 * SECOND, backoff_coefficient=3.0, maximum_interval=timedelta(hours=2), maximum_attempts=16
    ),
)

# Writing down that every attempt failed.
GIVE_UP = ActivityConfig(
    task_queue=NOTIFY,
    start_to_close_timeout=10 * SECOND,
    retry_policy=UNTIL_IT_IS_DONE,
)
