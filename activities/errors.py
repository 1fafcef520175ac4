"""Errors of the domain as Temporal wants them: a stable type, and whether a repetition may help."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from temporalio.exceptions import ApplicationError

from domain.errors import CalloutError

P = ParamSpec("P")
R = TypeVar("R")


def typed_errors(
    activity: Callable[P, Coroutine[Any, Any, R]],
) -> Callable[P, Coroutine[Any, Any, R]]:
    """Let an activity's domain errors reach the workflow with their code; put it below ``@activity.defn``.

    Other exceptions are faults of the program: they pass unchanged and are retried until a fix is deployed.
    """

    @wraps(activity)
    async def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await activity(*args, **kwargs)
        except CalloutError as error:
            raise to_application_error(error) from error

    return run


def to_application_error(error: CalloutError) -> ApplicationError:
    """The same error for a workflow: its code as type, its facts as the first detail."""
    facts = {key: None if value is None else str(value) for key, value in error.facts.items()}
    return ApplicationError(error.message, facts, type=error.code, non_retryable=not error.retryable)
