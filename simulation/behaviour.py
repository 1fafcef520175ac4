"""How the simulated people behave: every probability and every usual time, in one place."""

from dataclasses import dataclass
from datetime import timedelta

M = timedelta(minutes=1)
H = timedelta(hours=1)


@dataclass(frozen=True)
class Behaviour:
    """Probabilities are 0 to 1; times are medians of log-normal draws with the spread ``spread``.

    The rest of the visits, after the outcomes named here, end with a missing part or fixed, depending on what
    the fault needs and what the engineer has on board.
    """

    spread: float = 0.5

    complete: timedelta = 4 * M
    classify: timedelta = 3 * M
    diagnose: timedelta = 9 * M
    decide: timedelta = 3 * M
    call_back: timedelta = 90 * M
    quote_answer: timedelta = 40 * M
    confirm: timedelta = 2 * H
    settle: timedelta = 30 * H

    remote_solved: float = 0.08
    agent_names_part: float = 0.65
    quote_refused: float = 0.12
    quote_ignored: float = 0.03
    reopens: float = 0.03
    never_confirms: float = 0.12
    fault_returns: float = 0.015
    not_reached: float = 0.25
    satisfaction: tuple[int, ...] = (3, 5, 14, 38, 40)  # weights of the answers 1 to 5

    declines: float = 0.04
    ignores: float = 0.03
    accept: timedelta = 4 * M
    travel_spread: float = 0.15
    work_spread: float = 0.25
    no_access: float = 0.03
    partially_fixed: float = 0.03
    unsafe: float = 0.01
    beyond_repair: float = 0.015
    no_access_stay: timedelta = 10 * M
    out_of_range: float = 0.04

    shipment_spread: timedelta = 2 * H
    restock: timedelta = 20 * H
    answers_before_shift: timedelta = 2 * H
    answers_after_shift: timedelta = 2 * H
    sets_out_before_shift: timedelta = timedelta(0)


USUAL = Behaviour()
