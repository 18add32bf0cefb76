"""Writes workflow/schemas/config.schema.yaml: the schema without references, as catalogs of workflows can read it.

Usage: python tests/golden/catalog_schema.py
"""

from pathlib import Path
from typing import Any

import yaml
from snaketune.config.schema import load_schema

PATH = Path(__file__).parents[2] / "workflow" / "schemas" / "config.schema.yaml"
_HEAD = "# Made of workflow/snaketune/config/config.schema.yaml by tests/golden/catalog_schema.py: not to be edited.\n"


def without_references(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with what is referred to in place; what a node says itself goes before."""
    known: dict[str, Any] = {}

    def resolved(node: Any) -> Any:
        if isinstance(node, list):
            return [resolved(item) for item in node]
        if not isinstance(node, dict):
            return node
        own = {key: resolved(part) for key, part in node.items() if key not in ("$ref", "$defs")}
        if "$ref" not in node:
            return own
        name = node["$ref"].rsplit("/", 1)[1]
        if name not in known:
            known[name] = {}  # one that refers to itself: anything
            known[name] = resolved(schema["$defs"][name])
        return {**known[name], **own} if own else known[name]

    found: dict[str, Any] = resolved(schema)
    return found


def text() -> str:
    """The file; parts that are the same are written once."""
    return _HEAD + yaml.safe_dump(without_references(load_schema()), sort_keys=False, width=120, allow_unicode=True)


if __name__ == "__main__":
    PATH.unlink(missing_ok=True)
    PATH.write_text(text(), encoding="utf-8")
