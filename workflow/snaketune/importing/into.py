"""The lines of a study that use a table of results, and how they come into its file, whose comments and order stay.

Where YAML's parser says that a place is, the lines are put in; what is read then has to be what was read before and
these lines, else nothing is changed.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from snaketune.config import read_study
from snaketune.errors import StudyError, did_you_mean

__all__ = ["Use", "added", "check_use", "lines_of"]

Node = Any


class Use:
    """How a study is to use the table `file`: as `imported` results, or as the `warm_start` of a search.

    `count`: imported rows count as trials of the study.
    """

    def __init__(self, file: str, *, search: str | None = None, count: bool = False):
        self.file, self.search, self.count = file, search, count

    @property
    def key(self) -> str:
        return "warm_start" if self.search else "imported"

    @property
    def entry(self) -> Any:
        if self.search:
            return self.file
        return {"file": self.file} | ({"count": True} if self.count else {})

    def place(self, config: Mapping[str, Any]) -> tuple[str, ...]:
        """The keys that lead to what has the key."""
        if not self.search:
            return ()
        if "searches" in config:
            return "searches", self.search
        return ("search",)

    def applied(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The configuration with the entry in its place, if it is not there yet.

        Raises:
            StudyError: there is no such search.
            TypeError: something else than a list is in the place.
        """
        whole: dict[str, Any] = _unshared(config)
        names = whole.get("searches") or {whole.get("search", {}).get("strategy"): None}
        if self.search and self.search not in names:
            raise StudyError(f"The study has no search '{self.search}'.{did_you_mean(self.search, names)}")
        holder = whole
        for name in self.place(whole):
            holder = holder[name]
        entries = holder.setdefault(self.key, [])
        if not isinstance(entries, list):
            raise TypeError
        entries += [] if self.entry in entries else [self.entry]
        return whole


def _unshared(value: Any) -> Any:
    """A copy in which nothing is there twice, as YAML's aliases have it."""
    if isinstance(value, dict):
        return {name: _unshared(each) for name, each in value.items()}
    return [_unshared(each) for each in value] if isinstance(value, list) else value


def lines_of(use: Use, config: Mapping[str, Any] | None = None) -> str:
    """The lines, as they stand in a file that has none of these keys."""
    import yaml

    whole: Any = {use.key: [use.entry]}
    for name in reversed(use.place(config or {"searches": None})):
        whole = {name: whole}
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, default_flow_style=False)


def check_use(use: Use, config: Mapping[str, Any]) -> None:
    """Raises StudyError if the study can't use a table so: there is no such search, or it starts from nothing."""
    with suppress(TypeError):  # what is in the place is no list: it is said where the lines are to be added
        read_study(use.applied(config), Path.cwd())


def added(file: Path, use: Use) -> bool:
    """Adds the lines to a study's file; whether they were not there yet.

    Raises:
        StudyError: they can't be added safely, and are to be pasted.
    """
    import yaml

    before = file.read_text(encoding="utf-8")
    config = yaml.safe_load(before)
    try:
        wanted = use.applied(config)
        if wanted == config:
            return False
        after = _inserted(before, use, config)
        good = yaml.safe_load(after) == wanted
    except (yaml.YAMLError, LookupError, TypeError):
        good = False
    if not good:
        raise _refused(file, use, config)
    from snaketune.files import replaced

    with replaced(file) as temporary:
        temporary.write_text(after, encoding="utf-8", newline="")
        temporary.chmod(file.stat().st_mode)
    return True


def _refused(file: Path, use: Use, config: Mapping[str, Any]) -> StudyError:
    return StudyError(f"The lines can't be added to {file} without changing others; these are to be put in:\n"
                      f"{lines_of(use, config)}")  # fmt: skip


def _inserted(text: str, use: Use, config: Mapping[str, Any]) -> str:
    """The text with the entry in its place."""
    import yaml

    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for name in use.place(config):
        node = _value(node, name)
    there = _value(node, use.key)
    if there is None:
        return _with_key(text, node, use)
    return _with_item(text, there, use)


def _value(mapping: Node, name: str) -> Node:
    """The value of a key; None if the mapping has none of that name."""
    return next((value for key, value in mapping.value if key.value == name), None)


def _with_key(text: str, mapping: Node, use: Use) -> str:
    """A further key behind all that a mapping has."""
    if mapping.flow_style:
        end = mapping.end_mark.index - 1
        inside = text[mapping.start_mark.index + 1 : end].rstrip()
        comma = ", " if mapping.value and not inside.endswith(",") else ""
        return f"{text[:end].rstrip()}{comma}{use.key}: [{_flow(use.entry)}]{text[end:]}"
    indent = " " * mapping.start_mark.column
    return _behind(text, _end(mapping), f"{indent}{use.key}:\n{indent}  - {_flow(use.entry)}\n")


def _with_item(text: str, items: Node, use: Use) -> str:
    """A further item behind all that a list has."""
    if items.flow_style:
        end = items.end_mark.index - 1
        comma = ", " if items.value else ""
        return f"{text[:end].rstrip()}{comma}{_flow(use.entry)}{text[end:]}"
    indent = " " * items.start_mark.column
    return _behind(text, _end(items), f"{indent}- {_flow(use.entry)}\n")


def _behind(text: str, end: int, lines: str) -> str:
    """The text with lines behind the line in which a place is."""
    line_end = text.find("\n", end)
    if line_end < 0:
        return f"{text}\n{lines}"
    return text[: line_end + 1] + lines + text[line_end + 1 :]


def _end(node: Node) -> int:
    """Where the last word of a node ends: what YAML's parser calls its end is where the next one begins."""
    last = node.value[-1] if isinstance(node.value, list) and node.value and not node.flow_style else None
    if isinstance(last, tuple):
        return max(_end(last[0]), _end(last[1]))
    if last is not None:
        return _end(last)
    end: int = node.end_mark.index
    # A block of text ends with its own line end.
    return end - 1 if getattr(node, "style", None) in ("|", ">") else end


def _flow(entry: Any) -> str:
    """An entry on one line."""
    import yaml

    shown = yaml.safe_dump(entry, default_flow_style=True, allow_unicode=True, width=10**6, sort_keys=False).strip()
    return str(shown.removesuffix("\n...").strip())
