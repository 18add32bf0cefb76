"""What a run has reported while it trained: a curve in a line of characters, and its figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from snaketune.page.curves import curve_from
from snaketune.results.markdown import number

__all__ = ["Curve", "curves_of"]

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 32  # characters of a curve
_MOST = 8  # curves of a run


@dataclass(frozen=True)
class Curve:
    """A metric over the steps of a run; values are None where it was not reported, or was no finite number."""

    metric: str
    steps: Sequence[float | None]
    values: Sequence[float | None]

    @property
    def figures(self) -> str:
        """Its first and last value, the least and the largest one, and how many there are."""
        there = [value for value in self.values if value is not None]
        ends = f"{number(there[0])} → {number(there[-1])}"
        return f"{ends} (min {number(min(there))}, max {number(max(there))}, {len(there)} steps)"

    @property
    def line(self) -> str:
        """The curve as a line of bars, the mean of neighbouring values where there are many."""
        there = [value for value in self.values if value is not None]
        width = min(_WIDTH, len(there))
        parts = [there[i * len(there) // width : (i + 1) * len(there) // width] for i in range(width)]
        means = [sum(part) / len(part) for part in parts]
        low, span = min(means), max(means) - min(means)
        return "".join(_BARS[round((mean - low) / span * (len(_BARS) - 1)) if span > 0 else 0] for mean in means)


def curves_of(history: bytes, objectives: Sequence[str]) -> list[Curve]:
    """The curves of a run, those of objectives first, from its history.jsonl."""
    found = curve_from(history.decode("utf-8", "replace")) or {}
    names = [name for name in found if name != "step" and any(value is not None for value in found[name])]
    names.sort(key=lambda name: objectives.index(name) if name in objectives else len(objectives))
    return [Curve(name, found["step"], found[name]) for name in names[:_MOST]]
