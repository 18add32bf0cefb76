"""What the stages of a study need to have imported, in the order in which they come."""

from collections.abc import Mapping, Sequence

from snaketune.config.study import Search, Study
from snaketune.plots.catalog import PLOTS, names_of
from snaketune.samplers.engines import ENGINES
from snaketune.samplers.registry import STRATEGIES

__all__ = ["needs_of"]

# By which matplotlib writes a format.
_BACKENDS = {
    "png": "matplotlib.backends.backend_agg",
    "svg": "matplotlib.backends.backend_svg",
    "pdf": "matplotlib.backends.backend_pdf",
}
_BY_SAMPLER = ("generate.py", "tables.py")  # which a search's own model is asked by
_ALWAYS = ("pack.py", "gather.py", "summary.py", "page.py", "check.py")
_FINAL = ("finalists.py", "final.py")
_LIGHT = ("yaml", "snaketune.config.schema:load_schema")


def needs_of(study: Study) -> list[Mapping[str, Sequence[str]]]:
    """Groups of scripts with what each of them needs beside its own imports; a group needs what those before it need.

    The first needs next to nothing. Of the others there are those that the study has something to do for.
    """
    learning = [search for search in study.searches.values() if search.learns]
    light = (*_ALWAYS, *(() if learning else _BY_SAMPLER), *(_FINAL if study.final else ()))
    groups: list[Mapping[str, Sequence[str]]] = [dict.fromkeys(light, _LIGHT)]
    if learning:
        models = dict.fromkeys(module for search in learning for module in _models(search))
        groups.append(dict.fromkeys(_BY_SAMPLER, tuple(models)))
    plots = dict.fromkeys(name for owner in (None, *study.searches) for name in names_of(study, owner))
    if plots:
        drawing = [_BACKENDS[form] for form in study.plots.formats]
        groups.append({"importance.py": ()})
        groups.append({"plots.py": (*drawing, *(f"snaketune.plots.{PLOTS[name].module}" for name in plots))})
    return groups


def _models(search: Search) -> list[str]:
    """The modules by which a search that learns does so."""
    entry = STRATEGIES[search.strategy]
    libraries = [library.module for library in entry.needs(search.options)]
    engine = [ENGINES[search.options["engine"]].sampler] if "engine" in search.options else []
    return [*libraries, *(function.partition(":")[0] for function in (entry.sampler, *engine))]
