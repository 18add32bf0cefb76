"""The study as a study of Optuna, in a storage that optuna-dashboard and `optuna.load_study` open.

Optuna compares the values of all complete trials. A trial that was trained less than others is no match for these, so
it is pruned there, as in a Hyperband of Optuna's own, with its values as intermediate ones.
"""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from snaketune.exporting.curves import curve_of, rungs_curve
from snaketune.exporting.described import Described, DescribedTrial
from snaketune.exporting.document import digest_of, document_text, finite, sound
from snaketune.exporting.domains import Choices, Range, domain_of
from snaketune.exporting.optuna_storages import DIGEST, STORAGES, earlier
from snaketune.exporting.places import Written
from snaketune.files import replaced
from snaketune.runner.status import PRUNED
from snaketune.samplers.support.optuna_trials import quiet, state
from snaketune.values import text

__all__ = ["write"]

_UNMET = 1e300  # of a constraint whose metric is no number
_MOST_NAMED = 5
_LARGEST_STEP = 2**31 - 1  # that a database holds
_Domains = Mapping[str, Choices | Range]


def write(found: Described, place: Path, options: Mapping[str, object]) -> Written:
    """Writes the study into the file `place`; option `storage` says what that is: sqlite (by itself) or journal.

    Raises:
        StudyError: the file is there and is no earlier export.
    """
    storage = STORAGES[str(options.get("storage", "sqlite"))]
    domains = {
        name: domain_of(kinds, [trial.params[name] for trial in found.trials if name in trial.params])
        for name, kinds in found.parameters.items()
    }
    notes = tuple(_notes(found, domains))
    digest = digest_of(document_text(found))
    if earlier(storage, place) == digest:
        return Written(str(place), False, notes)
    place.parent.mkdir(parents=True, exist_ok=True)
    with quiet(), replaced(place) as temporary, storage.made(temporary) as made:
        study = _study(made, found, digest)
        distributions = {name: _distribution(domain) for name, domain in domains.items()}
        storage.add(made, study, [_trial(trial, found, domains, distributions) for trial in found.trials])
    return Written(str(place), True, notes)


def _study(storage: Any, found: Described, digest: str) -> Any:
    """The study, still without trials."""
    import optuna

    study = optuna.create_study(
        storage=storage, study_name=found.name, directions=[metric.direction for metric in found.study.metrics]
    )
    study.set_user_attr(DIGEST, digest)
    study.set_metric_names([metric.name for metric in found.study.metrics])
    if found.results.incomplete:
        study.set_user_attr("incomplete", found.results.incomplete)
    return study


def _distribution(domain: Choices | Range) -> Any:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    match domain:
        case Range(whole=True):
            return IntDistribution(int(domain.low), int(domain.high), log=domain.log, step=int(domain.step or 1))
        case Range():
            return FloatDistribution(domain.low, domain.high, log=domain.log, step=domain.step)
    return CategoricalDistribution(domain.given)


def _trial(trial: DescribedTrial, found: Described, domains: _Domains, distributions: Mapping[str, Any]) -> Any:
    import optuna

    params, others = _native(trial, domains)
    chosen = _state(trial)
    system: dict[str, Any] = {"constraints": [_constraint(v) for v in trial.violations]} if trial.violations else {}
    made = optuna.trial.create_trial(
        state=state(chosen),
        values=_values(trial, found) if chosen == "complete" else None,
        params=params,
        distributions={name: distributions[name] for name in params},
        user_attrs=_attributes(trial, others),
        system_attrs=system,
        intermediate_values=_intermediate(trial, found.study.metric.name),
    )
    started, finished = (_local(time) for time in _times(trial))
    if started and chosen != "waiting":
        made.datetime_start = started
    if finished and made.state.is_finished():
        made.datetime_complete = finished
    return made


def _state(trial: DescribedTrial) -> str:
    """Optuna's state, by name."""
    if trial.result is None:
        return trial.status
    if trial.complete:
        return "complete" if trial.in_full else "pruned"
    return "pruned" if trial.status == PRUNED else "fail"


def _values(trial: DescribedTrial, found: Described) -> list[float]:
    metrics = trial.result.metrics if trial.result else {}
    return [float(metrics[metric.name]) for metric in found.study.metrics]


def _native(trial: DescribedTrial, domains: _Domains) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters as Optuna takes them, and those whose values are none of their distributions'."""
    inside, outside = {}, {}
    for name, value in trial.params.items():
        try:
            inside[name] = domains[name].give(value)
        except (ValueError, KeyError):
            outside[name] = value
    return inside, outside


def _constraint(violation: float) -> float:
    return float(min(max(violation, -_UNMET), _UNMET)) if violation == violation else _UNMET


def _attributes(trial: DescribedTrial, others: Mapping[str, Any]) -> dict[str, Any]:
    """What else there is to know; numbers that JSON has no spelling for are null."""
    result, first = trial.result, trial.places[0]
    found: dict[str, Any] = {
        "trial": trial.trial,
        "name": first.name,
        "search": ", ".join(place.search for place in trial.places),
        "number": first.number,
        "round": first.round,
        "origin": first.origin,
        "status": trial.status,
        "reason": result.reason if result else None,
        "tags": list(first.tags),
        "description": first.description,
        "budget": trial.rung.budget if trial.rung else None,
        "bracket": trial.rung.bracket if trial.rung else None,
        "rung": trial.rung.rung if trial.rung else None,
        "seconds": result.seconds if result else None,
        "host": result.host if result else None,
    }
    found |= {f"param.{name}": value for name, value in others.items()}
    found |= {f"metric.{name}": value for name, value in (result.metrics.items() if result else ())}
    found |= {f"sd.{name}": value for name, value in (result.sd.items() if result else ())}
    if len(trial.runs) > 1:
        found["runs"] = {
            str(run.run): {"status": run.status, "metrics": run.result.metrics if run.result else {}}
            for run in trial.runs
        }
    return {sound(name): finite(value) for name, value in found.items() if value not in (None, "", [])}


def _intermediate(trial: DescribedTrial, metric: str) -> dict[int, float]:
    """The metric by step: of the histories, else of the rungs; steps that are no whole numbers are counted instead."""
    curve = curve_of(trial, metric) or rungs_curve(trial, metric)
    whole = all(step == int(step) and abs(step) <= _LARGEST_STEP for step in curve if math.isfinite(step))
    if whole and all(map(math.isfinite, curve)):
        return {int(step): value for step, value in curve.items()}
    return dict(enumerate(curve.values()))


def _times(trial: DescribedTrial) -> tuple[str | None, str | None]:
    """When the trial began and ended, None where that is not known: it was imported, or is under way."""
    if trial.result:
        return trial.result.started or None, trial.result.finished or None
    return min((run.result.record.started for run in trial.runs if run.result), default=None), None


def _local(time: str | None) -> datetime | None:
    """A time as Optuna has them: local, without saying so."""
    return datetime.fromisoformat(time).astimezone().replace(tzinfo=None) if time else None


def _notes(found: Described, domains: _Domains) -> Iterator[str]:
    outside = [f"{name}={text(value)}" for trial in found.trials for name, value in _native(trial, domains)[1].items()]
    if outside:
        named = ", ".join(dict.fromkeys(outside[:_MOST_NAMED]))
        yield (
            f"{len(outside)} values that are in no distribution are attributes of their trials (param.NAME), such as "
            f"{named}"
        )
