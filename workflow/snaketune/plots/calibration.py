"""Calibration: each result against what the model predicts of it without knowing it, and how often intervals hold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from snaketune.plots.support.axes import numbers_on, objective_axis, plain, value_label, value_ticks
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.models import Expected, Modelled, modelled_in, why_none, with_room
from snaketune.plots.support.source import Source
from snaketune.plots.support.theme import Look, shown
from snaketune.plots.support.values import Limits, limits_of
from snaketune.samplers.explained import INTERVAL

__all__ = ["DRAWING", "Calibration", "Predicted", "calibration_data", "calibration_figure"]

MOST_MODELS = 5
_NARROWEST = 5.4  # a panel, in centimetres
_LONGEST = 4.0  # an upright label on one line, in centimetres
_CROWDED = 100
_SHARES = np.linspace(0.0, 1.0, 101)


@dataclass(frozen=True)
class Predicted:
    """The results of a search (`observed`, as they are shown) with what its model says without knowing each.

    `outside` marks those beyond their interval; `held` is the share of results that intervals as likely as `_SHARES`
    hold.
    """

    model: Modelled
    observed: np.ndarray
    expected: Expected
    outside: np.ndarray
    held: np.ndarray


@dataclass(frozen=True)
class Calibration:
    """The models that are shown, in the order of the searches, or `why` there are none; how many are `left_out`."""

    why: str
    models: tuple[Predicted, ...] = ()
    left_out: int = 0


def calibration_data(source: Source) -> Calibration:
    """What the models of all searches predict of results that they don't know."""
    models = [model for model in modelled_in(source) if model.explained.left_out]
    if not models:
        return Calibration(why_none(source))
    found = tuple(_predicted(model, source) for model in models[:MOST_MODELS])
    return Calibration("", found, max(0, len(models) - MOST_MODELS))


def calibration_figure(data: Calibration, look: Look) -> Figure:
    if not data.models:
        return look.words("What the model predicts", data.why)
    several = len(data.models) > 1
    figure, panels = look.panels(len(data.models) + 1, 5.8, narrowest=_NARROWEST)
    room = look.width / look.columns(len(panels), _NARROWEST) - 1.4 * look.scale
    edges = []
    for i, found in enumerate(data.models):
        limits = with_room(limits_of(found.observed, found.model.metric), found.expected.middle)
        _draw(panels[i], found, limits, look, look.colour(i), room)
        edges.append(limits.remark)
        if several:
            panels[i].set_title(shown(found.model.search, max(12, int(room / look.length("x")))))
    _draw_shares(panels[-1], data.models, look)
    look.legend(figure, _entries(data.models, look))
    says = [found.model.said for found in data.models]
    says += dict.fromkeys([*(found.model.metric.remark for found in data.models), *edges])
    more = f"Further models that are left out: {data.left_out}." if data.left_out else ""
    look.say(figure, [*says, more], alarm=any(found.model.alarming for found in data.models))
    return figure


def _predicted(model: Modelled, source: Source) -> Predicted:
    results = model.explained.left_out
    central = np.abs(2 * np.array([each.below for each in results]) - 1)
    return Predicted(
        model,
        source.shown(np.array([each.observed for each in results], dtype=float)),
        Expected.of([each.belief for each in results], source),
        np.array([not each.inside for each in results], dtype=bool),
        (central[:, None] <= _SHARES).mean(axis=0),
    )


def _draw(panel: Axes, found: Predicted, limits: Limits, look: Look, colour: str, room: float) -> None:
    objective_axis(panel, found.model.metric, limits, which="x", label=False)
    widest = max(map(look.length, plain(np.linspace(limits.low, limits.high, 5).tolist())))
    value_ticks(panel.xaxis, limits, max(2, min(5, int(room / (1.2 * widest)))))
    objective_axis(panel, found.model.metric, limits, label=False)
    label = value_label(found.model.metric, limits)
    panel.set_xlabel(f"observed {label}")
    panel.set_ylabel(f"predicted\n{label}" if look.length(f"predicted {label}") > _LONGEST else f"predicted {label}")
    ends = [limits.low, limits.high]
    panel.plot(ends, ends, color=look.faint, linewidth=0.8 * look.scale, linestyle=(0, (4, 2)))
    crowded = len(found.observed) > _CROWDED
    expected = found.expected
    for chosen, kind, marker in ((~found.outside, colour, "o"), (found.outside, look.alarm, "D")):
        at, middle, low, high = (
            limits.clip(part[chosen]) for part in (found.observed, expected.middle, expected.low, expected.high)
        )
        panel.vlines(at, low, high, color=kind, linewidth=0.7 * look.scale, alpha=0.2 if crowded else 0.4)
        panel.plot(
            at,
            middle,
            linestyle="none",
            marker=marker,
            color=kind,
            markeredgewidth=0,
            markersize=(2.2 if crowded else 3.0) * look.scale,
            alpha=0.6 if crowded else 0.85,
        )


def _draw_shares(panel: Axes, models: Sequence[Predicted], look: Look) -> None:
    """How many results intervals hold against how many they should; the band is what chance explains."""
    fewest = min(len(found.observed) for found in models)
    chance = 2 * np.sqrt(_SHARES * (1 - _SHARES) / fewest)
    panel.fill_between(
        100 * _SHARES,
        100 * np.maximum(_SHARES - chance, 0),
        100 * np.minimum(_SHARES + chance, 1),
        color=look.faint,
        alpha=0.15,
        linewidth=0,
    )
    panel.plot([0, 100], [0, 100], color=look.faint, linewidth=0.8 * look.scale, linestyle=(0, (4, 2)))
    for i, found in enumerate(models):
        panel.step(100 * _SHARES, 100 * found.held, where="post", color=look.colour(i))
    panel.set_xlim(0, 100)
    panel.set_ylim(0, 103)
    numbers_on(panel.xaxis)
    numbers_on(panel.yaxis)
    panel.set_xlabel("size of the model's interval (%)")
    panel.set_ylabel("results inside (%)")


def _entries(models: Sequence[Predicted], look: Look) -> list[tuple[Artist, str]]:
    outside = sum(int(found.outside.sum()) for found in models)
    interval = f"{100 * INTERVAL:.0f} % interval"
    kinds: list[tuple[Artist, str]] = [
        (Line2D([], [], color=look.colour(0), marker="o"), f"predicted, with its {interval}"),
    ]
    if outside:
        kinds.append((Line2D([], [], color=look.alarm, marker="D"), f"observed outside of it ({outside})"))
    kinds.append((Line2D([], [], color=look.faint, linestyle=(0, (4, 2))), "as it should be"))
    kinds.append((Patch(color=look.faint, alpha=0.2), "what chance explains"))
    return kinds


DRAWING = Drawing(calibration_data, calibration_figure)
