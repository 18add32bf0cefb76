"""Results of runs that were made of other inputs (`objective.inputs`) than there are now."""

from snaketune.results.store import Store
from snaketune.runner import states

__all__ = ["outdate_others"]


def outdate_others(store: Store, contract: str | None) -> None:
    """Outdates the results of another contract, which Snakemake takes for good: it does not know what inputs held.

    Records of another contract count for nothing by themselves.
    """
    for result in store.layout.root.glob(f"trials/*/*/{states.RESULT}"):
        if not states.is_of(result, contract):
            states.outdate(result.parent)
    store.refresh()
