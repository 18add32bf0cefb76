"""Trains a support vector machine to tell odd digits from even ones: the budget is the share of the images it is given.

A larger share holds all images of a smaller one. Nothing is saved: such a training begins anew with more data.
"""

import argparse
import json
from functools import cache

import numpy as np
from sklearn.datasets import load_digits
from sklearn.svm import SVC
from snaketune import report

TRAINING = 1080


@cache
def digits():
    """Images (n, 64) and -1 or 1, 1 for odd digits, in the same order always."""
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    return x[order] / 16, y[order] % 2 * 2 - 1


def validate(share, c=1.0, gamma=0.03, kernel="rbf", coef0=0.0):
    """The hinge loss and the accuracy on images that are not trained with, of a machine trained with a share."""
    x, y = digits()
    n = round(share * TRAINING)
    # The solver stops after so many steps, whatever it has reached: some settings would take it minutes.
    machine = SVC(C=c, gamma=gamma, kernel=kernel, coef0=coef0, max_iter=20_000).fit(x[:n], y[:n])
    margins = y[TRAINING:] * machine.decision_function(x[TRAINING:])
    return {"val_loss": float(np.maximum(0, 1 - margins).mean()), "val_accuracy": float((margins > 0).mean())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--c", type=float, default=1.0, help="what a wrong image costs")
    parser.add_argument("--gamma", type=float, default=0.03)
    parser.add_argument("--kernel", choices=["rbf", "poly", "sigmoid"], default="rbf")
    parser.add_argument("--coef0", type=float, default=0.0)
    parser.add_argument("--share", type=float, default=1.0, help="the budget, in (0, 1]")
    parser.add_argument("--steps", type=int, default=1, help="shares to train with, each three times the one before")
    options = vars(parser.parse_args())
    share, steps = options.pop("share"), options.pop("steps")
    for step in range(1, steps + 1):
        metrics = validate(share / 3 ** (steps - step), **options)
        report(step=step, **metrics)
    print(json.dumps(metrics))


if __name__ == "__main__":
    main()
