"""What is wrong with a document that a person has edited."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails


def problems(error: ValidationError, whole: str) -> list[dict[str, str]]:
    """Every field that breaks a rule, by dotted path, and the rule.

    Args:
        whole: Named where the rule is not about one field.
    """
    return [problem(each, whole) for each in error.errors()]


def problem(details: ErrorDetails, whole: str) -> dict[str, str]:
    """One of them."""
    field = ".".join(str(part) for part in details["loc"]) or whole
    return {"field": field, "rule": str(details["msg"]).removeprefix("Value error, ")}
