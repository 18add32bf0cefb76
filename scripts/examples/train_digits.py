"""Trains a small neural network on scikit-learn's digits and prints its accuracy: a script like any other."""

import argparse
import json
import os
import warnings

from sklearn.datasets import load_digits
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lr", type=float, default=0.001)
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--batch_size", type=int, default=32)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--alpha", type=float, default=1e-4, help="weight decay")
    parser.add_argument("--activation", choices=["relu", "tanh", "logistic"], default="relu")
    parser.add_argument("--optimizer", choices=["adam", "sgd"], default="sgd")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    x, y = load_digits(return_X_y=True)
    # The split is the same for every run, so that accuracies can be compared.
    x_train, x_val, y_train, y_val = train_test_split(x / 16, y, test_size=0.25, stratify=y, random_state=0)
    model = MLPClassifier(
        hidden_layer_sizes=(options.hidden,),
        activation=options.activation,
        solver=options.optimizer,
        alpha=options.alpha,
        batch_size=options.batch_size,
        learning_rate_init=options.lr,
        momentum=options.momentum,
        random_state=options.seed,
    )
    for epoch in range(1, options.epochs + 1):
        model.partial_fit(x_train, y_train, classes=range(10))
        accuracy = float(model.score(x_val, y_val))
        loss = float(log_loss(y_val, model.predict_proba(x_val).clip(1e-12, 1)))
        print(f"epoch {epoch}: loss {loss:.4f}, accuracy {accuracy:.4f}", flush=True)
        if "SNAKETUNE_HISTORY" in os.environ:
            with open(os.environ["SNAKETUNE_HISTORY"], "a") as history:
                history.write(json.dumps({"step": epoch, "val_loss": loss, "val_accuracy": accuracy}) + "\n")
    print(json.dumps({"val_accuracy": accuracy, "val_loss": loss}))


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    main()
