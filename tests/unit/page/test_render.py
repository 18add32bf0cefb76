import base64
import gzip
import hashlib
import json
import re
import sys

import pages
import pytest
from snaketune.page import page_payload, plotly_script, render
from snaketune.page.render import SCRIPTS

EVIL = "</script><img src=x onerror=alert(1)>"


def page(**options):
    return render(page_payload(*pages.sample(3, **options)), "window.Plotly = {};")


def embedded(html, name):
    packed = re.search(rf'id="{name}">([^<]*)</script>', html)[1]
    return gzip.decompress(base64.b64decode(packed)).decode()


def test_the_payload_comes_back_as_it_was():
    arguments = pages.sample(3)
    found = json.loads(embedded(render(page_payload(*arguments), "x"), "payload"))
    assert found == json.loads(json.dumps(page_payload(*arguments)))


def test_the_same_study_gives_the_same_bytes():
    assert page() == page()


def test_no_text_of_the_study_is_read_as_html():
    configuration = pages.config({"opt": [EVIL, "b"], "lr": [0.1]}, tags=("{opt}",))
    html = page(configuration=configuration, tail=[EVIL])
    assert EVIL not in html and "onerror" not in html
    assert html.count("</script>") == 3
    assert EVIL in json.loads(embedded(html, "payload"))["trials"][0]["runs"][0]["tail"]


def test_the_policy_names_the_scripts_and_nothing_else():
    html = page()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    scripts = [re.findall(r"<script>(.*?)</script>", html, re.DOTALL)[0], embedded(html, "plotly")]
    for script in scripts:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy and "http" not in policy


def test_half_a_surrogate_pair_does_no_harm():
    assert "�" not in page(tail=["\ud800"])
    json.loads(embedded(page(tail=["\ud800"]), "payload"))


def test_our_scripts_have_no_way_to_run_text_or_to_set_html():
    html = page()
    script = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)[0]
    for word in (
        r"\beval\b",
        r"\bFunction\(",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        r"\bfetch\(",
    ):
        assert not re.search(word, script), word
    assert all(name.endswith(".js") for name in SCRIPTS)


def test_plotly_comes_from_the_installed_package_without_importing_it():
    before = "plotly" in sys.modules
    assert "plotly.js" in plotly_script()[:100]
    assert ("plotly" in sys.modules) == before


def test_a_missing_plotly_is_said_in_words(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="pip install plotly"):
        plotly_script()
