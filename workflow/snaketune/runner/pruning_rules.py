"""The rules of pruners: why a run that has just reported a step is stopped there, None if it is not."""

from __future__ import annotations

import math

from snaketune.runner.history_steps import real
from snaketune.runner.signed_rank import p_above

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Sequence

    from snaketune.runner.pruning import Judge

__all__ = ["RULES", "covers", "least", "percentile_of", "said"]


def _percentile(judge: Judge, step: float, before: float) -> str | None:
    rule, trials = judge.rule, judge.group.get("trials", 0)
    if not trials or trials < rule["n_startup_trials"] or not judge.due(step, before):
        return None
    if not judge.best:
        return "it has reported nothing but NaN"
    count, known = judge.known.get(step, (0, None))
    if known is None or count < rule["n_min_trials"]:
        return None
    what = "the median" if rule["type"] == "median" else f"the percentile {rule['percentile']:g}"
    if isinstance(known, list):
        others = [judge.less_is_better([real(value) for value in values]) for values in known]
        if any(percentile_of([_behind(other, own) for other in others], rule["percentile"]) >= 0 for own in judge.best):
            return None
        return f"it is worse in all objectives than {what} of {count} earlier trials"
    own = judge.best[0][0]
    if not own > judge.less_is_better((real(known),))[0]:
        return None
    return f"{judge.said(own)} is worse than {what} {said(real(known))} of {count} earlier trials"


def _threshold(judge: Judge, step: float, before: float) -> str | None:
    if not judge.due(step, before):
        return None
    value, rule = judge.values[-1][0], judge.rule
    if value != value:
        return "the metric is NaN"
    lower, upper = rule.get("lower"), rule.get("upper")
    if lower is not None and value < lower:
        return f"{said(value)} is below {said(lower)} (lower)"
    if upper is not None and value > upper:
        return f"{said(value)} is above {said(upper)} (upper)"
    return None


def _patient(judge: Judge, _step: float, _before: float) -> str:
    return f"no better than {judge.said(judge.before_patience)} for {judge.rule['patience'] + 1} steps"


def _wilcoxon(judge: Judge, _step: float, _before: float) -> str | None:
    best = {step: judge.less_is_better((real(entry[0]),))[0] for step, entry in judge.known.items()}
    own = [judge.less_is_better(values)[0] for values in judge.values]
    if not best or not all(map(math.isfinite, [*best.values(), *own])):
        return None
    pairs = zip(judge.steps, own)  # noqa: B905
    differences = [value - best[step] for step, value in pairs if step in best]
    if len(differences) < max(2, judge.rule["n_startup_steps"]):
        return None
    if sum(own) / len(own) <= sum(best.values()) / len(best):
        return None  # step by step it is worse, but not on the whole: as far as one can tell
    p = p_above(differences)
    if p >= judge.rule["p_threshold"]:
        return None
    what = "runs" if "over" in judge.rule else "steps"
    return f"worse than {judge.group['best']} in {len(differences)} {what} (p = {p:.2g})"


RULES = {
    "median": _percentile,
    "percentile": _percentile,
    "threshold": _threshold,
    "patient": _patient,
    "wilcoxon": _wilcoxon,
}


def percentile_of(values: Sequence[float], percentile: float) -> float:
    """The percentile (0 to 100) of numbers as NumPy's nanpercentile has it; NaN if there are none but NaN."""
    ordered = sorted([value for value in values if value == value])
    if not ordered:
        return math.nan
    place = (len(ordered) - 1) * (percentile / 100)
    low = math.floor(place)
    first, then, share = ordered[low], ordered[min(low + 1, len(ordered) - 1)], place - low
    if first == then or share == 0:
        return first
    if math.isinf(first) or math.isinf(then):
        return then if math.isinf(then) else first
    return first + (then - first) * share if share < 0.5 else then - (then - first) * (1 - share)


def _behind(other: Sequence[float], own: Sequence[float]) -> float:
    """How far another run is behind in the objective in which it is most so; below 0: it is better in all."""
    return max([0.0 if a == b else a - b for a, b in zip(other, own)])  # noqa: B905


def covers(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(a <= b for a, b in zip(one, other))  # noqa: B905


def least(values: Sequence[float]) -> float:
    return min([value for value in values if value == value], default=math.inf)


def said(number: float) -> str:
    return f"{number + 0.0:.4g}" if abs(number) < 1e4 or math.isinf(number) else f"{number:.10g}"
