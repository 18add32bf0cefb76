"""Writes study.json, the resolved study that all later stages read."""

from pathlib import Path

from snaketune.config import read_study, save_study

save_study(read_study(snakemake.config, Path.cwd()), Path(snakemake.output[0]))  # noqa: F821 (given by Snakemake)
