"""A parameter kind is added from outside with its module, the schema and the manual; all of the project takes it."""

import base64
import gzip
import json
import re
import sys

import pytest
import yaml
from copies import Copy
from snaketune.files import csv_rows

MODULE = '''"""Powers of two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snaketune.space.parameters.base import CallForm, Forms, Parameter
from snaketune.space.parameters.fields import whole
from snaketune.space.parameters.numbers import cell, units_around
from snaketune.space.scales import Numeric

__all__ = ["FORMS", "PowerOfTwo"]


@dataclass(frozen=True)
class PowerOfTwo(Parameter):
    """One of low, 2 low, 4 low, … up to high, all equally likely."""

    low: int
    high: int

    def __post_init__(self) -> None:
        for end in (self.low, self.high):
            if end < 1 or end & (end - 1):
                raise ValueError(f"low and high must be powers of two; found {end}")
        if not self.low < self.high:
            raise ValueError(f"low must be below high; found low {self.low} and high {self.high}")

    @property
    def finite(self) -> bool:
        return True

    @property
    def count(self) -> int:
        return self.high.bit_length() - self.low.bit_length() + 1

    def values(self) -> tuple[int, ...]:
        return tuple(self.low << i for i in range(self.count))

    def from_unit(self, u: float) -> int:
        return self.low << cell(u, self.count)

    def to_unit(self, value: int) -> float:
        return (value.bit_length() - self.low.bit_length() + 0.5) / self.count

    def contains(self, value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and value in self.values()

    def to_config(self) -> dict[str, Any]:
        return {"type": "power2", "low": self.low, "high": self.high}

    def around(self, values: Sequence[int], margin: float) -> Parameter:
        low, high = (self.from_unit(u) for u in units_around(self, values, margin))
        return PowerOfTwo(low, high) if low < high else PowerOfTwo(low, 2 * low)

    def scale(self) -> Numeric:
        return Numeric(float(self.low), float(self.high), log=True, whole=True)

    def optuna_distribution(self) -> Any:
        from optuna.distributions import IntDistribution

        return IntDistribution(0, self.count - 1)

    def to_optuna(self, value: int) -> int:
        return value.bit_length() - self.low.bit_length()

    def from_optuna(self, native: Any) -> int:
        return self.low << int(native)


def _power(raw: Mapping[str, Any]) -> PowerOfTwo:
    return PowerOfTwo(whole(raw, "low"), whole(raw, "high"))


FORMS = Forms(types={"power2": _power}, calls={"power2": CallForm(("low", "high"), _power)})
'''
SCHEMA = "workflow/snaketune/config/config.schema.yaml"
MANUAL = "config/README.md"
KIND = "workflow/snaketune/space/parameters/power.py"

TRAIN = """\
import json, math, sys
options = dict(zip((word.lstrip("-") for word in sys.argv[1::2]), sys.argv[2::2]))
power = math.log2(int(options["batch"]))
print(json.dumps({"loss": (power - 6) ** 2 + float(options["x"]) + int(options.get("width", 0)) / 8}))
"""
LEARNING = {"strategy": "bayes", "n_trials": 6, "n_initial_points": 4, "batch_size": 2}
STUDY = {
    "study": "powers",
    "objective": {"command": f"{sys.executable} train.py", "metric": "loss", "code": ["train.py"]},
    "space": {
        "batch": {"type": "power2", "low": 16, "high": 256},
        "x": "uniform(0, 1)",
        "width": {"type": "power2", "low": 1, "high": 4, "when": {"batch": [64, 128]}},
    },
    "searches": {
        "grid": {"strategy": "grid", "space": {"x": [0.5], "batch": "power2(16, 256)"}},
        "random": {"strategy": "random", "n_trials": 4},
        "sobol": {"strategy": "sobol", "n_trials": 4},
        "gp": LEARNING,
        "skopt": {**LEARNING, "engine": "skopt"},
        "optuna": {**LEARNING, "engine": "optuna", "sampler": {"type": "TPESampler", "n_startup_trials": 3}},
        "refined": {**LEARNING, "refine": {"search": "random"}},
    },
    "plots": {"choose": ["history", "importances", "slice", "contour", "rank", "parallel"]},
    "progress": 0,
}
BATCHES = {16, 32, 64, 128, 256}


def payload(page):
    """The data in a page."""
    packed = re.search(r'<script[^>]*id="payload"[^>]*>([^<]*)<', page.read_text(encoding="utf-8"))[1]
    return json.loads(gzip.decompress(base64.b64decode(packed)))


@pytest.fixture(scope="module")
def extended(built_once):
    return Copy(built_once("powers", extend))


def extend(folder):
    copy = Copy.new(folder)
    copy.add(KIND, MODULE)
    copy.edit(SCHEMA, "normal, lognormal, constant]", "normal, lognormal, constant, power2]")
    constant = '- {if: {required: [type], properties: {type: {const: constant}}}, then: {$ref: "#/$defs/constant"}}'
    copy.edit(SCHEMA, constant, f"{constant}\n        {constant.replace('constant', 'power2')}")
    fields = "    additionalProperties: false\n    required: [value]\n"
    copy.edit(
        SCHEMA,
        f"  constant:\n{fields}",
        "  power2:\n"
        "    additionalProperties: false\n"
        "    required: [low, high]\n"
        "    properties:\n"
        "      type: {}\n"
        '      low: {$ref: "#/$defs/number"}\n'
        '      high: {$ref: "#/$defs/number"}\n'
        '      when: {$ref: "#/$defs/when"}\n'
        f"  constant:\n{fields}",
    )
    line = "  epochs: 10  "
    copy.edit(MANUAL, line, f"  width: {{type: power2, low: 16, high: 256}}                   # 16, 32, 64, …\n{line}")
    (copy.root / "train.py").write_text(TRAIN)
    (copy.root / "study.yaml").write_text(yaml.safe_dump(STUDY, sort_keys=False))
    copy.snakemake("--configfile", "study.yaml")


def test_a_kind_is_three_files(extended):
    assert extended.touched == {KIND, SCHEMA, MANUAL}


def test_every_strategy_and_engine_searches_it(extended):
    rows = csv_rows(extended.root / "results" / "powers" / "results.csv")
    found = {name: [row for row in rows if row["search"] == name] for name in STUDY["searches"]}
    assert {name: len(trials) for name, trials in found.items()} == {
        "grid": 9, "random": 4, "sobol": 4, "gp": 6, "skopt": 6, "optuna": 6, "refined": 6,
    }  # fmt: skip
    assert {row["status"] for row in rows} == {"complete"}
    assert {int(row["batch"]) for row in rows} == BATCHES
    assert {row["width"] for row in found["grid"]} == {"", "1", "2", "4"}
    assert all((row["width"] != "") == (row["batch"] in ("64", "128")) for row in rows)
    # Their model made proposals, not only their initial designs.
    assert all("model" in {row["origin"] for row in found[name]} for name in ("gp", "skopt"))


def test_tables_plots_and_page_show_it(extended):
    results = extended.root / "results" / "powers"
    pictures = {file.name for file in (results / "plots").rglob("*.png")}
    assert {f"{name}.png" for name in STUDY["plots"]["choose"]} <= pictures
    columns = {column["name"]: column for column in payload(results / "report.html")["columns"]}
    assert (columns["batch"]["kind"], columns["batch"]["role"], columns["batch"]["log"]) == (
        "number",
        "parameter",
        True,
    )
    loaded = extended.run(
        sys.executable,
        "-c",
        "import json, snaketune; table = snaketune.load('results/powers').trials\n"
        "print(json.dumps([str(table[name].dtype) for name in ('batch', 'width', 'x')]))",
    )
    assert json.loads(loaded.splitlines()[-1]) == ["Int64", "Int64", "Float64"]


def test_a_mistake_is_told_as_for_any_kind(extended):
    wrong = {
        **STUDY,
        "space": {"batch": {"type": "power2", "low": 12, "high": 64}},
        "searches": {"random": STUDY["searches"]["random"]},
    }
    done = extended.run(
        sys.executable,
        "-c",
        "from pathlib import Path\nfrom snaketune.config import read_study\nfrom snaketune.errors import ConfigError\n"
        f"try: read_study({wrong!r}, Path.cwd())\n"
        "except ConfigError as error: print(error)",
    )
    assert "space.batch: low and high must be powers of two; found 12" in done
