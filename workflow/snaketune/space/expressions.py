"""Expressions over parameters (constraints, conditions, resources, filters): parsed and walked, never run as code."""

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from snaketune.errors import StudyError
from snaketune.values import shortened_text

__all__ = ["Expression", "Missing", "UncomputableError"]

_MOST_BITS = 10_000
_LARGEST_POWER = 1000
_DEEPEST = 100
_LONGEST_TEXT = 10_000
_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
}
_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
    ast.Is: lambda a, b: a is b,
    ast.IsNot: lambda a, b: a is not b,
}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "abs": abs, "bool": bool, "ceil": math.ceil, "exp": math.exp, "float": float, "floor": math.floor, "int": int,
    "len": len, "log": math.log, "log10": math.log10, "log2": math.log2, "max": max, "min": min, "round": round,
    "sqrt": math.sqrt, "str": str, "sum": sum,
}  # fmt: skip
_NAMED = {"true": True, "false": False, "null": None}


class UncomputableError(StudyError, ValueError):
    """The expression has no value for these values of its names."""


class Missing(Exception):  # noqa: N818 (no error: an inactive parameter is a normal thing)
    """The expression names something that has no value here, such as an inactive conditional parameter."""


@dataclass(frozen=True)
class Expression:
    """A Python-like expression: arithmetic, comparisons, and/or/not, `a if b else c`, `in`, lists, a few functions.

    Dotted names are parameters' names (`optimizer.lr`), not attributes.

    Raises:
        ValueError: the text is no such expression.
    """

    text: str
    _tree: ast.expr = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.text) > _LONGEST_TEXT:
            raise ValueError(f"an expression of {len(self.text)} characters is too long")
        try:
            tree = ast.parse(self.text.strip(), mode="eval").body
            object.__setattr__(self, "_tree", tree)
            _check(tree, 0)
        except SyntaxError as error:
            raise ValueError(f"not an expression: {error.msg} in {self.text!r}") from None
        except (RecursionError, MemoryError):
            raise ValueError("an expression nested this deep can't be read") from None

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that the expression needs values for."""
        return frozenset(_names(self._tree))

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """The expression's value, with names taken from `values`.

        Raises:
            Missing: a name has no value.
            UncomputableError: a division by zero, text with a number, …
        """
        try:
            return _value(self._tree, values)
        except Missing:
            raise
        except (ArithmeticError, TypeError, ValueError, RecursionError) as error:
            known = {name: values[name] for name in sorted(self.names) if name in values}
            raise UncomputableError(f"{self.text!r} can't be computed for {shortened_text(known)}: {error}") from None


def _dotted(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return owner and f"{owner}.{node.attr}"
    return None


def _check(node: ast.expr, depth: int) -> None:
    if depth > _DEEPEST:
        raise ValueError(f"an expression nested deeper than {_DEEPEST} levels can't be read")
    match node:
        case ast.Name() | ast.Attribute() if _dotted(node):
            return
        case ast.Constant(value=bool() | int() | float() | str() | None):
            return
        case ast.BinOp() if type(node.op) in _BINARY:
            parts = [node.left, node.right]
        case ast.UnaryOp() if type(node.op) in _UNARY:
            parts = [node.operand]
        case ast.BoolOp():
            parts = node.values
        case ast.Compare() if all(type(op) in _COMPARE for op in node.ops):
            parts = [node.left, *node.comparators]
        case ast.IfExp():
            parts = [node.test, node.body, node.orelse]
        case ast.List() | ast.Tuple() | ast.Set():
            parts = node.elts
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in FUNCTIONS:
            parts = node.args
        case ast.Call(func=ast.Name(id=name)):
            raise ValueError(f"'{name}(…)' can't be used here; these functions can: {', '.join(FUNCTIONS)}")
        case _:
            raise ValueError(f"{ast.unparse(node)!r} can't be used in an expression")
    for part in parts:
        _check(part, depth + 1)


def _names(node: ast.AST) -> Iterator[str]:
    name = _dotted(node)
    if name is not None:
        if name not in _NAMED:
            yield name
    elif isinstance(node, ast.Call):
        for argument in node.args:
            yield from _names(argument)
    else:
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr):
                yield from _names(part)


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    name = _dotted(node)
    if name is not None:
        if name in values:
            return values[name]
        if name in _NAMED:
            return _NAMED[name]
        raise Missing(name)
    match node:
        case ast.Constant():
            return node.value
        case ast.BinOp():
            left, right = _value(node.left, values), _value(node.right, values)
            _guard(node.op, left, right)
            return _BINARY[type(node.op)](left, right)
        case ast.UnaryOp():
            return _UNARY[type(node.op)](_value(node.operand, values))
        case ast.BoolOp():
            wanted = isinstance(node.op, ast.Or)
            result: Any = not wanted
            for part in node.values:
                result = _value(part, values)
                if bool(result) is wanted:
                    break
            return result
        case ast.Compare():
            left = _value(node.left, values)
            for op, comparator in zip(node.ops, node.comparators, strict=True):
                right = _value(comparator, values)
                if not _COMPARE[type(op)](left, right):
                    return False
                left = right
            return True
        case ast.IfExp():
            return _value(node.body if _value(node.test, values) else node.orelse, values)
        case ast.List() | ast.Tuple() | ast.Set():
            return [_value(item, values) for item in node.elts]
        case ast.Call(func=ast.Name(id=function)):
            arguments = [_value(argument, values) for argument in node.args]
            if function == "round" and len(arguments) > 1:
                _guard(ast.Pow(), 10, arguments[1])
            return FUNCTIONS[function](*arguments)
    raise TypeError(f"unexpected {type(node).__name__}")


def _guard(op: ast.operator, left: object, right: object) -> None:
    """Refuses what would take for ever or fill the memory."""
    if isinstance(op, ast.Pow) and isinstance(right, (int, float)):
        bits = left.bit_length() if isinstance(left, int) else 1
        if abs(right) > _LARGEST_POWER or bits * abs(right) > _MOST_BITS:
            raise ValueError("a power this large")
    if not isinstance(op, ast.Add) and any(isinstance(side, (str, list)) for side in (left, right)):
        raise TypeError("text and lists are no numbers")
