"""The plan of a study, before Snakemake is started."""

from snaketune.config.study import Study
from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.proposing.plan import written_plan
from snaketune.resources import read_given
from snaketune.sums import DamagedFile

__all__ = ["planned"]


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
