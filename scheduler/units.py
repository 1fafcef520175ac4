"""Units of the scheduler. Times are whole seconds from the start of the horizon, never dates."""

from typing import TypeAlias

Seconds: TypeAlias = int
"""Whole seconds: a moment counted from the horizon's start, or a length of time."""

Metres: TypeAlias = int
"""Whole metres by road."""

Cost: TypeAlias = int
"""Whole cost units. The rates of engineers and the weights of the policy are given in the same unit (cents)."""

Place: TypeAlias = int
"""Index of a place in the travel matrices, from 0."""

Sku: TypeAlias = str
"""Stock-keeping unit: the number of a spare part."""
