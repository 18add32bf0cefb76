"""The studies that ship are planned as they are: nothing in them is certain to fail, and it is known what would run."""

from pathlib import Path

import pytest
import yaml
from snaketune.config import read_study
from snaketune.config.preflight import preflight
from snaketune.layout import Layout
from snaketune.proposing.plan import plan_of, plan_text
from snaketune.resources import Given
from snaketune.results.store import Store

ROOT = Path(__file__).parents[2]
STUDIES = [
    "config/config.yaml",
    *sorted(f"config/examples/{path.name}" for path in ROOT.glob("config/examples/*.yaml")),
]


@pytest.mark.parametrize("path", STUDIES)
def test_it_is_planned(path, tmp_path):
    study = read_study(yaml.safe_load((ROOT / path).read_text()), ROOT)
    preflight(study, ROOT, remote=False)
    store = Store(Layout(tmp_path / study.name), study.run_spec.contract)
    plans = [plan_of(study, search, store) for search in study.searches.values()]
    assert " to run" in plan_text(plans, study, store, Given())


def test_there_is_an_example_of_each_way_to_train_less():
    studies = [read_study(yaml.safe_load((ROOT / path).read_text()), ROOT) for path in STUDIES]
    strategies = {search.strategy for study in studies for search in study.searches.values()}
    assert strategies >= {"grid", "random", "bayes", "halving", "hyperband", "asha"}
    assert any(search.pruner for study in studies for search in study.searches.values())
