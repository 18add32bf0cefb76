"""The plan of a study, before anything is run."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.proposing.plan import Plan, plan_of, plan_text, write_plan
from snaketune.resources import gpus_here, read_given
from snaketune.results.store import Store

__all__ = ["document_of_plan", "planned"]


def planned(study: Study, layout: Layout, *, cluster: bool, resources: Iterable[str] = ()) -> str:
    """The plan in words; it is in each search's plan.csv as well, where that can be written.

    `resources`, name=value, are those that Snakemake gives each job; what runs here says more of this machine.

    Raises:
        StudyError: the space has too few parameter sets that its constraints allow; a file is damaged.
    """
    store = Store(layout, study.run_spec.contract)
    plans = _written(study, store)
    gpus = None if cluster else gpus_here(study.resources, study.run_spec)
    return plan_text(plans, study, store, read_given(resources, cluster=cluster), gpus)


def document_of_plan(study: Study, layout: Layout) -> dict[str, Any]:
    """The plan as a document: of each search how many trials are certain and how many follow from results."""
    plans = _written(study, Store(layout, study.run_spec.contract))
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


def _written(study: Study, store: Store) -> list[Plan]:
    plans = [plan_of(study, search, store) for search in study.searches.values()]
    with suppress(OSError):  # a finished study can be looked at where nothing can be written
        for plan in plans:
            write_plan(plan, store.layout)
    return plans
