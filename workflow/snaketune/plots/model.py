"""The model's slices: what it expects along each parameter through the trial that it believes best, and how surely."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from snaketune.importance.scales import ABSENT, Scale
from snaketune.plots.support.axes import is_leftmost, mark, mark_entries, objective_axis, parameter_axis, places
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.models import Expected, Modelled, beyond, modelled_in, why_none, with_room
from snaketune.plots.support.source import Source
from snaketune.plots.support.theme import Look
from snaketune.plots.support.values import Limits, limits_of
from snaketune.samplers.explained import BAND, Slice

__all__ = ["DRAWING", "Along", "ModelSlices", "model_data", "model_figure"]

MOST_PARAMETERS = 12
_NARROWEST = 4.2  # a panel, in centimetres


@dataclass(frozen=True)
class Along:
    """One parameter: where the slice has what it is `expected` to be (`at`, see `places`), and where its trials stand.

    `results` are the places of the results that the model knows, `lost` those of the trials without a value, `best`
    that of the trial that the slice goes through. `label` names the parameters that are paired with it, too;
    `separate`: there is nothing between the values.
    """

    label: str
    scale: Scale
    at: np.ndarray
    expected: Expected
    results: np.ndarray
    lost: np.ndarray
    best: float
    separate: bool

    @property
    def inactive(self) -> bool:
        """Whether there are trials in which the parameter is inactive."""
        return bool((np.concatenate([self.results, self.lost]) < -0.1).any())


@dataclass(frozen=True)
class ModelSlices:
    """The slices of a search's model, those along the most important parameters first; `why` there are none, if so.

    `value` are the results that the model knows, in the order of each slice's `results`; `status` those of the trials
    without a value, in the order of `lost`. `others` are the searches whose models are not shown; `left_out` counts
    the parameters that are not. `elsewhere`: not all slices go through the same trial, as some parameters are inactive
    in the best one.
    """

    why: str
    model: Modelled | None = None
    slices: tuple[Along, ...] = ()
    value: np.ndarray = field(default_factory=lambda: np.empty(0))
    status: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=object))
    others: tuple[str, ...] = ()
    left_out: int = 0
    elsewhere: bool = False


def model_data(source: Source) -> ModelSlices:
    """The slices of the model of that search which has the best result; the most important parameters first."""
    models = modelled_in(source)
    if not models:
        return ModelSlices(why_none(source))
    sign = source.study.metric.sign
    chosen = min(models, key=lambda each: min((sign * r.observed for r in each.explained.left_out), default=np.inf))
    by_name = {name: each for each in chosen.explained.slices for name in each.names}
    along = list({by_name[name].names: (name, by_name[name]) for name in reversed(source.parameters) if name in by_name}
                 .values())[::-1]  # fmt: skip
    own = set(source.outcomes.loc[source.outcomes["search"] == chosen.search, "trial"])
    rows = source.distinct
    lost = (rows["trial"].isin(own) & (rows["status"] != "complete")).to_numpy(bool)
    return ModelSlices(
        why="" if along else "No parameter that is shown varies.",
        model=chosen,
        slices=tuple(_along(source, chosen, name, each, lost) for name, each in along[:MOST_PARAMETERS]),
        value=source.shown(np.array([each.observed for each in chosen.explained.left_out], dtype=float)),
        status=rows["status"].to_numpy(object)[lost],
        others=tuple(each.search for each in models if each is not chosen),
        left_out=max(0, len(along) - MOST_PARAMETERS),
        elsewhere=any(each.through != along[0][1].through for _, each in along[:MOST_PARAMETERS]),
    )


def model_figure(data: ModelSlices, look: Look) -> Figure:
    if data.why or data.model is None:
        return look.words("What the model expects", data.why)
    metric = data.model.metric
    figure, panels = look.panels(len(data.slices), 4.6, narrowest=_NARROWEST, sharey=True)
    expected = np.concatenate([along.expected.middle for along in data.slices])
    limits = with_room(limits_of(data.value, metric, marks=bool(len(data.status))), expected)
    room = look.width / look.columns(len(data.slices), _NARROWEST) - 0.8 * look.scale
    deepest = 0.0
    for panel, along in zip(panels, data.slices, strict=True):
        _draw(panel, along, data.value, limits, look)
        mark(panel, along.lost, data.status, limits, look)
        axis = parameter_axis(panel, "x", along.label, along.scale, look, room=room, inactive=along.inactive)
        deepest = max(deepest, axis)
        objective_axis(panel, metric, limits, label=is_leftmost(panel))
    look.legend(figure, [*_entries(data.slices, look), *mark_entries(look, data.status)])
    look.grow(figure, deepest)
    look.say(figure, _remarks(data, limits), alarm=data.model.alarming)
    return figure


def _along(source: Source, chosen: Modelled, name: str, found: Slice, lost: np.ndarray) -> Along:
    scale, column = source.scale(name), found.names.index(name)
    known = [each.params.get(name, ABSENT) for each in chosen.explained.left_out]
    values = [value for value, gone in zip(source.values(name), lost.tolist(), strict=True) if gone]
    paired = [other for other in found.names if other != name]
    return Along(
        label=", ".join([name, *paired]),
        scale=scale,
        at=places(scale, [value[column] for value in found.values]),
        expected=Expected.of(found.beliefs, source),
        results=places(scale, known, spread=0.5),
        lost=places(scale, values, spread=0.5),
        best=float(places(scale, [found.through[name]])[0]),
        separate=found.separate,
    )


def _draw(panel: Axes, along: Along, value: np.ndarray, limits: Limits, look: Look) -> None:
    panel.plot(
        along.results,
        limits.clip(value),
        linestyle="none",
        marker="o",
        color=look.faint,
        markeredgewidth=0,
        markersize=2.4 * look.scale,
        alpha=0.5,
    )
    panel.axvline(along.best, color=look.colour(1), linewidth=0.8 * look.scale, linestyle=(0, (4, 2)))
    expected = along.expected
    middle, low, high = (beyond(part, limits) for part in (expected.middle, expected.low, expected.high))
    if along.separate:
        # Without ends: those that go on beyond the axis have none here.
        panel.vlines(along.at, low, high, color=look.colour(0), alpha=0.3, linewidth=3.5 * look.scale)
        panel.plot(along.at, middle, linestyle="none", marker="o", color=look.colour(0), markersize=3.8 * look.scale)
    else:
        panel.fill_between(along.at, low, high, color=look.colour(0), alpha=0.2, linewidth=0)
        panel.plot(along.at, middle, color=look.colour(0))


def _entries(slices: Sequence[Along], look: Look) -> list[tuple[Artist, str]]:
    return [
        (Line2D([], [], color=look.colour(0), marker="o" if slices[0].separate else ""), "the model expects"),
        (Patch(color=look.colour(0), alpha=0.2), f"± {BAND:.0f} standard deviations"),
        (Line2D([], [], color=look.faint, marker="o", linestyle="none"), "results"),
        (Line2D([], [], color=look.colour(1), linestyle=(0, (4, 2))), "best by the model; slices go through it"),
    ]


def _remarks(data: ModelSlices, limits: Limits) -> list[str]:
    assert data.model is not None, "there are slices"
    others = ", ".join(data.others)
    gaps = any(np.isnan(along.expected.middle).any() for along in data.slices)
    return [
        data.model.said,
        f"The model of {data.model.search}, which has the best result; not shown: {others}." if others else "",
        data.model.metric.remark,
        "Results differ in their other parameters, too.",
        f"{data.left_out} less important parameters are left out." if data.left_out else "",
        "off: the parameter is inactive." if any(along.inactive for along in data.slices) else "",
        "Slices of parameters that are inactive in the best trial go through the best one that has them."
        if data.elsewhere
        else "",
        "Gaps: constraints forbid these values here." if gaps else "",
        limits.remark,
    ]


DRAWING = Drawing(model_data, model_figure)
