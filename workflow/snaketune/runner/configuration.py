"""The configuration file that a run gets: the base configuration with the parameters set in it."""

from __future__ import annotations

import json
import math
import re

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["dump_yaml_safe_json", "merge"]


def merge(base: Mapping[str, Any] | None, params: Mapping[str, Any]) -> dict[str, Any]:
    """`base` (nested) with the parameters set in it: a deep copy; a dotted name is a path of nested keys.

    A parameter replaces what it names, also when both are dicts; "a" is set before "a.b".
    """
    merged: dict[str, Any] = _copy(base or {})
    for name in sorted(params, key=lambda name: name.count(".")):
        *path, last = name.split(".")
        node = merged
        for key in path:
            if not isinstance(node.get(key), dict):
                node[key] = {}
            node = node[key]
        node[last] = _copy(params[name])
    return merged


def _copy(value: Any) -> Any:
    """A deep copy of a JSON value."""
    return value if type(value) in (float, int, str, bool, type(None)) else json.loads(json.dumps(value))


def dump_yaml_safe_json(value: object, yaml: bool = True, indent: str = "") -> str:
    """`value` as indented JSON that a YAML 1.1 reader reads as the same value (it needs 1.0e-05).

    Non-finite numbers are written `.nan`, `.inf` if `yaml`, else NaN, Infinity as Python's json does.
    """
    if isinstance(value, (dict, list)) and value:
        deeper = indent + "  "
        items = [deeper + (_quote(key) + ": " if isinstance(value, dict) else "")
                 + dump_yaml_safe_json(value[key] if isinstance(value, dict) else key, yaml, deeper)
                 for key in value]  # fmt: skip
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        return opening + "\n" + ",\n".join(items) + "\n" + indent + closing
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, float):
        if yaml and not math.isfinite(value):
            return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
        return re.sub(r"^(-?\d+)e", r"\1.0e", json.dumps(value))
    return json.dumps(value)


def _quote(string: str) -> str:
    # YAML readers refuse or fold these characters when they are bare, and do not join surrogate escapes
    raw = json.dumps(string, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]", lambda m: f"\\u{ord(m[0]):04x}", raw)
