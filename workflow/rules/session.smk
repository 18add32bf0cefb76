# What must happen before and beside the jobs: one live workflow per folder, leftovers of a killed one, retries, and
# the words on the terminal.
import shutil
import threading

from snaketune.claim import claim
from snaketune.config import save_study
from snaketune.results.retry import set_aside
from snaketune.results.status import Progress, status_text

CLAIM = claim(Path(".snakemake/snaketune.lock")) if workflow.is_main_process else None

if CLAIM and CLAIM.granted and (not workflow.dryrun or not LAYOUT.study.exists()):
    # Not the output of a rule: as long as a checkpoint waits for a job, Snakemake does not look behind it.
    save_study(STUDY, LAYOUT.study)

if CLAIM and CLAIM.granted and not workflow.dryrun:
    # No other Snakemake is alive here, so these are a killed one's. All results appear by renaming, whole or not at
    # all: none of them is "incomplete".
    shutil.rmtree(".snakemake/locks", ignore_errors=True)
    shutil.rmtree(".snakemake/incomplete", ignore_errors=True)
    for leftover in (".snakemake/locks", ".snakemake/incomplete"):
        Path(leftover).mkdir(parents=True, exist_ok=True)
    if config.get("retry"):
        count = set_aside(LAYOUT, STUDY, config["retry"])
        logger.info(f"[snaketune] {count} run{'s' * (count != 1)} with status {config['retry']} will be tried again")


def alone(wildcards):
    """Nothing to wait for, unless another workflow is at work in this folder."""
    if CLAIM and not CLAIM.granted:
        raise WorkflowError(
            f"Another Snakemake is at work in this folder ({CLAIM.owner}). Wait for it, or see how far it is with: "
            "snakemake status --cores 1"
        )
    return []


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


onstart:
    if config.get("progress", 10) and not FINISHED.is_set():
        threading.Thread(target=watch, daemon=True).start()


onsuccess:
    FINISHED.set()
    print(status_text(LAYOUT, STUDY), file=sys.stderr)


onerror:
    FINISHED.set()
    print(status_text(LAYOUT, STUDY), file=sys.stderr)
