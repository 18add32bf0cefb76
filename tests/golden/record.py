"""Records the golden file with a checkout's code, or shows a part of it.

python tests/golden/record.py [CHECKOUT]     by default this one
python tests/golden/record.py --show NAME    such as gp/ei/1, few/page or few:results.csv
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
RECORDED = HERE / "golden.json.gz"


def main(*words: str) -> None:
    if words[:1] == ("--show",):
        print(json.dumps(json.loads(gzip.decompress(RECORDED.read_bytes()))[words[1]], indent=1, ensure_ascii=False))
        return
    root = Path(words[0] if words else HERE.parents[1]).absolute()
    environment = {**os.environ, "PYTHONPATH": str(root / "workflow"), "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "made.json")
        subprocess.run([sys.executable, str(HERE / "make.py"), str(root), str(made)], env=environment, check=True)
        RECORDED.write_bytes(gzip.compress(made.read_bytes(), 9, mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
