"""How plots look: sizes, fonts, colours (Okabe and Ito's, told apart by all kinds of colour vision) and short texts."""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib import colormaps
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.colors import Colormap, ListedColormap
from matplotlib.figure import Figure

from snaketune.plots.support.fonts import FONT, legible
from snaketune.values import cut

__all__ = ["CM", "Look", "shown"]

CM = 1 / 2.54  # inches
# The mean width of its characters, of a font of 1 point, in centimetres.
_CHARACTER = 0.56 / 72 * 2.54
_LIGHT = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_DARK = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#FFFFFF")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_STATUS_LIGHT = {
    "complete": "#0072B2",
    "pruned": "#56B4E9",
    "failed": "#D55E00",
    "timeout": "#E69F00",
    "oom": "#CC79A7",
    "invalid": "#000000",
}
_STATUS_DARK = _STATUS_LIGHT | {"invalid": "#FFFFFF"}


@dataclass(frozen=True)
class Look:
    """A plot's size (centimetres; no height: the plot's own), style and resolution."""

    width: float = 17.0
    height: float | None = None
    style: str = "paper"
    dpi: int = 200

    @property
    def font(self) -> float:
        """The size of text in points."""
        return 8.0 if self.style == "paper" else 12.0

    @property
    def scale(self) -> float:
        """By how much everything is larger than in a paper."""
        return self.font / 8.0

    @property
    def dark(self) -> bool:
        return self.style == "dark"

    @property
    def narrow(self) -> bool:
        """Whether it is about a paper's column rather than a page."""
        return self.width < 12 * self.scale

    @property
    def ink(self) -> str:
        return "#E8E8E8" if self.dark else "#222222"

    @property
    def faint(self) -> str:
        """The colour of what stays in the background, still legible."""
        return "#9AA0A6" if self.dark else "#6B6B6B"

    @property
    def paper(self) -> str:
        return "#16191D" if self.dark else "#FFFFFF"

    @property
    def alarm(self) -> str:
        """The colour of warnings."""
        return "#E69F00" if self.dark else "#B84A00"

    def colour(self, i: int) -> str:
        """The colour of the i-th of several things; they repeat, markers and dashes then tell them apart."""
        colours = _DARK if self.dark else _LIGHT
        return colours[i % len(colours)]

    def marker(self, i: int) -> str:
        # Out of step with the colours, so that the eighth thing differs from the first.
        return _MARKERS[(i + i // len(_LIGHT)) % len(_MARKERS)]

    def dashes(self, i: int) -> Any:
        """How the line of search `i` is broken, which tells more searches apart than there are colours."""
        return ("-", "--", ":", "-.")[(i // len(_LIGHT)) % 4]

    def status(self, status: str) -> str:
        return (_STATUS_DARK if self.dark else _STATUS_LIGHT)[status]

    @property
    def map(self) -> Colormap:
        """From best (0: strongest against the background) to worst (1)."""
        colours = colormaps["viridis"](range(256))
        return ListedColormap(colours[235::-1][::-1][20:] if not self.dark else colours[255:40:-1])

    def rc(self) -> dict[str, Any]:
        """The matplotlib settings of the style."""
        s = self.scale
        return {
            "font.family": FONT,
            "font.size": self.font,
            "axes.labelsize": self.font,
            "axes.titlesize": self.font,
            **dict.fromkeys(("xtick.labelsize", "ytick.labelsize", "legend.fontsize"), self.font - s),
            **dict.fromkeys(("figure.facecolor", "savefig.facecolor", "axes.facecolor"), self.paper),
            **dict.fromkeys(("text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor"), self.ink),
            **dict.fromkeys(("axes.edgecolor", "xtick.color", "ytick.color", "grid.color"), self.faint),
            **dict.fromkeys(("axes.linewidth", "xtick.major.width", "ytick.major.width"), 0.6 * s),
            **dict.fromkeys(("xtick.major.size", "ytick.major.size"), 2.5 * s),
            "axes.grid": True,
            "axes.axisbelow": True,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "grid.alpha": 0.2,
            "grid.linewidth": 0.5 * s,
            "lines.linewidth": 1.3 * s,
            "lines.markersize": 3.5 * s,
            "legend.frameon": False,
            "legend.handlelength": 1.6,
            "legend.columnspacing": 1.4,
            "legend.handletextpad": 0.5,
            "figure.constrained_layout.h_pad": 0.04 * s,
            "figure.constrained_layout.w_pad": 0.05 * s,
            "text.parse_math": False,  # a dollar in a name is a dollar
            "svg.hashsalt": "snaketune",
            "pdf.fonttype": 42,  # text stays text
        }

    def figure(self, height: float) -> Figure:
        """An empty figure; `height` in centimetres of a paper's text size, unless the look has one."""
        size = (self.width * CM, (self.height or height * self.scale) * CM)
        return Figure(figsize=size, dpi=self.dpi, layout="constrained")

    def grow(self, figure: Figure, height: float) -> None:
        """Makes room for what a plot has beside its panels, unless the look's height is given.

        `height` is in centimetres of a paper's text size.
        """
        if self.height is None:
            figure.set_figheight(figure.get_figheight() + height * self.scale * CM)

    def columns(self, count: int, narrowest: float = 4.6) -> int:
        """How many of `count` panels stand side by side, each at least `narrowest` centimetres wide, in even rows."""
        most = max(1, min(count, int(self.width / (narrowest * self.scale))))
        return math.ceil(count / math.ceil(count / most))

    def panels(
        self, count: int, row_height: float, *, narrowest: float = 4.6, sharey: bool = False
    ) -> tuple[Figure, list[Axes]]:
        """A figure with `count` panels in rows of `row_height` centimetres."""
        columns = self.columns(count, narrowest)
        rows = math.ceil(count / columns)
        figure = self.figure(row_height * rows)
        grid = figure.subplots(rows, columns, squeeze=False, sharey=sharey)
        axes = list(grid.flat)
        for unused in axes[count:]:
            unused.remove()
        return figure, axes[:count]

    def say(self, figure: Figure, sentences: Sequence[str], *, alarm: bool = False) -> None:
        """Writes sentences above the plot."""
        text = wrapped(" ".join(sentence for sentence in sentences if sentence), self.width, self.font - self.scale)
        if text:
            colour = self.alarm if alarm else self.faint
            figure.suptitle(text, x=0.01, ha="left", fontsize=self.font - self.scale, color=colour)
            self.grow(figure, 0.38 * (text.count("\n") + 1))

    def words(self, title: str, sentence: str) -> Figure:
        """A figure that says in words why there is no picture."""
        figure = self.figure(4.0)
        text = wrapped(sentence, self.width * 0.9, self.font)
        figure.text(0.5, 0.62, title, ha="center", va="center", weight="bold")
        figure.text(0.5, 0.55, text, ha="center", va="top", color=self.faint)
        return figure

    def bar(self, figure: Figure, mappable: ScalarMappable, panels: Sequence[Axes], label: str) -> Colorbar:
        """A colour bar beside the panels, or below them where there is little width."""
        narrow = self.narrow
        shape: dict[str, Any] = (
            {"location": "bottom", "aspect": 40, "shrink": 0.8} if narrow else {"location": "right", "aspect": 30}
        )
        bar = figure.colorbar(mappable, ax=list(panels), fraction=0.05, pad=0.02, **shape)
        bar.outline.set_visible(False)
        head, bracket, tail = label.rpartition(" (")
        bar.set_label(label if narrow or not bracket else f"{head}\n({tail}")
        if narrow:
            self.grow(figure, 1.3)
        return bar

    def length(self, text: str) -> float:
        """About how long a tick's label is, in centimetres."""
        wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
        return (len(text) + 0.8 * wide) * _CHARACTER * (self.font - self.scale)

    def legend(self, figure: Figure, entries: Sequence[tuple[Artist, str]]) -> None:
        """A legend below the plot, in as many columns as fit."""
        if not entries:
            return
        labels = [shown(label, 40) for _, label in entries]
        wide = self.length(max(labels, key=len)) + 1.2 * self.scale
        columns = max(1, min(len(entries), int(self.width * 0.97 / wide)))
        figure.legend([handle for handle, _ in entries], labels, loc="outside lower center", ncols=columns)
        self.grow(figure, 0.42 * math.ceil(len(entries) / columns) + 0.1)


def wrapped(text: str, width: float, size: float) -> str:
    """`text` broken into lines that fit `width` centimetres at `size` points."""
    most = max(20, int(width * 0.97 / (size * _CHARACTER)))
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > most:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*lines, line])


def shown(text: object, most: int = 28) -> str:
    """A name or value as it is printed: on one line, not too long, in characters that the fonts have."""
    return cut(legible(" ".join(str(text).split())), most) or "(empty)"
