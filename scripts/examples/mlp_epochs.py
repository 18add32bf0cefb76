"""Trains a small neural network on scikit-learn's digits for some epochs, and goes on where an earlier run ended.

All that the training depends on is saved after each epoch, the state of the random numbers too: 1, then 3, 9 and 27
epochs give exactly what 27 in one go give.
"""

import argparse
import json
import os
import pickle
from functools import cache

import numpy as np
from sklearn.datasets import load_digits
from snaketune import checkpoint, report

ACTIVATIONS = {
    "relu": (lambda x: np.maximum(x, 0), lambda a: (a > 0).astype(float)),
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "logistic": (lambda x: 1 / (1 + np.exp(-x)), lambda a: a * (1 - a)),
}
TRAINING, BATCH, MOMENTUM = 600, 20, 0.9


@cache
def digits():
    """Images (n, 64) and one-hot digits (n, 10), in the same order always."""
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    return x[order] / 16, np.eye(10)[y[order]]


class Network:
    """A hidden layer, trained by gradient descent with momentum.

    The learning rate falls by the factor `decay` in each epoch, wherever the training is to end, and `dropout` is the
    share of hidden units that a step leaves out: what learns fast in the beginning need not be best in the end.
    """

    def __init__(self, lr, decay=1.0, hidden=64, dropout=0.0, activation="relu", seed=0):
        self.lr, self.decay, self.dropout, self.activation = lr, decay, dropout, activation
        self.rng = np.random.default_rng(seed)
        self.weights = [self.rng.normal(0, 0.15, (65, hidden)), self.rng.normal(0, hidden**-0.5, (hidden + 1, 10))]
        self.velocities = [np.zeros_like(w) for w in self.weights]
        self.epochs = 0

    def train(self):
        """Trains one more epoch."""
        x, y = digits()
        lr = self.lr * self.decay**self.epochs
        with np.errstate(over="ignore", invalid="ignore"):
            for rows in self.rng.permutation(TRAINING).reshape(-1, BATCH):
                gradients = self._gradients(x[rows], y[rows])
                for w, v, gradient in zip(self.weights, self.velocities, gradients, strict=True):
                    v *= MOMENTUM
                    v -= lr * gradient
                    w += v
        self.epochs += 1

    def validate(self):
        """The loss and the accuracy on images that are not trained with; not a number where the training diverged."""
        x, y = (part[TRAINING:] for part in digits())
        with np.errstate(over="ignore", invalid="ignore"):
            p = _softmax(_with_ones(self._hidden(x)) @ self.weights[1])
        likelihood = (p * y).sum(axis=1).clip(1e-12)
        accuracy = (p.argmax(axis=1) == y.argmax(axis=1)).mean()
        return {"val_loss": float(-np.log(likelihood).mean()), "val_accuracy": float(accuracy)}

    def _hidden(self, x):
        return ACTIVATIONS[self.activation][0](_with_ones(x) @ self.weights[0])

    def _gradients(self, x, y):
        hidden = self._hidden(x)
        kept = (self.rng.random(hidden.shape) >= self.dropout) / (1 - self.dropout)
        outer = _with_ones(hidden * kept)
        error = (_softmax(outer @ self.weights[1]) - y) / len(x)
        back = error @ self.weights[1][:-1].T * kept * ACTIVATIONS[self.activation][1](hidden)
        return _with_ones(x).T @ back, outer.T @ error


def _with_ones(x):
    return np.column_stack([x, np.ones(len(x))])


def _softmax(x):
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lr", type=float, default=0.1, help="learning rate of the first epoch")
    parser.add_argument("--decay", type=float, default=1.0, help="what an epoch's is multiplied by for the next")
    parser.add_argument("--hidden", type=int, default=64, help="units of the hidden layer")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--activation", choices=ACTIVATIONS, default="relu")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=27, help="the budget, those of earlier runs included")
    options = vars(parser.parse_args())
    epochs = options.pop("epochs")
    load, save = checkpoint()
    network = pickle.loads((load / "network.pickle").read_bytes()) if load else Network(**options)
    while network.epochs < epochs:
        network.train()
        report(epoch=network.epochs, **network.validate())
        (save / "network.tmp").write_bytes(pickle.dumps(network))
        os.replace(save / "network.tmp", save / "network.pickle")  # as a whole or not at all: a kill may come
    print(json.dumps(network.validate()))


if __name__ == "__main__":
    main()
