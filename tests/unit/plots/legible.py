"""Whether a figure's texts can be read: none cut off, none upon another."""

import itertools

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

__all__ = ["problems_of", "texts_of"]


def texts_of(figure):
    """The texts that are drawn, with where."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    axes_of = [(axes, axis) for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) if axis.get_visible()]
    # Matplotlib keeps more ticks than it draws, and tells which ones only here.
    ticks = [text for _, axis in axes_of for tick in axis._update_ticks() for text in (tick.label1, tick.label2)]
    kept = {text for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for text in axis.findobj(Text)}
    labels = [axis.label for _, axis in axes_of]
    others = [text for text in figure.findobj(Text) if text not in kept]
    found = [text for text in [*ticks, *labels, *others] if text.get_visible() and text.get_text().strip()]
    return [(text, text.get_window_extent(renderer)) for text in found]


def problems_of(figure):
    """Texts that reach beyond the figure, and tick labels and axis labels that overlap."""
    texts = texts_of(figure)
    width, height = figure.bbox.width, figure.bbox.height
    slack = 0.02 * figure.dpi
    found = [
        f"cut off: {text.get_text()!r}"
        for text, box in texts
        if box.x0 < -slack or box.y0 < -slack or box.x1 > width + slack or box.y1 > height + slack
    ]
    upright = [(text, box) for text, box in texts if text.get_rotation() in (0, 90)]
    for (one, a), (other, b) in itertools.combinations(upright, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        up = min(a.y1, b.y1) - max(a.y0, b.y0)
        if across > 0.03 * figure.dpi and up > 0.03 * figure.dpi:
            found.append(f"overlap: {one.get_text()!r} and {other.get_text()!r}")
    return found
