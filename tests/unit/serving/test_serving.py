"""Scripts that are served behave as scripts that are started, with real processes."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from snaketune.serving import client as client_module
from snaketune.serving.stages import Stages

ROOT = Path(__file__).parents[3]
THREADS = dict.fromkeys(
    ["OMP_NUM_THREADS", "GOTO_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"], "1"
) | {"NUMEXPR_NUM_THREADS": "1"}
SERVED = "import sys\nserved = 'snaketune.serving.server' in sys.modules\n"


class Folder:
    """A project's folder with scripts, and the servers of one workflow."""

    def __init__(self, root: Path):
        self.root = root
        self.scripts = root / "scripts"
        self.scripts.mkdir()
        (self.scripts / "serve.py").symlink_to(ROOT / "scripts" / "serve.py")
        (root / "state").mkdir()
        self.stages = Stages(self.scripts, Path("state"))

    def script(self, text: str, name: str = "stage.py") -> str:
        (self.scripts / name).write_text(SERVED + text)
        return name

    def serve(self, *groups: dict) -> None:
        """Starts the servers and waits until all of them listen."""
        self.stages.serve(groups or [{"stage.py": ()}])
        until(lambda: len(self.sockets()) == max(1, len(groups)))

    def sockets(self) -> list[Path]:
        return list((self.root / "state").iterdir())

    def start(self, *arguments: str, name: str = "stage.py", **options) -> subprocess.Popen:
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": environment(), **options}
        return subprocess.Popen([*self.stages.words(name), *arguments], **options)

    def run(self, *arguments: str, text: str | None = None, **options) -> subprocess.CompletedProcess:
        return finished(self.start(*arguments, stdin=subprocess.PIPE, **options), text)

    def run_as_it_is(self, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess:
        """The script in an interpreter of its own."""
        words = [sys.executable, str(self.scripts / "stage.py"), *arguments]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        return finished(subprocess.Popen(words, text=True, env=environment(), **pipes), text)


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, **THREADS, **more}


def finished(process: subprocess.Popen, text: str | None = None) -> subprocess.CompletedProcess:
    out, err = process.communicate(text, timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Iterator[Folder]:
    monkeypatch.chdir(tmp_path)
    made = Folder(tmp_path)
    yield made
    made.stages.end()


def test_a_script_finds_what_it_would_find_in_an_interpreter_of_its_own(folder):
    folder.script(
        "import os, threading\n"
        "print(__name__, __file__, sys.argv, sys.path, os.getcwd(), oct(os.umask(0)), sys.stdin.read())\n"
        "print(sorted((k, v) for k, v in os.environ.items() if k != '_'), sys.stdout.line_buffering, sys.flags)\n"
        "print(sys.modules['__main__'].__dict__ is globals(), threading.current_thread().name, sorted(globals()))\n"
        "print('to stderr, ä', file=sys.stderr)\n"
        "print(served, sorted(os.listdir('/proc/self/fd')), file=open('seen', 'w'))\n"
    )
    folder.serve()
    old = os.umask(0o027)
    try:
        mine, served = folder.run_as_it_is("a b", "ü", "", text="input"), folder.run("a b", "ü", "", text="input")
    finally:
        os.umask(old)
    seen = Path("seen").read_text()
    assert seen.startswith("True") and mine.returncode == 0
    strip = [line.replace("'__cached__', ", "").replace("'__annotations__', ", "") for line in mine.stdout.splitlines()]
    assert served.stdout.splitlines() == strip
    assert (served.stderr, served.returncode) == (mine.stderr, 0)
    assert len(seen.split()) < 9  # no descriptors of the server's


@pytest.mark.parametrize(
    "text",
    [
        "sys.exit(3)",
        "sys.exit('in words')",
        "sys.exit()",
        "def f():\n    raise ValueError('ä')\nf()",
        "import os; os._exit(5)",
        "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import atexit, threading, time\natexit.register(print, 'last')\n"
        "threading.Thread(target=lambda: (time.sleep(.2), print('thread'))).start()",
        "this is no Python",
    ],
)
def test_it_ends_as_it_would(folder, text):
    folder.script(text)
    folder.serve()
    mine, served = folder.run_as_it_is(), folder.run()
    assert (served.returncode, served.stdout, served.stderr) == (mine.returncode, mine.stdout, mine.stderr)


def test_stages_go_on_at_the_same_time_and_several_groups_have_what_they_need(folder, monkeypatch):
    folder.script(
        "import time, os\nwhile not os.path.exists('go'): time.sleep(.01)\nprint(served, 'csv' in sys.modules)"
    )
    folder.script("import wave, counted\nprint(served, counted.calls)\nopen('go', 'w')", "other.py")
    (folder.root / "counted.py").write_text("calls = []\ndef read(): calls.append(1)\n")
    monkeypatch.setenv("PYTHONPATH", str(folder.root))
    folder.serve({"stage.py": ()}, {"other.py": ("csv", "counted:read")})
    waiting = folder.start()
    other = finished(folder.start(name="other.py"))
    assert other.stdout == "True [1]\n"
    assert finished(waiting).stdout == "True False\n"


def test_an_interrupt_reaches_the_script(folder):
    folder.script(
        "import time\ntry:\n    print('begun', flush=True)\n    while True: time.sleep(.1)\n"
        "except KeyboardInterrupt: print('tidied', flush=True); raise"
    )
    folder.serve()
    client = folder.start()
    assert client.stdout.readline() == "begun\n"
    client.send_signal(signal.SIGINT)
    ended = finished(client)
    assert ended.returncode == -signal.SIGINT and "tidied" in ended.stdout and "KeyboardInterrupt" in ended.stderr


def test_an_interrupt_that_comes_before_the_script_has_begun_is_kept_for_it(folder):
    words = [sys.executable, "-S", "-E", client_module.__file__, "slow", folder.script("")]
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("slow")
        listener.listen()
        client = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        server, _ = listener.accept()
        assert server.recv(1)  # asked, but not answered
        time.sleep(0.1)
        client.send_signal(signal.SIGINT)
        time.sleep(0.1)
        assert client.poll() is None
        with subprocess.Popen(["sleep", "60"]) as script:
            server.sendall(f"pid {script.pid}\n".encode())
            assert script.wait(60) == -signal.SIGINT
        server.sendall(b"signal 2\n")
        assert finished(client).returncode == -signal.SIGINT
        server.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_client_takes_its_script_along(folder, number):
    folder.script("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)")
    folder.serve()
    client = folder.start()
    pid = int(client.stdout.readline())
    assert is_alive(pid) and pid != client.pid
    client.send_signal(number)
    client.communicate()
    until(lambda: not is_alive(pid))


def test_a_server_that_is_killed_hurts_nobody(folder):
    folder.script(
        "import os, time\nprint(served, os.getpid(), flush=True)\ntime.sleep(float(sys.argv[1]))\nprint('done')"
    )
    folder.serve()
    client, lost = folder.start("1"), folder.start("60")
    child = int(lost.stdout.readline().split()[1])
    assert client.stdout.readline().startswith("True")
    folder.stages._process.kill()
    folder.stages._process.wait()
    assert finished(client).stdout == "done\n"  # by its child, which goes on
    os.kill(child, signal.SIGKILL)
    assert lost.stdout.readline().startswith("False")  # nobody can say how it ended, so it is started again
    lost.kill()
    lost.communicate()
    assert finished(folder.start("0")).stdout.startswith("False")
    folder.stages.end()
    assert folder.stages.words("stage.py") == [sys.executable, str(folder.scripts / "stage.py")]


def test_what_differs_from_the_server_is_not_served(folder, tmp_path):
    package = tmp_path / "copy" / "snaketune"
    shutil.copytree(ROOT / "workflow" / "snaketune", package)
    folder.script("print(served)")
    (folder.scripts / "serve.py").unlink()
    text = (
        (ROOT / "scripts" / "serve.py")
        .read_text()
        .replace("import json", f"import sys\nsys.path.insert(0, {str(package.parent)!r})\nimport json")
    )
    (folder.scripts / "serve.py").write_text(text)
    folder.serve()
    assert folder.run().stdout == "True\n"
    assert folder.run(env=environment(LC_ALL="C")).stdout == "False\n"
    assert folder.run(env=environment(OMP_NUM_THREADS="2")).stdout == "False\n"
    assert folder.run(env=environment(TMPDIR="/elsewhere")).stdout == "True\n"
    (package / "serving" / "child.py").touch()
    assert folder.run().stdout == "False\n"


def test_only_its_owner_can_reach_it(folder):
    folder.script("")
    folder.serve()
    assert [oct(path.stat().st_mode & 0o777) for path in folder.sockets()] == ["0o600"]


def test_nonsense_from_a_client_is_left_alone(folder):
    folder.script("print(served)")
    folder.serve()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("state/snaketune.0.socket")
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with suppress(ConnectionResetError):
            assert client.recv(10) == b""
    assert folder.run().stdout == "True\n"


def test_the_shell_of_snakemake_gives_a_stage_the_environment_that_it_is_served_in(folder):
    folder.script("print(served)")
    words = (
        "import sys\nfrom pathlib import Path\nfrom snakemake.shell import shell\n"
        "from snaketune.serving.stages import Stages\n"
        f"stages = Stages(Path({str(folder.scripts)!r}), Path('state'))\n"
        "stages.serve([{'stage.py': ()}])\n"
        "while not Path('state/snaketune.0.socket').exists(): pass\n"
        "words = stages.words('stage.py')\n"
        "shell('{words:q} 2> >(tee log >&2)', words=words, threads=1, resources={'tmpdir': '/tmp'})\n"
        "stages.end()\n"
    )
    assert subprocess.run([sys.executable, "-c", words], capture_output=True, text=True).stdout == "True\n"
    assert folder.sockets() == []


def test_servers_end_with_whoever_started_them(folder):
    folder.script("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(float(sys.argv[1]))\nprint('done')")
    words = (
        "import time\nfrom pathlib import Path\nfrom snaketune.serving.stages import Stages\n"
        f"stages = Stages(Path({str(folder.scripts)!r}), Path('state'))\n"
        "stages.serve([{'stage.py': ()}, {'other.py': ()}])\n"
        "print(stages._process.pid, flush=True)\ntime.sleep(60)\n"
    )
    starter = subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, text=True)
    server = int(starter.stdout.readline())
    until(lambda: len(folder.sockets()) == 2)
    group = [server, *(int(pid) for pid in Path(f"/proc/{server}/task/{server}/children").read_text().split())]
    folder.stages._address_of = {"stage.py": "state/snaketune.0.socket"}
    client = folder.start("0.5")
    assert is_alive(int(client.stdout.readline()))
    starter.kill()
    starter.communicate()
    assert finished(client).stdout == "done\n"
    until(lambda: not any(map(is_alive, group)), 20)
    assert folder.sockets() == []


def test_a_server_that_nobody_asks_ends_and_gives_its_memory_back(folder, monkeypatch):
    (folder.scripts / "serve.py").unlink()
    text = (ROOT / "scripts" / "serve.py").read_text().replace("\n\ndef main", "\nserver._IDLE = 1.0\n\ndef main")
    (folder.scripts / "serve.py").write_text(
        text.replace("import json", "import json\nfrom snaketune.serving import server")
    )
    folder.script("import time; time.sleep(2); print(served)")
    folder.serve()
    assert folder.run().stdout == "True\n"  # it does not end while somebody waits
    until(lambda: not folder.sockets())
    assert folder.run().stdout == "False\n"


def test_a_child_computes_the_same_bits(folder):
    folder.script(
        "import hashlib, numpy as np\nfrom scipy.linalg import cholesky, cho_solve\n"
        "a = np.random.default_rng(1).standard_normal((300, 300))\nk = a @ a.T + np.eye(300)\n"
        "found = [k, cholesky(k, lower=True), cho_solve((cholesky(k, lower=True), True), a), np.linalg.eigvalsh(k)]\n"
        "print(hashlib.sha256(b''.join(x.tobytes() for x in found)).hexdigest(), file=sys.stderr)\n"
        "print(served, 'numpy drawn', np.random.random())\n"
    )
    folder.serve({"stage.py": ("numpy", "scipy.linalg", "numpy.random")})
    first, second, mine = folder.run(), folder.run(), folder.run_as_it_is()
    assert first.stdout.startswith("True") and first.stdout != second.stdout  # each is seeded by itself
    assert first.stderr == second.stderr == mine.stderr
