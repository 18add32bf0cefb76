"""A run's metrics as one flat table within bounds, and a word about each that could not be kept as it was given.

Nested objects get dotted names. Lists are left out, and so are names longer than 200 characters and all metrics beyond
the first 1,000, but for those that are asked for; a text longer than 1,000 characters keeps its beginning and its end.
Where two metrics have the same name, `{"a.b": 1, "a": {"b": 2}}`, the last one holds, as in JSON itself.
"""

from __future__ import annotations

from snaketune.runner.json_numbers import strict, too_large

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import Any

__all__ = ["LONGEST_NAME", "LONGEST_TEXT", "MOST_METRICS", "bounded", "shortened"]

MOST_METRICS = 1000
LONGEST_NAME = 200  # characters
LONGEST_TEXT = 1000  # characters


def bounded(values: Mapping[str, Any], wanted: Collection[str]) -> tuple[dict[str, Any], list[str], list[str]]:
    """The metrics by dotted name, as strict JSON has them, with notes about what is not as it was given.

    The notes about metrics that are wanted are given once more by themselves.
    """
    flat: dict[str, Any] = {}
    lists: list[str] = []
    long_names: list[str] = []
    long_texts: list[str] = []
    twice: list[str] = []
    large: list[str] = []
    beyond: list[str] = []
    for name, value in _leaves(values, ""):
        if isinstance(value, list):
            lists.append(name)
        elif len(name) > LONGEST_NAME and name not in wanted:
            long_names.append(name)
        elif len(flat) >= MOST_METRICS and name not in flat and name not in wanted:
            beyond.append(name)
        else:
            if name in flat and flat[name] != strict(value):
                twice.append(name)
            if isinstance(value, str) and len(value) > LONGEST_TEXT:
                long_texts.append(name)
                value = shortened(value, LONGEST_TEXT)
            if too_large(value):
                large.append(name)
            flat[name] = strict(value)
    said = [
        (lists, "is a list and was left out", "are lists and were left out"),
        (long_names, f"has a name of more than {LONGEST_NAME} characters and was left out",
         f"have names of more than {LONGEST_NAME} characters and were left out"),
        (beyond, f"was left out: there are more than {MOST_METRICS:,}",
         f"were left out: there are more than {MOST_METRICS:,}"),
        (long_texts, f"is a text of more than {LONGEST_TEXT:,} characters and was cut",
         f"are texts of more than {LONGEST_TEXT:,} characters and were cut"),
        (twice, "is given twice, with different values; the last one holds",
         "are given twice, with different values; the last ones hold"),
        (large, "is an integer that is too large for a number and counts as infinite",
         "are integers that are too large for numbers and count as infinite"),
    ]  # fmt: skip
    notes = [(_about(names, one, many), names) for names, one, many in said if names]
    return flat, [note for note, _ in notes], [note for note, names in notes if set(names) & set(wanted)]


def shortened(text: str, longest: int) -> str:
    """A text of `longest` characters or a few more: cut in the middle, which says how much was left out."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]}[{len(text) - 2 * half:,} characters left out here]{text[-half:]}"


def _leaves(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _about(names: Sequence[str], one: str, many: str) -> str:
    shown = ", ".join(repr(shortened(name, 60)) for name in names[:3])
    if len(names) == 1:
        return f"metric {shown} {one}"
    return f"{len(names):,} metrics {many}: {shown}{', …' if len(names) > 3 else ''}"
