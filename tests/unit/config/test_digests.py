"""Each key of the schema says what changing it makes again, and the digests do what it says."""

import copy

import pytest
from good_configs import LARGE, edited, folder, study_of
from snaketune.config import digests, schema
from snaketune.config.digests import RERUNS
from snaketune.config.inputs import with_inputs

BASE = {
    "study": "s",
    "objective": {"command": "python train.py {args}", "metric": "loss", "code": ["train.py"]},
    "space": {"x": {"type": "uniform", "low": 0.0, "high": 1.0}, "n": [1, 2, 3], "k": ["a", "b", "c"]},
    "searches": {
        "random": {"strategy": "random", "n_trials": 8},
        "grid": {"strategy": "grid", "space": {"x": [0.25, 0.5]}},
        "points": {"strategy": "list", "points": [{"x": 0.5, "n": 1, "k": "a"}]},
        "bayes": {"strategy": "bayes", "n_trials": 12},
    },
}
SKOPT = {"searches__bayes__engine": "skopt"}
OPTUNA = {"searches__bayes__engine": "optuna", "searches__bayes__sampler": {"type": "RandomSampler"}}
SEVERAL = {"objective__metric": ..., "objectives": [{"metric": "a"}, {"metric": "b"}]}
FORM = "space__x"
IMPORTED = "imported"
# A study whose runs have a budget, with a search in rungs.
TOLD = {"objective__command": "python train.py {args} {budget}", "budget": {"min": 1, "max": 9}}
RUNGS = {
    shape: {**TOLD, f"searches__{shape}": {"strategy": shape, **({} if shape == "hyperband" else {"n_trials": 9})}}
    for shape in ("halving", "hyperband", "asha")
}
POINT = "searches__points__points"
REFINE = "searches__bayes__refine"

# For each key of the schema, by the place where it is defined: where a configuration has it, two of its values, and
# what else the configuration needs.
KEYS = {
    "study": ("study", "s", "t", {}),
    "seed": ("seed", 0, 1, {}),
    "objective": ("objective__command", "python train.py {args}", "python train.py -v {args}", {}),
    "objectives": ("objectives", [{"metric": "a"}, {"metric": "b"}], [{"metric": "a"}, {"metric": "c"}], SEVERAL),
    "objectives.metric": ("objectives", [{"metric": "a"}, {"metric": "b"}], [{"metric": "d"}, {"metric": "b"}],
        SEVERAL),
    "objectives.direction": (
        "objectives", [{"metric": "a"}, {"metric": "b"}], [{"metric": "a", "direction": "maximize"}, {"metric": "b"}],
        SEVERAL,
    ),
    "outcome_constraints": ("outcome_constraints", {"metric": "m", "max": 1}, {"metric": "l", "max": 1}, {}),
    "constraint": ("constraint", {"metric": "m", "max": 1}, {"metric": "l", "max": 1}, {}),
    "space": ("space__n", [1, 2, 3], [1, 2, 4], {POINT: [{"x": 0.5, "n": 1, "k": "a"}]}),
    "constraints": ("constraints", [], ["n < 3"], {}),
    "zip": ("zip", [], [["n", "k"]], {}),
    "search": ("search", {"strategy": "random", "n_trials": 8}, {"strategy": "lhs", "n_trials": 8}, {"searches": ...}),
    "searches": ("searches__random__strategy", "random", "sobol", {}),
    "imported": (IMPORTED, [], [{"file": "a.csv"}], {}),
    "imported.file": (IMPORTED, [{"file": "a.csv"}], [{"file": "b.csv"}], {}),
    "imported.columns": (IMPORTED, [{"file": "a.csv"}], [{"file": "a.csv", "columns": {"x": "n"}}], {}),
    "imported.count": (IMPORTED, [{"file": "a.csv"}], [{"file": "a.csv", "count": True}], {}),
    "budget": ("budget", {"min": 1, "max": 9}, {"min": 1, "max": 27}, TOLD),
    "budget.name": ("budget", {"min": 1, "max": 9}, {"min": 1, "max": 9, "name": "epochs"}, TOLD),
    "budget.min": ("budget", {"min": 1, "max": 9}, {"min": 3, "max": 9}, TOLD),
    "budget.max": ("budget", {"min": 1, "max": 9}, {"min": 1, "max": 27}, TOLD),
    "name": ("name", "{search}", "{trial}", {}),
    "tags": ("tags", ["a"], ["b"], {}),
    "description": ("description", "a", "b", {}),
    "pruner": ("pruner", "none", "median", {}),
    **{
        f"pruner.{key}": ("pruner", {"type": kind, **before}, {"type": kind, **before, **after}, {})
        for key, kind, before, after in (
            ("type", "median", {}, {"type": "percentile"}),
            ("percentile", "percentile", {}, {"percentile": 30}),
            ("n_startup_trials", "median", {}, {"n_startup_trials": 3}),
            ("n_warmup_steps", "median", {}, {"n_warmup_steps": 3}),
            ("interval_steps", "median", {}, {"interval_steps": 3}),
            ("n_min_trials", "median", {}, {"n_min_trials": 3}),
            ("lower", "threshold", {"lower": 1}, {"lower": "1e-3"}),
            ("upper", "threshold", {"upper": 1}, {"upper": 2}),
            ("patience", "patient", {"patience": 1}, {"patience": 2}),
            ("min_delta", "patient", {"patience": 1}, {"min_delta": 0.1}),
            ("p_threshold", "wilcoxon", {}, {"p_threshold": 0.2}),
            ("n_startup_steps", "wilcoxon", {}, {"n_startup_steps": 3}),
            ("signal", "median", {}, {"signal": "SIGINT"}),
        )
    },
    "pruner.over": ("pruner", {"type": "median"}, {"type": "median", "over": "folds"}, {"objective__folds": 5}),
    "exports": ("exports", [], ["json"], {}),
    **{
        f"exports.{form}": ("exports", {"json": {}}, {"json": {}, form: {}}, {})
        for form in ("optuna", "tensorboard", "mlflow", "parquet")
    },
    "exports.json": ("exports", {}, {"json": None}, {}),
    "exports.optuna.storage": ("exports", {"optuna": {}}, {"optuna": {"storage": "journal"}}, {}),
    "exports.mlflow.experiment": ("exports", {"mlflow": {}}, {"mlflow": {"experiment": "e"}}, {}),
    "top": ("top", 10, 5, {}),
    "summary_by": ("summary_by", [], ["n"], {}),
    "plots.scale": ("plots__scale", "auto", "log", {}),
    "objective.optimum": ("objective__optimum", 1, "1e-3", {}),
    "spreadsheet": ("spreadsheet", False, True, {}),
    "filter": ("filter", {}, {"where": "n > 1"}, {}),
    "filter.status": ("filter__status", ["complete"], ["failed"], {}),
    "filter.tags": ("filter__tags", [], ["a"], {}),
    "filter.where": ("filter__where", "true", "n > 1", {}),
    "plots": ("plots", {}, {"width": 10}, {}),
    "plots.choose": ("plots__choose", ["history"], ["edf"], {}),
    "plots.parameters": ("plots__parameters", [], ["n"], {}),
    "plots.format": ("plots__format", "png", "svg", {}),
    "plots.width": ("plots__width", 17, 10, {}),
    "plots.height": ("plots__height", 10, 12, {}),
    "plots.sizes": ("plots__sizes", {}, {"history": {"width": 9}}, {}),
    "plots.sizes.width": ("plots__sizes", {"history": {"width": 9}}, {"history": {"width": 8}}, {}),
    "plots.sizes.height": ("plots__sizes", {"edf": {"width": 9, "height": 9}}, {"edf": {"width": 9, "height": 8}}, {}),
    "plots.style": ("plots__style", "paper", "dark", {}),
    "plots.dpi": ("plots__dpi", 200, 100, {}),
    "max_failures": ("max_failures", 3, 4, {}),
    "on_failure": ("on_failure", "continue", "stop", {}),
    "final": ("final", {}, {"top": 2}, {}),
    "final.top": ("final__top", 3, 2, {}),
    "final.replicates": ("final__replicates", 5, 4, {}),
    "final.overrides": ("final__overrides", {}, {"n": 3}, {}),
    "retry": ("retry", "failed", "timeout", {}),
    "studies": ("studies", ["a", "b"], ["a", "c"], {}),
    "progress": ("progress", 10, 0, {}),
    "metric.name": ("objective__metric", {"name": "loss"}, {"name": "other"}, {}),
    "metric.take": ("objective__metric", {"name": "loss"}, {"name": "loss", "take": "last"}, {}),
    "outcome_constraint.metric": ("outcome_constraints", {"metric": "m", "max": 1}, {"metric": "l", "max": 1}, {}),
    "outcome_constraint.max": ("outcome_constraints", {"metric": "m", "max": 1}, {"metric": "m", "max": 2}, {}),
    "outcome_constraint.min": ("outcome_constraints", {"metric": "m", "min": 1}, {"metric": "m", "min": 2}, {}),
    "objective.command": ("objective__command", "python train.py {args}", "python train.py -v {args}", {}),
    "objective.function": (
        "objective__function", "train.py:evaluate", "train:evaluate",
        {"objective__command": ..., "objective__code": []},
    ),
    "objective.metric": ("objective__metric", "loss", "other", {}),
    "objective.direction": ("objective__direction", "minimize", "maximize", {}),
    "objective.metrics": ("objective__metrics", ["loss"], ["loss", "size"], {}),
    "objective.code": ("objective__code", ["train.py"], ["train.py", "data"], {}),
    "objective.data": ("objective__data", [], ["data"], {}),
    "objective.inputs": ("objective__inputs", [], ["made_later.csv"], {}),
    "objective.base_config": ("objective__base_config", {"a": 1}, {"a": 2}, {}),
    "objective.workdir": ("objective__workdir", ".", "data", {}),
    "objective.env": ("objective__env", {}, {"A": "1"}, {}),
    "objective.seed_flag": ("objective__seed_flag", "--seed", "--random-seed", {}),
    "objective.resume": ("objective__resume", True, False, {}),
    "objective.timeout": ("objective__timeout", "1h", "2h", {}),
    "objective.isolated": ("objective__isolated", "fork", "process", {}),
    "objective.grace": ("objective__grace", 10, 5, {}),
    "objective.memory": ("objective__memory", "1GB", "2GB", {}),
    "objective.retries": ("objective__retries", 0, 1, {}),
    "objective.output_limit": ("objective__output_limit", "1MB", "2MB", {}),
    "objective.checkpoints": ("objective__checkpoints", {}, {"keep": "all"}, {}),
    "objective.checkpoints.keep": ("objective__checkpoints__keep", "promotable", {"best": 1}, {}),
    "objective.checkpoints.keep.best": ("objective__checkpoints__keep", {"best": 1}, {"best": 2}, {}),
    "objective.checkpoints.max_disk": ("objective__checkpoints__max_disk", "1GB", "2GB", {}),
    "objective.replicates": ("objective__replicates", 1, 2, {}),
    "objective.folds": ("objective__folds", 2, 3, {}),
    "objective.aggregate": ("objective__aggregate", "mean", "median", {}),
    "objective.min_runs": ("objective__min_runs", 1, 2, {"objective__replicates": 2}),
    "objective.conda": ("objective__conda", "a", "b", {}),
    "objective.container": ("objective__container", "a", "b", {}),
    "objective.envmodules": ("objective__envmodules", ["a"], ["b"], {}),
    "objective.threads": ("objective__threads", 1, 2, {}),
    "objective.resources": ("objective__resources", {}, {"mem_mb": 100}, {}),
    "objective.devices": ("objective__devices", [0], [1, "GPU-a"], {}),
    "objective.trials_per_job": ("objective__trials_per_job", 1, 2, {}),
    "parameter.type": (
        FORM, {"type": "uniform", "low": 0.1, "high": 1.0}, {"type": "loguniform", "low": 0.1, "high": 1.0}, {}
    ),
    "categorical.type": ("space__k", ["a", "b", "c"], {"type": "constant", "value": "a"}, {}),
    "categorical.choices": ("space__k", {"choices": ["a", "b"]}, {"choices": ["a", "c"]}, {}),
    "categorical.when": ("space__k", {"choices": ["a", "b"]}, {"choices": ["a", "b"], "when": {"n": 1}}, {}),
    **{
        f"{kind}.{key}": (FORM, {"type": kind} | before, {"type": kind} | after, {})
        for kind, low in (("uniform", 0.1), ("loguniform", 0.1), ("int", 1))
        for key, before, after in (
            ("type", {"low": low, "high": 9}, {"type": "float" if kind == "int" else "int", "low": 1, "high": 9}),
            ("low", {"low": low, "high": 9}, {"low": 2, "high": 9}),
            ("high", {"low": low, "high": 9}, {"low": low, "high": 8}),
            ("log", {"low": low, "high": 9}, {"low": low, "high": 9, "log": True}),
            ("step", {"low": 1, "high": 9}, {"low": 1, "high": 9, "step": 2}),
            ("when", {"low": low, "high": 9}, {"low": low, "high": 9, "when": {"n": 1}}),
            ("prior", {"low": low, "high": 9}, {"low": low, "high": 9, "prior": {"at": 2}}),
        )
    },
    **{
        f"normal.{key}": (FORM, {"type": "normal", "mu": 0, "sigma": 1}, {"type": "normal"} | after, {})
        for key, after in (
            ("type", {"type": "lognormal", "mu": 0, "sigma": 1}),
            ("mu", {"mu": 1, "sigma": 1}),
            ("sigma", {"mu": 0, "sigma": 2}),
            ("when", {"mu": 0, "sigma": 1, "when": {"n": 1}}),
            ("prior", {"mu": 0, "sigma": 1, "prior": {"at": 1}}),
        )
    },
    **{
        f"constant.{key}": ("space__k", {"type": "constant", "value": "a"}, after, {})
        for key, after in (
            ("type", ["a", "b"]),
            ("value", {"type": "constant", "value": "b"}),
            ("when", {"type": "constant", "value": "a", "when": {"n": 1}}),
        )
    },
    "categorical.prior": ("space__k", {"choices": ["a", "b"]}, {"choices": ["a", "b"], "prior": {"at": "a"}}, {}),
    **{
        f"prior.{key}": (f"{FORM}__prior", before, after, {})
        for key, before, after in (
            ("at", {"at": 0.1}, {"at": 0.2}),
            ("confidence", {"at": 0.1}, {"at": 0.1, "confidence": "high"}),
            ("sd", {"at": 0.1}, {"at": 0.1, "sd": 0.2}),
        )
    },
    **{
        f"prior_of_choices.{key}": ("space__k", {"choices": ["a", "b"], "prior": before}, {"choices": ["a", "b"],
            "prior": after}, {})
        for key, before, after in (
            ("at", {"at": "a"}, {"at": "b"}),
            ("confidence", {"at": "a"}, {"at": "a", "confidence": "high"}),
            ("weights", {"weights": [1, 2]}, {"weights": [1, 3]}),
        )
    },
    "search.strategy": ("searches__random__strategy", "random", "sobol", {}),
    **{
        f"{shape}.{key}": (f"searches__{search}__{key}", before, after, {})
        for shape, search in (("grid", "grid"), ("sampled", "random"), ("list", "points"), ("bayes", "bayes"))
        for key, before, after in (
            ("space", {"x": [0.25, 0.5]}, {"x": [0.5, 0.75]}),
            ("constraints", [], ["n < 3"]),
            ("zip", [], [["n", "k"]]),
            ("name", "{search}", "{trial}"),
            ("tags", ["a"], ["b"]),
            ("description", "a", "b"),
            ("pruner", "none", "median"),
            ("batch_size", 4, 5),
            ("overlap", 0, 2),
        )
    },
    **{
        f"{shape}.budget": (f"searches__{search}__budget", 9, 27, TOLD)
        for shape, search in (("grid", "grid"), ("sampled", "random"), ("list", "points"), ("bayes", "bayes"))
    },
    **{
        f"{shape}.{key}": (f"searches__{shape}__{key}", before, after, RUNGS[shape])
        for shape in RUNGS
        for key, before, after in (
            ("space", {"x": [0.25, 0.5]}, {"x": [0.5, 0.75]}),
            ("constraints", [], ["n < 3"]),
            ("zip", [], [["n", "k"]]),
            ("name", "{search}", "{trial}"),
            ("tags", ["a"], ["b"]),
            ("description", "a", "b"),
            ("batch_size", 4, 5),
            ("overlap", 0, 2),
            ("budget", {"min": 1, "max": 9}, {"min": 1, "max": 27}),
            ("seed", 1, 2),
            ("eta", 3, 2),
            ("sampler", "gp", "random"),
            ("n_initial_points", 10, 5),
            ("pruner", {"type": "median"}, {"type": "percentile"}),
            *([] if shape == "hyperband" else [("n_trials", 9, 10)]),
            *([] if shape == "asha" else [("iterations", 1, 2)]),
        )
    },
    **{
        f"{shape}.strategy": (f"searches__{shape}", RUNGS[shape][f"searches__{shape}"],
            {"strategy": "random", "n_trials": 9}, RUNGS[shape])
        for shape in RUNGS
    },
    **{
        f"{shape}.strategy": (f"searches__{search}", before, after, {})
        for shape, search, before, after in (
            ("grid", "grid", {"strategy": "grid", "space": {"x": [0.5]}}, {"strategy": "random", "n_trials": 8}),
            ("sampled", "random", {"strategy": "random", "n_trials": 8}, {"strategy": "sobol", "n_trials": 8}),
            ("list", "points", BASE["searches"]["points"], {"strategy": "random", "n_trials": 8}),
            ("bayes", "bayes", {"strategy": "bayes", "n_trials": 8}, {"strategy": "random", "n_trials": 8}),
        )
    },
    "sampled.n_trials": ("searches__random__n_trials", 8, 9, {}),
    "sampled.seed": ("searches__random__seed", 1, 2, {}),
    "list.points": (POINT, [{"x": 0.5, "n": 1, "k": "a"}], [{"x": 0.25, "n": 1, "k": "a"}], {}),
    "list.file": ("searches__points__file", "a.csv", "b.csv", {POINT: ...}),
    "bayes.n_trials": ("searches__bayes__n_trials", 12, 13, {}),
    "bayes.seed": ("searches__bayes__seed", 1, 2, {}),
    "bayes.n_initial_points": ("searches__bayes__n_initial_points", 5, 6, {}),
    "bayes.initial": ("searches__bayes__initial", "sobol", "lhs", {}),
    "bayes.points": ("searches__bayes__points", [], [{"x": 0.5, "n": 1, "k": "a"}], {}),
    "bayes.engine": ("searches__bayes__engine", "gp", "skopt", {}),
    "bayes.acquisition": ("searches__bayes__acquisition", "ei", "lcb", {}),
    "bayes.acquisition.type": ("searches__bayes__acquisition", {"type": "ei"}, {"type": "lcb"}, {}),
    "bayes.acquisition.xi": ("searches__bayes__acquisition", {"type": "ei"}, {"type": "ei", "xi": 0.5}, {}),
    "bayes.acquisition.kappa": ("searches__bayes__acquisition", {"type": "lcb"}, {"type": "lcb", "kappa": 1}, {}),
    "bayes.surrogate": ("searches__bayes__surrogate", "gp", "rf", SKOPT),
    "bayes.batch": ("searches__bayes__batch", "kb", "cl_min", SKOPT),
    "bayes.sampler": ("searches__bayes__sampler", {"type": "RandomSampler"}, {"type": "QMCSampler"}, OPTUNA),
    "bayes.sampler.type": ("searches__bayes__sampler", {"type": "RandomSampler"}, {"type": "QMCSampler"}, OPTUNA),
    "bayes.stop": ("searches__bayes__stop", {"patience": 5}, {"patience": 6}, {}),
    **{
        f"bayes.stop.{key}": (f"searches__bayes__stop__{key}", before, after, {})
        for key, before, after in (
            ("patience", 5, 6),
            ("min_delta", 0.1, 0.2),
            ("target", 1, 2),
            ("max_hours", 1, 2),
            ("expected_improvement_below", 0.1, 0.2),
        )
    },
    "bayes.warm_start": ("searches__bayes__warm_start", [], ["a.csv"], {}),
    "bayes.warm_start.study": ("searches__bayes__warm_start", [{"study": "a"}], [{"study": "b"}], {}),
    "bayes.refine": (REFINE, {"search": "random"}, {"search": "random", "top": 3}, {}),
    "bayes.refine.search": (REFINE, {"search": "random"}, {"search": "grid"}, {}),
    "bayes.refine.top": (f"{REFINE}__top", "20%", 3, {f"{REFINE}__search": "random"}),
    "bayes.refine.margin": (f"{REFINE}__margin", 0.1, 0.2, {f"{REFINE}__search": "random"}),
}  # fmt: skip

# What changing these makes again does not show in a digest, since what there is stays as good as it was.
BY_OTHER_MEANS = {
    "study": "another folder of results",
    "final": "the final training's own trials, which its rules compare",
    "final.top": "the final training's own trials, which its rules compare",
    "final.replicates": "the final training's own runs, which its rules compare",
    "final.overrides": "the final training's own trials, which its rules compare",
    "plots.choose": "other files",
    "plots.format": "other files",
    "sampled.n_trials": "more trials; those that are there are kept",
    "bayes.n_trials": "more trials; those that are there are kept",
    "halving.n_trials": "more trials; those that are there are kept",
    "asha.n_trials": "more trials; those that are there are kept",
}
# Keys that no configuration can have here, as the branch of the schema that has them excludes them by others.
IMPOSSIBLE = {"loguniform.log", "loguniform.step", "normal.low", "normal.high", "normal.log", "normal.step"}


# The digests of LARGE (see good_configs.py) in the first version: others would make users' results again.
FIRST_VERSION = {
    "metrics": "aa72c6cb50fb4364c422418281f399ef",
    "proposals": {
        "grid": "d779e26073de911d",
        "random": "88a364a2aa260f4f",
        "sobol": "7bb78195c1576628",
        "bayes": "be5eeb687f1ac82c",
        "points": "f6bd5839456aaec6",
    },
    "tables": ("6b2896dbff2d4d0d", "cb0ff4c8b48ad00a"),
    "plots": "18579d82fd19753b",
}


def keys_of_schema() -> dict[str, dict]:
    """Every key with its node, by the section or definition in which it stands and the keys above it there."""
    found: dict[str, dict] = {}

    def walk(node: object, path: str) -> None:
        if isinstance(node, list):
            for part in node:
                walk(part, path)
        elif isinstance(node, dict):
            for word, below in node.items():
                if word == "properties":
                    for key, of_key in below.items():
                        inside = f"{path}.{key}" if path else key
                        found[inside] = of_key
                        walk(of_key, inside)
                elif word == "$defs":
                    for name, definition in below.items():
                        walk(definition, name)
                elif word != "if":
                    walk(below, path)

    walk(schema.load_schema(), "")
    return found


def digests_of(study) -> dict[str, object]:
    """The digests, by what their change makes again."""
    return {
        "training": study.run_spec.training,
        "metrics": study.run_spec.contract,
        "proposals": {name: search.fingerprint for name, search in study.searches.items()},
        "tables": (study.measure, study.reading),
        "plots": study.plots.fingerprint,
        "exports": study.exports.fingerprint,
    }


def test_every_key_says_what_changing_it_reruns():
    for key, node in keys_of_schema().items():
        said = node.get("x-reruns")
        assert said in RERUNS, f"the schema's key {key} needs a line `x-reruns:` with one of {', '.join(RERUNS)}"


def test_every_key_has_an_example():
    assert set(keys_of_schema()) - set(KEYS) == set()
    assert set(KEYS) - set(keys_of_schema()) <= IMPOSSIBLE


@pytest.mark.parametrize("key", [key for key in KEYS if key not in IMPOSSIBLE])
def test_a_changed_key_reruns_what_it_says(root, key):
    (root / "b.csv").write_text("x,n,k,loss\n0.5,2,a,1\n")
    (root / "a.csv").write_text("x,n,k,loss\n0.5,1,a,1\n")
    for study in "ab":
        (root / "results" / study).mkdir(parents=True)
        (root / "results" / study / "results.csv").write_text("x,n,k,loss\n")
    place, before, after, more = KEYS[key]
    base = edited(BASE, **{path: value for path, value in more.items() if path != place})
    first, second = (digests_of(with_inputs(study_of(root, base, **{place: value}), {})) for value in (before, after))
    changed = [what for what in RERUNS[:-1] if first[what] != second[what]]
    promised = keys_of_schema()[key]["x-reruns"]
    if key in BY_OTHER_MEANS:
        assert changed == []
    else:
        # What follows in the chain may change too, what goes before it must not.
        assert (changed or ["nothing"])[0] == promised


@pytest.mark.parametrize("section", ["", "objective", "filter", "plots", "final", "searches__random"])
@pytest.mark.parametrize("reruns", RERUNS)
def test_a_further_key_enters_by_itself(root, monkeypatch, section, reruns):
    """Wherever it stands, and whatever it reruns; not where it has its default."""
    rules = copy.deepcopy(schema.load_schema())
    homes = {
        "": rules,
        "objective": rules["$defs"]["objective"],
        "searches__random": rules["$defs"]["sampled"],
        **{name: rules["properties"][name] for name in ("filter", "plots", "final")},
    }
    homes[section]["properties"]["further"] = {"x-reruns": reruns, "type": "integer", "default": 1}
    monkeypatch.setattr(schema, "load_schema", lambda: rules)
    monkeypatch.setattr(digests, "load_schema", lambda: rules)
    base = edited(BASE, final={})
    place = f"{section}__further" if section else "further"
    without, default, given = (digests_of(study_of(root, base, **changes)) for changes in ({}, {place: 1}, {place: 2}))
    assert without == default
    changed = [what for what in RERUNS[:-1] if default[what] != given[what]]
    if section == "searches__random" and reruns in ("training", "metrics"):
        assert changed == []  # a key of a search can't be of these, which the next test sees to
    else:
        assert (changed or ["nothing"])[0] == reruns


def test_no_key_of_a_search_is_training():
    """Searches share their trials."""
    shapes = ("search", "grid", "sampled", "list", "bayes")
    found = {key for key, node in keys_of_schema().items() if node["x-reruns"] in ("training", "metrics")}
    assert [key for key in found if key.partition(".")[0] in shapes] == []


def test_both_names_of_outcome_constraints_are_one(root, tmp_path_factory):
    limit = [{"metric": "size", "max": 3}]
    old = study_of(root, LARGE, constraint=limit)
    new = study_of(root, LARGE, constraint=..., outcome_constraints=limit)
    assert digests_of(old) == digests_of(new)
    assert old.notices == ("the key 'constraint' is now called 'outcome_constraints'; the old name still works",)
    assert new.notices == ()


def test_digests_are_those_of_the_first_version(tmp_path):
    study = study_of(folder(tmp_path), LARGE)
    found = digests_of(study)
    del found["training"], found["exports"]  # which are newer
    assert found == FIRST_VERSION
