import json
from pathlib import Path

from snaketune.cli.console import notice, print_json


def test_json_is_one_document_in_which_nothing_is_nan(capsys):
    print_json({"value": float("nan"), "of": [float("-inf"), 1.5, (2,)], "where": Path("a"), 1: "é"})
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"value": None, "of": [None, 1.5, [2]], "where": "a", "1": "é"}
    assert "é" in printed.out


def test_notices_are_no_results(capsys):
    notice("so it is")
    assert capsys.readouterr() == ("", "[snaketune] so it is\n")
