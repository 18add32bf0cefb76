"""What it costs that a pruner compares with earlier rounds alone: `python tests/benchmarks/pruning.py`, some minutes.

Learning curves are made up: each trial goes towards a value of its own, at a speed of its own, with noise, and its
steps take a time of their own. Eight workers train them in rounds of eight; the other pruner, by the same rule, is told
of each step as soon as it is reported, those of unfinished trials included. The table, `pruning.md`, says which share
of the steps of full training there were, and by how much the best value found is worse than the best of all (mean over
seeds, in standard deviations of the trials' values).
"""

import heapq
from statistics import mean

import numpy as np
from snaketune.config.pruner import pruner_from
from snaketune.config.study import Metric
from snaketune.proposing.thresholds import Earlier, rule_for
from snaketune.runner.pruning import Judge
from snaketune.runner.run_id import RunId

TRIALS, STEPS, WORKERS, SEEDS = 96, 50, 8, 40
LOSS = [Metric("loss", "minimize")]


def curves(rng: np.random.Generator) -> np.ndarray:
    """The values (trials, steps) of made-up trainings; the last ones have standard deviation 1, about."""
    end, start = rng.normal(0, 1, (TRIALS, 1)), rng.normal(6, 1, (TRIALS, 1))
    speed = np.exp(rng.normal(np.log(0.12), 0.5, (TRIALS, 1)))
    step = np.arange(1, STEPS + 1)
    return end + (start - end) * np.exp(-speed * step) + rng.normal(0, 0.15, (TRIALS, STEPS))


def cut_at(judge: Judge, values: np.ndarray) -> int:
    """How many steps a run has."""
    for step, value in enumerate(values, 1):
        if judge.see({"step": step, "loss": float(value)}, step):
            return step
    return len(values)


def in_rounds(given: object, values: np.ndarray, overlap: int) -> list[int]:
    """The steps of each trial where those of a round are compared with earlier rounds but the `overlap` latest."""
    pruner, steps = pruner_from(given), []
    for begin in range(0, TRIALS, WORKERS):
        seen = range(max(0, begin - overlap * WORKERS))
        earlier = [reported(i, values[i, : steps[i]]) for i in seen]
        rule = rule_for(pruner, LOSS, earlier)
        steps += [cut_at(Judge(rule, None), values[i]) for i in range(begin, min(begin + WORKERS, TRIALS))]
    return steps


def reported(trial: int, values: np.ndarray) -> Earlier:
    """A run that has reported these values."""
    result = float(values[-1]) if len(values) == STEPS else None
    return Earlier(f"t{trial}", RunId(0), result, {i: (float(value),) for i, value in enumerate(values, 1)})


def at_once(given: object, values: np.ndarray, rng: np.random.Generator) -> list[int]:
    """The steps of each trial where all that has been reported by then counts."""
    pruner, pace = pruner_from(given), np.exp(rng.normal(0, 0.5, TRIALS))
    steps = [0] * TRIALS
    judges = [Judge({**rule_for(pruner, LOSS, []), "groups": {}}, None) for _ in range(TRIALS)]
    queue = [(pace[i], i) for i in range(WORKERS)]
    following = WORKERS
    while queue:
        now, i = heapq.heappop(queue)
        steps[i] += 1
        others = [reported(j, values[j, : steps[j]][steps[i] - 1 :]) for j in range(following) if j != i]
        there = [Earlier(o.trial, o.run, None, {steps[i]: o.steps[1]}) for o in others if o.steps]
        begun = sum(1 for j in range(following) if j != i and steps[j])
        found = rule_for(pruner, LOSS, there)["groups"].get("", {"steps": []})
        judges[i].group = {"trials": begun}
        judges[i].known = {entry[0]: entry[1:] for entry in found["steps"]}
        cut = judges[i].see({"step": steps[i], "loss": float(values[i, steps[i] - 1])}, steps[i])
        if not cut and steps[i] < STEPS:
            heapq.heappush(queue, (now + pace[i], i))
        elif following < TRIALS:
            heapq.heappush(queue, (now + pace[following], following))
            following += 1
    return steps


def main() -> None:
    rules = {"median": "median", "percentile 25": "percentile"}
    print(f"{TRIALS} trials of {STEPS} steps, {WORKERS} at a time, {SEEDS} seeds\n")
    print("| pruner | compared with | steps, of full training | best value worse by |")
    print("|---|---|---:|---:|")
    for name, given in rules.items():
        ways = {
            "everything at once": at_once,
            "earlier rounds, overlap 0": lambda given, values, _: in_rounds(given, values, 0),
            "earlier rounds, overlap 1": lambda given, values, _: in_rounds(given, values, 1),
        }
        for way, run in ways.items():
            shares, losses = [], []
            for seed in range(SEEDS):
                rng = np.random.default_rng(seed)
                values = curves(rng)
                steps = run(given, values, rng)
                ended = [values[i, -1] for i in range(TRIALS) if steps[i] == STEPS]
                shares.append(sum(steps) / (TRIALS * STEPS))
                losses.append(min(ended) - values[:, -1].min())
            print(f"| {name} | {way} | {100 * mean(shares):.0f}% | {mean(losses):.3f} |")


if __name__ == "__main__":
    main()
