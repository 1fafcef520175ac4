"""``plan_large``: problems of any size, in parts.

``visits → engineers → tiles → patches → seams``. Visits are spread over engineers by distance, skill and time; the
territory is cut into tiles of neighbouring engineers, which are planned at the same time in several processes. Then it
is cut again, elsewhere: tiles across the old seams are planned again from the plan so far, together with visits that
are left out, each of which is offered to another tile each time. A part is only ever replaced by a cheaper one.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from scheduler.budget import Budget
from scheduler.errors import ProblemError
from scheduler.large_book import Book, Cutting, Piece
from scheduler.large_offer import Offers
from scheduler.large_patch import Patch
from scheduler.large_pool import Pool
from scheduler.large_problem import LargeProblem, validate_large
from scheduler.large_spread import candidates_of, homes_of, spread
from scheduler.large_tiles import Size, cut
from scheduler.plan import Objective, Plan, PlanStatus, Reason, ReasonCode, Unassigned
from scheduler.policy import SchedulingPolicy

__all__ = ["LargeProblem", "Shares", "Step", "plan_large"]


@dataclass(frozen=True)
class Shares:
    """How a budget is divided and a territory is cut.

    Attributes:
        fill: of the seconds, for the first plan.
        patch_seconds: on average for a part in one round of repair; sets the number of rounds.
        most: rounds.
        counted: rounds where steps are counted and not seconds.
        heat: first temperature of a repair, as a share of the usual one.
        reserve: of the seconds, for writing the plan down.
        area, days: sizes of tiles, for the first plan and every second repair, and for the other ones.
        angle: by so much the cut turns from round to round, in radians.
        extra: visits left out that are offered to a tile at once, as a share of its visits.
    """

    fill: float = 0.45
    patch_seconds: float = 0.9
    most: int = 12
    counted: int = 2
    heat: float = 0.3
    reserve: float = 0.03
    area: Size = field(default_factory=Size)
    days: Size = field(default_factory=lambda: Size(crew=12))
    angle: float = 0.7
    extra: float = 0.3


@dataclass(frozen=True)
class Step:
    """How far a large plan is.

    Attributes:
        round: 0 is the first plan, later ones repair.
        done, parts: of this round.
        left_out: visits that are not planned so far.
        seconds: since the call.
    """

    round: int
    done: int
    parts: int
    left_out: int
    seconds: float


def never() -> bool:
    """Nobody stops it."""
    return False


def plan_large(
    big: LargeProblem,
    policy: SchedulingPolicy | None = None,
    budget: Budget | None = None,
    on_step: Callable[[Step], None] | None = None,
    stop: Callable[[], bool] = never,
    shares: Shares | None = None,
) -> Plan:
    """Plan a large territory.

    Args:
        big: who, where, when, with what.
        policy: hard rules and weights; the default policy if left out.
        budget: five minutes and two processes if left out. ``iterations`` are steps for each part; with them there
            are as few rounds as possible and the same seed gives the same plan, if the seconds suffice.
        on_step: told when a part is done.
        stop: asked several times a second; once it says yes no further part is begun, and what is planned so far is
            the answer.
        shares: how the budget is divided.

    Returns:
        A plan that keeps every hard rule; its places are those of ``big.points``. No bound is claimed. Reasons for what
        is left out are about the engineers near the visit.

    Raises:
        ProblemError: the problem or the budget makes no sense.
        SolverError: a process died.
    """
    limits = budget or Budget(300.0, workers=2)
    if not limits.seconds > 0:
        raise ProblemError("budget.seconds", "must be above 0")
    if limits.workers < 1:
        raise ProblemError("budget.workers", "must be at least 1")
    if limits.iterations is not None and limits.iterations < 1:
        raise ProblemError("budget.iterations", "must be at least 1")
    validate_large(big)
    with Pool(limits.workers) as pool:
        work = _Work(big, policy or SchedulingPolicy(), limits, pool, shares or Shares(), on_step, stop)
        work.run()
        return work.plan()


class _Work:
    """One large plan under way."""

    def __init__(
        self,
        big: LargeProblem,
        policy: SchedulingPolicy,
        budget: Budget,
        pool: Pool,
        shares: Shares,
        on_step: Callable[[Step], None] | None,
        stop: Callable[[], bool],
    ) -> None:
        self._began = time.monotonic()
        self._big, self._policy, self._budget, self._pool, self._shares = big, policy, budget, pool, shares
        self._on_step, self._stop = on_step, stop
        self._book = Book(big, policy)
        self._homes = homes_of(big)
        self._end = self._began + budget.seconds * (1.0 - shares.reserve)
        self._fixed = 0.0

    def run(self) -> None:
        """Plan, and repair until the budget ends."""
        near, far = candidates_of(self._big, self._policy)
        offers = Offers(self._book, near)
        owner = spread(self._big, near, far)
        load = offers.expected(owner)
        tiles = cut(self._big, self._homes, load, self._shares.area, 0.0)
        until = self._began + self._shares.fill * (self._end - self._began)
        self._round(0, offers.first(tiles, owner), until, told=False)
        number, rounds = 1, self._rounds(len(tiles))
        while number <= rounds and not self._over():
            rounds = min(rounds, number - 1 + self._rounds(len(tiles)))
            last = number == rounds
            size = self._shares.days if number % 2 else self._shares.area
            tiles = cut(self._big, self._homes, offers.planned(), size, self._shares.angle * number)
            extra = None if last else self._shares.extra
            now = time.monotonic()
            until = self._end if last else now + (self._end - now) / (rounds - number + 1)
            pieces = offers.again(tiles, number, extra)
            if last:  # should the time not suffice, then for those without visits that are left out
                pieces.sort(key=self._book.loose_in, reverse=True)
            self._round(number, pieces, until, told=last)
            number += 1

    def _rounds(self, parts: int) -> int:
        """So many rounds of repair are left that each part gets its seconds, one at least."""
        if self._budget.iterations is not None:
            return self._shares.counted
        seconds = max(0.0, self._end - time.monotonic()) * self._pool.workers / max(1, parts)
        return max(1, min(self._shares.most, int(seconds / max(self._shares.patch_seconds, 2.0 * self._fixed))))

    def _over(self) -> bool:
        return self._stop() or time.monotonic() >= self._end

    def _round(self, number: int, pieces: list[Piece], until: float, told: bool) -> None:
        """Solve all pieces by a moment, each with seconds by its number of visits."""
        waiting = sum(len(piece.visits) + 1 for piece in pieces)
        cuttings: dict[int, Cutting] = {}

        def make(i: int) -> Patch:
            cutting = cuttings[i] = self._book.cut(pieces[i])
            left = (until - time.monotonic()) * self._pool.workers
            share = (len(pieces[i].visits) + 1) / max(1, waiting)
            return self._patch(cutting, number, i, max(0.05, left * share), told)

        solutions = self._pool.solve([partial(make, i) for i in range(len(pieces))], self._over)
        fixed = 0.0
        for done, (i, solution) in enumerate(solutions, 1):
            self._book.take(cuttings.pop(i), solution)
            fixed += solution.fixed
            self._fixed = fixed / done
            waiting -= len(pieces[i].visits) + 1
            if self._on_step is not None:
                left_out = self._book.where.count(None)
                self._on_step(Step(number, done, len(pieces), left_out, time.monotonic() - self._began))

    def _patch(self, cutting: Cutting, number: int, i: int, seconds: float, told: bool) -> Patch:
        book, piece = self._book, cutting.piece
        return Patch(
            problem=cutting.problem,
            policy=self._policy,
            weights=tuple(book.weights[v] for v in piece.visits),
            routes=tuple(map(cutting.inwards, book.routes_in(piece))) if number else None,
            seconds=seconds,
            steps=self._budget.iterations,
            seed=(self._budget.seed * 1000 + number) * 100_000 + i,
            heat=self._shares.heat if number else 1.0,
            told=told,
        )

    def plan(self) -> Plan:
        """The plan so far."""
        book, big = self._book, self._big
        score = book.full_score
        cost = sum(score.values())
        seconds = time.monotonic() - self._began
        status = PlanStatus.FEASIBLE if self._budget.iterations is not None else PlanStatus.TIME_LIMIT
        if cost == 0:
            status = PlanStatus.OPTIMAL
        elif self._stop():
            status = PlanStatus.CANCELLED
        return Plan(
            routes=tuple(book.routes[key] for key in sorted(book.routes)),
            unassigned=tuple(
                Unassigned(big.visits[v].id, book.reasons.get(v) or _untold(big, v)) for v in book.left_out
            ),
            score={objective: score[objective] for objective in Objective},
            cost=cost,
            status=status,
            bound=0 if cost == 0 else None,
            seconds=seconds,
            seed=self._budget.seed,
            engine="callout",
        )


def _untold(big: LargeProblem, v: int) -> tuple[Reason, ...]:
    """The reason where the last round did not come to a visit."""
    if not big.slots:
        sentence = "There are no engineers, or no shifts that are not over."
        return (Reason(ReasonCode.SHIFT, sentence, len(big.engineers)),)
    if big.visits[v].after or big.visits[v].group is not None:
        sentence = "The visit depends on others, and no part of the plan holds them all."
        return (Reason(ReasonCode.ORDER if big.visits[v].after else ReasonCode.GROUP, sentence, 0),)
    return (Reason(ReasonCode.POSSIBLE, "The planning ended before the nearest shifts were tried once more.", 0),)
