"""What there is of a study as one JSON document: its keys are in the manual."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import Any

from snaketune.exporting.described import Described, DescribedRun, DescribedTrial

__all__ = ["VERSION", "digest_of", "document_text", "finite", "sound", "study_document", "trial_document"]

VERSION = 1  # of the document's form
_WRITE = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_OF_RECORD = (
    "seed", "attempt", "seconds", "cpu_seconds", "max_rss_mb", "started", "finished", "host", "exit_code", "signal",
    "devices", "from_budget", "pruned_at",
)  # fmt: skip


def study_document(found: Described) -> dict[str, Any]:
    """The study and its searches, without the trials."""
    study, results = found.study, found.results
    searches = {
        name: {
            "strategy": study.searches[name].strategy,
            "trials": len(of_search.trials),
            "planned": max(len(of_search.trials), results.expected.get(name, 0)),
            "ending": of_search.ending,
            "parameters": {
                parameter: kind.to_config() for parameter, kind in study.searches[name].space.parameters.items()
            },
            "configuration": study.config["searches"][name],
        }
        for name, of_search in results.searches.items()
    }
    limits = [{"metric": limit.metric, "min": limit.min, "max": limit.max} for limit in study.outcome_constraints]
    budget = study.budget
    return _finite_items(
        {
            "format": VERSION,
            "snaketune": metadata.version("snaketune"),
            "study": study.name,
            "seed": study.seed,
            "objectives": [
                {"metric": metric.name, "direction": metric.direction, "take": metric.take, "optimum": metric.optimum}
                for metric in study.metrics
            ],
            "outcome_constraints": limits,
            "budget": {"name": budget.name, "min": budget.min, "max": budget.max} if budget else None,
            "incomplete": results.incomplete,
            "best": found.best,
            "pareto": found.front if len(study.metrics) > 1 else None,
            "searches": searches,
        }
    )


def trial_document(trial: DescribedTrial, found: Described) -> dict[str, Any]:
    """A trial with its runs."""
    result, rung = trial.result, trial.rung
    return _finite_items(
        {
            "trial": trial.trial,
            "status": trial.status,
            "reason": result.reason if result else None,
            "value": result.value(found.study) if result else None,
            "params": trial.params,
            "metrics": result.metrics if result else {},
            "sd": result.sd if result else {},
            "se": result.se if result else {},
            "violations": list(trial.violations),
            "budget": rung.budget if rung else None,
            "bracket": rung.bracket if rung else None,
            "rung": rung.rung if rung else None,
            "seconds": result.seconds if result else None,
            "started": (result.started or None) if result else None,
            "finished": (result.finished or None) if result else None,
            "host": (result.host or None) if result else None,
            "searches": [
                {
                    "search": place.search,
                    "number": place.number,
                    "round": place.round,
                    "origin": place.origin,
                    "name": place.name,
                    "tags": list(place.tags),
                    "description": place.description,
                }
                for place in trial.places
            ],
            "runs": [_run_document(run) for run in trial.runs],
        }
    )


def _run_document(run: DescribedRun) -> dict[str, Any]:
    """A run with what it has reported."""
    result = run.result
    return {
        "run": str(run.run),
        "replicate": run.run.replicate,
        "fold": run.run.fold,
        "budget": run.run.budget,
        "status": run.status,
        "reason": result.reason if result else None,
        "metrics": result.metrics if result else {},
        **{name: getattr(result.record, name) if result else None for name in _OF_RECORD},
        "history": run.history,
    }


def finite(value: Any) -> Any:
    """The value with null for each number that JSON has no spelling for, and texts that all can read."""
    if isinstance(value, Mapping):
        return _finite_items(value)
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, Sequence):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _finite_items(values: Mapping[str, Any]) -> dict[str, Any]:
    return {sound(name): finite(value) for name, value in values.items()}


def sound(text: str) -> str:
    """The text with half a surrogate pair, which a program may print and UTF-8 has no bytes for, spelled out."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def document_text(found: Described) -> str:
    """The document: a line for the study, then one for each trial."""
    head = _WRITE(study_document(found)).removesuffix("}")
    lines = ",\n".join(_WRITE(trial_document(trial, found)) for trial in found.trials)
    return f'{head}, "trials": [\n{lines}\n]}}\n'


def digest_of(content: object) -> str:
    """A digest of what is exported, by which a later export tells that nothing has changed."""
    shown = content if isinstance(content, str) else _WRITE(content)
    return hashlib.sha256(shown.encode("utf-8", "backslashreplace")).hexdigest()
