"""What is said once in a session, though stages of many rounds, which are processes of their own, come to say it."""

import re
from collections.abc import Iterable

from snaketune.layout import Layout

__all__ = ["forget_said", "not_said_yet"]

_NUMBER = re.compile(r"\d[\d.,]*( \w?B\b)?")  # also a size with its unit


def not_said_yet(layout: Layout, lines: Iterable[str]) -> list[str]:
    """Those of the lines that nobody has said in this session, whatever the numbers in them; now they are said."""
    kinds = {_NUMBER.sub("#", line): line for line in lines}
    known = set(layout.said.read_text().splitlines()) if layout.said.exists() else set[str]()
    new = {kind: line for kind, line in kinds.items() if kind not in known}
    if new:
        with layout.said.open("a") as file:
            file.writelines(f"{kind}\n" for kind in new)
    return list(new.values())


def forget_said(layout: Layout) -> None:
    """Begins a session, in which nothing is said yet."""
    layout.said.unlink(missing_ok=True)
