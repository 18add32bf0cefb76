"""A run with a larger budget goes on from the run before it, or from what an earlier attempt at it has saved."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from snaketune.files import csv_text
from snaketune.runner.history import parse_rows
from snaketune.runner.left import left_in
from snaketune.runner.proposed import proposed_in
from snaketune.runner.record_file import RecordFile
from snaketune.runner.records import Records
from snaketune.runner.run_id import RunId
from snaketune.values import text

# Adds the numbers of its epochs up; notes what it is told, and the epochs that it trains.
PROGRAM = """
import json, os, signal, sys, time
told = {name: os.environ.get(f"SNAKETUNE_{name.upper()}") for name in
        ("budget", "from_budget", "max_budget", "previous", "resume", "checkpoint")}
trained, state = [], {"epoch": 0, "sum": 0}
if told["resume"]:
    with open(os.path.join(told["resume"], "state.json")) as file:
        state = json.load(file)
with open(os.environ["SNAKETUNE_HISTORY"], MODE, buffering=1) as history:
    for epoch in range(state["epoch"] + 1, int(told["budget"]) + 1):
        state = {"epoch": epoch, "sum": state["sum"] + epoch}
        trained.append(epoch)
        history.write(json.dumps({"epoch": epoch, "loss": state["sum"]}) + "\\n")
        path = os.path.join(told["checkpoint"], "state.json")
        with open(path + ".tmp", "w") as file:
            json.dump(state, file)
        if str(epoch) == os.environ.get("STOP_AT"):
            DIES
        os.replace(path + ".tmp", path)
with open("told", "a") as file:
    file.write(json.dumps({**told, "trained": trained}) + "\\n")
print(json.dumps({"loss": state["sum"]}))
"""
COLUMNS = ["trial", "params", "bracket", "rung", "budget", "from_budget", "max_budget"]
KILL = "os.kill(os.getppid(), signal.SIGKILL); time.sleep(9)"


def table(bench, rungs, trials=("t0",)):
    """Leave the table of a round, of which each rung is a budget and the one before."""
    path = bench.study / "x" / "rounds" / "0" / "trials.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        [trial, "{}", "0", "0", text(budget), "" if before is None else text(before), "27"]
        for trial in (*trials, *([bench.other] if bench.packed else []))
        for budget, before in rungs
    ]
    path.write_text(csv_text(COLUMNS, rows))
    return path


LADDER = [(1, None), (3, 1), (9, 3)]


class Promoting:
    """Runs the program at one budget after the other."""

    def __init__(self, bench, program=PROGRAM, mode="a", dies=KILL, rungs=LADDER):
        self.bench, self.rungs = bench, rungs
        propose = bench.propose

        def with_rungs(params):
            propose(params)
            table(bench, self.rungs)

        bench.propose = with_rungs
        source = program.replace("MODE", repr(mode)).replace("DIES", dies)
        (bench.root / "program.py").write_text(source)

    def run(self, budget, code=0, argv=None, **objective):
        more = [] if self.bench.packed else ["--table", "results/s/x/rounds/0/trials.csv"]
        objective = {"training": "t", "metrics_wanted": ["loss"], "more": more, **objective}
        argv = argv or [sys.executable, str(self.bench.root / "program.py")]
        return self.bench.run(argv, run=f"r0b{budget}", code=code, **objective)

    def told(self):
        return [json.loads(line) for line in (self.bench.root / "told").read_text().splitlines()]

    def epochs(self, budget):
        rows = parse_rows((self.bench.trial / f"r0b{budget}" / "history.jsonl").read_bytes())
        return [row["epoch"] for row in rows]


@pytest.mark.parametrize("mode", ["a", "w"])
def test_each_run_goes_on_from_the_one_before(bench, mode):
    promoting = Promoting(bench, mode=mode)
    first = promoting.run(1)
    before = {path: path.stat().st_mtime_ns for path in (bench.trial / "r0b1").rglob("*")}
    before[bench.trial / "r0b1"] = (bench.trial / "r0b1").stat().st_mtime_ns
    results = [first, promoting.run(3), promoting.run(9, takes={"loss": "best:minimize"})]
    assert [told["trained"] for told in promoting.told()] == [[1], [2, 3], [4, 5, 6, 7, 8, 9]]
    assert [result["metrics"]["loss"] for result in results] == [1, 6, 1]
    assert [result["from_budget"] for result in results] == [None, 1, 3]
    assert [result["checkpoint"]["files"] for result in results] == [1, 1, 1]
    assert results[0]["checkpoint"]["bytes"] == (bench.trial / "r0b1/checkpoint/state.json").stat().st_size
    assert promoting.epochs(9) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    here = {name: str(bench.trial / name) for name in ("r0b1", "r0b3")}
    assert promoting.told()[1] == {
        "budget": "3", "from_budget": "1", "max_budget": "27", "previous": here["r0b1"],
        "resume": f"{here['r0b1']}/checkpoint", "checkpoint": f"{here['r0b3']}/checkpoint", "trained": [2, 3],
    }  # fmt: skip
    assert (promoting.told()[0]["previous"], promoting.told()[0]["resume"]) == ("", "")
    assert {path: path.stat().st_mtime_ns for path in before} == before


def spoilt_contract(bench):
    path = bench.trial / "r0b1" / "result.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "training": "of other code"}))


def spoilt_status(bench):
    path = bench.trial / "r0b1" / "result.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "status": "failed"}))


def spoilt_checkpoint(bench):
    shutil.rmtree(bench.trial / "r0b1" / "checkpoint")


def cut_checkpoint(bench):
    (bench.trial / "r0b1" / "checkpoint" / "state.json").write_text("{")


def spoilt_result(bench):
    (bench.trial / "r0b1" / "result.json").unlink()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (spoilt_contract, "r0b1 was made by other code, data or command"),
        (spoilt_status, "r0b1 is failed"),
        (spoilt_checkpoint, "the checkpoint of r0b1 is gone"),
        (cut_checkpoint, "the checkpoint of r0b1 has no longer its "),
        (spoilt_result, "r0b1 has no result"),
    ],
)
def test_one_that_can_t_be_gone_on_from_is_not_told_of(bench, spoil, why):
    promoting = Promoting(bench)
    promoting.run(1)
    spoil(bench)
    result = promoting.run(3)
    assert (result["from_budget"], result["metrics"]["loss"]) == (None, 6)
    told = promoting.told()[1]
    assert (told["trained"], told["from_budget"], told["previous"], told["resume"]) == ([1, 2, 3], "0", "", "")
    assert promoting.epochs(3) == [1, 2, 3]
    (note,) = result["notes"]
    assert note.startswith(why) and note.endswith("it is trained from the start")
    assert note in (bench.log.with_name("r0b3") / "runner.log").read_text()


def test_resume_false(bench):
    promoting = Promoting(bench)
    promoting.run(1)
    result = promoting.run(3, resume=False)
    assert (result["from_budget"], result["notes"]) == (None, [])
    assert promoting.told()[1]["trained"] == [1, 2, 3]
    assert promoting.told()[1]["previous"] == ""


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_text(path.read_text()[:40])])
@pytest.mark.alone("a packed run has its parameters from the table as well")
def test_without_its_table_a_run_begins_anew(bench, spoil):
    promoting = Promoting(bench)
    promoting.run(1)
    made = bench.propose

    def spoilt(params):
        made(params)
        spoil(bench.study / "x/rounds/0/trials.csv")

    bench.propose = spoilt
    result = promoting.run(3)
    assert (result["from_budget"], promoting.told()[1]["max_budget"]) == (None, "3")
    assert "the table of its round" in result["notes"][0]


@pytest.mark.parametrize(("dies", "code"), [(KILL, -9), ("sys.exit(1)", 1)], ids=["killed", "failed"])
@pytest.mark.parametrize("mode", ["a", "w"])
def test_tried_again_it_goes_on_from_what_it_has_saved(bench, mode, dies, code):
    promoting = Promoting(bench, mode=mode, dies=dies)
    promoting.run(1)
    promoting.run(3)
    for epoch in ("4", "7"):  # the first time, before anything is saved
        assert promoting.run(9, code=code, env={"STOP_AT": epoch}, retries=3) is None
    shutil.rmtree(bench.trial / "r0b3" / "checkpoint")  # it is needed no more
    result = promoting.run(9)
    assert promoting.told()[-1]["trained"] == [7, 8, 9]
    assert promoting.told()[-1]["resume"] == str(bench.trial / "r0b9" / "checkpoint")
    assert promoting.epochs(9) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert (result["metrics"]["loss"], result["from_budget"]) == (45, 3)
    assert "goes on from what it has saved itself" in result["notes"][0]
    assert not [*(bench.trial / "r0b9").glob(".history*")]


def test_of_another_training_it_begins_where_there_is_nothing(bench):
    """Its own files are of other code too."""
    promoting = Promoting(bench, dies="sys.exit(1)")
    promoting.run(1)
    assert promoting.run(3, code=1, env={"STOP_AT": "3"}, retries=3) is None
    result = promoting.run(3, training="other", contract="other")
    assert (promoting.told()[-1]["trained"], result["from_budget"]) == ([1, 2, 3], None)
    assert (bench.trial / "r0b3" / "attempts" / "1" / "checkpoint" / "state.json").exists()


def test_one_that_had_ended_well_and_is_run_again_begins_where_it_had_begun(bench):
    promoting = Promoting(bench)
    promoting.run(1)
    promoting.run(3)
    bench.forget("r0b3")
    assert promoting.run(3)["from_budget"] == 1
    assert promoting.told()[-1]["trained"] == [2, 3]
    assert promoting.epochs(3) == [1, 2, 3]


def test_a_program_that_can_t_go_on_writes_a_history_of_its_own(bench):
    promoting = Promoting(bench, PROGRAM.replace('if told["resume"]:', "if False:"))
    promoting.run(1)
    assert promoting.run(3)["metrics"]["loss"] == 6
    assert promoting.epochs(3) == [1, 2, 3]


def test_what_was_inherited_is_no_result(bench):
    """Or a program that does nothing would have the metrics of the run before."""
    promoting = Promoting(bench)
    promoting.run(1)
    result = promoting.run(3, argv=["true"])
    assert (result["status"], result["from_budget"]) == ("invalid", 1)
    assert not (bench.trial / "r0b3" / "history.jsonl").exists()


def test_what_was_being_written_is_no_checkpoint(bench):
    promoting = Promoting(bench, dies="sys.exit(1)")
    promoting.run(1)
    assert promoting.run(3, code=1, env={"STOP_AT": "2"}, retries=3) is None
    assert [file.name for file in (bench.trial / "r0b3" / "checkpoint").iterdir()] == ["state.json.tmp"]
    promoting.run(3)
    assert promoting.told()[-1]["resume"] == str(bench.trial / "r0b1" / "checkpoint")


def test_a_program_of_another_language(bench):
    """By variables and by places in the command, which are empty where there is nothing."""
    script = """
    n=0
    if [ -n "$SNAKETUNE_RESUME" ]; then n=$(cat "$SNAKETUNE_RESUME/n"); fi
    echo "$SNAKETUNE_FROM_BUDGET|$n|$*" >> told
    echo "$SNAKETUNE_BUDGET" > "$SNAKETUNE_CHECKPOINT/n.tmp"
    mv "$SNAKETUNE_CHECKPOINT/n.tmp" "$SNAKETUNE_CHECKPOINT/n"
    echo "loss: $((SNAKETUNE_BUDGET - n))"
    """
    places = ["{budget}", "{from_budget}", "{max_budget}", "{previous}", "{resume}", "{checkpoint}"]
    promoting = Promoting(bench)
    patterns = {"loss": r"loss: (\d+)"}
    argv = ["sh", "-c", script, "_", *places]
    losses = [promoting.run(budget, argv=argv, patterns=patterns)["metrics"]["loss"] for budget in (1, 3)]
    assert losses == [1, 2]
    first, then = (str(bench.trial / name) for name in ("r0b1", "r0b3"))
    assert (bench.root / "told").read_text().splitlines() == [
        f"0|0|1 0 27   {first}/checkpoint",
        f"1|1|3 1 27 {first} {first}/checkpoint {then}/checkpoint",
    ]


FUNCTION = """
import json
from pathlib import Path
import snaketune
def train(budget, from_budget, max_budget, previous=1, resume=1, checkpoint=1):
    load, save = snaketune.checkpoint()
    assert (load, save) == (resume, checkpoint), (load, save, resume, checkpoint)
    total = json.loads((resume / "total").read_text()) if resume else 0
    for epoch in range(from_budget + 1, budget + 1):
        total += epoch
        snaketune.report(epoch=epoch, total=total)
    (checkpoint / "total").write_text(json.dumps(total))
    assert (previous is None) == (from_budget == 0) and max_budget == 27
    return total
"""


def test_a_function(bench):
    promoting = Promoting(bench)
    (bench.root / "train.py").write_text(FUNCTION)
    options = {"argv": None, "function": "train.py:train"}
    bench_run = bench.run

    def run(argv, **more):
        return bench_run(None, **{**more, "function": options["function"]})

    bench.run = run
    results = [promoting.run(budget) for budget in (1, 3, 9)]
    assert [result["metrics"] for result in results] == [{"loss": 1}, {"loss": 6}, {"loss": 45}]
    assert promoting.epochs(9) == [*range(1, 10)]


@pytest.mark.parametrize("defaults", [True, False])
def test_a_function_of_a_study_without_budgets(bench, defaults):
    """Its own arguments are its own, unless they have no value."""
    takes = (
        "previous=1, resume=2, checkpoint=3, max_budget=4" if defaults else "previous, resume, checkpoint, max_budget"
    )
    source = f"def train({takes}):\n    return {{'loss': 1, 'told': str((previous, resume, checkpoint, max_budget))}}\n"
    (bench.root / "train.py").write_text(source)
    told = bench.run(None, function="train.py:train", metrics_wanted=["loss"])["metrics"]["told"]
    checkpoint = f"{type(bench.root).__name__}('{bench.folder}/checkpoint')"
    assert told == ("(1, 2, 3, 4)" if defaults else f"(None, None, {checkpoint}, None)")


SMALL = """
for epoch in $(seq $((SNAKETUNE_FROM_BUDGET + 1)) $SNAKETUNE_BUDGET); do
    echo "{\\"epoch\\": $epoch, \\"loss\\": $((20 - epoch))}" >> $SNAKETUNE_HISTORY
done
echo "$SNAKETUNE_PREVIOUS" >> told
"""


def test_a_run_that_left_no_files_is_gone_on_from_by_its_history(bench):
    promoting = Promoting(bench)
    for budget in (1, 3, 9):
        result = promoting.run(budget, argv=["sh", "-c", SMALL], takes={"loss": "best:maximize"})
        assert (result["metrics"]["loss"], result["from_budget"]) == (19, {3: 1, 9: 3}.get(budget))
        assert "checkpoint" not in result
        if not bench.packed:  # a job of a single run finds records as well
            folder = bench.trial / f"r0b{budget}"
            left = left_in(str(folder), str(bench.log.with_name(folder.name)), result)
            RecordFile(str(bench.study)).append(left.recorded(result))
            shutil.rmtree(folder)
    assert (bench.root / "told").read_text() == "\n\n\n"
    assert not [*bench.trial.glob("r0b*")], "they are recorded"
    line = Records(str(bench.study)).find("t0", "r0b9")
    assert [json.loads(row)["epoch"] for row in line["reported"].splitlines()] == [*range(1, 10)]


def test_a_record_without_a_budget_is_as_it_was(bench):
    bench.run(["sh", "-c", "mkdir $SNAKETUNE_DIR/checkpoint"])
    result = bench.result()
    assert not {"from_budget", "checkpoint"} & {*result}
    if not bench.packed:
        assert not (bench.folder / "checkpoint").exists(), "there is nothing in it"
    bench.run(["sh", "-c", 'echo "[$1]"', "_", "{resume}"], contract="other")
    assert bench.printed("stdout") == b"[]\n"


@pytest.mark.alone("it has a folder of its own")
def test_a_run_alone_goes_on_from_what_the_search_has(bench):
    promoting = Promoting(bench)
    promoting.run(1)
    promoting.run(3)
    before = {path: path.read_bytes() for path in bench.study.rglob("*") if path.is_file()}
    command = [sys.executable, "-P", "-m", "snaketune.runner.alone", "results/s/trials/t0/r0b3", "own"]
    done = subprocess.run(command, cwd=bench.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert promoting.told()[-1]["trained"] == [2, 3]
    assert promoting.told()[-1]["checkpoint"] == str(bench.root / "own/t0/r0b3/checkpoint")
    assert {path: path.read_bytes() for path in before} == before


def test_checkpoint_by_hand(tmp_path):
    script = "import snaketune; print(snaketune.checkpoint())"
    env = {name: value for name, value in os.environ.items() if not name.startswith("SNAKETUNE_")}
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=env, capture_output=True, check=True)
    assert done.stdout.decode().startswith("Checkpoint(load=None, save=PosixPath('checkpoint'))")
    assert (tmp_path / "checkpoint").is_dir()


@pytest.mark.parametrize(
    ("budget", "spelled"),
    [
        (27, "27"), (27.0, "27"), (0.111111, "0.111111"), (1 / 9, "0.111111"), (0.5, "0.5"), (1e-5, "0.00001"),
        (1.23456789e-7, "0.000000123457"), (100000, "100000"), (99999.96, "100000"), (1234567, "1234567"),
    ],
)  # fmt: skip
def test_how_a_budget_is_spelled(budget, spelled):
    run = RunId(1, 2, budget)
    assert str(run) == f"r1f2b{spelled}"
    assert str(RunId.parse(str(run))) == str(run)


def test_a_rung_is_found_by_how_its_budget_is_spelled(tmp_path):
    path = tmp_path / "trials.csv"
    path.write_text(csv_text(COLUMNS, [["t0", "{}", "0", "1", "0.1111111111", "0.037037037", "1"]]))
    rung = proposed_in(str(path)).rung("t0", "r0f1b0.111111")
    assert (rung.from_budget, rung.max_budget) == (0.037037037, 1)
    assert proposed_in(str(path)).rung("t0", "r0") is None


def test_what_the_run_before_reported_is_not_judged_once_more(bench):
    """It was, by the rule of that round: a later one must not cut the run before where it begins."""
    promoting = Promoting(bench)
    promoting.run(1)
    promoting.run(3)
    rule = {"type": "threshold", "upper": 4, "lower": None, "n_warmup_steps": 0, "interval_steps": 1}
    pruner = bench.study / "x/rounds/0/pruner.json"
    pruner.write_text(json.dumps({**rule, "objectives": [["loss", "minimize"]]}))
    result = promoting.run(9, grace=5)
    assert (result["status"], result["pruned_at"], result["from_budget"]) == ("pruned", 4, 3)
    assert promoting.epochs(9) == [1, 2, 3, 4]
