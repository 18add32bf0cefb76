"""What the commands that look at results say as JSON: documents whose keys stay."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from snaketune.config.study import Study
from snaketune.looking.differing import Difference
from snaketune.looking.shown import ShownTrial
from snaketune.looking.side_by_side import ComparedSearch
from snaketune.looking.top import Best
from snaketune.results.study import StudyResults
from snaketune.space.scales import ABSENT

__all__ = ["document_of_best", "document_of_comparison", "document_of_differences", "document_of_trial"]

Document = dict[str, Any]


def document_of_best(results: StudyResults, best: Best) -> Document:
    """The trials that `top` lists."""
    return {
        "study": results.study.name,
        "objectives": _objectives(results.study),
        "incomplete": results.incomplete,
        "count": best.count,
        "pareto": best.front,
        "trials": [
            {
                "rank": each.rank,
                "trial": each.trial.trial,
                "name": each.name,
                "search": each.search,
                "number": each.trial.number,
                "status": each.trial.status,
                "reason": each.trial.reason,
                "budget": each.trial.budget,
                "in_pareto_set": each.in_front,
                "feasible": each.feasible,
                "value": each.trial.value(results.study),
                "params": each.trial.params,
                "metrics": each.trial.metrics,
                "se": each.trial.se,
                "seconds": each.trial.seconds,
                "started": each.trial.started or None,
                "finished": each.trial.finished or None,
            }
            for each in best.listed
        ],
    }


def document_of_trial(shown: ShownTrial) -> Document:
    """What `show` says."""
    return asdict(shown)


def document_of_differences(first: ShownTrial, second: ShownTrial, found: Sequence[Difference]) -> Document:
    """What `diff` says; what one of the trials does not have is not there."""
    return {
        "trials": [{"study": each.study, "trial": each.trial, "status": each.status} for each in (first, second)],
        "differences": [
            {"kind": each.kind, "name": each.name}
            | {key: value for key, value in (("a", each.first), ("b", each.second)) if value is not ABSENT}
            | ({} if each.gap is None else {"b_minus_a": each.gap})
            for each in found
        ],
    }


def document_of_comparison(joined: Study, searches: Sequence[ComparedSearch]) -> Document:
    """What `compare` says, the best search first."""
    return {
        "objectives": _objectives(joined),
        "searches": [
            {
                "study": each.study,
                "search": each.search,
                "strategy": each.strategy,
                "trials": each.trials,
                "complete": each.complete,
                "seconds": each.seconds,
                "best": None
                if each.best is None
                else {
                    "trial": each.trial,
                    "name": each.name,
                    "number": each.best.number,
                    "budget": each.best.budget,
                    "params": each.best.params,
                    "metrics": each.best.metrics,
                },
            }
            for each in searches
        ],
    }


def _objectives(study: Study) -> list[Document]:
    return [{"metric": metric.name, "direction": metric.direction} for metric in study.metrics]
