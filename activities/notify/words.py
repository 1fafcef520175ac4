"""A message in words: the company's own where it has any, else those that Callout comes with."""

from dataclasses import dataclass
from string import Template

from activities.wording import Wording, money
from domain.customer_link import LinkKeys
from domain.ids import LinkId
from domain.occasions import FIELDS
from models.repositories.deliveries import Outgoing


@dataclass(frozen=True)
class Written:
    """A message in words; ``sms`` is the short form without a subject."""

    subject: str
    body: str
    sms: str


def write(message: Outgoing, keys: LinkKeys) -> Written:
    """Put a message into words.

    Args:
        keys: Sign the customer's link.
    """
    link = ""
    if message.link_id and message.link_expires_at:
        token = keys.token(LinkId(message.link_id), message.link_expires_at)
        link = f"{message.settings.link_page}#{token}"
    return written(message, link)


def written(message: Outgoing, link: str) -> Written:
    """Put a message into words, with the address of the customer's page as it is given."""
    words = Wording(message.language, message.time_zone)
    own = message.settings.words.get(words.language, {}).get(message.occasion)
    usual = words.message(message.occasion)
    values = _values(message, words, link)
    allowed = {name: values[name] for name in FIELDS[message.occasion]}

    def part(name: str) -> str:
        template = (getattr(own, name) if own else None) or usual[name]
        return Template(template).substitute(allowed).strip()

    return Written(" ".join(part("subject").split()), part("body"), " ".join(part("sms").split()))


def _values(message: Outgoing, words: Wording, link: str) -> dict[str, str]:
    settings = message.settings
    return {
        "number": message.case_id,
        "product": message.product or words.text("names.product"),
        "company": settings.company,
        "link": link,
        "engineer": words.engineer(message.engineer),
        "window": words.span(*message.window) if message.window else "",
        "arrival": words.time(message.arrival) if message.arrival else "",
        "amount": money(message.quote_cents, settings.currency),
        "role": message.role or "",
        "subject": message.about,
    }
