"""Which plots there are, and which of them have something to say about a study, as far as its configuration tells.

Imported while the workflow is read: nothing here may import NumPy, pandas or matplotlib.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from snaketune.config.study import Search, Study
from snaketune.space import Parameter
from snaketune.values import key

__all__ = [
    "PLOTS",
    "Plot",
    "compared_files",
    "drop_others",
    "files_of",
    "gridded",
    "names_of",
    "reports_history",
    "varying",
]

_FORMATS = ("png", "svg", "pdf")
# Words by which a program's own code or command shows that it reports metrics while it trains.
_REPORTING = ("SNAKETUNE_HISTORY", "snaketune", "{history}", "history.jsonl")
# The most values that a heat map has along a side.
_WIDEST_GRID = 40


def _always(study: Study, searches: Sequence[Search]) -> bool:
    return True


@dataclass(frozen=True)
class Plot:
    """A plot's title, its module in this folder (see `Drawing`), and what has to be known before it is drawn.

    `fits` says whether it says something about some of a study's searches; it `needs` tables besides those of trials:
    `runs`, `history`, `models`. In one that goes `across`, each search is a line, so that those of several studies can
    be in it.
    """

    title: str
    module: str
    fits: Callable[[Study, Sequence[Search]], bool] = _always
    needs: frozenset[str] = frozenset()
    across: bool = False


def varying(study: Study, searches: Sequence[Search]) -> list[str]:
    """The parameters that have more than one value over the searches."""
    return [name for name in study.parameters if _varies([s.space.parameters.get(name) for s in searches])]


def gridded(study: Study, searches: Sequence[Search]) -> list[str]:
    """The parameters that have few enough values in all searches to be the side of a heat map."""
    found = []
    for name in varying(study, searches):
        forms = [search.space.parameters[name] for search in searches if name in search.space.parameters]
        if all(form.finite for form in forms):
            values = {key(value) for form in forms for value in form.values()[: _WIDEST_GRID + 1]}
            found += [name] if 1 < len(values) <= _WIDEST_GRID else []
    return found


def reports_history(study: Study) -> bool:
    """Whether the trainings report metrics as they go: a metric is taken from them, or the program names the means."""
    if study.run_spec.takes:
        return True
    words = [*(study.run_spec.argv or ()), (study.run_spec.function or "").rpartition(":")[0]]
    folder = Path(study.run_spec.workdir or "")
    return any(sign in text for word in words for text in (word, _code(folder / word)) for sign in _REPORTING)


def _in_rungs(study: Study, searches: Sequence[Search]) -> bool:
    return any(search.in_rungs for search in searches)


def _several_vary(study: Study, searches: Sequence[Search]) -> bool:
    return len(varying(study, searches)) > 1


def _explained(study: Study, searches: Sequence[Search]) -> bool:
    return any(search.name in study.explaining for search in searches)


_RUNS, _HISTORY, _MODELS = frozenset({"runs"}), frozenset({"history"}), frozenset({"models"})

PLOTS: dict[str, Plot] = {
    "history": Plot("Optimization history", "optimization_history", across=True),
    "comparison": Plot("Searches compared", "comparison", lambda _, searches: len(searches) > 1, _RUNS, across=True),
    "importances": Plot("Parameter importances", "importances", _several_vary),
    "slice": Plot("Parameters against the objective", "slices", lambda *these: bool(varying(*these))),
    "contour": Plot("Contours of pairs of parameters", "contour", _several_vary),
    "rank": Plot("Ranks over pairs of parameters", "ranks", _several_vary),
    "model": Plot("What the model expects", "model", _explained, _MODELS),
    "calibration": Plot("What the model predicts", "calibration", _explained, _MODELS),
    "parallel": Plot("Parallel coordinates", "parallel", _several_vary),
    "heatmap": Plot("Grid heat map", "heatmap", lambda *these: len(gridded(*these)) > 1),
    "intermediate": Plot("Learning curves", "intermediate", lambda study, _: reports_history(study), _HISTORY),
    "replicates": Plot("Spread over runs", "replicates", lambda study, _: len(study.runs) > 1, _RUNS),
    "pareto": Plot("Pareto front", "pareto", lambda study, _: len(study.metrics) > 1),
    "edf": Plot("Empirical distribution of the objective", "edf", across=True),
    "rungs": Plot("Promotions", "rungs", _in_rungs),
    "budget": Plot("Budget spent", "budget", lambda _, searches: any(s.budget for s in searches), _RUNS),
    "timeline": Plot("Timeline", "timeline", needs=_RUNS),
}


def names_of(study: Study, search: str | None = None) -> tuple[str, ...]:
    """The plots of one search, or of the study: those that are chosen, or else all that fit.

    A study's only search has none of its own: they would be the study's.
    """
    if search and len(study.searches) == 1:
        return ()
    searches = [study.searches[search]] if search else list(study.searches.values())
    if study.plots.choose is not None:
        alone = ("comparison",) if search else ()  # one search is nothing to compare
        return tuple(name for name in study.plots.choose if name not in alone)
    return tuple(name for name, plot in PLOTS.items() if plot.fits(study, searches))


def files_of(study: Study, folder: str, search: str | None = None) -> list[str]:
    """The paths of all plots of one search, or of the study, below the study's `folder`."""
    place = f"{folder}/{search}/plots" if search else f"{folder}/plots"
    return [f"{place}/{name}.{form}" for name in names_of(study, search) for form in study.plots.formats]


def compared_files(study: Study, folder: str) -> list[str]:
    """The paths of the plots of several studies, below `folder`; the configured `study` says which and how."""
    wanted = PLOTS if study.plots.choose is None else study.plots.choose
    chosen = [name for name, plot in PLOTS.items() if plot.across and name in wanted]
    return [f"{folder}/plots/{name}.{form}" for name in chosen for form in study.plots.formats]


def drop_others(folder: Path, drawn: Iterable[str | Path]) -> None:
    """Removes the pictures in a folder of plots that are not among those that are drawn: they would show an old state.

    Only files that are called as ours are; everything else in the folder stays.
    """
    kept = {Path(path) for path in drawn}
    for path in (folder / f"{plot}.{form}" for plot in PLOTS for form in _FORMATS):
        if path not in kept and path.is_file():
            path.unlink(missing_ok=True)


def _varies(forms: Sequence[Parameter | None]) -> bool:
    present = [form for form in forms if form is not None]
    if not all(form.finite for form in present):
        return True
    return len({key(value) for form in present for value in form.values()[:2]}) > 1


def _code(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):  # a word of the command that is no file
        return ""
