"""Rank plot: pairs of parameters, each trial coloured by its rank."""

from dataclasses import dataclass

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from snaketune.config.study import Metric
from snaketune.plots.support.axes import DENSE, STATUSES, mark_entries, status_marks
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.pairs import NARROWEST, Pair, draw_axes, pairs_of, room_of
from snaketune.plots.support.source import Source
from snaketune.plots.support.theme import Look
from snaketune.plots.support.values import Shown, cloud_of, cloud_remark

__all__ = ["DRAWING", "Ranks", "rank_data", "rank_figure"]


@dataclass(frozen=True)
class Ranks:
    """`rank` of the distinct trials: 0 the best, 1 the worst, equal values sharing the middle; NaN unless complete."""

    metric: Shown
    pairs: tuple[Pair, ...]
    rank: np.ndarray
    status: np.ndarray


def rank_data(source: Source) -> Ranks:
    """Ranks do not depend on how far apart values are: one diverged trial changes nothing."""
    rows = source.distinct
    signed = rows["value"] * source.metric.sign
    complete = int(signed.notna().sum())
    rank = (signed.rank(method="average") - 1) / max(1, complete - 1)
    return Ranks(source.level_metric, tuple(pairs_of(source, spread=0.5)), rank.to_numpy(), rows["status"].to_numpy())


def rank_figure(data: Ranks, look: Look) -> Figure:
    if not data.pairs:
        return look.words("Ranks", "There are no two parameters that vary.")
    count = len(data.pairs)
    figure, panels = look.panels(count, 4.9, narrowest=NARROWEST)
    known = np.flatnonzero(cloud_of(data.rank, Metric("rank", "minimize")))
    known = known[np.argsort(-data.rank[known], kind="stable")]  # the best on top
    deepest = 0.0
    size = 5.0 if len(known) > 2000 else 9.0 if len(known) > 200 else 18.0
    for panel, pair in zip(panels, data.pairs, strict=True):
        for kind, statuses in STATUSES.items():
            chosen = np.isin(data.status, statuses)
            many = chosen.sum() > DENSE
            fine = {"markersize": 1.8 * look.scale, "markeredgewidth": 0.4 * look.scale} if many else {}
            panel.plot(
                pair.x_at[chosen],
                pair.y_at[chosen],
                rasterized=many,
                **status_marks(look)[kind] | fine,
            )
        panel.scatter(
            pair.x_at[known],
            pair.y_at[known],
            c=data.rank[known],
            cmap=look.map,
            vmin=0,
            vmax=1,
            s=size * look.scale**2,
            linewidths=0,
            rasterized=len(known) > DENSE,
        )
        deepest = max(deepest, draw_axes(panel, pair, look, room_of(look, count), inactive=True))
    bar = look.bar(figure, ScalarMappable(Normalize(0, 1), look.map), panels, "rank among complete trials")
    bar.set_ticks([0, 0.25, 0.5, 0.75, 1], labels=["best", "25 %", "50 %", "75 %", "worst"])
    if not look.narrow:
        bar.ax.invert_yaxis()
    look.legend(figure, mark_entries(look, data.status))
    look.grow(figure, deepest)
    none = "" if len(known) else "No trial is complete."
    points = cloud_remark(len(known), int(np.isfinite(data.rank).sum()))
    look.say(figure, [none, data.metric.remark, points], alarm=bool(none))
    return figure


DRAWING = Drawing(rank_data, rank_figure)
