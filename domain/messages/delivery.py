"""What leaves the house."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Deliver:
    """Input of ``DeliveryWorkflow`` and of its activities: one message, or one call of a webhook.

    Attributes:
        what: ``message`` or ``webhook``.
        number: Its row in the record, which holds everything else; no address crosses Temporal.
    """

    what: str
    number: int
