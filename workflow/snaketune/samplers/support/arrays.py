"""The types of the arrays that samplers compute with."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bools", "Floats", "Integers"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int_]
Bools = NDArray[np.bool_]
