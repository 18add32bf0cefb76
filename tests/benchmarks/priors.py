"""What a `prior` on parameters gains where it is right and costs where it is wrong: python tests/benchmarks/priors.py.

A run is a Bayesian search of 50 trials in rounds of 4 with engine `gp` and its default options; every number has a
prior, every choice a favourite. `good` is half a standard deviation beside the optimum on every axis, `bad` as far from
it as the range allows. The regrets of all runs go to `priors.csv`, the table to `priors.md`. Regret is normalised as
in samplers.py.
"""

import argparse
import csv
import math
import statistics
from collections.abc import Mapping
from dataclasses import replace

from problems import PROBLEMS, Problem
from samplers import FOLDER, geometric_mean, random_best
from snaketune.samplers.base import Observation
from snaketune.samplers.gp import GPSampler
from snaketune.space import Axis, Categorical, Parameter, Space
from snaketune.space.beliefs import SURE, Prior

EVALUATIONS, BATCH, SHOWN = 50, 4, (10, 20, 30, 50)
OPTIMA: Mapping[str, tuple] = {
    "booth": (1.0, 3.0),
    "branin": (math.pi, 2.275),
    "hart6": (0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573),
    "rosen4": (1.0, 1.0, 1.0, 1.0),
    "mixed": (1e-3, 14, "adam", 0.3, "bn"),
}
_FLOOR = 1e-6
_COLUMNS = ("problem", "prior", "seed", "regrets")


def believed(problem: Problem, good: bool, confidence: str) -> Space:
    """The problem's space with a prior on every parameter."""
    parameters = {
        name: _with_prior(parameter, best, good, confidence)
        for (name, parameter), best in zip(problem.parameters.items(), OPTIMA[problem.name], strict=True)
    }
    return Space(parameters, tuple(Axis((name,), parameter) for name, parameter in parameters.items()))


def _with_prior(parameter: Parameter, best: object, good: bool, confidence: str) -> Parameter:
    if isinstance(parameter, Categorical):
        favourite = best if good else next(choice for choice in reversed(parameter.choices) if choice != best)
        return replace(parameter, weights=parameter.favouring(favourite, confidence))
    u = parameter.to_unit(best)
    away = -1 if u > 0.5 else 1
    at = u + away * 0.5 * SURE[confidence] if good else (1.0 if away > 0 else 0.0)
    return replace(parameter, prior=Prior(parameter.from_unit(at), SURE[confidence] * parameter.width))


def search(problem: Problem, space: Space, seed: int) -> list[float]:
    """The regrets of a run in the order of its trials."""
    seen: list[Observation] = []
    size = 10
    while len(seen) < EVALUATIONS:
        proposals = GPSampler(space, seed=seed).ask(seen, min(size, EVALUATIONS - len(seen)))
        seen += [Observation(p.params, "complete", (problem(p.params),)) for p in proposals]
        size = BATCH
    return [observation.values[0] - problem.optimum for observation in seen]


def spaces_of(problem: Problem) -> dict[str, Space]:
    """The problem's space without and with priors."""
    kinds = [(f"{kind}, {word}", kind == "good", word) for word in ("medium", "high") for kind in ("good", "bad")]
    return {"none": problem.space} | {name: believed(problem, good, word) for name, good, word in kinds}


def table(rows: list[Mapping[str, str]]) -> str:
    """The comparison as Markdown."""
    lines = ["| prior, confidence | " + " | ".join(f"after {n}" for n in SHOWN) + " |", "|---|" + "---:|" * len(SHOWN)]
    for prior in dict.fromkeys(row["prior"] for row in rows):
        cells = []
        for n in SHOWN:
            ratios = []
            for name, problem in PROBLEMS.items():
                runs = [row for row in rows if (row["problem"], row["prior"]) == (name, prior)]
                median = statistics.median(min(map(float, run["regrets"].split()[:n])) for run in runs)
                ratios.append(max(median / (random_best(name) - problem.optimum), _FLOOR))
            cells.append(f"{geometric_mean(ratios):.4f}")
        lines.append(f"| {prior} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _run(seeds: int) -> list[Mapping[str, str]]:
    return [
        {"problem": problem.name, "prior": prior, "seed": str(seed),
         "regrets": " ".join(f"{regret:.3g}" for regret in search(problem, space, seed))}
        for problem in PROBLEMS.values()
        for prior, space in spaces_of(problem).items()
        for seed in range(seeds)
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--table-only", action="store_true", help="make the table of the runs that are there")
    options = parser.parse_args()
    path = FOLDER / "priors.csv"
    if not options.table_only:
        rows = _run(options.seeds)
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    text = (
        "# Priors, right and wrong\n\n"
        f"Five problems, {len({row['seed'] for row in rows})} seeds, a search of {EVALUATIONS} trials in rounds of "
        f"{BATCH}, the first ten from the initial design; geometric mean over the problems of the median normalised "
        "regret (0 best known, 1 random search after 50 trials; lower is better). `good` is half a standard deviation "
        "beside the optimum on every axis, `bad` at the far end of every range. Made by "
        f"`python tests/benchmarks/priors.py`.\n\n{table(rows)}\n"
    )
    (FOLDER / "priors.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
