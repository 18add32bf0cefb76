"""Fits a line to noisy points by gradient descent: put your own training in its place."""

import argparse
import json
import random

TRUE_SLOPE, TRUE_OFFSET = 2.0, -1.0


def points(count: int, seed: int) -> list[tuple[float, float]]:
    """Noisy points on a line."""
    drawn = random.Random(seed)
    xs = [drawn.uniform(-1, 1) for _ in range(count)]
    return [(x, TRUE_SLOPE * x + TRUE_OFFSET + drawn.gauss(0, 0.1)) for x in xs]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--momentum", type=float, default=0.0)
    parser.add_argument("--batch_size", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=5)
    args = parser.parse_args()

    training, validation = points(200, seed=1), points(100, seed=2)
    slope = offset = slope_step = offset_step = 0.0
    for _ in range(args.epochs):
        for start in range(0, len(training), args.batch_size):
            batch = training[start : start + args.batch_size]
            errors = [(slope * x + offset - y, x) for x, y in batch]
            slope_step = args.momentum * slope_step - args.lr * 2 * sum(e * x for e, x in errors) / len(batch)
            offset_step = args.momentum * offset_step - args.lr * 2 * sum(e for e, _ in errors) / len(batch)
            slope, offset = slope + slope_step, offset + offset_step
    loss = sum((slope * x + offset - y) ** 2 for x, y in validation) / len(validation)
    print(json.dumps({"val_loss": loss, "slope": slope, "offset": offset}))


if __name__ == "__main__":
    main()
