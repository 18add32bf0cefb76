"""The script of the manual's examples: takes what it is given, trains nothing, and says how well that went."""

import itertools
import json
import math
import os
import sys

import snaketune

words = [word for flag in sys.argv[1:] for word in flag.split("=", 1)]
options = {name.lstrip("-"): value for name, value in itertools.pairwise(words) if name.startswith("--")}
lr = float(options.get("lr", 0.01))
epochs = int(float(options.get("epochs", os.environ.get("SNAKETUNE_BUDGET") or 3)))
loss = abs(math.log10(lr) + 2) + 0.1
for epoch in range(1, epochs + 1):
    snaketune.report(epoch=epoch, val_loss=loss + 1 / epoch, val_accuracy=1 / (1 + loss + 1 / epoch))
metrics = {"val_loss": loss + 1 / epochs, "val_accuracy": 1 / (1 + loss + 1 / epochs), "loss": loss, "memory_mb": 100}
print(json.dumps(metrics))
