"""Record files with lines that are not what was written: they are set aside, and what is whole of them is kept."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from snaketune.results.store import Store
from snaketune.runner.files import replace_file
from snaketune.runner.lock import is_locked
from snaketune.runner.record_line import is_line
from snaketune.runner.records import FORGOTTEN
from snaketune.runner.states import free
from snaketune.sums import DamagedFile

__all__ = ["damaged_record_files", "set_aside_lines"]

_LISTED = 5  # lines


def damaged_record_files(store: Store) -> Iterator[DamagedFile]:
    """The record files of a study with damaged lines, but for those that somebody writes to; by name."""
    found: dict[str, dict[int, str]] = {}
    for line in (*store.damaged, *store.cut):
        found.setdefault(line.path, {})[line.line] = line.why
    forgotten = store.layout.records / FORGOTTEN
    if forgotten.is_file():
        lines = enumerate(forgotten.read_bytes().split(b"\n"), 1)
        if damaged := {number: "is not what was written" for number, line in lines if line and not is_line(line)}:
            found[str(forgotten)] = damaged
    for path in sorted(found):
        if not is_locked(path):
            yield DamagedFile(Path(path), _which(found[path]))


def set_aside_lines(damaged: DamagedFile) -> str:
    """Sets a record file aside, and puts its whole lines in its place; says so."""
    path = damaged.path
    aside = Path(free(str(path), ".damaged") if path.with_name(f"{path.name}.damaged").exists() else f"{path}.damaged")
    whole = [line for line in path.read_bytes().split(b"\n") if line and is_line(line)]
    shutil.copyfile(path, aside)
    replace_file(str(path), b"".join(line + b"\n" for line in whole))
    lines = "its whole line is" if len(whole) == 1 else f"its {len(whole)} whole lines are"
    return (
        f"{path} is damaged ({damaged.why}): set aside as {aside.name}; {lines} kept, and the other runs are done again"
    )


def _which(lines: Mapping[int, str]) -> str:
    """Which lines are damaged, and why the first one is."""
    numbers = sorted(lines)
    if len(numbers) == 1:
        return f"line {numbers[0]} {lines[numbers[0]]}"
    more = f" and {len(numbers) - _LISTED} more" if len(numbers) > _LISTED else ""
    return f"lines {', '.join(map(str, numbers[:_LISTED]))}{more} are not what was written"
