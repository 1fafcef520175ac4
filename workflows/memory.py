"""What a workflow remembers of the commands that it has carried out."""

from domain.ids import CommandId

# Enough for every retry that a client or a phone still has under way; older ones meet the record's unique key.
REMEMBERED = 200


def remember(seen: list[str], command: CommandId) -> None:
    """Add a command id and forget the oldest beyond the bound."""
    seen.append(command)
    del seen[:-REMEMBERED]
