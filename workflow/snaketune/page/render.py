"""Puts the payload, the page's own script and plotly's into one HTML file that needs nothing else."""

import base64
import gzip
import hashlib
import html
import importlib.util
import json
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

__all__ = ["plotly_script", "render"]

SCRIPTS = (
    "util.js", "view.js", "table_data.js", "tokens.js", "expression.js", "filters.js", "filter_bar.js", "table.js",
    "chart_base.js", "chart_axes.js", "chart_history.js", "chart_scatter.js", "chart_parallel.js", "chart_contour.js",
    "chart_curves.js", "chart_promotions.js", "chart_spending.js", "chart_leaders.js", "chart_slices.js",
    "chart_timeline.js", "annex.js", "details.js", "head.js", "main.js",
)  # fmt: skip
_PLACE = re.compile(r"\{\{(\w+)\}\}")


def render(payload: Mapping[str, object], plotly: str, annex: Mapping[str, object] | None = None) -> str:
    """The page's HTML; the same payload gives the same bytes.

    `plotly` is the source of plotly.js, `annex` has further parts, which the page reads when they come into sight.
    Payload, annex and plotly are compressed and in base64, so that no text of
    the study is ever read as HTML; a content security policy lets only the page's own two scripts run, and
    nothing be fetched.
    """
    script = "(() => {\n'use strict';\n" + "\n".join(_asset(name) for name in SCRIPTS) + "})();\n"
    parts = {
        "title": html.escape(f"{payload['study']} – SnakeTune"),
        # unsafe-eval: plotly compiles its WebGL drawing commands. No other script gets in by that.
        "policy": f"default-src 'none'; script-src {_hash(script)} {_hash(plotly)} 'unsafe-eval'; "
        "style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'",
        "style": _asset("page.css"),
        "payload": _packed(_json(payload)),
        "annex": _annex(annex) if annex else "",
        "plotly": _packed(plotly),
        "script": script,
    }
    return _PLACE.sub(lambda place: parts[place[1]], _asset("template.html"))


def plotly_script() -> str:
    """The source of plotly.js as the installed plotly package ships it.

    Raises:
        FileNotFoundError: plotly is not installed, or has no script where it is looked for.
    """
    # Found without importing plotly, which takes longer than building the page.
    spec = importlib.util.find_spec("plotly")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the page needs plotly: pip install plotly")
    # Line ends as they are: the policy's hash is over the very text.
    return (Path(spec.origin).parent / "package_data" / "plotly.min.js").read_bytes().decode("utf-8")


def _asset(name: str) -> str:
    return (resources.files("snaketune.page") / "assets" / name).read_text(encoding="utf-8")


def _annex(parts: Mapping[str, object]) -> str:
    names = html.escape(" ".join(parts))
    return f'<script type="text/plain" id="annex" data-parts="{names}">{_packed(_json(parts))}</script>'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _packed(text: str) -> str:
    # A log or a name may hold half a surrogate pair, which UTF-8 has no bytes for.
    return base64.b64encode(gzip.compress(text.encode("utf-8", "replace"), 6, mtime=0)).decode("ascii")


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode('utf-8')).digest()).decode('ascii')}'"
