"""What makes a whole import impossible: a mapping that says nonsense, or a file that cannot be read."""

from pathlib import Path
from typing import ClassVar

from domain.errors import CalloutError


class MappingError(CalloutError):
    """The mapping file breaks its format; the message names every key that does."""

    code = "invalid_mapping"
    http_status = 422

    def __init__(self, path: Path | str, problems: tuple[tuple[str, str], ...]) -> None:
        lines = "".join(f"\n  {key}: {rule}" for key, rule in problems)
        super().__init__(f"The mapping {path} is not valid:{lines}", path=str(path), problems=dict(problems))
        self.problems = problems


class FileFormatError(CalloutError):
    """A file cannot be read at all; the message names the file, the line and the column where that is known."""

    code: ClassVar[str] = "unreadable_file"
    http_status = 422

    def __init__(self, path: Path, reason: str, line: int | None = None, column: int | None = None) -> None:
        place = "".join(f", {what} {value}" for what, value in (("line", line), ("column", column)) if value)
        super().__init__(f"{path}{place}: {reason}", path=str(path), line=line, column=column)
        self.line = line
        self.column = column
