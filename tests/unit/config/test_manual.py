"""The manual names every key that the schema knows."""

import re
from pathlib import Path

import pytest
from snaketune.config.schema import load_schema

MANUAL = Path(__file__).parents[3] / "config" / "README.md"
# Said in the manual by an example rather than by name.
BY_EXAMPLE = {"type", "low", "high", "log", "step", "mu", "sigma", "choices", "value", "when", "name", "study"}


def keys(node: object) -> set[str]:
    if isinstance(node, list):
        return {key for item in node for key in keys(item)}
    if not isinstance(node, dict):
        return set()
    own = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
    return own | {key for part in node.values() for key in keys(part)}


@pytest.mark.parametrize("key", sorted(keys(load_schema()) - BY_EXAMPLE))
def test_every_key_is_in_the_manual(key):
    code = re.findall(r"`[^`]+`|```.*?```", MANUAL.read_text(), re.DOTALL)
    assert any(re.search(rf"\b{re.escape(key)}\b", part) for part in code), f"config/README.md says nothing of '{key}'"
