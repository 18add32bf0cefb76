"""What a proposal costs: python tests/benchmarks/race_cost.py [--engines ours …] [--python hebo=PATH]

CPU seconds, of one thread, that an engine takes for a round of eight after 100 and 500 observations of a smooth
function of 20 parameters: all of them numbers, or among them whole numbers and choices. The least of three.
"""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bench import print_table, setting
from collection.spaces import Params, Space, draw, to_unit
from race import add_engines, opened
from race_engines import Engine, Seen

PARAMETERS, ROUND = 20, 8


def numbers(n: int = PARAMETERS) -> list[dict[str, Any]]:
    """Numbers, every other one on a logarithmic scale."""
    kinds = {"type": "uniform", "low": -1.0, "high": 3.0}, {"type": "loguniform", "low": 1e-4, "high": 1.0}
    return [{"name": f"x{i}", **kinds[i % 2]} for i in range(n)]


def mixed() -> list[dict[str, Any]]:
    """As many numbers as whole numbers and choices together."""
    whole = [{"name": f"n{i}", "type": "int", "low": 1, "high": 50} for i in range(5)]
    listed = [{"name": f"c{i}", "type": "choice", "choices": ["a", "b", "c", "d"]} for i in range(5)]
    return [*numbers(PARAMETERS - 10), *whole, *listed]


SPACES: Mapping[str, Space] = {"numbers": numbers(), "mixed": mixed()}


def history(space: Space, n: int) -> list[Seen]:
    """Random points with their values, of which every fiftieth failed."""
    rng = np.random.default_rng(0)
    points = [draw(space, rng) for _ in range(n)]
    return [Seen(params, None if i % 50 == 49 else _value(space, params)) for i, params in enumerate(points)]


def cost(engine: Engine, space: Space, known: Sequence[Seen], repeat: int) -> float:
    """The least CPU seconds of a round; nothing is kept between them, so that each begins anew."""
    return min(engine.ask(space, known, ROUND, seed).seconds for seed in range(repeat))


def _value(space: Space, params: Params) -> float:
    away = to_unit(space, params) - 0.3
    return float(away**2 @ 0.8 ** np.arange(len(away)) + 0.2 * np.sin(9 * away[0]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_engines(parser, ["ours"])
    parser.add_argument("--observations", nargs="+", type=int, default=[100, 500])
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    print(setting())
    rows = []
    for name in options.engines:
        with opened(name, options) as engine:
            for kind, space in SPACES.items():
                costs = [cost(engine, space, history(space, n), options.repeat) for n in options.observations]
                rows.append((f"`{name}`, {kind}", *(f"{seconds:.2f}" for seconds in costs)))
    print_table([f"CPU seconds of a round of {ROUND}", *(f"{n} observations" for n in options.observations)], rows)


if __name__ == "__main__":
    main()
