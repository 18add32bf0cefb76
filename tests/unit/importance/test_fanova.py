"""Importances against functions whose variance is known, and against another implementation."""

import math

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor
from snaketune.importance.encoding import encode
from snaketune.importance.evaluate import importances, trials_needed
from snaketune.importance.fanova import partition
from snaketune.importance.scales import ABSENT, scale_of
from snaketune.space import Categorical, Float, Integer

UNIT = Float(0, 1)
ANGLE = Float(-math.pi, math.pi)


def drawn(space, count, seed=0):
    """`count` values of each parameter, and the parameters' scales."""
    rng = np.random.default_rng(seed)
    columns = {name: [parameter.from_unit(u) for u in rng.random(count)] for name, parameter in space.items()}
    return columns, {name: scale_of([parameter], columns[name]) for name, parameter in space.items()}


def rows(columns):
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def judged(space, function, count=800, seed=0):
    columns, scales = drawn(space, count, seed)
    found = importances(columns, scales, [function(**row) for row in rows(columns)])
    return {row.parameter: row for row in found.parameters}, found


class TestPartition:
    """A tree's marginals are exact: compared with the same integrals on a grid of its cells."""

    @pytest.fixture
    def tree_and_boxes(self):
        space = {"x": UNIT, "k": Categorical(("a", "b", "c")), "z": UNIT}
        columns, scales = drawn(space, 150)
        rng = np.random.default_rng(3)
        encoded = encode(columns, scales, rng)
        tree = DecisionTreeRegressor(random_state=0).fit(encoded.matrix, rng.normal(size=150))
        return tree, partition(tree.tree_, encoded.groups)

    @pytest.fixture
    def table(self, tree_and_boxes):
        """The tree's values on (x, k, z), on all cells between its split points, and the cells' widths."""
        tree = tree_and_boxes[0]
        sides, widths = [], []
        for column in (0, 4):
            splits = np.sort(tree.tree_.threshold[tree.tree_.feature == column])
            edges = np.concatenate([[0.0], splits, [1.0]])
            sides.append((edges[1:] + edges[:-1]) / 2)
            widths.append(np.diff(edges))
        x, k, z = (part.ravel() for part in np.meshgrid(sides[0], np.arange(3), sides[1], indexing="ij"))
        matrix = np.column_stack([x, *(k == i for i in range(3)), z]).astype(np.float32)
        shape = (len(sides[0]), 3, len(sides[1]))
        return tree.predict(matrix).reshape(shape), [widths[0], np.full(3, 1 / 3), widths[1]]

    def marginal_variance(self, table, kept):
        """The variance of the tree's mean over all sides but `kept`."""
        values, weights = table
        for side in (2, 1, 0):
            if side not in kept:
                values = np.expand_dims(np.tensordot(values, weights[side], axes=([side], [0])), side)
        joint = np.einsum("i,j,k->ijk", *(w if i in kept else np.ones(1) for i, w in enumerate(weights)))
        return float((joint * values**2).sum() - (joint * values).sum() ** 2)

    def test_measures_add_up_to_one(self, tree_and_boxes):
        assert tree_and_boxes[1].measure.sum() == pytest.approx(1)

    def test_variance(self, tree_and_boxes, table):
        assert tree_and_boxes[1].variance == pytest.approx(self.marginal_variance(table, {0, 1, 2}), rel=1e-4)

    def test_main_effects(self, tree_and_boxes, table):
        expected = [self.marginal_variance(table, {side}) for side in range(3)]
        assert tree_and_boxes[1].main_effects == pytest.approx(expected, rel=1e-4)

    @pytest.mark.parametrize(("i", "j"), [(0, 1), (1, 0), (0, 2), (1, 2)])
    def test_interactions(self, tree_and_boxes, table, i, j):
        boxes = tree_and_boxes[1]
        both = self.marginal_variance(table, {i, j})
        expected = both - self.marginal_variance(table, {i}) - self.marginal_variance(table, {j})
        assert boxes.interaction(i, j) == pytest.approx(expected, rel=1e-3)


class TestKnownFunctions:
    def test_additive_function(self):
        # The variance of c·u is c²/12 for u uniform, and that of (0, 1, ½) with equal chances is 1/6.
        kinds = {"p": 0.0, "q": 1.0, "r": 0.5}
        space = {"a": UNIT, "b": UNIT, "c": UNIT, "k": Categorical(tuple(kinds))}
        found, _ = judged(space, lambda a, b, c, k: 3 * a + 2 * b + kinds[k])
        parts = {"a": 9 / 12, "b": 4 / 12, "c": 0.0, "k": 1 / 6}
        for name, part in parts.items():
            share = part / sum(parts.values())
            assert found[name].fanova == pytest.approx(share, abs=0.03)
            assert found[name].permutation == pytest.approx(share, abs=0.05)
            assert found[name].note == ""

    def test_ishigami_function(self):
        # a = 7, b = 0.1: S = (0.314, 0.442, 0), S13 = 0.244, total S = (0.558, 0.442, 0.244) (Ishigami, Homma
        # 1990).
        found, everything = judged(
            {"x": ANGLE, "y": ANGLE, "z": ANGLE},
            lambda x, y, z: math.sin(x) + 7 * math.sin(y) ** 2 + 0.1 * z**4 * math.sin(x),
            count=1000,
        )
        first = {"x": 0.314, "y": 0.442, "z": 0.0}
        total = {"x": 0.558, "y": 0.442, "z": 0.244}
        for name in first:
            assert found[name].fanova == pytest.approx(first[name], abs=0.12)
            assert found[name].permutation == pytest.approx(total[name], abs=0.12)
        strongest = everything.interactions[0]
        assert {strongest.first, strongest.second} == {"x", "z"}
        assert strongest.fanova == pytest.approx(0.244, abs=0.06)

    def test_product_is_all_interaction(self):
        found, everything = judged({"a": Float(-1, 1), "b": Float(-1, 1)}, lambda a, b: a * b, count=1000)
        assert found["a"].fanova < 0.1
        assert found["a"].permutation > 0.7
        assert everything.interactions[0].fanova > 0.75

    def test_logarithmic_parameter_counts_on_its_own_scale(self):
        # log10(lr) is uniform over 4 decades, its variance 16/12; that of 4u is the same.
        space = {"lr": Float(1e-5, 1e-1, log=True), "u": UNIT}
        found, _ = judged(space, lambda lr, u: math.log10(lr) + 4 * u)
        assert found["lr"].fanova == pytest.approx(0.5, abs=0.05)

    def test_constant_parameter_has_no_importance(self):
        found, _ = judged({"a": UNIT, "b": UNIT, "same": Categorical((3,))}, lambda a, b, same: a + b)
        assert (found["same"].fanova, found["same"].note) == (0.0, "has one value only")

    def test_integer_and_list_of_numbers(self):
        space = {"n": Integer(1, 8), "size": Categorical((1, 2, 3, 4))}
        found, _ = judged(space, lambda n, size: n + size)
        expected = (63 / 12) / (63 / 12 + 15 / 12)
        assert found["n"].fanova == pytest.approx(expected, abs=0.03)


class TestConditional:
    def columns(self, count=1000):
        rng = np.random.default_rng(5)
        kind = [("adam", "sgd")[i] for i in rng.integers(2, size=count)]
        momentum = [float(u) if k == "sgd" else ABSENT for k, u in zip(kind, rng.random(count), strict=True)]
        scales = {
            "kind": scale_of([Categorical(("adam", "sgd"))], kind),
            "momentum": scale_of([UNIT], momentum),
        }
        return {"kind": kind, "momentum": momentum}, scales

    def test_inactive_parameter_counts_by_how_often_it_is_active(self):
        # f = u if sgd else ½, for u uniform: the marginal of u is u/2 + ¼ with variance 1/48, the whole 1/24.
        columns, scales = self.columns()
        values = [0.5 if m is ABSENT else m for m in columns["momentum"]]
        found = importances(columns, scales, values)
        share = {row.parameter: row.fanova for row in found.parameters}
        assert share["momentum"] == pytest.approx(0.5, abs=0.05)
        assert share["kind"] < 0.05

    def test_parent_gets_the_credit_for_activity(self):
        columns, scales = self.columns()
        found = importances(columns, scales, [float(k == "sgd") for k in columns["kind"]])
        share = {row.parameter: row.fanova for row in found.parameters}
        assert share["kind"] > 0.98
        assert share["momentum"] < 0.01


class TestTrust:
    def test_too_few_trials_are_flagged(self):
        found, _ = judged({"a": UNIT, "b": UNIT, "c": UNIT}, lambda a, b, c: a, count=29)
        assert "too few trials: 29 complete, at least 30" in found["a"].note
        enough, _ = judged({"a": UNIT, "b": UNIT, "c": UNIT}, lambda a, b, c: a, count=30)
        assert enough["a"].note == ""
        assert trials_needed(3) == 30

    def test_noise_is_flagged(self):
        rng = np.random.default_rng(0)
        found, _ = judged({"a": UNIT, "b": UNIT}, lambda a, b: rng.normal(), count=200)
        assert "not to be trusted" in found["a"].note

    @pytest.mark.parametrize(
        ("count", "value", "why"),
        [(0, 1.0, "0 complete trials"), (1, 1.0, "1 complete trial is"), (50, 2.0, "same in all trials")],
    )
    def test_nothing_is_said_without_a_reason_to(self, count, value, why):
        found, everything = judged({"a": UNIT, "b": UNIT}, lambda a, b: value, count=count)
        assert found["a"].fanova is None
        assert why in found["a"].note
        assert everything.interactions == ()

    def test_uncertainty_falls_with_trials(self):
        function = lambda a, b: a + b  # noqa: E731
        few, _ = judged({"a": UNIT, "b": UNIT}, function, count=25)
        many, _ = judged({"a": UNIT, "b": UNIT}, function, count=800)
        assert many["a"].fanova_sd < few["a"].fanova_sd

    def test_same_results_same_importances(self):
        space = {"a": UNIT, "k": Categorical(("x", "y"))}
        assert judged(space, lambda a, k: a, count=60)[1] == judged(space, lambda a, k: a, count=60)[1]

    def test_huge_values_keep_their_digits(self):
        plain, _ = judged({"a": UNIT, "b": UNIT}, lambda a, b: a + b, count=100)
        huge, _ = judged({"a": UNIT, "b": UNIT}, lambda a, b: 1e15 + 1e12 * (a + b), count=100)
        assert huge["a"].fanova == pytest.approx(plain["a"].fanova, abs=0.02)

    def test_values_that_no_sum_can_hold_have_no_importances(self):
        found, _ = judged({"a": UNIT, "b": UNIT}, lambda a, b: 1.7e308 if a > b else -1.7e308, count=40)
        assert (found["a"].fanova, found["a"].note) == (None, "values of the objective are too large to reckon with")


class TestAgainstOptuna:
    """Optuna's fANOVA, on the same trials."""

    def theirs(self, columns, distributions, values):
        optuna = pytest.importorskip("optuna", reason="optuna is not installed: nothing to compare with")
        from optuna.importance import FanovaImportanceEvaluator

        study = optuna.create_study()
        for row, value in zip(rows(columns), values, strict=True):
            study.add_trial(optuna.trial.create_trial(params=row, distributions=distributions(optuna), value=value))
        return FanovaImportanceEvaluator(seed=1).evaluate(study)

    def test_numbers(self):
        columns, scales = drawn({"x": UNIT, "y": Float(-2, 2), "idle": UNIT}, 400)
        values = [(row["x"] - 0.3) ** 2 + 0.2 * row["x"] * row["y"] for row in rows(columns)]
        theirs = self.theirs(
            columns,
            lambda optuna: {
                name: optuna.distributions.FloatDistribution(low, high)
                for name, low, high in (("x", 0, 1), ("y", -2, 2), ("idle", 0, 1))
            },
            values,
        )
        ours = {row.parameter: row.fanova for row in importances(columns, scales, values).parameters}
        assert ours == pytest.approx(theirs, abs=0.02)

    def test_categories_come_nearer_to_the_truth(self):
        # Optuna's measure of a box counts the indicators of categories as independent numbers, so it gives
        # them too much room; the exact shares of x² + y + 0.8 x [k = q] are integrals.
        columns, scales = drawn({"x": UNIT, "y": UNIT, "k": Categorical(("p", "q", "r"))}, 600)
        values = [row["x"] ** 2 + row["y"] + 0.8 * row["x"] * (row["k"] == "q") for row in rows(columns)]
        theirs = self.theirs(
            columns,
            lambda optuna: {
                "x": optuna.distributions.FloatDistribution(0, 1),
                "y": optuna.distributions.FloatDistribution(0, 1),
                "k": optuna.distributions.CategoricalDistribution(("p", "q", "r")),
            },
            values,
        )
        x = (np.arange(10_000) + 0.5) / 10_000
        table = x[:, None] ** 2 + 0.8 * x[:, None] * np.array([0, 1, 0])
        whole = table.var() + 1 / 12
        truth = {
            "x": table.mean(axis=1).var() / whole,
            "y": 1 / 12 / whole,
            "k": table.mean(axis=0).var() / whole,
        }
        ours = {row.parameter: row.fanova for row in importances(columns, scales, values).parameters}
        assert ours == pytest.approx(truth, abs=0.03)
        assert sum(abs(ours[n] - truth[n]) for n in truth) < sum(abs(theirs[n] - truth[n]) for n in truth)
