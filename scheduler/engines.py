"""Names of the engines."""

DEFAULT_ENGINE = "callout"
"""Search, pricing and choice; the others are for comparison, for when it fails, and for the baseline dispatcher."""
