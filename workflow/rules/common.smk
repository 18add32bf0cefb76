# The study, and what the rules ask about it. Everything that is slow to import stays out of here: each job on a
# cluster reads this file.
import sys
from pathlib import Path

import snaketune
from snaketune.config import read_study
from snaketune.errors import StudyError
from snaketune.layout import Layout, write_params
from snaketune.results.rounds import proposed_ids, read_proposed
from snaketune.warm import source_path


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
RUNNER = Path(snaketune.__file__).parent / "runner.py"
SCRIPTS = Path(workflow.current_basedir).parents[1] / "scripts"
OBJECTIVE = STUDY.config["objective"]


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


def pareto_table(folder):
    """The output that only a study with several objectives has."""
    return {"pareto": f"{folder}/pareto.csv"} if len(STUDY.metrics) > 1 else {}


def gathered(search, number):
    """The path of a round's results."""
    return f"{RESULTS}/{search}/rounds/{number}/results.csv"


def earlier_rounds(wildcards):
    """What a round waits for: the results that its search learns from, else only its turn."""
    number = int(wildcards.round)
    search = STUDY.searches[wildcards.search]
    if not search.learns:
        return [ancient(gathered(search.name, number - 1))] if number else []
    seen = max(0, number - search.overlap)
    results = [gathered(search.name, earlier) for earlier in range(seen)]
    pending = [str(LAYOUT.proposed(search.name, earlier)) for earlier in range(seen, number)]
    tables = [str(source_path(source, LAYOUT.root.parent)) for source in search.options["warm_start"]]
    refined = [f"{RESULTS}/{search.refines}/results.csv"] if search.refines else []
    return results + pending + tables + refined


def results_of(table, runs):
    """The result files of some runs of each trial in a table."""
    proposed = read_proposed(Path(table))
    for row in proposed:
        # A trial's folder may have been deleted to have it run again.
        write_params(LAYOUT, row["trial"], row["params"])
    return [f"{RESULTS}/trials/{row['trial']}/{run}/result.json" for row in proposed for run in runs]


def runs_of_round(wildcards):
    """The result files of all runs of a round's trials."""
    return results_of(checkpoints.generate.get(**wildcards).output.trials, STUDY.runs)


def runs_of_final(wildcards):
    """The result files of the final training."""
    return results_of(checkpoints.finalists.get().output[0], STUDY.final.runs)


def rounds(search):
    """The numbers of a search's rounds, up to the first that is not full."""
    if STUDY.searches[search].overlap:
        # All are asked for at once, since a later round does not wait for the results of the one before it.
        yield from range(STUDY.searches[search].n_rounds)
        return
    number = 0
    while size := STUDY.searches[search].round_size(number):
        table = checkpoints.generate.get(search=search, round=number).output.trials
        yield number
        if len(proposed_ids(Path(table))) < size:
            return
        number += 1


def rounds_of_search(wildcards):
    """The results of all rounds of a search."""
    return [gathered(wildcards.search, number) for number in rounds(wildcards.search)]


def lost_runs(wildcards):
    """The runs (or blocks of them) whose results are in a table but no longer there: deleted, or set aside to be tried again.

    Without being asked for they would count as intermediate files that nobody misses.
    """
    return [
        path
        for search in STUDY.searches
        for number in rounds(search)
        if Path(gathered(search, number)).exists()
        for path in done_of_round({"search": search, "round": number})
        if not Path(path).exists()
    ]


def tables_of_study(wildcards):
    """The tables and texts of the study and of each search."""
    names = ("results.csv", "best.yaml", "top.csv", "summary.md")
    of_searches = [f"{RESULTS}/{search}/{name}" for search in STUDY.searches for name in names]
    of_final = [f"{RESULTS}/final/{name}" for name in ("results.csv", "best.yaml", "summary.md") if STUDY.final]
    return of_searches + of_final + [f"{RESULTS}/{name}" for name in (*names, "runs.csv")]
