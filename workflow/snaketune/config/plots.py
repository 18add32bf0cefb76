"""Reads how the study wants its plots."""

from collections.abc import Iterable, Mapping
from typing import Any

from snaketune.config.digests import plots_digest
from snaketune.config.study import PlotOptions
from snaketune.errors import ConfigError, did_you_mean

__all__ = ["plot_options"]


def plot_options(config: Mapping[str, Any], parameters: Iterable[str]) -> PlotOptions:
    """The options that a configuration gives under `plots`; `parameters` are the names of all parameters.

    Raises:
        ConfigError: a name under `parameters` is not a parameter.
    """
    raw = config["plots"]
    for i, name in enumerate(raw["parameters"]):
        if name not in parameters:
            raise ConfigError(f"plots.parameters[{i}]", f"'{name}' is not a parameter.{did_you_mean(name, parameters)}")
    formats = raw["format"]
    sizes = {name: (size["width"], size.get("height")) for name, size in raw["sizes"].items()}
    parameters, height = tuple(raw["parameters"]), raw.get("height")
    drawn = [parameters, raw["width"], height, sizes, raw["style"], raw["dpi"]]
    return PlotOptions(
        choose=tuple(raw["choose"]) if "choose" in raw else None,
        parameters=parameters,
        formats=(formats,) if isinstance(formats, str) else tuple(formats),
        width=raw["width"],
        height=height,
        sizes=sizes,
        style=raw["style"],
        dpi=raw["dpi"],
        scale=raw.get("scale", "auto"),
        fingerprint=plots_digest(config, drawn),
    )
