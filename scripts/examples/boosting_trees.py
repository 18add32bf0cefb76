"""Boosts trees that tell scikit-learn's odd digits from the even ones: the budget is how many trees there are.

A run adds trees to those of an earlier one, which gives exactly what all of them in one go give.
"""

import argparse
import json
import os
import pickle
from functools import cache

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from snaketune import checkpoint, report

TRAINING = 400
STEP = 3  # trees between two reports


@cache
def digits():
    """Images (n, 64) and whether they show an odd digit, in the same order always."""
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    return x[order], y[order] % 2


def begin(lr, depth=3, features=0.3, rows=1.0, leaf=1, seed=0):
    """A model without trees: the more slowly it learns, the more of them it needs to be at its best."""
    return GradientBoostingClassifier(
        n_estimators=0,
        learning_rate=lr,
        max_depth=depth,
        max_features=features,
        subsample=rows,
        min_samples_leaf=leaf,
        random_state=seed,
        warm_start=True,
    )


def grow(model, trees):
    """Adds trees until it has so many."""
    x, y = digits()
    model.set_params(n_estimators=trees).fit(x[:TRAINING], y[:TRAINING])


def validate(model):
    """The area under the ROC curve, of images that are not trained with.

    It goes by the order of what is predicted: few trees that count for little would have a large loss, however good.
    """
    x, y = digits()
    return {"val_auc": float(roc_auc_score(y[TRAINING:], model.predict_proba(x[TRAINING:])[:, 1]))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lr", type=float, default=0.1, help="what each tree counts for")
    parser.add_argument("--depth", type=int, default=3, help="of a tree, at most")
    parser.add_argument("--features", type=float, default=0.3, help="share of the pixels that a split looks at")
    parser.add_argument("--rows", type=float, default=1.0, help="share of the images that a tree is made from")
    parser.add_argument("--leaf", type=int, default=1, help="images in a leaf, at least")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--trees", type=int, default=81, help="the budget, those of earlier runs included")
    options = vars(parser.parse_args())
    trees = options.pop("trees")
    load, save = checkpoint()
    model = pickle.loads((load / "model.pickle").read_bytes()) if load else begin(**options)
    while model.n_estimators < trees:
        grow(model, min(model.n_estimators + STEP, trees))
        report(step=model.n_estimators, **validate(model))
        (save / "model.tmp").write_bytes(pickle.dumps(model))
        os.replace(save / "model.tmp", save / "model.pickle")  # as a whole or not at all: a kill may come
    print(json.dumps(validate(model)))


if __name__ == "__main__":
    main()
