"""The importances of a study's parameters, from its trials."""

from collections.abc import Iterable, Mapping, Sequence

from snaketune.config.study import Search
from snaketune.importance.evaluate import Importance, Importances, importances
from snaketune.importance.scales import ABSENT, scale_of
from snaketune.results.importances import PAIRED
from snaketune.results.trials import Trial
from snaketune.space import Parameter

__all__ = ["importances_of"]


def importances_of(trials: Iterable[Trial], searches: Sequence[Search], metric: str) -> Importances:
    """The importances for `metric` over the complete trials of `searches`; a trial that several share counts once.

    Parameters that are paired in all searches are judged together: each gets the importance of the pair.
    """
    distinct = list({trial.trial: trial for trial in trials if trial.complete}.values())
    groups = _groups(searches)
    columns, scales = {}, {}
    for names in groups:
        columns[names[0]] = [_value(trial.params, names) for trial in distinct]
        forms = [axis.parameter for search in searches for axis in search.space.axes if axis.names == names]
        scales[names[0]] = scale_of(forms or _parameters(searches, names[0]), columns[names[0]])
    found = importances(columns, scales, [trial.metrics[metric] for trial in distinct])
    members = {names[0]: names for names in groups}
    rows = tuple(row for one in found.parameters for row in _expanded(one, members[one.parameter]))
    return Importances(rows, found.interactions)


def _groups(searches: Sequence[Search]) -> list[tuple[str, ...]]:
    """The parameters, those that every search pairs in the same way together, in the order of the searches."""
    paired = [{axis.names for axis in search.space.axes if axis.paired} for search in searches]
    together = set.intersection(*paired)
    member = {name: names for names in together for name in names}
    everything = dict.fromkeys(name for search in searches for name in search.space.parameters)
    return list(dict.fromkeys(member.get(name, (name,)) for name in everything))


def _parameters(searches: Sequence[Search], name: str) -> list[Parameter]:
    return [search.space.parameters[name] for search in searches if name in search.space.parameters]


def _value(params: Mapping[str, object], names: tuple[str, ...]) -> object:
    if not all(name in params for name in names):
        return ABSENT
    return [params[name] for name in names] if len(names) > 1 else params[names[0]]


def _expanded(row: Importance, names: tuple[str, ...]) -> list[Importance]:
    if len(names) == 1:
        return [row]
    notes = [f"{PAIRED}{', '.join(other for other in names if other != name)}" for name in names]
    return [
        Importance(
            name,
            row.fanova,
            row.fanova_sd,
            row.permutation,
            row.permutation_sd,
            "; ".join(filter(None, (row.note, note))),
        )
        for name, note in zip(names, notes, strict=True)
    ]
