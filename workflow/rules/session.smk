# What must happen before and beside the jobs: one live workflow per folder, leftovers of a killed one, retries, and
# the words on the terminal.
import base64
import shutil
import threading

from snaketune.session.lock import acquire
from snaketune.config import save_study
from snaketune.session.blocks import drop_stale_markers
from snaketune.session.retry import set_aside
from snaketune.session.progress import Progress, status_text

# Targets that only look at what is there, so that they may be asked for while another workflow is at work.
LOOKING = {"plan", "status", "compare"}
LOCK = acquire(Path(".snakemake/snaketune.lock")) if workflow.is_main_process else None


def refuse_company():
    """Ends with a message if another workflow is at work in this folder.

    Snakemake does not know its targets yet, and in an input function the message would come with a traceback.
    """
    if not LOCK.granted and not LOOKING & set(sys.argv) and not workflow.dryrun:
        raise WorkflowError(
            f"Another Snakemake is at work in this folder ({LOCK.owner}). Wait for it, or see how far it is with: "
            "snakemake status --cores 1"
        )


def unmarked_outputs(folder):
    """The outputs of the jobs that a killed Snakemake was at (it marks them by files named in base64)."""
    for marker in folder.rglob("*"):
        if marker.is_file():
            name = "".join(part.lstrip("@") for part in marker.relative_to(folder).parts)
            yield Path(base64.urlsafe_b64decode(name).decode())


def clear_leftovers(state):
    """Removes what a killed Snakemake left in its folder. It is dead: the lock is ours.

    All results appear by renaming, whole or not at all, so that none of them is "incomplete". But Snakemake has not
    noted what the last ones were made from; they are offered to the runner, which takes them if their contract holds.
    """
    for path in unmarked_outputs(state / "incomplete"):
        if path.name == "result.json" and path.exists():
            path.rename(path.with_name("result.adopt.json"))
        elif path.suffix == ".done":
            path.unlink(missing_ok=True)
    for folder in (state / "locks", state / "incomplete"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)


if LOCK:
    refuse_company()
if LOCK and LOCK.granted and (not workflow.dryrun or not LAYOUT.study.exists()):
    # Not the output of a rule: as long as a checkpoint waits for a job, Snakemake does not look behind it.
    save_study(STUDY, LAYOUT.study)
if LOCK and LOCK.granted and not workflow.dryrun:
    clear_leftovers(Path(".snakemake"))
    if config.get("retry"):
        count = set_aside(LAYOUT, STUDY, config["retry"])
        logger.info(f"[snaketune] {count} run{'s' * (count != 1)} with status {config['retry']} will be tried again")
    drop_stale_markers(LAYOUT, STUDY.objective["contract"])


def show(line):
    """One line of progress on the terminal, apart from Snakemake's own."""
    print(f"[snaketune] {line}", file=sys.stderr, flush=True)


FINISHED = threading.Event()


def watch():
    """Prints the state of the search whenever it has changed, until the workflow ends."""
    progress = Progress(LAYOUT, STUDY)
    while not FINISHED.wait(config.get("progress", 10)):
        line = progress.news()
        if line:
            show(line)


def last_words():
    """Says how the search stands, unless what was asked for has said so itself."""
    FINISHED.set()
    if not LOOKING & set(sys.argv):
        print(status_text(LAYOUT, STUDY), file=sys.stderr)


onstart:
    if config.get("progress", 10) and not LOOKING & set(sys.argv):
        threading.Thread(target=watch, daemon=True).start()


onsuccess:
    last_words()


onerror:
    last_words()
