"""Timeline: which runs ran when, side by side on each host or GPU, and how they ended."""

from collections.abc import Mapping
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

__all__ = ["DRAWING", "Place", "Timeline", "joined", "lanes_of", "timeline_data", "timeline_figure"]

DENSE = 500
_APART = 2000  # along the axis: runs of one kind that are nearer to each other are one bar where there are many
_ORDER = ("complete", "pruned", "failed", "timeout", "oom", "invalid")


@dataclass(frozen=True)
class Place:
    """The runs of one host or, where they were given GPUs, of one of its GPUs, in the order of their start.

    Each has seconds since the first start of all, and a lane, such that runs in one lane don't overlap; there are as
    many lanes as runs at a time. `gpu` is empty for a host.
    """

    name: str
    gpu: str
    start: np.ndarray
    end: np.ndarray
    lane: np.ndarray
    status: np.ndarray


@dataclass(frozen=True)
class Timeline:
    """The places, hosts in order of their first run; how many runs there are by status, and at a time.

    A run that had several GPUs is in the place of each.
    """

    places: tuple[Place, ...]
    counts: Mapping[str, int]
    at_once: int


def timeline_data(source: Source) -> Timeline:
    """The runs by host and GPU; all clocks are taken as right."""
    runs = source.runs
    started, finished = epoch(runs["started"]), epoch(runs["finished"])
    known = np.flatnonzero(np.isfinite(started) & np.isfinite(finished))
    if not known.size:
        return Timeline((), {}, 0)
    known = known[np.argsort(started[known], kind="stable")]
    start = started - started[known[0]]
    end = np.maximum(finished, started) - started[known[0]]
    hosts, status = runs["host"].astype(str).to_numpy(object), runs["status"].to_numpy(object)
    # Tables that an earlier version has written know nothing of GPUs.
    gpus = runs["devices"].fillna("").to_list() if "devices" in runs else [""] * len(runs)
    order = list(dict.fromkeys(hosts[known]))
    of_place: dict[tuple[int, int, str], list[int]] = {}
    for run in known.tolist():
        for gpu in gpus[run].split() or [""]:
            of_place.setdefault((order.index(hosts[run]), len(gpu), gpu), []).append(run)
    places = [
        Place(
            _name_of(order[host], gpu, alone=len(order) == 1),
            gpu,
            *(start[own], end[own], lanes_of(start[own], end[own]), status[own]),
        )
        for (host, _, gpu), own in sorted(of_place.items())
    ]
    counts = {name: count for name in _ORDER if (count := int((status[known] == name).sum()))}
    return Timeline(tuple(places), counts, int(lanes_of(start[known], end[known]).max()) + 1)


def _name_of(host: str, gpu: str, *, alone: bool) -> str:
    """What a place is called; the host goes without saying if there is only one."""
    name = f"GPU {gpu}" if gpu.isdigit() else gpu
    return host if not gpu else name if alone else f"{host} {name}"


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
    if not data.places:
        return look.words("Timeline", "No run has a start and an end.")
    heights = [int(place.lane.max()) + 1 for place in data.places]
    gap = 0.6
    total = sum(heights) + gap * (len(heights) - 1)
    figure = look.figure(2.4 + min(14.0, max(1.6, 0.42 * total)))
    panel = figure.subplots()
    longest = max(place.end.max() for place in data.places)
    divisor, unit = time_unit(longest)
    count = sum(data.counts.values())
    offset, middles = 0.0, []
    for place, height in zip(data.places, heights, strict=True):
        for status in _ORDER:
            chosen = place.status == status
            if chosen.any():
                panel.add_collection(_bars(place, chosen, offset, longest, divisor, look, dense=count > DENSE))
        middles.append(offset + height / 2 - 0.5)
        offset += height + gap
    panel.set_xlim(0, (longest or 1.0) / divisor * 1.01)
    panel.set_ylim(total - 0.5, -0.5)
    # Names that would lie upon each other are left out.
    room = (look.height or figure.get_figheight() * 2.54) - 2.4 * look.scale
    step = max(1, int(np.ceil(len(heights) * 0.4 * look.scale / max(room, 1.0))))
    panel.set_yticks(middles[::step], [shown(place.name, 18) for place in data.places][::step])
    panel.set_ylabel("host or GPU" if any(place.gpu for place in data.places) else "host")
    panel.tick_params(axis="y", length=0)
    panel.grid(axis="y", visible=False)
    numbers_on(panel.xaxis, 6)
    panel.set_xlabel(f"time since the first start ({unit})")
    entries = [(Patch(color=look.status(status)), f"{status} ({runs:,})") for status, runs in data.counts.items()]
    look.legend(figure, entries)
    alike = "Neighbours that end alike are one bar." if count > DENSE else ""
    look.say(figure, [f"{count:,} run{'s' * (count != 1)}, up to {data.at_once} at a time.", alike])
    return figure


def _bars(
    place: Place, chosen: np.ndarray, offset: float, longest: float, divisor: float, look: Look, *, dense: bool
) -> PolyCollection:
    # Short runs keep a visible width.
    left, lane = place.start[chosen], place.lane[chosen]
    right = np.maximum(place.end[chosen], left + (0.0004 if dense else 0.001) * longest)
    if dense:
        left, right, lane = joined(left, right, lane, longest / _APART)
    low, high = offset + lane - 0.42, offset + lane + 0.42
    corners = [(left, low), (left, high), (right, high), (right, low)]
    boxes = np.stack([np.column_stack([x / divisor, y]) for x, y in corners], axis=1)
    status = str(place.status[chosen][0])
    return PolyCollection(
        list(boxes),
        facecolor=look.status(status),
        edgecolor=look.paper,
        linewidth=0 if dense else 0.3 * look.scale,
        rasterized=dense,
    )


def joined(
    left: np.ndarray, right: np.ndarray, lane: np.ndarray, gap: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The bars of each lane, those of them as one between which there is no more than `gap`."""
    order = np.lexsort((left, lane))
    left, right, lane = left[order], right[order], lane[order]
    first = np.ones(len(left), dtype=bool)
    first[1:] = (lane[1:] != lane[:-1]) | (left[1:] > right[:-1] + gap)
    ends = np.maximum.reduceat(right, np.flatnonzero(first))
    return left[first], ends, lane[first]


DRAWING = Drawing(timeline_data, timeline_figure)
