"""The options that a program is given by its command and by the parameters."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from snaketune.config.command import places_in
from snaketune.runner.command import PLACEHOLDER
from snaketune.runner.spec import RunSpec
from snaketune.space import Space

__all__ = ["Given", "given_options"]


@dataclass(frozen=True)
class Given:
    """Options by their names: those that stand in the command, and those that parameters become, with the parameter."""

    written: Sequence[str]
    parameters: Mapping[str, str]

    @property
    def all(self) -> set[str]:
        """All of them."""
        return {*self.written, *self.parameters}


def given_options(words: Sequence[str], spec: RunSpec, space: Space, more: Iterable[str] = ()) -> Given | None:
    """The options among the arguments `words` of a command, and those of parameters that are appended; None if unclear.

    `more` are parameters beside those of the space.
    """
    written = []
    for word in words:
        name = word.partition("=")[0]
        if word == "--" or (name.startswith("-") and PLACEHOLDER.search(name)):
            return None
        if re.match(r"--?[A-Za-z]", word):
            written.append(name if word.startswith("--") else word)
    if spec.seed_flag:
        written.append(spec.seed_flag.rstrip("="))
    placed = set(places_in(spec.argv or []))
    appended = {}
    if spec.flags or "args" in placed:
        names = [name for name in space.parameters if not _is_never_given(space, name)]
        appended = {f"--{name}": name for name in dict.fromkeys([*names, *more]) if name not in placed}
    return Given(written, appended)


def _is_never_given(space: Space, name: str) -> bool:
    """Whether a parameter is false or null in every trial, so that it never becomes an option."""
    parameter = space.parameters[name]
    return parameter.finite and parameter.count <= 100 and all(v is None or v is False for v in parameter.values())
