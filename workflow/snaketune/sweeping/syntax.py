"""What readers of all kinds of scripts ask of syntax trees."""

import ast
import re
from typing import Any

from snaketune.sweeping.constants import Constants
from snaketune.values import is_number

__all__ = ["bounds_of", "helped", "kind_of", "last_name"]

_KINDS = {
    "int": "int", "float": "float", "str": "str", "bool": "bool", "Path": "path", "FileType": "path", "open": "path",
    "INT": "int", "FLOAT": "float", "STRING": "str", "BOOL": "bool", "IntRange": "int", "FloatRange": "float",
    "File": "path", "PosixPath": "path", "Choice": "str", "UUID": "path",
}  # fmt: skip


def last_name(node: ast.AST | None) -> str:
    """The name of what is called or named, without what it belongs to."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def kind_of(node: ast.expr | None, default: Any = None) -> str:
    """The kind (int, float, str, bool, path) that a type is, by its expression or else the default; "" if unknown."""
    if node is not None:
        return _KINDS.get(last_name(node.func if isinstance(node, ast.Call) else node), "")
    kind = type(default).__name__
    return kind if kind in ("int", "float", "str", "bool") else "str" if default is None else ""


def bounds_of(node: ast.expr | None, constants: Constants) -> tuple[float | None, float | None]:
    """The least and the largest value of click's IntRange and FloatRange; None where there is none."""
    if not isinstance(node, ast.Call) or last_name(node.func) not in ("IntRange", "FloatRange"):
        return None, None
    given = dict(zip(("min", "max"), node.args, strict=False))
    given |= {word.arg: word.value for word in node.keywords if word.arg}
    low, high = (constants.of(given.get(end)) if given.get(end) else None for end in ("min", "max"))
    return low if is_number(low) else None, high if is_number(high) else None


def helped(text: object) -> str:
    """A help text on one line, without places for the default."""
    if not isinstance(text, str):
        return ""
    plain = re.sub(r"\s*[\[(]?\s*(default|defaults to)?\s*[:=]?\s*%\(default\)[srdf]\s*[\])]?", "", text)
    return " ".join(plain.replace("%%", "%").split())
