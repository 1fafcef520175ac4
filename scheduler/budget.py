"""How long the scheduler may think."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """The search stops at whichever limit is reached first.

    The same problem, policy, iterations and seed give the same plan as long as ``seconds`` is not what stopped
    the search.

    Attributes:
        seconds: wall-clock seconds for the search, above 0.
        iterations: steps of the search, or None for no limit: strings torn out and put back for ``callout``, rounds of
            the library for ``routing``.
        seed: seeds every random choice.
        workers: searches at the same time, each with a seed of its own; one per core that may be used.
    """

    seconds: float = 5.0
    iterations: int | None = None
    seed: int = 0
    workers: int = 1
