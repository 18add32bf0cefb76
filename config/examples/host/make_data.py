"""Prints a table of points around a curve: make_data.py NUMBER."""

import math
import random
import sys

draw = random.Random(0)
print("x,y")
for _ in range(int(sys.argv[1])):
    x = draw.uniform(-1, 1)
    print(f"{x:.6f},{math.sin(3 * x) + draw.gauss(0, 0.1):.6f}")
