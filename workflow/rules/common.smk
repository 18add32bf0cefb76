# The study, and what the rules ask about it. Everything that is slow to import stays out of here: each job on a
# cluster reads this file.
import sys
from pathlib import Path

import snaketune
from snaketune.config import read_study
from snaketune.errors import StudyError
from snaketune.layout import Layout


def checked_study():
    """The study of the configuration; a mistake in it ends the workflow with a message, before any job."""
    try:
        return read_study(config, Path.cwd())
    except StudyError as error:
        mistakes = str(error).replace("\n", "\n  ")
        raise WorkflowError(f"The configuration can't be used:\n  {mistakes}") from None


STUDY = checked_study()
RESULTS = f"results/{STUDY.name}"
LOGS = f"logs/{STUDY.name}"
LAYOUT = Layout(Path(RESULTS))
PYTHON = sys.executable
# A container has its own Python, which is all that the runner needs.
RUNNER_PYTHON = "python3" if "container" in STUDY.config["objective"] else PYTHON
RUNNER = Path(snaketune.__file__).parent / "start_runner.py"
SCRIPTS = Path(workflow.current_basedir).parents[1] / "scripts"
OBJECTIVE = STUDY.config["objective"]
BLOCK_SIZE = OBJECTIVE["trials_per_job"]


wildcard_constraints:
    search="|".join(STUDY.searches),
    round=r"\d+",
    trial=r"t[0-9a-f]{16}",
    run=r"r\d+(f\d+)?",
    block=r"\d+",


def stage(script):
    """The words that start a stage's script. Taken from a function of the job, they are no reason to run it again."""
    return lambda wildcards, output: [PYTHON, str(SCRIPTS / script)]


def no_environment(wildcards):
    """Nothing to deploy: the stages run in the Python that runs Snakemake. What trials run in is the user's choice."""
    return None


# What the tables are called in Snakemake's report; each has its caption in workflow/report/.
TABLES = {"results.csv": "All trials", "top.csv": "The best trials", "summary.md": "Summary"}


def table_in_report(path, category, part):
    """A table with its place in Snakemake's report."""
    name, form = Path(path).stem, Path(path).suffix[1:]
    labels = {"table": TABLES[f"{name}.{form}"], "format": form}
    return report(path, caption=f"../report/{name}.rst", labels=labels, category=category, subcategory=part)


def main_tables(folder, part):
    """The tables of a search or of the study that Snakemake's report shows, as outputs."""
    return {Path(name).stem: table_in_report(f"{folder}/{name}", "Tables", part) for name in TABLES}


def pareto_table(folder):
    """The output that only a study with several objectives has."""
    return {"pareto": f"{folder}/pareto.csv"} if len(STUDY.metrics) > 1 else {}


def runner_of_trial(wildcards, output):
    """The words that start the runner for one run. Taken from the output, they are no reason to train again."""
    run = f"trials/{wildcards.trial}/{wildcards.run}"
    return [RUNNER_PYTHON, str(RUNNER), "--run", f"{RESULTS}/{run}", "--log", f"{LOGS}/{run}"]


def runner_of_block(wildcards, output):
    """The words that start a block of runs."""
    return [RUNNER_PYTHON, str(RUNNER.with_name("block.py")), "--logs", LOGS]


def tables_of_study(wildcards):
    """The tables and texts of the study and of each search."""
    names = ("results.csv", "best.yaml", "top.csv", "summary.md")
    of_searches = [f"{RESULTS}/{search}/{name}" for search in STUDY.searches for name in names]
    of_final = [f"{RESULTS}/final/{name}" for name in ("results.csv", "best.yaml", "summary.md") if STUDY.final]
    return of_searches + of_final + [f"{RESULTS}/{name}" for name in (*names, "runs.csv")]
