"""The manual names every key that the schema knows, names no other ones, and gives the schema's defaults."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from snaketune.config.schema import load_schema

MANUAL = Path(__file__).parents[3] / "config" / "README.md"
SCHEMA = load_schema()
DEFS = SCHEMA["$defs"]
# Said in the manual by an example rather than by name.
BY_EXAMPLE = {"type", "low", "high", "log", "step", "mu", "sigma", "choices", "value", "when", "name", "study"}

# Whose keys a table lists: the section that it is in, the n-th table of keys there, and the schema's places.
TABLES = {
    ("The study", 0): [SCHEMA],
    ("The objective", 0): [DEFS["objective"]],
    ("Bayesian search", 0): [DEFS["bayes"]],
    ("Budgets: stop bad trials early", 0): [DEFS["budget"]["then"]],
    ("Budgets: stop bad trials early", 1): [DEFS["halving"], DEFS["hyperband"], DEFS["asha"]],
    ("Pruners", 0): [DEFS["pruner"]["then"]],
    ("Runs, limits and failures", 0): [DEFS["objective"]],
}
# A default that differs with something else; the schema's description says so, too.
DIFFERING = {"batch_size", "overlap", "n_warmup_steps"}


def keys(node: object) -> set[str]:
    if isinstance(node, list):
        return {key for item in node for key in keys(item)}
    if not isinstance(node, dict):
        return set()
    own = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
    return own | {key for part in node.values() for key in keys(part)}


@pytest.mark.parametrize("key", sorted(keys(SCHEMA) - BY_EXAMPLE))
def test_every_key_is_in_the_manual(key):
    code = re.findall(r"`[^`]+`|```.*?```", MANUAL.read_text(), re.DOTALL)
    assert any(re.search(rf"\b{re.escape(key)}\b", part) for part in code), f"config/README.md says nothing of '{key}'"


@pytest.mark.parametrize(("section", "number"), TABLES, ids=lambda part: str(part).replace(" ", "-"))
def test_keys_in_tables_exist_and_have_these_defaults(section, number):
    rows = tables()[section, number]
    assert rows
    places = [properties(place) for place in TABLES[section, number]]
    for key, said in rows.items():
        found = [place[key] for place in places if key in place]
        assert found, f"config/README.md, {section}: there is no key '{key}'"
        if said is None or key in DIFFERING:
            continue
        required = any(key in place.get("required", []) for place in TABLES[section, number])
        defaults = [default_of(node) for node in found if "default" in node]
        if defaults:
            assert is_default(value(said), defaults[0]), (
                f"config/README.md, {section}: '{key}' is {defaults[0]!r}, not {said!r}"
            )
        else:
            assert required or not is_value(said) or says_default(found, said), (
                f"config/README.md, {section}: '{key}' has no default {said!r}"
            )


def test_all_tables_of_keys_are_checked():
    assert set(tables()) == set(TABLES)


def properties(place: dict[str, Any]) -> dict[str, Any]:
    """The properties of a place in the schema, references put in."""
    return {
        key: {**DEFS[node["$ref"].rpartition("/")[2]], **node} if "$ref" in node else node
        for key, node in place["properties"].items()
    }


def tables() -> dict[tuple[str, int], dict[str, str | None]]:
    """By section and number the tables that list keys with their defaults: key and default, None where none is said."""
    found: dict[tuple[str, int], dict[str, str | None]] = {}
    section = ""
    lines = iter(MANUAL.read_text().splitlines())
    for line in lines:
        if line.startswith("## "):
            section = line[3:]
        head = cells(line)
        if "default" not in head or head[0] not in ("key", "option"):
            continue
        next(lines)
        number = sum(1 for name, _ in found if name == section)
        found[section, number] = dict(rows_of(lines, head.index("default")))
    return found


def rows_of(lines: Iterator[str], column: int) -> Iterator[tuple[str, str | None]]:
    for line in lines:
        row = cells(line)
        if not row:
            return
        names = re.findall(r"`([\w]+)`", row[0])
        said = row[column].split(", ") if len(names) > 1 else [row[column]]
        for name, default in zip(names, said if len(said) == len(names) else [None] * len(names), strict=True):
            yield name, default or None


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] if line.startswith("|") else []


def value(said: str) -> Any:
    text = said.replace("`", "")
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def is_default(said: Any, default: Any) -> bool:
    """Whether that is the default; of a mapping some of its keys, or what they come to, in words."""
    if isinstance(default, dict) and isinstance(said, dict):
        return bool(said) == bool(default) and said.items() <= default.items()
    return bool(said == default) or (isinstance(default, dict) and " " in said)


def default_of(node: dict[str, Any]) -> Any:
    """The default, of a mapping with those of its keys."""
    inner = {key: default_of(part) for key, part in node.get("properties", {}).items() if "default" in part}
    return node["default"] or inner or node["default"]


def is_value(said: str) -> bool:
    return bool(re.fullmatch(r"`[^`]*`|[\d.]+", said))


def says_default(found: list[dict[str, Any]], said: str) -> bool:
    """Whether a description says that default, where a value alone doesn't."""
    return any(re.search(rf"\b{re.escape(said.strip('`'))}\b", node.get("description", "")) for node in found)
