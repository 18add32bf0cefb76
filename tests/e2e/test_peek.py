"""Looking at a study that is not finished: beside a running search, after a kill, and before anything is done."""

import os
import shutil
import signal
import subprocess

from project import wait_until
from snaketune.loading import load

# All but three runs, which are those that come first, wait for a word of the test.
WAITING = """\
import json, os, sys, time
with open("calls.log", "a") as calls:
    calls.write("run\\n")
def is_free(place):
    try:
        os.mkdir(place)
    except FileExistsError:
        return False
    return True
waits = not any(map(is_free, ("first", "second", "third")))
until = time.time() + 400
while waits and not os.path.exists("go") and time.time() < until:
    time.sleep(0.05)
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
print(json.dumps({"loss": float(options["--x"]) + float(options["--y"])}))
"""


def test_peek_at_every_stage(project):
    project.config["plots"] = {"choose": ["history", "timeline"]}
    early = project.run("peek")
    assert early.status == 1
    assert "No trial of the study s is done yet" in early.output
    project.write("train.py", WAITING)
    with (project.folder / "search.log").open("w") as log:
        search = subprocess.Popen(project.command(), cwd=project.folder, stdout=log, stderr=log, start_new_session=True)
    wait_until(lambda: len(project.finished()) == 3 and sum(project.calls().values()) == 5)
    status = project.good_run("status", cores=1).output
    assert "s: 3 of 10 trials done, best loss" in status
    assert "Running (2):" in status
    output = project.good_run("peek", cores=1).output
    assert all(line.startswith("[snaketune] ") for line in (status + output).splitlines()), status + output
    assert "Incomplete: 3 of 10 trials so far (grid " in output
    peek = project.result("peek")
    shutil.rmtree(peek)
    os.killpg(search.pid, signal.SIGINT)  # Ctrl-C: what there is has been made of it
    assert search.wait(240) == 1
    said = (project.folder / "search.log").read_text()
    assert "Incomplete: 3 of 10 trials so far" in said
    assert "What there is so far: results/s/peek/" in said
    assert len(said.splitlines()) < 20
    assert "**Incomplete: " in (peek / "summary.md").read_text()
    assert (peek / "best.yaml").read_text().startswith("# Incomplete: ")
    rows = project.table("peek/results.csv")
    project.write("go", "")
    outcome = project.good_run()
    assert outcome.jobs["trial"] == 7
    final = project.table()
    assert len(rows) == 3
    assert all(row in final for row in rows)
    for name in ("report.html", "runs.csv", "top.csv", "plots/history.png", "plots/timeline.png"):
        assert (peek / name).stat().st_size
    # It is in nobody's way: the search goes by its own files, and so do those who read it.
    assert project.good_run().idle
    assert len(load(project.result("")).trials) == 10

    # Of a finished study all is there, and nothing else has changed.
    before = {path: path.stat().st_mtime_ns for path in project.folder.glob("results/s/**/*") if path.is_file()}
    project.good_run("peek", cores=1)
    assert "Incomplete" not in (peek / "summary.md").read_text()
    assert project.table("peek/results.csv") == final
    after = {path: path.stat().st_mtime_ns for path in before}
    changed = {path for path in before if after[path] != before[path]}
    assert {path.relative_to(project.result("")).parts[0] for path in changed} <= {"peek", "study.json"}
    assert project.good_run().idle
