"""HEBO in a race, with its defaults: it leaves failed evaluations out by itself, and proposes rounds as a whole.

It has no conditions, so it is given all parameters, inactive ones in the middle.
"""

import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from collection.spaces import Space
from hebo.design_space.design_space import DesignSpace
from hebo.optimizers.hebo import HEBO
from race_dimensions import Dimension, completed, dimensions, params_of
from race_engines import Seen, seed_after


def proposed(space: Space, history: Sequence[Seen], n: int, seed: int) -> list[dict[str, Any]]:
    """The next parameter sets."""
    seed = seed_after(seed, history)
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    known = dimensions(space)
    optimizer = HEBO(DesignSpace().parse([_parameter(d) for d in known]), rand_sample=2, scramble_seed=seed)
    wholes = [completed(space, params) for params, _ in history]
    rows = pd.DataFrame([{d.name: d.native(whole[d.name]) for d in known} for whole in wholes])
    values = [np.nan if value is None else value for _, value in history]
    optimizer.observe(rows, np.array(values, float)[:, None])
    found = optimizer.suggest(n)
    return [params_of(space, natives) for natives in found.to_dict("records")]


def _parameter(dimension: Dimension) -> Mapping[str, Any]:
    if dimension.unordered:
        return {"name": dimension.name, "type": "cat", "categories": list(range(len(dimension.choices)))}
    kinds = ("int", "pow_int") if dimension.whole else ("num", "pow")
    bounds = {"lb": dimension.low, "ub": dimension.high}
    return {"name": dimension.name, "type": kinds[dimension.log], **bounds, **({"base": 10} if dimension.log else {})}
