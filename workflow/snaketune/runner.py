"""Run one run of one trial, and leave its ``result.json`` whatever the program does.

    python runner.py --study results/S/study.json --run results/S/trials/T/R --log logs/S/trials/T/R
                     [--attempt N]

One file, standard library only, for any Python >= 3.8: it is copied into containers and onto clusters.

Exit codes: 0 result.json is written (failed runs too: failure is data); 1 no result, worth another attempt
(retries left, or the result cannot be written); 2 wrong usage; 3 the search was stopped by `max_failures` or
`on_failure`; 70 a bug of the runner; 128+n stopped by signal n (no result: being preempted is no fault of the
parameters; but being stopped at the time limit of a Slurm job that was its own is a timeout).

Metrics come from the first of: metrics.json in the run's folder; standard output (its last JSON object, and
`patterns` for what that lacks); the last values in history.jsonl. Nested objects are flattened with dots,
lists are left out with a note, NaN and infinities are kept as the strings "NaN", "Infinity", "-Infinity". A
program that stops early because it saw no hope ends with code 0 and a metric ``"snaketune_status":
"pruned"``.

Limits hold for the whole process tree, daemonised processes too. `memory` is a watch of resident memory,
every 0.1 s, summed over the processes (pages that they share count once for each); `max_rss_mb` is the
highest sum seen, or the highest of a single process if that was more. Without /proc (macOS) only the process
group is stopped and memory is not watched. If the runner itself is killed, its guardian process kills the
tree and then releases the lock; only a process that has at once a session, a parent and an environment of its
own (`setsid env -i PROGRAM &`) can then escape.
"""

from __future__ import annotations

import collections
import contextlib
import errno
import fcntl
import json
import math
import os
import re
import select
import signal
import subprocess
import sys
import time

__all__ = ["check", "dump_yaml_safe_json", "extract_metrics", "fill", "merge", "run_seed", "take", "text"]

VERSION = 1
DEFAULTS = {
    "argv": None, "function": None, "flags": True, "base_config": None, "config_file": "config.yaml",
    "patterns": {}, "metrics_wanted": [], "takes": {}, "timeout": None, "grace": 10, "memory": None,
    "retries": 0, "env": {}, "workdir": None, "isolated": False, "seed": 0, "seed_flag": None,
    "n_folds": None, "output_limit": 1 << 20, "contract": None, "max_failures": None,
    "on_failure": "continue",
}  # fmt: skip
RUN_ID = re.compile(r"r(\d+)(?:f(\d+))?(?:b([\d.]+))?")
PLACEHOLDER = re.compile(r"\{\{([A-Za-z_][\w.\-]*)\}\}|\{([A-Za-z_][\w.\-]*)\}")
# the rest stay strings: they are seldom needed, and compiling them takes its time
NUMBER = r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?"
ERROR_LINE = r"[\s|+]*([\w.]+(Error|Exception|Interrupt)\b|Error\b)"
OUT_OF_MEMORY = r"\b_?\w*(MemoryError|OutOfMemoryError)\b|CUDA out of memory|std::bad_alloc|cannot allocate vector"
NON_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PROC = os.path.exists("/proc/self/stat")
WATCH, SETTLE, LEFTOVER_GRACE, KILL_PATIENCE = 0.1, 0.3, 2.0, 30.0  # seconds


class Refused(Exception):
    """The runner ends without a result: `code` is its exit code, the message one line for the user."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


# ---------------------------------------------------------------- the command and the configuration


def text(value: object) -> str:
    """A value as the text of an argument: a string as it is, all else as compact JSON (floats by repr)."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _flags(params):
    arguments = []
    for name, value in params.items():
        if value is True:
            arguments.append(f"--{name}")
        elif isinstance(value, list):
            arguments += [f"--{name}", *map(text, value)]
        elif isinstance(value, str) and value.startswith("-") and not re.fullmatch(NUMBER, value):
            arguments.append(f"--{name}={value}")
        elif value is not None and value is not False:
            arguments += [f"--{name}", text(value)]
    return arguments


def _override(value):
    return f"[{','.join(map(_override, value))}]" if isinstance(value, list) else text(value)


def fill(argv: list[str], params: dict, words: dict | None = None, flags: bool = False) -> list[str]:
    """The command `argv` with its placeholders filled, as a list of arguments.

    `{name}` is a parameter or else one of `words` (a dict; None is "has no value in this run"), `{{name}}` a
    literal `{name}`. The tokens "{args}" and "{overrides}" become `--name value` and `name=value` for the
    parameters that no placeholder names; with `flags`, the former are appended. Raises ValueError for an
    unknown placeholder.
    """
    words = words or {}
    placed = {match.group(2) for token in argv for match in PLACEHOLDER.finditer(token)}
    rest = {name: value for name, value in params.items() if name not in placed}

    def value_of(match):
        name = match.group(2)
        if name is None:
            return "{" + match.group(1) + "}"
        value = params[name] if name in params else words.get(name)
        if value is None and name not in params:
            known = "has no value in this run" if name in words else "is unknown"
            raise ValueError(f"the command's placeholder {{{name}}} {known}")
        return text(value)

    filled = []
    for token in argv:
        if token == "{args}" and "args" not in params:
            filled += _flags(rest)
        elif token == "{overrides}" and "overrides" not in params:
            filled += [f"{name}={_override(value)}" for name, value in rest.items()]
        else:
            filled.append(PLACEHOLDER.sub(value_of, token))
    return filled + _flags(rest) if flags else filled


def merge(base: dict | None, params: dict) -> dict:
    """`base` (nested dicts) with the parameters set in it: a deep copy; a dotted name is a path of nested
    keys.

    A parameter replaces what it names, also when both are dicts; "a" is set before "a.b".
    """
    merged = json.loads(json.dumps(base or {}))
    for name in sorted(params, key=lambda name: name.count(".")):
        *path, last = name.split(".")
        node = merged
        for key in path:
            if not isinstance(node.get(key), dict):
                node[key] = {}
            node = node[key]
        node[last] = json.loads(json.dumps(params[name]))
    return merged


def dump_yaml_safe_json(value: object, yaml: bool = True, indent: str = "") -> str:
    """`value` as indented JSON text that a YAML 1.1 reader reads as the same value (1.0e-05, which YAML 1.1
    needs).

    Non-finite numbers are written `.nan`, `.inf` if `yaml`, else NaN, Infinity as Python's json does.
    """
    if isinstance(value, (dict, list)) and value:
        deeper = indent + "  "
        items = [deeper + (_quote(key) + ": " if isinstance(value, dict) else "")
                 + dump_yaml_safe_json(value[key] if isinstance(value, dict) else key, yaml, deeper)
                 for key in value]  # fmt: skip
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        return opening + "\n" + ",\n".join(items) + "\n" + indent + closing
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, float):
        if yaml and not math.isfinite(value):
            return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
        return re.sub(r"^(-?\d+)e", r"\1.0e", json.dumps(value))
    return json.dumps(value)


def _quote(string):
    # YAML readers refuse or fold these characters when they are bare, and do not join surrogate escapes
    raw = json.dumps(string, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]", lambda m: f"\\u{ord(m[0]):04x}", raw)


def run_seed(seed: int, trial: str, replicate: int) -> int:
    """The seed (0 <= seed < 2**31) of a replicate, the same for all its folds; `seed` is the study's."""
    import hashlib

    return int(hashlib.sha256(f"{seed}/{trial}/r{replicate}".encode()).hexdigest()[:8], 16) & 0x7FFFFFFF


# ---------------------------------------------------------------- metrics

Extracted = collections.namedtuple("Extracted", "metrics pruned problem notes")


def extract_metrics(
    metrics: bytes | None,
    stdout: str,
    history: bytes | None,
    patterns: dict[str, str] | None = None,
    takes: dict[str, str] | None = None,
) -> Extracted:
    """The metrics of a run: Extracted(metrics, pruned, problem (None or why they cannot be read), notes).

    `metrics` and `history` are the bytes of metrics.json and history.jsonl (None: no such file), `stdout` is
    text, `patterns` maps a metric to a regular expression (last match, its first group if it has one),
    `takes` maps a metric to how it is taken from its values in the history (see `take`).
    """
    notes = []
    rows = _rows(history or b"", notes)
    if metrics is not None:
        try:
            found = json.loads(metrics)
            problem = None if isinstance(found, dict) else f"metrics.json is not a JSON object but {text(found)[:100]}"
        except (ValueError, RecursionError) as error:
            problem = f"metrics.json is not valid JSON: {error}"
        if problem:
            return Extracted({}, False, problem, notes)
    else:
        found = {**_matches(stdout, patterns or {}), **(_last_object(stdout) or {})}
    if metrics is None and not found:
        found = {key: value for row in rows for key, value in row.items() if key != "time"}
    flat = _flatten(found, "", notes)
    pruned = flat.pop("snaketune_status", None) == "pruned"
    for name, how in (takes or {}).items():
        flat.pop(name, None)
        value = take([row[name] for row in rows if name in row], how)
        if value is None:
            notes.append(f"history.jsonl has no values of {name!r}")
        else:
            flat[name] = _strict(value)
    return Extracted(flat, pruned, None, notes)


def take(values: list, how: str) -> float | None:
    """One number from a metric's values over the history, or None if none of them is a number.

    `how`: "best:minimize", "best:maximize" (finite values, if there are any), "first", "last", "mean_last_K",
    "median_last_K" (the last K values, or all if there are fewer). Raises ValueError for anything else.
    """
    numbers = [NON_FINITE.get(v, v) for v in map(_strict, values) if _is_number(v)]
    if how in ("best:minimize", "best:maximize"):
        finite = [v for v in numbers if math.isfinite(v)]
        best = min if how == "best:minimize" else max
        return best(finite) if finite else (math.nan if numbers else None)
    window = re.fullmatch(r"(mean|median)_last_([1-9]\d*)", how)
    if not window and how not in ("first", "last"):
        raise ValueError(f"unknown way to take a metric from the history: {how!r}")
    if not numbers:
        return None
    if not window:
        return numbers[0 if how == "first" else -1]
    last = numbers[-int(window.group(2)) :]
    if window.group(1) == "mean" or not all(map(math.isfinite, last)):
        return sum(last) / len(last)
    last.sort()
    return (last[(len(last) - 1) // 2] + last[len(last) // 2]) / 2


def check(metrics: dict, wanted: list[str]) -> str | None:
    """Why `metrics` do not hold a finite number for each name in `wanted`, in one line; None if they do."""
    problems = []
    for name in wanted:
        value = metrics.get(name)
        if name not in metrics:
            there = f"there are: {', '.join(sorted(metrics)[:20])}" if metrics else "the program gave no metrics"
            problems.append(f"metric {name!r} is missing ({there})")
        elif not _is_number(value):
            problems.append(f"metric {name!r} is not a number: {text(value) if value is None else repr(value)}")
        elif isinstance(_strict(value), str):
            problems.append(f"metric {name!r} is {_strict(value)}")
    return "; ".join(problems) or None


def _is_number(value):
    return (isinstance(value, (int, float)) and not isinstance(value, bool)) or value in list(NON_FINITE)


def _strict(value):
    """`value` with every number that strict JSON cannot hold replaced by its name."""
    if isinstance(value, dict):
        return {key: _strict(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_strict(item) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if value != value:
            return "NaN"
        if abs(value) > sys.float_info.max:  # an integer may be too large as well
            return "Infinity" if value > 0 else "-Infinity"
    return value


def _flatten(values, prefix, notes):
    flat = {}
    for key, value in values.items():
        if isinstance(value, dict):
            flat.update(_flatten(value, f"{prefix}{key}.", notes))
        elif isinstance(value, list):
            notes.append(f"metric {prefix + key!r} is a list and was left out")
        else:
            flat[prefix + key] = _strict(value)
    return flat


def _rows(history, notes):
    rows, broken = [], 0
    lines = history.splitlines()
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if isinstance(row, dict):
                rows.append(row)
            else:
                broken += number < len(lines)  # the last line may have been cut while it was written
    if broken:
        notes.append(f"history.jsonl: {broken} broken lines were ignored")
    return rows


def _matches(stdout, patterns):
    found = {}
    for name, pattern in patterns.items():
        last = collections.deque(re.finditer(pattern, stdout, re.MULTILINE), maxlen=1)
        if last:
            value = last[0].group(1 if last[0].re.groups else 0) or ""
            with contextlib.suppress(ValueError):
                value = float(value)
            found[name] = value
    return found


def _last_object(stdout):
    """The JSON object that ends the output (it may span lines), else the last line that is one, else None."""
    stdout = stdout.rstrip()
    if stdout.endswith("}"):
        for start in reversed([match.start() for match in re.finditer(r"^\{", stdout, re.MULTILINE)]):
            with contextlib.suppress(ValueError, RecursionError):
                value, end = json.JSONDecoder().raw_decode(stdout, start)
                if end == len(stdout):
                    return value
    for line in reversed(stdout.split("\n")):
        if line.lstrip().startswith("{"):
            with contextlib.suppress(ValueError, RecursionError):
                return json.loads(line)
    return None


# ---------------------------------------------------------------- processes


def _children(pid):
    """The pids of the children of a process; empty when it is gone."""
    found = set()
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                found.update(map(int, file.read().split()))
    except OSError:
        if not os.path.exists("/proc/thread-self/children"):  # a kernel without CONFIG_PROC_CHILDREN
            return {child for child, parent, _, _ in _processes() if parent == pid}
    return found


def _processes():
    """(pid, parent, session, is a zombie) of every process that can be seen."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
            yield int(name), int(fields[1]), int(fields[3]), fields[0] in b"ZX"


def _has_token(pid, token):
    with contextlib.suppress(OSError), open(f"/proc/{pid}/environ", "rb") as file:
        return f"SNAKETUNE_TOKEN={token}".encode() in file.read()
    return False


class Tree:
    """The processes of a run: descendants of `parent` (the runner, to which orphans are reparented) but for
    `spared`, the session that `leader` leads, and whoever carries the token in its environment, with all
    their descendants."""

    def __init__(self, token, parent=None):
        self.token, self.parent, self.leader, self.spared = token, parent, 0, set()

    def members(self, thorough=False):
        """The pids; `thorough` looks at all processes of the machine. Without /proc: minus the group."""
        if not PROC:
            with contextlib.suppress(OSError):
                if self.leader:
                    os.kill(-self.leader, 0)
                    return {-self.leader}
            return set()
        found = _children(self.parent) - self.spared if self.parent else set()
        if thorough:
            found |= {
                pid
                for pid, _, session, zombie in _processes()
                # session 0 is that of processes from outside a container: never a leader's
                if not zombie and (0 != self.leader == session or _has_token(pid, self.token))
            }
        todo = list(found)
        while todo:
            new = _children(todo.pop()) - found
            found |= new
            todo += new
        return found

    def signal(self, number):
        """Send a signal to all; returns how many there were."""
        members = self.members(thorough=True)
        for pid in members:
            with contextlib.suppress(OSError):
                os.kill(pid, number)
                if number == signal.SIGTERM:
                    os.kill(pid, signal.SIGCONT)  # a stopped process could not act on it
        return len(members)

    def rss(self):
        """The sum of the resident memory in bytes."""
        pages = 0
        for pid in self.members() if PROC else ():
            with contextlib.suppress(OSError), open(f"/proc/{pid}/statm") as file:
                pages += int(file.read().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


def _adopt_orphans():
    """Become the parent of descendants whose own parent ends (Linux); returns whether that worked."""
    try:
        import ctypes

        return ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0  # PR_SET_CHILD_SUBREAPER
    except (ImportError, OSError, AttributeError):
        return False


def _start_guardian(token, lock):
    """Fork the process that kills the tree when the runner dies; returns its pid and the pipe to tell it
    things.

    The last word it was told is the leader's pid, 0 (the leader is gone) or "done". It shares the lock's
    descriptor.
    """
    ears, mouth = os.pipe()
    pid = os.fork()
    if pid:
        os.close(ears)
        return pid, mouth
    try:
        _ignore_stop_signals()
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(null, descriptor)
        for descriptor in set(range(3, 256)) - {ears, lock}:
            with contextlib.suppress(OSError):
                os.close(descriptor)
        told = b"0 "
        while True:
            part = os.read(ears, 4096)
            if not part:
                break
            told += part
        word = told.split()[-1]
        if word != b"done":
            tree = Tree(token)
            tree.leader = int(word)
            quiet = 0
            while quiet < 2:  # twice: a process may have been forking while we looked
                quiet = 0 if tree.signal(signal.SIGKILL) else quiet + 1
                time.sleep(0.05)
    finally:
        os._exit(0)


class Output:
    """One stream of the program: the first `limit` bytes go to the file at once, the last at the end."""

    def __init__(self, path, limit):
        self.path, self.limit, self.head, self.tail = path, limit, bytearray(), collections.deque()
        self.tail_size = self.left_out = 0
        self.problem = None
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)

    def write(self, data):
        room = self.limit - len(self.head)
        if room > 0:
            self.head += data[:room]
            self._store(data[:room])
            data = data[room:]
        if data:
            self.tail.append(data)
            self.tail_size += len(data)
            while self.tail and self.tail_size - len(self.tail[0]) >= self.limit:
                self._leave_out(len(self.tail[0]))
                self.tail.popleft()

    def _leave_out(self, size):
        self.left_out += size
        self.tail_size -= size

    def _store(self, data):
        try:
            while data and not self.problem:
                data = data[os.write(self.file, data) :]
        except OSError as error:
            self.problem = f"{os.path.basename(self.path)} is incomplete: {error.strerror}"

    def finish(self):
        """Write the tail; and the whole file again if the program has deleted it."""
        tail = b"".join(self.tail)
        excess = max(0, len(tail) - self.limit)
        self._leave_out(excess)
        self.tail = collections.deque([tail[excess:]])
        if not os.path.exists(self.path):
            try:
                os.makedirs(os.path.dirname(self.path), exist_ok=True)
                os.close(self.file)
                self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o666)
                self._store(self.head)
            except OSError as error:
                self.problem = f"{self.path} was deleted and cannot be written again: {error.strerror}"
        if self.left_out:
            self._store(b"\n[%d bytes left out here]\n" % self.left_out)
        self._store(self.tail[0])

    def drop_tail(self):
        """Free the room that the tail takes on the disk."""
        with contextlib.suppress(OSError):
            os.ftruncate(self.file, min(len(self.head), os.fstat(self.file).st_size))

    def text(self):
        """What was kept, without the lines that were cut."""
        head, tail = bytes(self.head), b"".join(self.tail)
        if self.left_out:
            head, tail = head.rpartition(b"\n")[0] + b"\n", tail.partition(b"\n")[2]
        return (head + tail).decode(errors="replace")


class Watch:
    """Watches a started program until its whole tree is gone. Afterwards:

    `status` (as from wait; None if it could not be killed), `verdict` (None, "timeout", "oom" or "stopped"),
    `stop` (the signal that the runner got, or None), `peak` (bytes), `seconds` (until the program itself
    ended), `notes`.
    """

    def __init__(self, process, tree, outputs, wake, objective, adopting):
        self.leader, self.tree, self.wake = process.pid, tree, wake
        self.thorough = not adopting  # orphans that are not ours by now have to be searched for
        self.pipes = {process.stdout.fileno(): outputs[0], process.stderr.fileno(): outputs[1]}
        self.timeout, self.grace, self.memory = (objective[key] for key in ("timeout", "grace", "memory"))
        self.status = self.verdict = self.stop = None
        self.seconds, self.peak, self.notes = 0.0, 0, []
        self.plan = []  # (when, signal) for the tree, earliest first; times are seconds since the start
        self.begin, self.look, self.give_up = time.monotonic(), WATCH, math.inf
        for pipe in self.pipes:
            os.set_blocking(pipe, False)
            with contextlib.suppress(OSError):
                fcntl.fcntl(pipe, 1031, 1 << 18)  # F_SETPIPE_SZ: fewer turns for a chatty program

    def run(self, on_exit):
        """Watch; `on_exit` is called when the program itself has ended."""
        while True:
            now = time.monotonic() - self.begin
            if self.status is None:
                self._hold_to_limits(now)
            if self.plan and now >= self.plan[0][0]:
                self._carry_out(now)
            if (self.status is not None and not self.tree.members(self.thorough)) or now > self.give_up:
                break
            pause = 0.05 if self.plan else WATCH if self.memory else 1.0
            self._listen(min(pause, max(0.0, self.timeout - now)) if self.timeout and not self.plan else pause)
            if self._reap():
                on_exit()
                self.seconds = now = time.monotonic() - self.begin
                self.verdict = self.verdict or ("stopped" if self.stop else None)
                if not self.plan:
                    kill = now + SETTLE + min(self.grace, LEFTOVER_GRACE)
                    self.plan = [(now + SETTLE, signal.SIGTERM), (kill, signal.SIGKILL)]
        self._end()

    def _hold_to_limits(self, now):
        if now >= self.look:
            self.look = now + (WATCH if self.memory else 1.0)
            self.peak = max(self.peak, self.tree.rss())
        if self.plan:
            return
        if self.memory and self.peak > self.memory:
            self.verdict, self.plan = "oom", [(now, signal.SIGKILL)]
        elif self.stop or (self.timeout and now >= self.timeout):
            self.verdict = "stopped" if self.stop else "timeout"
            self.plan = [(now, signal.SIGTERM), (now + self.grace, signal.SIGKILL)]

    def _carry_out(self, now):
        number = self.plan.pop(0)[1]
        count = self.tree.signal(number)
        if number == signal.SIGKILL:
            self.plan = [(now + 0.1, number)]  # again, until nobody is left
            self.give_up = min(self.give_up, now + KILL_PATIENCE)
        elif self.status is not None and count:
            self.notes.append(f"{count} processes were still running when the program had ended; they were stopped")

    def _listen(self, seconds):
        """Wait for output and signals, for so long at most."""
        ready = select.select([self.wake, *self.pipes], [], [], seconds)[0]
        if self.wake in ready:
            self.stop = self.stop or next((n for n in os.read(self.wake, 4096) if n in STOP_SIGNALS), None)
        size = sum([self._read(pipe) for pipe in ready if pipe != self.wake])
        if 0 < size < 4096:
            time.sleep(0.001)  # let a program that writes byte by byte get ahead: fewer turns

    def _read(self, pipe):
        try:
            data = os.read(pipe, 1 << 18)
        except BlockingIOError:
            return 0
        if data:
            self.pipes[pipe].write(data)
        else:
            del self.pipes[pipe]
        return len(data)

    def _reap(self):
        """Collect the ended children; whether the program itself was among them."""
        ended = False
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    break
                if pid == self.leader:
                    self.status, ended = status, True
        return ended

    def _end(self):
        for pipe in list(self.pipes):
            turns = 64  # bounded, should somebody whom we cannot see still be writing
            while turns and self._read(pipe):
                turns -= 1
        self.pipes.clear()
        if self.give_up < math.inf and self.tree.members():
            self.notes.append(f"processes that could not be killed: {sorted(self.tree.members())}")
        if self.verdict is None and self.status:
            if os.WIFSIGNALED(self.status) or os.WEXITSTATUS(self.status) > 128:
                # a cluster signals all processes of a job: ours may come a moment after the program's
                until = time.monotonic() + 0.5
                while not self.stop and time.monotonic() < until:
                    self._listen(max(0.0, until - time.monotonic()))
            self.verdict = "stopped" if self.stop else None


# ---------------------------------------------------------------- files


def say(message: object) -> None:
    """One line on standard error, if there is anybody to read it."""
    with contextlib.suppress(OSError):
        os.write(2, f"snaketune: {message}\n".encode(errors="replace"))


@contextlib.contextmanager
def _writing(path):
    try:
        yield
    except OSError as error:
        raise Refused(1, f"cannot write {error.filename or path}: {error.strerror}") from error


def _read_json(path):
    try:
        with open(path, "rb") as file:
            return json.loads(file.read())
    except (OSError, ValueError) as error:
        raise Refused(2, f"cannot read {path}: {error}") from error


def _read_bytes(path):
    if os.path.isfile(path):
        with open(path, "rb") as file:
            return file.read()
    return None


def _replace_file(path, content):
    """Write a file so that it appears whole or not at all; raises OSError and leaves nothing behind."""
    temporary = f"{path}.{os.uname().nodename}.{os.getpid()}.tmp"
    try:
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some file systems know no fsync of a folder
            os.fsync(folder)
    finally:
        os.close(folder)


def _append_line(path, value):
    line = (json.dumps(value) + "\n").encode()
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    try:
        os.write(file, line)
    finally:
        os.close(file)


def _lines(path):
    """The JSON objects of a file that is appended to; none if there is no such file."""
    return _rows(_read_bytes(path) or b"", [])


def _lock(folder):
    """The descriptor of the lock of a run's folder, held; another runner's end is waited for."""
    path = os.path.join(folder, ".lock")
    while True:
        os.makedirs(folder, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 1000).decode(errors="replace").strip()
            say(f"waiting for another runner of {folder}: {holder or 'unknown'}")
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
            say(f"no locks here ({error.strerror}): a second runner of {folder} would not be noticed")
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.stat(path), os.fstat(file)):
                break
        os.close(file)  # the folder was deleted and made again meanwhile
    os.ftruncate(file, 0)
    os.pwrite(file, f"process {os.getpid()} on {os.uname().nodename}\n".encode(), 0)
    return file


def _stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds * 1000) % 1000:03d}Z"


def _oom_kills():
    """How many processes of this control group the kernel has killed for want of memory; 0 if unknown."""
    total = 0
    with contextlib.suppress(OSError), open("/proc/self/cgroup", errors="replace") as groups:
        for line in groups:
            _, kind, path = line.rstrip().split(":", 2)
            file = {
                "": f"/sys/fs/cgroup{path}/memory.events",
                "memory": f"/sys/fs/cgroup/memory{path}/memory.oom_control",
            }
            with contextlib.suppress(OSError, KeyError), open(file[kind]) as counters:
                total += sum(int(words[1]) for words in map(str.split, counters) if words[0] == "oom_kill")
    return total


def _slurm_job():
    """The id of the Slurm job that this is part of, or None."""
    return os.environ.get("SLURM_JOB_ID")


def _job_time_is_up():
    """Whether this Slurm job has come to its time limit, and all of its time was this run's.

    block.py says of the runs that it did not start at once that they shared the job with others.
    """
    if not _slurm_job() or "SNAKETUNE_SHARED_JOB" in os.environ:
        return False
    _ignore_stop_signals()  # Slurm signals the job and its steps one by one; the second must not end the question
    command = ["squeue", "--noheader", "--states=all", f"--jobs={_slurm_job()}", "--format=%r"]
    try:
        said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.stdout.strip() == b"TimeLimit"


# ---------------------------------------------------------------- the run


class Run:
    """One run: what the files say about it, and the steps from its start to its result."""

    def __init__(self, study, run, log, attempt="1"):
        self.study, self.folder, self.log = os.path.abspath(os.path.dirname(study)), os.path.abspath(run), log
        self.trial, self.name = os.path.basename(os.path.dirname(self.folder)), os.path.basename(self.folder)
        self.params_file = os.path.join(os.path.dirname(self.folder), "params.json")
        self.result_file = os.path.join(self.folder, "result.json")
        self.attempt, self.notes, self.root = int(attempt), [], os.getcwd()
        self.objective = {**DEFAULTS, **_read_json(study)["objective"]}
        self.params = _read_json(self.params_file)
        match = RUN_ID.fullmatch(self.name)
        if not match:
            raise Refused(2, f"{self.name!r} is not the id of a run: r<replicate>[f<fold>][b<budget>]")
        self.replicate, self.fold = int(match[1]), match[2] and int(match[2])
        self.budget = match[3] and json.loads(match[3])
        self.seed = run_seed(self.objective["seed"], self.trial, self.replicate)
        self.config_file = self._config_file()
        self.token = os.urandom(16).hex()

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def _config_file(self):
        argv = self.objective["argv"] or []
        needed = any("." in name for name in self.params) or any("{config}" in token for token in argv)
        if not needed and self.objective["base_config"] is None:
            return None
        return self.path("config.json" if self.objective["function"] else self.objective["config_file"])

    def words(self):
        """What placeholders and SNAKETUNE_* variables say of the run; None where it has no such thing."""
        return {
            "study": os.path.basename(self.study), "trial": self.trial, "run": self.name, "dir": self.folder,
            "params": self.params_file, "config": self.config_file, "metrics": self.path("metrics.json"),
            "history": self.path("history.jsonl"), "seed": self.seed, "fold": self.fold,
            "n_folds": self.objective["n_folds"], "budget": self.budget,
        }  # fmt: skip

    def command(self):
        objective = self.objective
        if objective["function"]:
            file, _, name = objective["function"].rpartition(":")
            file = os.path.join(self.root, file) if file.endswith(".py") else file
            beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "call_function.py")
            return ["python" if objective["isolated"] else sys.executable, beside, f"{file}:{name}"]
        try:
            argv = fill(objective["argv"], self.params, self.words(), objective["flags"])
        except ValueError as error:
            raise Refused(2, str(error)) from error
        flag = objective["seed_flag"]
        return argv + ([] if not flag else [f"{flag}{self.seed}"] if flag.endswith("=") else [flag, str(self.seed)])

    def environment(self):
        env = {name: value for name, value in os.environ.items() if not name.startswith("SNAKETUNE_")}
        if not self.objective["isolated"]:
            env["PATH"] = os.path.dirname(sys.executable) + os.pathsep + env.get("PATH", os.defpath)
        env.update({name: text(value) for name, value in self.objective["env"].items()})
        words = {**self.words(), "attempt": self.attempt, "root": self.root, "token": self.token}
        words["metric"] = next(iter(self.objective["metrics_wanted"]), None)
        env.update({f"SNAKETUNE_{name.upper()}": text(value) for name, value in words.items() if value is not None})
        return env

    def note(self, message):
        """A line in runner.log; that it cannot be written must not harm the run."""
        with contextlib.suppress(OSError), open(os.path.join(self.log, "runner.log"), "ab") as file:
            file.write(f"{_stamp(time.time())} {message}\n".encode(errors="replace"))

    def refuse_if_search_is_stopped(self):
        limit = 1 if self.objective["on_failure"] == "stop" else self.objective["max_failures"]
        if limit is None:
            return
        failed = set()
        for line in _lines(os.path.join(self.study, "failures.jsonl")):
            result = os.path.join(self.study, str(line.get("path")), "result.json")
            with contextlib.suppress(OSError, ValueError), open(result) as file:
                if result != self.result_file and json.load(file)["status"] not in ("complete", "pruned"):
                    failed.add(result)
            if len(failed) >= max(1, limit):
                why = "on_failure: stop" if self.objective["on_failure"] == "stop" else f"max_failures: {limit}"
                runs = f"{len(failed)} run{'s' * (len(failed) > 1)} failed"
                raise Refused(3, f"search stopped: {runs} ({why}); the last is {os.path.relpath(result)}")

    def adopted(self):
        """Whether a good result is there, of the same contract, that nobody has asked to be computed again.

        Either a workflow that was killed took no note of it (result.adopt.json, so named by the next one), or it
        is newer than this workflow's start (the time of study.json): another runner went on by itself meanwhile.
        """
        orphan = self.path("result.adopt.json")
        if self._same_contract(orphan):
            os.replace(orphan, self.result_file)
            return True
        with contextlib.suppress(OSError):
            begun = os.stat(os.path.join(self.study, "study.json")).st_mtime_ns
            return os.stat(self.result_file).st_mtime_ns >= begun and self._same_contract(self.result_file)
        return False

    def _same_contract(self, path):
        with contextlib.suppress(OSError, ValueError, KeyError), open(path) as file:
            return json.load(file)["contract"] == self.objective["contract"]
        return False

    def prepare(self):
        """Set aside what an earlier attempt left that looks like this one's; write the configuration."""
        number = 1
        while os.path.exists(self.path("attempts", str(number))) or os.path.exists(
            os.path.join(self.log, f"stdout.attempt{number}.log")
        ):
            number += 1
        for name in os.listdir(self.folder):
            if name.startswith("result.json.") and name.endswith(".tmp"):
                os.unlink(self.path(name))
            elif name in ("metrics.json", "history.jsonl", "result.json", "result.adopt.json"):
                os.makedirs(self.path("attempts", str(number)), exist_ok=True)
                os.replace(self.path(name), self.path("attempts", str(number), name))
        os.makedirs(self.log, exist_ok=True)
        for stream in ("stdout", "stderr"):
            with contextlib.suppress(FileNotFoundError):
                old = os.path.join(self.log, stream)
                os.replace(f"{old}.log", f"{old}.attempt{number}.log")
        if self.config_file:
            os.makedirs(os.path.dirname(self.config_file), exist_ok=True)
            merged = merge(self.objective["base_config"], self.params)
            yaml = not self.config_file.endswith(".json")
            _replace_file(self.config_file, dump_yaml_safe_json(merged, yaml) + "\n")

    def start(self, command):
        """The started program, or the reason why it cannot be started."""
        folder = os.path.join(self.root, self.objective["workdir"] or "")
        if not os.path.isdir(folder):
            return f"cannot start: the working directory {folder} does not exist"
        try:
            return subprocess.Popen(command, cwd=folder, env=self.environment(), stdin=subprocess.DEVNULL,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
                                    start_new_session=True)  # fmt: skip
        except OSError as error:
            why = error.strerror
            if error.errno == errno.ENOENT:
                exists = os.path.exists(os.path.join(folder, command[0]))
                why = "the interpreter that it names does not exist" if exists else "program not found"
            elif error.errno == errno.ENOEXEC:
                why = "it is neither a binary for this machine nor has it a line #!"
            elif error.errno == errno.E2BIG:
                why = "argument list too long: let the program read $SNAKETUNE_PARAMS (or {params}) instead"
            return f"cannot start {command[0]!r}: {why}"
        except ValueError as error:  # a null byte, half a surrogate pair
            return f"cannot start {command[0]!r}: {error}"

    def judge(self, watch, stdout, stderr, oom_kills):
        """(status, reason, metrics) of a program that was watched."""
        metrics_json, history = (_read_bytes(self.path(name)) for name in ("metrics.json", "history.jsonl"))
        patterns, takes = self.objective["patterns"], self.objective["takes"]
        extracted = extract_metrics(metrics_json, stdout, history, patterns, takes)
        self.notes += extracted.notes
        if watch.verdict or watch.status:
            status, reason = self._failure(watch, stdout, stderr, oom_kills)
        elif extracted.pruned:
            status, reason = "pruned", "the program stopped early"
        else:
            reason = extracted.problem or check(extracted.metrics, self.objective["metrics_wanted"])
            status = "invalid" if reason else "complete"
        return status, reason, extracted.metrics

    def _failure(self, watch, stdout, stderr, oom_kills):
        if watch.verdict == "timeout":
            return "timeout", f"stopped after {self.objective['timeout']:g} s (timeout)"
        if watch.verdict == "job timeout":
            return "timeout", f"stopped after {watch.seconds:.0f} s, at the time limit of the cluster's job (runtime)"
        if watch.verdict == "oom":
            used, limit = watch.peak / 2**20, self.objective["memory"] / 2**20
            return "oom", f"used {used:.0f} MB of memory (limit {limit:.0f} MB)"
        code, name = _exit(watch.status)
        reason = f"killed by {name}" if name else f"exit code {code}"
        if (name == "SIGKILL" or code == 128 + signal.SIGKILL) and _oom_kills() > oom_kills:
            return "oom", f"{reason}: the machine or the job had no memory left"
        said = _last_words(stderr) or _last_words(stdout[-10000:])
        return "oom" if re.search(OUT_OF_MEMORY, said) else "failed", f"{reason}: {said}" if said else reason


def _exit(status):
    """(exit code or None, name of the signal or None) from a wait status."""
    if status is None:
        return None, None
    if not os.WIFSIGNALED(status):
        return os.WEXITSTATUS(status), None
    try:
        return None, signal.Signals(os.WTERMSIG(status)).name
    except ValueError:
        return None, f"signal {os.WTERMSIG(status)}"


def _last_words(output):
    """The line that says why a program failed: the last traceback's exception, an error, or the last."""
    before, mark, after = output.rpartition("Traceback (most recent call last):\n")
    lines = [line.rstrip() for line in (after if mark else output).split("\n")]
    if mark:
        prefix = before.rpartition("\n")[2]  # such as "[rank0]: "
        for line in lines:
            line = line[len(prefix) :] if line.startswith(prefix) else line
            if line.strip() and not line[0].isspace():
                return line
    lines = [line for line in lines if line.strip()][-20:]
    for number in reversed(range(len(lines))):
        if re.match(ERROR_LINE, lines[number]):
            more = lines[number + 1 :][:1] if lines[number].endswith(":") else []  # R breaks the line there
            return " ".join([lines[number].strip(), *map(str.strip, more)])
    return lines[-1].strip() if lines else ""


def perform(run: Run) -> int:
    """All of a run; returns the exit code."""
    run.refuse_if_search_is_stopped()
    with _writing(run.folder):
        lock = _lock(run.folder)
        if run.adopted():
            run.note("the result is there already")
            return 0
        run.prepare()
        log, limit = os.path.abspath(run.log), run.objective["output_limit"]
        outputs = [Output(os.path.join(log, f"{name}.log"), limit) for name in ("stdout", "stderr")]
    command = run.command()
    tree = Tree(run.token, os.getpid())
    guardian, mouth = _start_guardian(run.token, lock)
    tree.spared.add(guardian)
    adopting = _adopt_orphans()
    wake = _catch_signals()
    oom_kills, started = _oom_kills(), time.time()
    run.note(f"attempt {run.attempt} on {os.uname().nodename}: {json.dumps(command)[:2000]}")
    process = run.start(command)
    if isinstance(process, str):
        watch, (status, reason, metrics) = None, ("failed", process, {})
    else:
        tree.leader = process.pid
        _tell(mouth, process.pid)
        watch = Watch(process, tree, outputs, wake, run.objective, adopting)
        watch.run(on_exit=lambda: _tell(mouth, 0))
        process.returncode = 0  # it has been waited for
    for output in outputs:
        output.finish()
    if watch and watch.verdict == "stopped" and _job_time_is_up():
        watch.verdict = "job timeout"
    if watch and watch.verdict == "stopped":
        name = signal.Signals(watch.stop).name
        run.note(f"stopped by {name}: no result")
        say(f"{run.trial}/{run.name} stopped by {name}: no result is written")
        code = 128 + watch.stop
    else:
        stdout, stderr = (output.text() for output in outputs)
        if watch:
            status, reason, metrics = run.judge(watch, stdout, stderr, oom_kills)
        result = _result(run, watch, command, started, status, reason, metrics, stderr, outputs)
        # Slurm calls such a job a failed one whatever we do, and Snakemake deletes a failed job's result
        doomed = watch and (watch.verdict == "job timeout" or _oom_kills() > oom_kills) and _slurm_job()
        code = _deliver(run, result, outputs, doomed)
    _tell(mouth, "done")
    os.close(mouth)
    with contextlib.suppress(ChildProcessError):  # or it was killed, and reaped with the others
        os.waitpid(guardian, 0)
    return code


def _tell(mouth, word):
    with contextlib.suppress(BrokenPipeError):  # somebody has killed the guardian
        os.write(mouth, f"{word} ".encode())


def _ignore_stop_signals():
    """From now on, here and in whatever is started."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _catch_signals():
    """Turn signals into bytes; returns the descriptor to read them from."""
    wake, write = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(write, False)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    for number in (*STOP_SIGNALS, signal.SIGCHLD):
        if signal.getsignal(number) != signal.SIG_IGN or number == signal.SIGCHLD:  # nohup stays in force
            signal.signal(number, lambda *_: None)
    return wake


def _result(run, watch, command, started, status, reason, metrics, stderr, outputs):
    import resource

    finished, usage = time.time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    code, name = _exit(watch.status if watch else None)
    largest = usage.ru_maxrss * (1024 if sys.platform != "darwin" else 1)
    notes = run.notes + (watch.notes if watch else []) + [output.problem for output in outputs if output.problem]
    if run.objective["memory"] and not PROC:
        notes.append("memory is not watched on this system")
    result = {
        "version": VERSION, "trial": run.trial, "run": run.name, "replicate": run.replicate, "fold": run.fold,
        "budget": run.budget, "status": status, "reason": reason and " ".join(reason.split())[:500],
        "metrics": metrics, "params": _strict(run.params), "seed": run.seed, "attempt": run.attempt,
        "started": _stamp(started), "finished": _stamp(finished),
        "seconds": round(watch.seconds if watch else 0.0, 3),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3),
        "max_rss_mb": round(max(watch.peak if watch else 0, largest) / 2**20, 1), "host": os.uname().nodename,
        "exit_code": code, "signal": name, "command": command,
        "contract": run.objective["contract"], "notes": notes,
    }  # fmt: skip
    if status != "complete":
        result["stderr_tail"] = [line[:500] for line in stderr.splitlines()[-20:]]
    return {**result, "log": run.log}


def _deliver(run, result, outputs, doomed):
    """Count the attempt; write the result, unless a failed run is to be tried again; the exit code.

    The result of a `doomed` job is left for the next attempt to adopt.
    """
    status, contract = result["status"], run.objective["contract"]
    if not os.path.isdir(run.folder):
        result["notes"].append("the run's folder was deleted while the program ran")
    with _writing(run.result_file):
        os.makedirs(run.folder, exist_ok=True)
    attempts = run.path("attempts.jsonl")
    earlier = 0
    for line in _lines(attempts):
        earlier = 0 if line.get("final") or line.get("contract") != contract else earlier + 1
    again = status not in ("complete", "pruned") and earlier < run.objective["retries"]
    line = {key: result[key] for key in ("attempt", "status", "reason", "started", "finished", "host", "contract")}
    with contextlib.suppress(OSError):
        _append_line(attempts, {**line, "final": not again})
    run.note(f"{status}{': ' + result['reason'] if result['reason'] else ''}")
    if again:
        left = run.objective["retries"] - earlier
        say(f"{run.trial}/{run.name} {status}: {result['reason']} (attempts left: {left})")
        return 1
    if status not in ("complete", "pruned"):
        failure = {"trial": run.trial, "run": run.name, "path": os.path.relpath(run.folder, run.study)}
        with contextlib.suppress(OSError):
            _append_line(os.path.join(run.study, "failures.jsonl"), failure)
    content = json.dumps(result, indent=1, allow_nan=False) + "\n"
    path = run.path("result.adopt.json") if doomed else run.result_file
    with _writing(path):
        for patience in (0.2, 1.0, None):
            try:
                _replace_file(path, content)
                break
            except OSError as error:
                if patience is None or error.errno not in (errno.ENOSPC, errno.EDQUOT):
                    raise
                for output in outputs:
                    output.drop_tail()
                time.sleep(patience)
    return 1 if doomed else 0


def main(arguments: list[str]) -> int:
    """Run with the command line's arguments; returns the exit code."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # until there is something to stop, just end
    options = dict(zip(arguments[::2], arguments[1::2]))  # noqa: B905  Python 3.8 has no `strict`
    needed = {"--study", "--run", "--log"}
    if len(arguments) % 2 or not needed <= set(options) <= needed | {"--attempt"}:
        sys.stderr.write(__doc__)
        return 2
    run = None
    try:
        run = Run(**{name[2:]: value for name, value in options.items()})
        return perform(run)
    except Refused as refusal:
        say(refusal)
        if run:
            run.note(refusal)
        return refusal.code
    except Exception as error:
        import traceback

        if run:
            run.note(traceback.format_exc())
        say(f"a bug of the runner: {type(error).__name__}: {error} (see {options['--log']}/runner.log)")
        return 70


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
