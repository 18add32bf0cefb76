"""Fits a polynomial to train.csv; prints its error in cross-validation, or keeps the one of a configuration."""

import argparse
import json
from pathlib import Path

import numpy as np
import yaml

FOLDS = 5

parser = argparse.ArgumentParser()
parser.add_argument("--degree", type=int, default=3)
parser.add_argument("--penalty", type=float, default=0.001)
parser.add_argument("--config", help="a YAML file with these values")
parser.add_argument("--model", help="where to keep the coefficients")
given = parser.parse_args()
if given.config:
    parser.set_defaults(**yaml.safe_load(Path(given.config).read_text()))
    given = parser.parse_args()


def fitted(x, y):
    powers = np.vander(x, given.degree + 1)
    return np.linalg.solve(powers.T @ powers + given.penalty * np.eye(given.degree + 1), powers.T @ y)


x, y = np.loadtxt("train.csv", delimiter=",", skiprows=1, unpack=True)
fold = np.arange(len(x)) % FOLDS
errors = [np.polyval(fitted(x[fold != i], y[fold != i]), x[fold == i]) - y[fold == i] for i in range(FOLDS)]
if given.model:
    Path(given.model).write_text(json.dumps({"degree": given.degree, "coefficients": fitted(x, y).tolist()}))
print(json.dumps({"rmse": float(np.sqrt(np.mean(np.concatenate(errors) ** 2)))}))
