"""Parameter sets that were not drawn from a space: rows of a table, what somebody tells."""

from collections.abc import Mapping
from typing import Any

from snaketune.space.expressions import UncomputableError
from snaketune.space.space import Space

__all__ = ["within"]


def within(given: Mapping[str, Any], space: Space) -> dict[str, Any] | str:
    """The parameter set, with the values of constants, in the order of the space; or why it is none of the space."""
    params = dict(given)
    try:
        for axis in space.axes:
            fixed = axis.parameter.finite and axis.parameter.count == 1
            if fixed and axis.active(params) and not any(name in params for name in axis.names):
                params |= axis.assign(axis.parameter.values()[0])
        why = space.why_outside(params)
    except UncomputableError as error:
        return str(error)
    return why or {name: params[name] for name in space.parameters if name in params}
