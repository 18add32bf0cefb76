"""The plan of a study, before Snakemake is started."""

from typing import Any

from snaketune.config.study import Study
from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.proposing.plan import plan_of, write_plan, written_plan
from snaketune.resources import read_given
from snaketune.results.store import Store
from snaketune.sums import DamagedFile

__all__ = ["document_of_plan", "planned"]


def planned(study: Study, layout: Layout, *, cluster: bool) -> str:
    """The plan in words, written to each search's plan.csv as well.

    Raises:
        StudyError: the space has too few parameter sets that its constraints allow.
    """
    try:
        return written_plan(study, layout, read_given([], cluster=cluster), here=not cluster)
    except DamagedFile as damaged:
        return f"{damaged}; what would run is known then."
    except OSError as error:  # a finished study can be looked at where nothing can be written
        raise StudyError(f"The plan can't be written: {error.strerror}") from error


def document_of_plan(study: Study, layout: Layout) -> dict[str, Any]:
    """The plan as a document: of each search how many trials are certain and how many follow from results."""
    store = Store(layout, study.run_spec.contract)
    plans = [plan_of(study, search, store) for search in study.searches.values()]
    for plan in plans:
        write_plan(plan, layout)
    return {
        "study": study.name,
        "searches": [
            {
                "search": plan.search.name,
                "strategy": plan.search.strategy,
                "trials": len(plan.proposals),
                "later": plan.later,
                "runs_of_each": len(study.runs),
                "runs_done": sum(plan.done.values()) + plan.done_later,
                "table": layout.file("plan.csv", plan.search.name),
            }
            for plan in plans
        ],
    }
