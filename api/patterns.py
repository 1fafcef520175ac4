"""What a request is called where its path must not stand: paths hold ids, and secret ones."""

from starlette.types import Scope


def route_pattern(scope: Scope, prefix: str) -> str | None:
    """The route as the documentation names it, such as ``/api/cases/{case_id}``; None where no route answered.

    Args:
        prefix: What the API's routes begin with; a route itself does not know under which prefix it was included.
    """
    pattern: str | None = getattr(scope.get("route"), "path", None)
    if pattern is None:
        return None
    return prefix + pattern if scope["path"].startswith(f"{prefix}/") else pattern
