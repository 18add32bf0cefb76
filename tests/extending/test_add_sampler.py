"""A sampler is added from outside with its module, one line of the registry, the schema and the manual."""

import sys

import pytest
import yaml
from copies import Copy
from snaketune.files import csv_rows

MODULE = '''"""Hill climbing: steps around the best trial so far."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from snaketune.samplers.base import Observation, Proposal
from snaketune.samplers.support.encoding import Encoding
from snaketune.samplers.support.evaluated import Evaluated
from snaketune.samplers.support.fidelity import is_complete
from snaketune.samplers.support.order import generator, order
from snaketune.space import Space

__all__ = ["HillSampler", "build"]

_TRIES = 100


class HillSampler:
    """Proposes points at most `step` (of each axis' range) away from the best one, and random ones to begin with."""

    def __init__(self, space: Space, *, seed: int, step: float):
        self._encoding = Encoding(space)
        self._seed = seed
        self._step = step

    def ask(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        """The next `n` proposals; fewer, or none, when a finite space has no more to give."""
        history = sorted(history, key=order)
        if any(len(o.measured) > 1 for o in history):
            raise ValueError("hill takes one objective")
        evaluated = Evaluated(self._encoding, [o.params for o in history])
        best = min(filter(is_complete, history), key=lambda o: o.measured, default=None)
        proposals: list[Proposal] = []
        while len(proposals) < n:
            rng = generator(self._seed, history, len(proposals))
            proposal = self._step_from(best, evaluated, rng) if best else None
            if proposal is None:
                drawn = evaluated.random(rng)
                if drawn is None:
                    break
                proposal = Proposal(drawn, "random")
            evaluated.add(proposal.params)
            proposals.append(proposal)
        return proposals

    def _step_from(self, best: Observation, evaluated: Evaluated, rng: np.random.Generator) -> Proposal | None:
        place = np.nan_to_num(self._encoding.points([best.params]), nan=0.5)
        steps = rng.uniform(-self._step, self._step, (_TRIES, self._encoding.width))
        for point in self._encoding.realise(np.clip(place + steps, 0.0, 1.0)):
            params = self._encoding.params(point)
            if params not in evaluated:
                return Proposal(params, "step")
        return None


def build(space: Space, *, seed: int, n_trials: int | None, options: Mapping[str, Any]) -> HillSampler:
    """The sampler of strategy `hill`."""
    return HillSampler(space, seed=seed, step=options["step"])
'''
SAMPLER = "workflow/snaketune/samplers/hill.py"
REGISTRY = "workflow/snaketune/samplers/registry.py"
SCHEMA = "workflow/snaketune/config/config.schema.yaml"
MANUAL = "config/README.md"

CONTRACT = """\
from snaketune.samplers.registry import STRATEGIES
from snaketune.samplers.testing import Contract
contract = Contract.of(STRATEGIES["hill"], {"step": 0.1}, several=False)
contract.check()
print(len(contract.names), "checks")
"""
TRAIN = """\
import json, sys
options = dict(zip((word.lstrip("-") for word in sys.argv[1::2]), sys.argv[2::2]))
print(json.dumps({"loss": (float(options["x"]) - 0.3) ** 2 + int(options["n"])}))
"""
STUDY = {
    "study": "hill",
    "objective": {"command": f"{sys.executable} train.py", "metric": "loss", "code": ["train.py"]},
    "space": {"x": "uniform(0, 1)", "n": [0, 1]},
    "search": {"strategy": "hill", "n_trials": 8, "batch_size": 3, "step": 0.1},
    "progress": 0,
}


@pytest.fixture(scope="module")
def extended(built_once):
    return Copy(built_once("hill", extend))


def extend(folder):
    copy = Copy.new(folder)
    copy.add(SAMPLER, MODULE)
    last = '    "bayes": Strategy('
    copy.edit(REGISTRY, last, f'    "hill": Strategy("snaketune.samplers.hill:build", learns=True),\n{last}')
    copy.edit(SCHEMA, "lhs, list, bayes, ", "lhs, list, bayes, hill, ")
    bayes = (
        '      - {if: {properties: {strategy: {const: bayes}}, required: [strategy]}, then: {$ref: "#/$defs/bayes"}}\n'
    )
    copy.edit(SCHEMA, bayes, bayes + bayes.replace("bayes", "hill"))
    copy.edit(
        SCHEMA,
        "  bayes:\n    additionalProperties: false\n",
        "  hill:\n"
        "    additionalProperties: false\n"
        "    required: [n_trials]\n"
        "    properties:\n"
        "      <<: *shared\n"
        '      n_trials: {$ref: "#/$defs/n_trials"}\n'
        '      seed: {$ref: "#/$defs/seed"}\n'
        "      overlap: {description: As for Bayesian searches., type: integer, minimum: 0, maximum: 100, default: 0}\n"
        "      step: {description: The longest step., type: number, exclusiveMinimum: 0, maximum: 1, default: 0.2}\n"
        "  bayes:\n    additionalProperties: false\n",
    )
    row = "\n| `bayes` | "
    copy.edit(MANUAL, row, f"\n| `hill` | steps around the best trial so far | `n_trials`, `seed`, `step` |{row}")
    (copy.root / "train.py").write_text(TRAIN)
    (copy.root / "study.yaml").write_text(yaml.safe_dump(STUDY, sort_keys=False))
    copy.snakemake("--configfile", "study.yaml")


def test_a_sampler_is_four_files(extended):
    assert extended.touched == {SAMPLER, REGISTRY, SCHEMA, MANUAL}


def test_it_keeps_the_contract(extended):
    assert "checks" in extended.run(sys.executable, "-c", CONTRACT)


def test_it_learns_from_round_to_round(extended):
    results = extended.root / "results" / "hill"
    rows = sorted(csv_rows(results / "hill" / "results.csv"), key=lambda row: int(row["number"]))
    assert [row["status"] for row in rows] == ["complete"] * 8
    assert [row["origin"] for row in rows] == ["random"] * 3 + ["step"] * 5
    assert [row["round"] for row in rows] == ["0"] * 3 + ["1"] * 3 + ["2"] * 2
    for first, last in ((3, 6), (6, 8)):
        best = min(rows[:first], key=lambda row: float(row["loss"]))
        assert all(abs(float(row["x"]) - float(best["x"])) <= 0.1 + 1e-9 for row in rows[first:last])


def test_it_is_in_tables_and_plan(extended):
    results = extended.root / "results" / "hill"
    assert len(csv_rows(results / "results.csv")) == 8
    assert "| hill" in (results / "summary.md").read_text()
    assert "hill" in extended.snakemake("plan", "--configfile", "study.yaml")
    assert "Nothing to be done" in extended.snakemake("--configfile", "study.yaml")


def test_a_wrong_option_is_told_as_for_any_strategy(extended):
    wrong = {**STUDY, "search": {**STUDY["search"], "stp": 0.1}}
    done = extended.run(
        sys.executable,
        "-c",
        "from pathlib import Path\nfrom snaketune.config import read_study\nfrom snaketune.errors import ConfigError\n"
        f"try: read_study({wrong!r}, Path.cwd())\n"
        "except ConfigError as error: print(error)",
    )
    assert "Did you mean 'step'" in done
