"""Timeline: which runs ran when, side by side on each host, and how they ended."""

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from snaketune.plots.optimization_history import time_unit
from snaketune.plots.support.axes import numbers_on
from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.source import Source, epoch
from snaketune.plots.support.theme import Look, shown

__all__ = ["DRAWING", "Host", "Timeline", "lanes_of", "timeline_data", "timeline_figure"]

DENSE = 500
_ORDER = ("complete", "pruned", "failed", "timeout", "oom", "invalid")


@dataclass(frozen=True)
class Host:
    """The runs of one host, in the order of their start.

    Each has seconds since the first start of all, and a lane, such that runs in one lane don't overlap; there are as
    many lanes as runs at a time.
    """

    name: str
    start: np.ndarray
    end: np.ndarray
    lane: np.ndarray
    status: np.ndarray


@dataclass(frozen=True)
class Timeline:
    """The hosts in order of their first run."""

    hosts: tuple[Host, ...]


def timeline_data(source: Source) -> Timeline:
    """The runs by host; all clocks are taken as right."""
    runs = source.runs
    started, finished = epoch(runs["started"]), epoch(runs["finished"])
    known = np.isfinite(started) & np.isfinite(finished)
    if not known.any():
        return Timeline(())
    begin = started[known].min()
    names, status = runs["host"].astype(str).to_numpy(object), runs["status"].to_numpy(object)
    hosts = []
    for name in dict.fromkeys(names[known][np.argsort(started[known], kind="stable")]):
        own = np.flatnonzero(known & (names == name))
        own = own[np.argsort(started[own], kind="stable")]
        start, end = started[own] - begin, np.maximum(finished[own], started[own]) - begin
        hosts.append(Host(name, start, end, lanes_of(start, end), status[own]))
    return Timeline(tuple(hosts))


def lanes_of(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The lowest free lane for each interval, in the order of their start."""
    lanes = np.zeros(len(start), dtype=int)
    busy: list[tuple[float, int]] = []
    free: list[int] = []
    for i, (begin, stop) in enumerate(zip(start.tolist(), end.tolist(), strict=True)):
        while busy and busy[0][0] <= begin:
            heappush(free, heappop(busy)[1])
        lanes[i] = heappop(free) if free else len(busy)
        heappush(busy, (stop, int(lanes[i])))
    return lanes


def timeline_figure(data: Timeline, look: Look) -> Figure:
    if not data.hosts:
        return look.words("Timeline", "No run has a start and an end.")
    heights = [int(host.lane.max()) + 1 for host in data.hosts]
    gap = 0.6
    total = sum(heights) + gap * (len(heights) - 1)
    figure = look.figure(2.4 + min(14.0, max(1.6, 0.42 * total)))
    panel = figure.subplots()
    longest = max(host.end.max() for host in data.hosts)
    divisor, unit = time_unit(longest)
    count = sum(len(host.start) for host in data.hosts)
    offset, middles, counts = 0.0, [], dict.fromkeys(_ORDER, 0)
    for host, height in zip(data.hosts, heights, strict=True):
        for status in _ORDER:
            chosen = host.status == status
            counts[status] += int(chosen.sum())
            if chosen.any():
                panel.add_collection(_bars(host, chosen, offset, longest, divisor, look, dense=count > DENSE))
        middles.append(offset + height / 2 - 0.5)
        offset += height + gap
    panel.set_xlim(0, (longest or 1.0) / divisor * 1.01)
    panel.set_ylim(total - 0.5, -0.5)
    # Names that would lie upon each other are left out.
    room = (look.height or figure.get_figheight() * 2.54) - 2.4 * look.scale
    step = max(1, int(np.ceil(len(heights) * 0.4 * look.scale / max(room, 1.0))))
    panel.set_yticks(middles[::step], [shown(host.name, 18) for host in data.hosts][::step])
    panel.set_ylabel("host")
    panel.tick_params(axis="y", length=0)
    panel.grid(axis="y", visible=False)
    numbers_on(panel.xaxis, 6)
    panel.set_xlabel(f"time since the first start ({unit})")
    entries = [
        (Patch(color=look.status(status)), f"{status} ({counts[status]:,})") for status in _ORDER if counts[status]
    ]
    look.legend(figure, entries)
    look.say(figure, [f"{count:,} run{'s' * (count != 1)}, up to {sum(heights)} at a time."])
    return figure


def _bars(
    host: Host, chosen: np.ndarray, offset: float, longest: float, divisor: float, look: Look, *, dense: bool
) -> PolyCollection:
    # Short runs keep a visible width.
    left = host.start[chosen]
    right = np.maximum(host.end[chosen], left + 0.001 * longest)
    low, high = offset + host.lane[chosen] - 0.42, offset + host.lane[chosen] + 0.42
    corners = [(left, low), (left, high), (right, high), (right, low)]
    boxes = np.stack([np.column_stack([x / divisor, y]) for x, y in corners], axis=1)
    status = str(host.status[chosen][0])
    return PolyCollection(
        list(boxes),
        facecolor=look.status(status),
        edgecolor=look.paper,
        linewidth=0 if dense else 0.3 * look.scale,
        rasterized=dense,
    )


DRAWING = Drawing(timeline_data, timeline_figure)
