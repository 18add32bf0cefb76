"""What an earlier configuration of the study has left: pictures that nobody draws any more, and whole searches."""

from pathlib import Path

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.plots.catalog import drop_others, files_of

__all__ = ["drop_pictures", "former_searches"]


def drop_pictures(study: Study, layout: Layout) -> None:
    """Removes the plots of the study and of its searches that are no longer chosen."""
    for owner in (None, *study.searches):
        drop_others(layout.file("plots", owner), files_of(study, str(layout.root), owner))


def former_searches(study: Study, layout: Layout) -> list[Path]:
    """The folders of searches that the configuration has no longer; they stay, as their trials do."""
    folders = (path.parent for path in layout.root.glob("*/rounds") if path.is_dir())
    return sorted(folder for folder in folders if folder.name not in study.searches)
