"""The search space: parameters are values, a space is parameters with conditions, constraints and pairs."""

from snaketune.space.build import space_from_config
from snaketune.space.parameters import Categorical, Constant, Float, Integer, Normal, Parameter
from snaketune.space.space import Axis, Space

__all__ = ["Axis", "Categorical", "Constant", "Float", "Integer", "Normal", "Parameter", "Space", "space_from_config"]
