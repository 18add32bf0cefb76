"""Every job of a cluster reads the Snakefile: what it imports has to be light."""

import ast
import json
import re
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = ["numpy", "pandas", "scipy", "matplotlib", "skopt", "sklearn", "optuna"]


def imports_of_rules() -> list[str]:
    """The import lines of all rule files."""
    files = [ROOT / "workflow" / "Snakefile", *sorted((ROOT / "workflow" / "rules").glob("*.smk"))]
    return [line for file in files for line in file.read_text().splitlines() if re.match(r"(from|import) ", line)]


def loaded_by(script: str) -> list[str]:
    """The heavy modules that a script loads."""
    tail = f"\nimport json, sys; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    run = subprocess.run([sys.executable, "-c", script + tail], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(run.stdout.splitlines()[-1])


def test_parsing_the_default_study_imports_nothing_heavy():
    imports = [line for line in imports_of_rules() if "snakemake" not in line]
    assert any("snaketune" in line for line in imports)
    reading = (
        "from pathlib import Path\nimport yaml\nfrom snaketune.config import read_study\n"
        "read_study(yaml.safe_load(Path('config/config.yaml').read_text()), Path.cwd())"
    )
    assert loaded_by("\n".join(imports) + "\n" + reading) == []


def test_a_heavy_import_would_be_noticed():
    assert loaded_by("import numpy") == ["numpy"]


def test_the_tables_of_a_search_without_a_model_import_nothing_heavy():
    assert loaded_by("import runpy\nrunpy.run_path('scripts/tables.py')") == []


def test_report_imports_nothing_but_the_standard_library():
    assert loaded_by("import snaketune\nsnaketune.report(loss=1)") == []


def test_the_help_of_the_command_line_is_there_at_once():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "snaketune", "--help"], cwd=ROOT, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.3  # seconds; of a busy machine, too


def test_the_help_of_the_command_line_imports_no_command_and_nothing_that_takes_time():
    script = """
import sys
from click.testing import CliRunner
from snaketune.cli.group import COMMANDS, group
before = set(sys.modules)
assert CliRunner().invoke(group, ["--help"]).exit_code == 0
assert not {listed.module for listed in COMMANDS.values()} & set(sys.modules)
assert not {"rich", "yaml", "jsonschema", "snakemake", "multiprocessing", "asyncio"} & (set(sys.modules) - before)
"""
    assert loaded_by(script) == []
    alone = "import sys, snaketune.cli.group as g; print(sorted(m for m in sys.modules if m.startswith('snaketune')))"
    run = subprocess.run([sys.executable, "-c", alone], cwd=ROOT, capture_output=True, text=True, check=True)
    few = ["snaketune", "snaketune.cli", "snaketune.cli.group", "snaketune.errors", "snaketune.values"]
    assert ast.literal_eval(run.stdout) == few
