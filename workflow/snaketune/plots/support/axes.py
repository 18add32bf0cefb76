"""Axes of parameters and of numbers: where values are placed, and what stands at the ticks.

Parameters are drawn on [0, 1] whatever their scale, so that numbers, logarithms and categories share one
treatment and inactive trials have a place of their own.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.cm import ScalarMappable
from matplotlib.colors import FuncNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import Formatter, MaxNLocator, NullLocator

from snaketune.config.study import Metric
from snaketune.importance.scales import Categories, Numeric, Scale
from snaketune.plots.support.source import FAILED
from snaketune.plots.support.theme import Look, shown
from snaketune.plots.support.values import Limits, Shown, goal

__all__ = [
    "DENSE",
    "GOLDEN",
    "INACTIVE",
    "STATUSES",
    "PlainNumbers",
    "Ticks",
    "brief",
    "colours_of",
    "is_leftmost",
    "label_of",
    "log_ticks",
    "mark",
    "mark_entries",
    "numbers_on",
    "objective_axis",
    "objective_bar",
    "parameter_axis",
    "places",
    "plain",
    "status_marks",
    "ticks_of",
    "value_label",
    "value_ticks",
]

# Where trials stand in which the parameter is inactive.
INACTIVE = -0.16
GOLDEN = 0.6180339887
# Up to so many whole numbers are as separate as categories.
_SEPARATE = 12
# Above so many marks they are drawn as one picture, in svg and pdf files too.
DENSE = 500
_APART = 2000  # places along an axis
STATUSES = {"failed": FAILED, "pruned": ("pruned",)}
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Ticks:
    """Places in [0, 1] and what is written there."""

    places: tuple[float, ...]
    labels: tuple[str, ...]


def places(scale: Scale, values: Sequence[object], *, spread: float = 0.0, ratio: float = GOLDEN) -> np.ndarray:
    """Where values stand on their axis, in [0, 1]; inactive ones (ABSENT) at INACTIVE.

    `spread` is the share of a category's room (or of that of one of a few whole numbers) over which its
    trials are spread, by their place in the list, evenly, not at random, so that they don't hide each other;
    two axes of one panel need different irrational `ratio`s, or they would be spread along a diagonal.
    """
    if isinstance(scale, Numeric):
        found = scale.positions(values)
        ends = np.array([scale.low, scale.high], dtype=float)
        if scale.log:
            found, ends = np.log(found), np.log(ends)
        width = ends[1] - ends[0]
        found = (found - ends[0]) / width if width else np.where(np.isnan(found), np.nan, 0.5)
        if scale.whole and not scale.log and 0 < width <= _SEPARATE:
            # Folded back at the ends, so that nothing stands beyond the range.
            found = 1 - np.abs(1 - np.abs(found + 0.6 * spread * _even(len(values), ratio) / width))
    else:
        found = scale.units(values) + spread * _even(len(values), ratio) / len(scale.labels)
    return np.where(np.isnan(found), INACTIVE, found)


def _even(count: int, ratio: float) -> np.ndarray:
    """Numbers in [-0.5, 0.5) that fill it evenly, however many there are: the multiples of an irrational number."""
    return (np.arange(count) * ratio) % 1 - 0.5


def ticks_of(scale: Scale, most: int = 5) -> Ticks:
    """At most about `most` ticks for numbers; for categories all, or as many as `most` allows."""
    if isinstance(scale, Categories):
        count = len(scale.labels)
        step = math.ceil(count / max(most, 1))
        chosen = range(0, count, step)
        return Ticks(tuple((i + 0.5) / count for i in chosen), tuple(shown(scale.labels[i], 18) for i in chosen))
    numbers = _log_numbers(scale, most) if scale.log else _linear_numbers(scale, most)
    return Ticks(tuple(places(scale, numbers).tolist()), tuple(plain(numbers)))


def _linear_numbers(scale: Numeric, most: int) -> list[float]:
    if scale.low == scale.high:
        return [scale.low]
    found = MaxNLocator(most, integer=scale.whole, steps=[1, 2, 2.5, 5, 10]).tick_values(scale.low, scale.high)
    slack = 1e-9 * (scale.high - scale.low)
    return [n for n in np.asarray(found).tolist() if scale.low - slack <= n <= scale.high + slack] or [
        scale.low,
        scale.high,
    ]


def _log_numbers(scale: Numeric, most: int) -> list[float]:
    if scale.low == scale.high:
        return [scale.low]
    first, last = math.ceil(math.log10(scale.low) - 1e-9), math.floor(math.log10(scale.high) + 1e-9)
    finer = [m * 10.0**power for power in range(first - 1, last + 1) for m in (1, 2, 5)]
    inside = [n for n in finer if scale.low * 0.999 <= n <= scale.high * 1.001]
    if last - first >= 2 or (last - first == 1 and len(inside) > most):
        step = max(1, math.ceil((last - first + 1) / most))
        return [10.0**power for power in range(first, last + 1, step)]
    return inside if len(inside) > 1 else _linear_numbers(replace(scale, log=False), most)


def plain(numbers: Sequence[float]) -> list[str]:
    """Numbers as short as their differences allow: 0.001, 20, 10⁻⁶, 2.5×10⁹."""
    finite = sorted({n for n in numbers if math.isfinite(n)})
    steps = [b - a for a, b in pairwise(finite)]
    return [_plain(n, min((s for s in steps if s > 0), default=None)) for n in numbers]


def _plain(number: float, step: float | None) -> str:
    if number == 0:
        return "0"
    size = math.floor(math.log10(abs(number)) + 1e-9)
    finest = math.floor(math.log10(step) + 1e-9) if step else size - 2
    # One digit beyond the step, since steps may be 2.5; zeros at the end go away.
    digits = min(12, max(1, size - finest + 2))
    if -4 < size < 5:
        shortest = f"{number:.{max(0, digits - 1 - size)}f}"
        shortest = shortest.rstrip("0").rstrip(".") if "." in shortest else shortest
    else:
        mantissa, _, exponent = f"{number:.{digits - 1}e}".partition("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        power = "10" + str(int(exponent)).translate(_SUPERSCRIPT)
        shortest = mantissa[:-1] + power if mantissa in ("1", "-1") else f"{mantissa}×{power}"
    return shortest.replace("-", "−")


def brief(number: float) -> str:
    """A number with three significant digits, or with all of a whole number's up to five."""
    whole = 1000 <= abs(number) < 1e5
    return (f"{number:.0f}" if whole else f"{number:.3g}").replace("-", "−")


class PlainNumbers(Formatter):
    """Tick labels as `plain` writes them."""

    _step: float | None = None

    def set_locs(self, locs: Sequence[float]) -> None:
        self._step = min((b - a for a, b in pairwise(locs) if b > a), default=None)

    def __call__(self, x: float, pos: int | None = None) -> str:
        # What floating-point arithmetic leaves of zero is zero.
        return "0" if self._step and abs(x) < 1e-6 * self._step else _plain(x, self._step)


def numbers_on(axis: Axis, most: int = 5, *, whole: bool = False) -> None:
    """Plain tick labels, at most about `most`."""
    axis.set_major_locator(MaxNLocator(most, integer=whole, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(PlainNumbers())


def label_of(name: str, scale: Scale, most: int = 28) -> str:
    """A parameter's name with its scale, if it is logarithmic."""
    return shown(name, most) + (" (log)" if isinstance(scale, Numeric) and scale.log else "")


def parameter_axis(
    axes: Axes, which: str, name: str, scale: Scale, look: Look, *, room: float, inactive: bool = False
) -> float:
    """Makes one axis ("x" or "y") of `axes` that of a parameter; `room` is its length in centimetres.

    Gives the length of turned labels in centimetres, 0 if none are: what the figure has to grow by.
    """
    deepest = 0.0
    axis = axes.xaxis if which == "x" else axes.yaxis
    if which == "y":
        most = max(2, int(room / (0.55 * look.scale)))
    elif isinstance(scale, Categories):
        widest = max(look.length(shown(label, 18)) for label in scale.labels)
        fits = len(scale.labels) * (widest + 0.15 * look.scale) <= room
        most = len(scale.labels) if fits else max(1, int(room / (0.5 * look.scale)))
    else:
        fits, most = True, max(2, min(6, int(room / (1.0 * look.scale))))
    ticks = ticks_of(scale, most)
    tick_places = [INACTIVE, *ticks.places] if inactive else list(ticks.places)
    axis.set_ticks(tick_places, [("off" if which == "x" else "inactive"), *ticks.labels] if inactive else ticks.labels)
    if which == "x" and isinstance(scale, Categories) and not fits:
        axes.tick_params(axis="x", labelrotation=90)
        deepest = max(look.length(label) for label in ticks.labels)
    low = INACTIVE - 0.08 if inactive else -0.05
    (axes.set_xlim if which == "x" else axes.set_ylim)(low, 1.05)
    if inactive:
        (axes.axvline if which == "x" else axes.axhline)(
            -0.06, color=look.faint, linewidth=0.6 * look.scale, linestyle=":"
        )
    label = label_of(name, scale, max(10, int(room / look.length("x")) - 8))
    (axes.set_xlabel if which == "x" else axes.set_ylabel)(label)
    return deepest / look.scale


def objective_axis(axes: Axes, metric: Metric, limits: Limits, *, label: bool = True, which: str = "y") -> None:
    """Makes one axis that of the objective."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    if limits.log:
        (axes.set_xscale if which == "x" else axes.set_yscale)("function", functions=(limits.forward, limits.inverse))
    (axes.set_xlim if which == "x" else axes.set_ylim)(limits.low, limits.high)
    value_ticks(axis, limits)
    if limits.empty:
        axis.set_ticks([])
    if label and which == "x":
        axis.set_label_text(f"{value_label(metric, limits)} ({goal(metric)})")
    elif label:
        # On two lines, about as long, as it stands upright: else it would be longer than its axis.
        axis.set_label_text(f"{_named(metric)}\n({'log, ' * limits.log}{goal(metric)})")


def value_label(metric: Metric, limits: Limits) -> str:
    """The objective's name with its budget, if it is that of one, and its scale, if it is logarithmic."""
    return _named(metric) + (" (log)" if limits.log else "")


def _named(metric: Metric) -> str:
    budget = f" with {shown(metric.budget, 16)}" if isinstance(metric, Shown) and metric.budget else ""
    return shown(metric.name) + budget


def value_ticks(axis: Axis, limits: Limits, most: int = 5) -> None:
    """Ticks of objective values on an axis, which has their scale already."""
    if limits.log:
        places, labels = log_ticks(limits, most)
        axis.set_ticks(places, labels)
        axis.set_minor_locator(NullLocator())
    else:
        numbers_on(axis, most)


def log_ticks(limits: Limits, most: int = 5) -> tuple[list[float], list[str]]:
    """The values at the ticks of a logarithmic axis, ascending, and what is written there; 0 at its end if needed."""
    ends = np.abs([limits.low, limits.high])
    small, large = ends.min(), ends.max()
    # Between the tick of 0 and the others there is room.
    inner = _log_numbers(Numeric(small * (large / small) ** (0.1 * bool(limits.zeros)), large, log=True), most)
    numbers = sorted(limits.sign * number for number in inner)
    labelled = dict(zip(numbers, plain(numbers), strict=True))
    if limits.zeros:
        labelled[limits.low if limits.sign > 0 else limits.high] = "≤ 0" if limits.better else "0"
    return sorted(labelled), [labelled[number] for number in sorted(labelled)]


def colours_of(limits: Limits) -> Normalize:
    """From objective values to the colours of their scale."""
    if limits.log:
        return FuncNorm((limits.forward, limits.inverse), limits.low, limits.high, clip=True)
    return Normalize(limits.low, limits.high)


def objective_bar(
    figure: Figure,
    mappable: ScalarMappable,
    panels: Sequence[Axes],
    metric: Metric,
    limits: Limits,
    look: Look,
    prefix: str = "",
) -> None:
    """A colour bar of the objective."""
    bar = look.bar(figure, mappable, panels, f"{prefix}{value_label(metric, limits)} ({goal(metric)})")
    value_ticks(bar.ax.xaxis if look.narrow else bar.ax.yaxis, limits)


def is_leftmost(panel: Axes) -> bool:
    """Whether a panel stands in the first column of its figure."""
    place = panel.get_subplotspec()
    return place is not None and place.is_first_col()


def mark(axes: Axes, at: np.ndarray, status: np.ndarray, limits: Limits, look: Look) -> None:
    """Marks trials without a value at the worse end of the objective's axis (see `limits_of` for the room there)."""
    far = limits.worse == limits.high
    for kind, edge in (("failed", 0.02), ("pruned", 0.06)):
        places = _apart(at[np.isin(status, STATUSES[kind])])
        axes.plot(
            places,
            np.full(len(places), 1 - edge if far else edge),
            transform=axes.get_xaxis_transform(),
            rasterized=len(at) > DENSE,
            **status_marks(look)[kind],
        )


def _apart(at: np.ndarray) -> np.ndarray:
    """The places that can be told apart on an axis: of marks at the same height, others would cover them."""
    if len(at) <= DENSE:
        return at
    _, first = np.unique(np.round((at - at.min()) / (np.ptp(at) or 1.0) * _APART), return_index=True)
    return at[np.sort(first)]


def mark_entries(look: Look, status: np.ndarray) -> list[tuple[Line2D, str]]:
    """The legend's entries for the trials without a value that there are."""
    counts = {kind: int(np.isin(status, found).sum()) for kind, found in STATUSES.items()}
    return [
        (Line2D([], [], **status_marks(look)[kind]), f"{kind} ({count:,})") for kind, count in counts.items() if count
    ]


def status_marks(look: Look) -> dict[str, dict[str, Any]]:
    """How trials without a value are marked: failed in any way, and pruned."""
    return {
        "failed": {
            "marker": "x",
            "color": look.alarm,
            "linestyle": "none",
            "markersize": 3.5 * look.scale,
            "alpha": 0.8,
        },
        "pruned": {
            "marker": "v",
            "color": look.faint,
            "linestyle": "none",
            "markersize": 3.5 * look.scale,
            "markerfacecolor": "none",
        },
    }
