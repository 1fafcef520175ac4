"""What a process and its solver tell each other."""

import signal
from dataclasses import dataclass

from scheduler.budget import Budget
from scheduler.plan import Plan
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem

STOP_SIGNAL = signal.SIGUSR1
"""Tells a solver to answer with the best plan so far."""


@dataclass(frozen=True)
class PlanRequest:
    """The arguments of ``plan``."""

    problem: Problem
    policy: SchedulingPolicy
    budget: Budget
    engine: str
    warm_start: Plan | None


@dataclass(frozen=True)
class Ready:
    """The solver has imported and compiled everything and waits."""


@dataclass(frozen=True)
class Planned:
    """The answer to a request."""

    plan: Plan


@dataclass(frozen=True)
class Failed:
    """The request could not be answered."""

    error: Exception
