"""The kinds of parameter: a module each, which also declares (`FORMS`) how the kind is written in a configuration."""

from snaketune.space.parameters.base import CallForm, Forms, Parameter
from snaketune.space.parameters.categorical import Categorical
from snaketune.space.parameters.constant import Constant
from snaketune.space.parameters.float import Float
from snaketune.space.parameters.integer import Integer
from snaketune.space.parameters.normal import Normal

__all__ = ["CallForm", "Categorical", "Constant", "Float", "Forms", "Integer", "Normal", "Parameter"]
