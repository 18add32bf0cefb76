from pathlib import Path

import snaketune
from snaketune.installed import home, profiles

ROOT = Path(__file__).parents[2]


def test_in_the_repository_the_workflow_lies_around_the_package():
    assert home() == ROOT
    assert snaketune.snakefile() == str(ROOT / "Snakefile")


def test_profiles_have_short_names():
    assert {"slurm", "lsf", "pbs", "sge", "kubernetes", "slurm-generic"} <= profiles().keys()
    assert all((folder / "config.yaml").exists() for folder in profiles().values())
