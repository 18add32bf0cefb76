"""What somebody tells: parameters and values as they come in Python, checked and brought into the study's own form."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from snaketune.config.study import Search, Study
from snaketune.errors import StudyError, did_you_mean
from snaketune.runner.status import COMPLETE, STATUSES
from snaketune.space import Space
from snaketune.space.given import within
from snaketune.values import is_number, problem_with, shortened_text

__all__ = ["metrics_of", "params_of", "status_of"]


def params_of(given: Mapping[str, Any], searches: Sequence[Search], study: Study) -> tuple[dict[str, Any], Search]:
    """The parameters that are meant, with constants in place, and the first of the searches whose space has them.

    Raises:
        StudyError: they are none of any of the searches.
    """
    plain = {name: _plain(value) for name, value in given.items()}
    for name, value in plain.items():
        if name not in study.parameters:
            raise StudyError(f"'{name}' is not a parameter of {study.name}.{did_you_mean(str(name), study.parameters)}")
        if why := problem_with(value):
            raise StudyError(f"{name}: {why}")
    reasons = {}
    for search in searches:
        params = _in_space(plain, search.space)
        if isinstance(params, dict):
            return params, search
        reasons[search.name] = params
    whose = "that of no search" if len(reasons) > 1 else "not in its space"
    said = "; ".join(dict.fromkeys(reasons.values()))
    raise StudyError(f"The parameter set {shortened_text(plain)} is {whose} of {study.name}: {said}")


def _in_space(given: Mapping[str, Any], space: Space) -> dict[str, Any] | str:
    """The parameters, with the values of constants, or why they are not in the space."""
    own = {name: space.parameters[name].own(value) for name, value in given.items() if name in space.parameters}
    return within({**given, **own}, space)


def status_of(status: str) -> str:
    """A status; raises StudyError for a word that is none."""
    if status not in STATUSES:
        raise StudyError(f"'{status}' is no status.{did_you_mean(str(status), STATUSES)}")
    return status


def metrics_of(values: object, status: str, study: Study) -> dict[str, float]:
    """The metrics that are told of a trial with this status.

    Raises:
        StudyError: one that is needed is missing, or no finite number; or the trial is not to have any.
    """
    if status != COMPLETE:
        if values is not None:
            raise StudyError(f"Values go with the status complete; a trial that is {status} has none")
        return {}
    names = [metric.name for metric in study.metrics]
    found = _by_name(values, names)
    needed = dict.fromkeys([*names, *(limit.metric for limit in study.outcome_constraints)])
    for name in needed:
        if name not in found:
            others = [other for other in found if other not in needed]
            raise StudyError(
                f"The value of {name} is missing" + (f"; '{others[0]}' is no metric of {study.name}" if others else "")
                + f".{did_you_mean(others[0], needed) if others else ''} Needed: {', '.join(needed)}"
            )  # fmt: skip
    return {name: _number(value, name) for name, value in found.items()}


def _by_name(values: object, names: Sequence[str]) -> Mapping[str, Any]:
    """Values by the names of metrics; given so, or as that of the only objective, or one for each in their order."""
    if isinstance(values, Mapping):
        return values
    listed = list(values) if isinstance(values, (list, tuple)) else [values]
    if values is None or len(listed) != len(names):
        several = len(names) > 1
        form = f"{{{', '.join(f'{name!r}: …' for name in names)}}}" if several else f"a number, that of {names[0]}"
        raise StudyError(
            f"The value is to be {form}; found {shortened_text(values)}. A trial without one is told with "
            "status='failed' (or another status) and a reason"
        )
    return dict(zip(names, listed, strict=True))


def _number(value: object, name: str) -> float:
    number = _plain(value)
    if not is_number(number):
        raise StudyError(f"{name} must be a number; found {shortened_text(number)}")
    if not math.isfinite(number):
        raise StudyError(
            f"{name} is {number}, which is no result. A trial that went wrong is told so: status='failed', reason='…'"
        )
    return number


def _plain(value: Any) -> Any:
    """A value of Python's own in place of one of NumPy, or of a tensor."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if type(value) in (bool, int, float, str) or value is None:
        return value
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    unpacked = getattr(value, "item", None)
    try:
        return unpacked() if callable(unpacked) else value
    except (TypeError, ValueError):  # an array with more than one value
        return value
