"""The console names every setting of the policy, and every word that can stand in one."""

import re
from pathlib import Path
from typing import Any

from domain.policy import ServicePolicy

MESSAGES = Path(__file__).parents[2] / "web" / "src" / "admin" / "policy" / "messages.ts"


def names(schema: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Names of settings, and words of vocabularies, in a schema with its definitions."""
    fields, words = set(schema.get("properties", {})), set(schema.get("enum", []))
    for part in schema.get("properties", {}).values():
        if pattern := re.fullmatch(r"\^\(([\w|]+)\)\$", part.get("pattern", "")):
            words |= set(pattern[1].split("|"))
    for part in schema.get("$defs", {}).values():
        below = names(part)
        fields, words = fields | below[0], words | below[1]
    return fields, words


def test_every_setting_and_every_word_has_a_name() -> None:
    said = set(re.findall(r"\b([fw]_\w+):", MESSAGES.read_text(encoding="utf-8")))
    fields, words = names(ServicePolicy.model_json_schema())
    assert fields > {"promises", "respond", "classify_within", "horizon_days", "rung"}
    assert said == {f"f_{name}" for name in fields} | {f"w_{word}" for word in words}
