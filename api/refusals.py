"""Errors that come back from workflows become the domain's errors again."""

from collections.abc import Iterator, Mapping

from temporalio.exceptions import ApplicationError

import models.errors  # noqa: F401 - its errors must be known by code
from domain.errors import CalloutError, InvalidInputError


class UnexpectedRefusalError(CalloutError):
    """A workflow refused a command for a reason that has no stable code."""

    code = "refused"
    http_status = 500


def refusal(error: ApplicationError) -> CalloutError:
    """The error that a workflow raised, with its message and facts."""
    facts = _facts(error)
    if error.type == InvalidInputError.code and {"field", "rule"} <= facts.keys():
        return InvalidInputError(str(facts.pop("field")), str(facts.pop("rule")), **facts)
    kinds = {kind.code: kind for kind in _kinds(CalloutError)}
    kind = kinds.get(error.type or "", UnexpectedRefusalError)
    found = kind.__new__(kind)
    # Each class builds its message from its own arguments; here message and facts are there already.
    CalloutError.__init__(found, error.message, **facts)
    vars(found).update({name: value for name, value in facts.items() if name not in vars(found)})
    return found


def _facts(error: ApplicationError) -> dict[str, object]:
    first = error.details[0] if error.details else {}
    return dict(first) if isinstance(first, Mapping) else {}


def _kinds(base: type[CalloutError]) -> Iterator[type[CalloutError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)
