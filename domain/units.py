"""Units as types: names carry meaning, types carry units."""

from typing import NewType

Seconds = NewType("Seconds", int)
Metres = NewType("Metres", int)
Cents = NewType("Cents", int)  # money in hundredths of the company's currency
