"""Constants in a script's syntax tree: literals, names of literals at its top, and simple arithmetic on numbers."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from snaketune.sweeping.option import UNKNOWN
from snaketune.values import is_number, problem_with

__all__ = ["Constants"]

_ARITHMETIC: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.FloorDiv: operator.floordiv,
}  # fmt: skip
_LISTING = ("list", "tuple", "sorted", "set", "frozenset")
_MOST, _DEEPEST = 1000, 20


class Constants:
    """Finds the values of expressions in the module `tree`; what is assigned more than once is not known."""

    def __init__(self, tree: ast.Module):
        self._named: dict[str, ast.expr | None] = {}
        self.classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._named[node.id] = None if node.id in self._named else ast.Constant(None)
        once = {name for name, found in self._named.items() if found is not None}
        self._named = {}
        for node in tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in once:
                    self._named[name] = value
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name in once:
                    self._named[name] = value

    def of(self, node: ast.expr | None, depth: int = 0) -> Any:
        """The value of an expression, one that JSON can hold (a tuple or set as a list); UNKNOWN if it isn't known."""
        value = self._of(node, depth)
        return value if value is UNKNOWN or problem_with(value) is None else UNKNOWN

    def items(self, node: ast.expr | None) -> tuple[Any, ...]:
        """The values of a list (or the like); none if they aren't known."""
        value = self.of(node)
        items = list(value) if isinstance(value, (list, dict)) else []
        return tuple(items) if len(items) <= _MOST else ()

    def _of(self, node: ast.expr | None, depth: int) -> Any:
        if depth > _DEEPEST:
            return UNKNOWN
        match node:
            case ast.Constant(value=bool() | int() | float() | str() | None as value):
                return value
            case ast.Name(id=name) if self._named.get(name):
                return self._of(self._named[name], depth + 1)
            case ast.List(elts=elts) | ast.Tuple(elts=elts) | ast.Set(elts=elts):
                items = [self._of(item, depth + 1) for item in elts]
                return UNKNOWN if UNKNOWN in items else items
            case ast.Dict(keys=keys):
                names = [self._of(key, depth + 1) for key in keys]
                return dict.fromkeys(names) if all(isinstance(name, str) for name in names) else UNKNOWN
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = self._of(operand, depth + 1)
                return -value if is_number(value) else UNKNOWN
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return _computed(type(op), self._of(left, depth + 1), self._of(right, depth + 1))
            case ast.Call():
                return self._of_call(node, depth)
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id=owner), attr=member), attr="value"):
                return self._member(owner, member, depth)
            case ast.Attribute(value=ast.Name(id=owner), attr=member) if owner in self.classes:
                return self._member(owner, member, depth)
        return UNKNOWN

    def _member(self, owner: str, member: str, depth: int) -> Any:
        """The value of a member of an enumeration, which is what stands on the command line for it."""
        for statement in self.classes[owner].body if owner in self.classes else ():
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == member:
                    return self._of(value, depth + 1)
        return UNKNOWN

    def _of_call(self, node: ast.Call, depth: int) -> Any:
        match node:
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _LISTING:
                value = self._of(argument, depth + 1)
                items = list(value) if isinstance(value, (list, dict)) else UNKNOWN
                return sorted(items, key=str) if name == "sorted" and isinstance(items, list) else items
            case ast.Call(func=ast.Name(id="range"), args=args, keywords=[]):
                ends = [self._of(argument, depth + 1) for argument in args]
                if 1 <= len(ends) <= 3 and all(isinstance(end, int) for end in ends) and 0 not in ends[2:]:
                    numbers = range(*ends)
                    return list(numbers) if len(numbers) <= _MOST else UNKNOWN
            case ast.Call(func=ast.Attribute(value=owner, attr="keys"), args=[]):
                return self._of(owner, depth + 1)
            case ast.Call(func=ast.Name(id="float" | "int" | "str" | "Path"), args=[argument], keywords=[]):
                return self._of(argument, depth + 1)
            case ast.Call(func=ast.Attribute(attr="Path"), args=[argument]):
                return self._of(argument, depth + 1)
        return UNKNOWN


def _computed(operation: type, left: Any, right: Any) -> Any:
    if (
        not (is_number(left) and is_number(right))
        or abs(left) > 1e12
        or abs(right) > (64 if operation is ast.Pow else 1e12)
    ):
        return UNKNOWN
    try:
        value = _ARITHMETIC[operation](left, right)
    except (ArithmeticError, ValueError):
        return UNKNOWN
    return value if is_number(value) else UNKNOWN
