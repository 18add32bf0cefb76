"""The training of the manual's examples, as a function."""

import math


def train(lr, batch_size=32, optimizer="adam", momentum=0.0, epochs=10):
    """The validation loss, of a training that is only made up."""
    return abs(math.log10(lr) + 2) + batch_size / 1000 + (0.1 if optimizer == "adam" else momentum / 20) + 1 / epochs
