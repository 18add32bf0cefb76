"""Parameter importances: fANOVA and permutation importance with their uncertainty, and the strongest interactions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from snaketune.plots.support.axes import numbers_on
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.source import Source, floats
from snaketune.plots.support.theme import Look, shown
from snaketune.results.importances import ONE_VALUE, PAIRED

__all__ = ["DRAWING", "Bar", "ImportanceBars", "importances_data", "importances_figure"]

MOST_PARAMETERS = 20
MOST_INTERACTIONS = 4
LEAST_INTERACTION = 0.01


@dataclass(frozen=True)
class Bar:
    """A share of the objective's variance and its standard deviation, for one parameter or pair."""

    label: str
    fanova: float
    fanova_sd: float
    permutation: float
    permutation_sd: float


@dataclass(frozen=True)
class ImportanceBars:
    """The bars, most important first, and why not to trust them ("" if nothing speaks against it).

    `interactions` have no permutation importance (NaN). `left_out` counts the parameters that are not shown.
    `remark` says of which trials they are, where these have different budgets.
    """

    metric: str
    parameters: tuple[Bar, ...]
    interactions: tuple[Bar, ...]
    warning: str
    left_out: int
    remark: str = ""


def importances_data(source: Source) -> ImportanceBars:
    """What importances.csv and interactions.csv say; nothing is computed here."""
    table = source.importances
    said = table[~table["fanova"].isna() & (table["note"] != ONE_VALUE)]
    notes = [note for note in table["note"].dropna() if note and not note.startswith((PAIRED, ONE_VALUE))]
    columns = [floats(said[name]) for name in ("fanova", "fanova_sd", "permutation", "permutation_sd")]
    bars = [Bar(*row) for row in zip(said["parameter"], *columns, strict=True)]
    pairs = [
        Bar(f"{row.first} × {row.second}", row.fanova, row.fanova_sd, math.nan, math.nan)
        for row in source.interactions.head(MOST_INTERACTIONS).itertuples()
        if row.fanova >= LEAST_INTERACTION
    ]
    warning = notes[0].split(f"; {PAIRED}")[0] if notes else ""
    return ImportanceBars(
        source.study.metric.name,
        tuple(bars[:MOST_PARAMETERS]),
        tuple(pairs),
        warning,
        max(0, len(bars) - MOST_PARAMETERS),
        source.level_metric.remark,
    )


def importances_figure(data: ImportanceBars, look: Look) -> Figure:
    if not data.parameters:
        return look.words("Parameter importances", f"Nothing can be said: {data.warning or 'no parameter varies'}.")
    counts = [len(data.parameters), len(data.interactions)]
    rows = [max(2, count) for count in counts if count]  # at least the height of their labels
    figure = look.figure(1.6 + 0.75 * sum(rows) + 0.7 * (len(rows) - 1))
    grid = figure.subplots(len(rows), 1, squeeze=False, sharex=True, height_ratios=rows)
    parts = [(grid[0, 0], data.parameters, "parameter")]
    if data.interactions:
        parts.append((grid[1, 0], data.interactions, "interaction"))
    for panel, bars, what in parts:
        _draw(panel, bars, look)
        panel.set_ylabel(what)
    last = grid[-1, 0]
    numbers_on(last.xaxis, 6)
    last.set_xlabel(f"share of the variance of {shown(data.metric)}")
    last.set_xlim(left=min(0.0, last.get_xlim()[0]))
    kinds = [
        (look.colour(0), "fANOVA: main effect alone"),
        (look.colour(4 if not look.dark else 1), "permutation: with its interactions"),
    ]
    look.legend(figure, [(Patch(color=colour), label) for colour, label in kinds])
    warning = f"⚠ {data.warning[:1].upper()}{data.warning[1:]}." if data.warning else ""
    others = f"{data.left_out} less important parameters are left out." if data.left_out else ""
    look.say(figure, [warning, data.remark, others], alarm=bool(warning))
    return figure


def _draw(panel: Axes, bars: Sequence[Bar], look: Look) -> None:
    both = any(not math.isnan(bar.permutation) for bar in bars)
    kinds = [("fanova", look.colour(0)), ("permutation", look.colour(4 if not look.dark else 1))]
    for k, (kind, colour) in enumerate(kinds if both else kinds[:1]):
        thick = 0.36 if both else 0.45
        places = [i + (k - 0.5) * 0.38 if both else i for i in range(len(bars))]
        panel.barh(
            places,
            [getattr(bar, kind) for bar in bars],
            thick,
            color=colour,
            xerr=[getattr(bar, f"{kind}_sd") for bar in bars],
            error_kw={"ecolor": look.ink, "elinewidth": 0.8 * look.scale, "capsize": 1.5 * look.scale},
        )
    panel.set_yticks(range(len(bars)), [shown(bar.label, 36 if look.width > 12 else 22) for bar in bars])
    panel.set_ylim(max(2, len(bars)) - 0.5, -0.5)
    panel.tick_params(axis="y", length=0)
    panel.grid(axis="y", visible=False)


DRAWING = Drawing(importances_data, importances_figure)
