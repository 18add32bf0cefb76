"""The script of the manual's examples: trains nothing, and says how well that went."""

import argparse
import json
import math

import snaketune

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("--batch_size", type=int, default=32)
parser.add_argument("--optimizer", choices=["adam", "sgd"], default="adam")
parser.add_argument("--epochs", type=float, default=3)
options, _ = parser.parse_known_args()
loss = abs(math.log10(options.lr) + 2) + options.batch_size / 1000 + (0.1 if options.optimizer == "adam" else 0)
for epoch in range(1, int(options.epochs) + 1):
    snaketune.report(epoch=epoch, val_loss=loss + 1 / epoch, val_accuracy=1 / (1 + loss + 1 / epoch))
print(json.dumps({"val_accuracy": 1 / (1 + loss), "val_loss": loss, "memory_mb": 100}))
