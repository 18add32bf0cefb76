"""Compares what a document says that a command prints with what it prints, loosely."""

import re

_NUMBER = re.compile(r"\d+([,.]\d+)*(e[+-]?\d+)?|\b0x[0-9a-f]+|\bt[0-9a-f]{8,}\b")
_FRAME = re.compile(r"[─━│┃┏┓┗┛┡┩╇╈╭╮╰╯├┤┼═|+-]{2,}|[│┃|]")


def missing(said: str, printed: str) -> str | None:
    """The first line of `said` that was not printed behind those before it; None: all were.

    A line `…` stands for any lines, `…` in a line for any text. Numbers, ids, times, frames and blanks don't matter.
    """
    rest = [_plain(line) for line in printed.splitlines()]
    for line in said.splitlines():
        wanted = _plain(line)
        if not wanted or wanted == "…":
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in wanted.split("…")))
        found = next((i for i, has in enumerate(rest) if pattern.search(has)), None)
        if found is None:
            return line
        rest = rest[found + 1 :]
    return None


def _plain(line: str) -> str:
    return " ".join(_FRAME.sub(" ", _NUMBER.sub("0", line)).split())
