"""A new project: a folder with a study, a script and what is typed there."""

from snaketune.project.make import make_project

__all__ = ["make_project"]
