"""Values behind --config mean what they mean in the file, and are merged into it."""

import copy

import pytest
import yaml
from snakemake.cli import parse_config
from snakemake.utils import update_config
from snaketune.config import with_command_line
from snaketune.config.command_line import entries_below
from snaketune.errors import ConfigError

FILE = {
    "seed": 1,
    "space": {"lr": {"type": "loguniform", "low": 1e-5, "high": 0.1}, "tag": ["1", "true"]},
    "search": {"strategy": "bayes", "n_trials": 50, "batch_size": 8, "acquisition": {"type": "ei", "xi": 0.1}},
}
SEVERAL = {"searches": {"grid": {"strategy": "grid"}, "some": {"strategy": "random", "n_trials": 4}}}


def given(*entries: str, file=FILE) -> dict:
    """What is made of a file and the command line, on Snakemake's way."""
    config = copy.deepcopy(file)
    update_config(config, parse_config(list(entries)))
    before = copy.deepcopy(config)
    found = with_command_line(config, entries)
    assert config == before
    return found


@pytest.mark.parametrize(
    "text",
    ["20", "1.5", "true", "null", "adam", '"20"', "[1, 2.5, x]", "{a: 1, b: {c: [true, null]}}", "{'bar': 42}", "",
     "lr{lr}-{number}", "a b"],
)  # fmt: skip
def test_values_are_those_of_a_file(text):
    assert given(f"value={text}")["value"] == (text if text.startswith("lr{") else yaml.safe_load(text))


def test_numbers_are_numbers():
    found = given("space={lr: {type: loguniform, low: 1e-6, high: 0.1}}", "progress=1e-1", "on={1: 2}")
    assert found["space"]["lr"]["low"] == 1e-6
    assert (found["progress"], found["on"]) == (0.1, {"1": 2})


def test_mappings_are_merged_and_lists_replaced():
    found = given("search={n_trials: 20}", "space={tag: [a]}")
    assert found["search"] == FILE["search"] | {"n_trials": 20}
    assert found["space"] == FILE["space"] | {"tag": ["a"]}
    assert given("space={lr: {high: 1}}")["space"]["lr"] == FILE["space"]["lr"] | {"high": 1}


def test_another_kind_takes_the_place_of_what_was_there():
    assert given("space={lr: {choices: [1, 2]}}")["space"]["lr"] == {"choices": [1, 2]}
    assert given("search={acquisition: {type: lcb}}")["search"]["acquisition"] == {"type": "lcb"}


def test_a_file_keeps_its_texts():
    assert given("n_trials=3")["space"]["tag"] == ["1", "true"]


def test_another_strategy_keeps_what_it_knows():
    kept = {"strategy": "sobol", "n_trials": 50, "batch_size": 8}
    assert given("search={strategy: sobol}")["search"] == given("strategy=sobol")["search"] == kept
    both = given("search={strategy: sobol, engine: gp}")["search"]
    assert both["engine"] == "gp", "what is asked for is never dropped without a word"


def test_a_key_without_its_search():
    assert given("n_trials=20")["search"] == FILE["search"] | {"n_trials": 20}
    found = given("n_trials=20", "batch_size=3", file=SEVERAL)["searches"]
    assert found["grid"] == {"strategy": "grid", "batch_size": 3}
    assert found["some"] == {"strategy": "random", "n_trials": 20, "batch_size": 3}
    assert given("seed=7", file=SEVERAL | {"seed": 1})["seed"] == 7


@pytest.mark.parametrize(
    ("entries", "file", "words"),
    [
        (["n_trials=3", "strategy=grid"], FILE, "n_trials: no search of this study has such a key"),
        (["strategy=grid"], SEVERAL, "of the searches grid, some name one"),
        (["n_trials=3"], {}, "no search of this study has such a key"),
    ],
)
def test_what_is_not_clear(entries, file, words):
    with pytest.raises(ConfigError, match=words):
        given(*entries, file=file)


@pytest.mark.parametrize("text", ["&a [*a]", "[1", "2020-13-45", "!!python/object:os.system {}", "{[1]: 2}"])
def test_what_is_no_yaml_is_text_or_left_to_the_schema(text):
    given(f"value={text}")


def test_what_is_given_for_a_part_of_the_configuration_around_it():
    entries = ["tune={n_trials: 7, space: {lr: {low: 1e-4}}, retry: failed}", "other={n_trials: 9}", "threads=4"]
    below = entries_below(entries, "tune")
    found = given(*below)
    assert (found["search"]["n_trials"], found["space"]["lr"]["low"], found["retry"]) == (7, 1e-4, "failed")
    assert "threads" not in found
    assert entries_below(entries, "threads") == entries_below(entries, "nothing") == []
