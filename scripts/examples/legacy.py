"""A script as one finds it: options in, a line of text out. It knows of no search and is swept unchanged."""

import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--alpha", type=float, required=True)
parser.add_argument("--beta", type=int, required=True)
options = parser.parse_args()

error = (options.alpha - 0.05) ** 2 * 1000 + (options.beta - 3) ** 2
print(f"alpha {options.alpha:g}, beta {options.beta}")
print(f"error: {error:.6f}")
