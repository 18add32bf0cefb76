"""model.json of a search: what the model that proposes its trials believes in the end, and how good it is."""

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from snaketune.config.study import Study
from snaketune.files import write_text
from snaketune.layout import Layout
from snaketune.samplers.explained import Belief, Explained, LeftOut, Slice
from snaketune.sums import DamagedFile, read_whole

__all__ = ["NAME", "read_explained", "read_models", "write_explained"]

NAME = "model.json"
# Of a number, and of how far results lie apart. The last bits are those of a library's arithmetic.
_DIGITS = 6


def write_explained(path: Path, explained: Explained) -> None:
    """Writes a search's model.json."""
    write_text(path, json.dumps(_document(explained), separators=(",", ":"), ensure_ascii=False) + "\n")


def read_explained(path: Path) -> Explained:
    """What a model.json says.

    Raises:
        FileNotFoundError: there is none.
        DamagedFile: it is not what was written.
    """
    text = read_whole(path)
    try:
        return _explained(json.loads(text))
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedFile(path, f"it can't be read ({error})") from None


def read_models(layout: Layout, study: Study, searches: Iterable[str]) -> dict[str, Explained]:
    """What the models of these searches believe, by search; of those that have none nothing."""
    return {name: read_explained(layout.file(NAME, name)) for name in searches if name in study.explaining}


def _document(explained: Explained) -> dict[str, Any]:
    if explained.why:
        return {"why": explained.why}
    observed = [each.observed for each in explained.left_out]
    spread = max(observed, default=0.0) - min(observed, default=0.0)
    return {
        "share": explained.share,
        "known": explained.known,
        "slices": [
            {
                "parameters": each.names,
                "values": each.values,
                "through": each.through,
                "separate": each.separate,
                **_columns(each.beliefs, spread),
            }
            for each in explained.slices
        ],
        "left_out": {
            "params": [each.params for each in explained.left_out],
            "observed": observed,
            "below": [_short(each.below, 1.0) for each in explained.left_out],
            **_columns([each.belief for each in explained.left_out], spread),
        },
    }


def _explained(found: Mapping[str, Any]) -> Explained:
    if "why" in found:
        return Explained(found["why"])
    slices = tuple(
        Slice(
            tuple(each["parameters"]),
            tuple(tuple(values) for values in each["values"]),
            tuple(_beliefs(each)),
            each["through"],
            each["separate"],
        )
        for each in found["slices"]
    )
    out = found["left_out"]
    columns = zip(out["params"], out["observed"], _beliefs(out), out["below"], strict=True)
    left_out = tuple(LeftOut(params, value, belief, below) for params, value, belief, below in columns if belief)
    return Explained("", found["share"], found["known"], slices, left_out)


def _columns(beliefs: Iterable[Belief | None], spread: float) -> dict[str, list[float | None]]:
    rows = list(beliefs)
    return {
        name: [None if belief is None else _short(getattr(belief, name), spread) for belief in rows]
        for name in ("mean", "low", "high")
    }


def _beliefs(found: Mapping[str, Any]) -> list[Belief | None]:
    rows = zip(found["mean"], found["low"], found["high"], strict=True)
    return [None if mean is None else Belief(mean, low, high) for mean, low, high in rows]


def _short(number: float, spread: float) -> float:
    """A number with `_DIGITS` digits, or more if numbers that lie `spread` apart were the same with so few."""
    if number == 0 or not math.isfinite(number):
        return number
    above = math.log10(abs(number)) - math.log10(spread) if 0 < spread < math.inf else 0.0
    return float(f"{number:.{_DIGITS + max(0, math.ceil(above))}g}")
