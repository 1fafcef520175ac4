"""Typed errors of travel times."""

from domain.errors import InvalidInputError


class CoordinateError(InvalidInputError):
    """A place has no coordinates that can be on the road."""

    code = "invalid_coordinates"

    def __reduce__(self) -> tuple[type["CoordinateError"], tuple[str, str]]:
        return type(self), (self.field, self.rule)
