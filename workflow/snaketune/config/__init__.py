"""The configuration: its schema, its checks, and the study that it describes."""

from snaketune.config.command_line import with_command_line
from snaketune.config.read import load_study, read_study, save_study
from snaketune.config.study import Search, Study

__all__ = ["Search", "Study", "load_study", "read_study", "save_study", "with_command_line"]
