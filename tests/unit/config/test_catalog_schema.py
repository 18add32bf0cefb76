"""What catalogs of workflows and tools that deploy them find in the repository."""

import sys
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tests" / "golden"))

from catalog_schema import PATH, text  # noqa: E402


def test_the_table_of_keys_needs_no_references():
    assert PATH.read_text("utf-8") == text(), "the schema has changed; do: python tests/golden/catalog_schema.py"
    assert not PATH.is_symlink()
    assert "$ref" not in PATH.read_text("utf-8")
    keys = yaml.safe_load(PATH.read_text("utf-8"))["properties"]
    assert keys["study"]["type"] == "string"
    assert keys["objective"]["properties"]["timeout"]["description"]


def test_it_is_a_schema_of_the_same_studies():
    schema = yaml.safe_load(PATH.read_text("utf-8"))
    validator = Draft202012Validator(schema)
    studies = [ROOT / "config" / "config.yaml", *(ROOT / "config" / "examples").glob("*.yaml")]
    assert [path.name for path in studies if not validator.is_valid(yaml.safe_load(path.read_text()))] == []
    assert not validator.is_valid({"study": "s", "objectiv": {}})


def test_the_catalog_is_told_how_it_is_used():
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert usage["report"] is True
    assert usage["software-stack-deployment"]["conda"] is True
    for path in ("workflow/Snakefile", "config/config.yaml", "config/README.md"):  # what snakedeploy takes
        assert (ROOT / path).is_file()
