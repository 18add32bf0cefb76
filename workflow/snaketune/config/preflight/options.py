"""What a Python program takes on its command line, from its syntax tree; nothing where that leaves a doubt."""

import ast
from dataclasses import dataclass, field

__all__ = ["Options", "constant_names", "is_certain", "keyword", "parents_of"]

_MAYBE = (ast.If, ast.Try, ast.For, ast.While, ast.With, ast.IfExp, ast.Match, ast.AsyncFor, ast.AsyncWith)


@dataclass
class Options:
    """The options by all their names (`--lr`, `-l`); `required` those without which it ends, each with its names.

    `abbreviated`: the beginning of a name will do.
    """

    names: set[str] = field(default_factory=set)
    required: list[tuple[str, ...]] = field(default_factory=list)
    abbreviated: bool = False

    def knows(self, option: str) -> bool:
        """Whether there is an option of that name."""
        return option in self.names or (self.abbreviated and any(name.startswith(option) for name in self.names))

    def lacking(self, given: set[str]) -> list[tuple[str, ...]]:
        """The required options that are not among the given ones."""
        return [
            names
            for names in self.required
            if not any(
                name == option or (self.abbreviated and name.startswith(option)) or _joined(option, name)
                for option in given
                for name in names
            )
        ]


def _joined(option: str, name: str) -> bool:
    """Whether a short option has its value behind it, as in -d5."""
    return len(name) == 2 and not option.startswith("--") and option.startswith(name)


def constant_names(call: ast.Call) -> tuple[str, ...] | None:
    """The texts that a call is given by position, None if they are not all texts."""
    names = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if len(names) < len(call.args) or any(word.arg is None for word in call.keywords):
        return None
    return tuple(names)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """What a call is given as a keyword."""
    return next((word.value for word in call.keywords if word.arg == name), None)


def parents_of(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    """The node above each node."""
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def is_certain(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether a node is under no condition and in no loop."""
    above: ast.AST | None = parents.get(node)
    while above is not None and not isinstance(above, _MAYBE):
        above = parents.get(above)
    return above is None
