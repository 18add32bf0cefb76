# The study, and what the rules ask about it. Everything that is slow to import stays out of here: each job on a
# cluster reads this file.
from os import environ
from pathlib import Path

from snakemake.exceptions import IncompleteCheckpointException
from snakemake.io import checkpoint_target
from snaketune.config import read_study, with_command_line
from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.plots.catalog import compared_files, files_of, names_of
from snaketune.proposing.former_rounds import with_former_rounds
from snaketune.proposing.graph import Graph
from snaketune.proposing.told import with_told_at_start, with_told_by_now
from snaketune.results.comparison import check_finished
from snaketune.serving.stages import Stages
from snaketune.session import Caller, command_again, jobs_of, outputs_of, report_labels, shown_of, tables_of_some


def checked(build, *arguments, prefix="", **options):
    """What `build` makes; a user's mistake ends the workflow with its message, before any job."""
    try:
        return build(*arguments, **options)
    except StudyError as error:
        mistakes = str(error).replace("\n", "\n  ")
        raise WorkflowError(prefix + mistakes) from None


def configured(build, *arguments, **options):
    """What `build` makes of the configuration."""
    return checked(build, *arguments, **options, prefix="The configuration can't be used:\n  ")


config = configured(with_command_line, config, workflow.config_settings.config_args)
STUDY = configured(read_study, config, Path.cwd())
LAYOUT = Layout(Path("results", STUDY.name))
# A job on a cluster reads this file too; what was told by hand after the workflow's start is nothing to it.
MAIN = workflow.is_main_process
STUDY = (with_told_by_now if MAIN else with_told_at_start)(with_former_rounds(STUDY, LAYOUT), LAYOUT)
OBJECTIVE = STUDY.config["objective"]
RESULTS, LOGS = str(LAYOUT.root), str(LAYOUT.logs)
COMPARED = config.get("studies", [])
COMPARISON = "+".join(COMPARED) or "compare"  # no study can be called so; without studies nothing is written
checked(check_finished, COMPARED, Path("results"))

CALLER = Caller.taken_from(environ)
STAGES = Stages(Path(workflow.current_basedir).parents[1] / "scripts", Path(".snakemake"))
# A cluster is what limits jobs by a number of nodes.
HERE = MAIN and workflow.resource_settings.nodes is None
TRIAL_JOBS = jobs_of(STUDY, LAYOUT, main=MAIN, here=HERE and not LOOKS)
for shared, there_is in TRIAL_JOBS.shared_here.items():
    workflow.register_resource(shared, there_is)


wildcard_constraints:
    search="|".join(STUDY.searches),
    round=r"\d+",
    trial=r"t[0-9a-f]{16}",
    run=r"r\d+(f\d+)?(b[\d.]+)?",
    block=r"\d+",
    wave=r"\d+",


# --- who waits for whom -------------------------------------------------------------------------------------------


def written(checkpoint):
    """The first file of a checkpoint that has run, if it is not running again just now."""
    if not exists(checkpoint.output[0]):
        raise IncompleteCheckpointException(checkpoint.rule, checkpoint_target(checkpoint.output[0]))
    return Path(checkpoint.output[0])


GRAPH = Graph(
    STUDY,
    LAYOUT,
    proposal=lambda search, number: written(checkpoints.generate.get(search=search, round=number)),
    packed=lambda search, number, wave: written(checkpoints.pack.get(search=search, round=number, wave=wave)),
    finalists=lambda: written(checkpoints.finalists.get()),
    not_yet=IncompleteCheckpointException,
)


def before_round(wildcards):
    """What a round is made from, and what it merely comes after."""
    awaited = GRAPH.before_round(wildcards.search, int(wildcards.round))
    return [*awaited.sources, *map(ancient, awaited.turn)]


def before_wave(wildcards):
    """The earlier runs of its round that a wave comes after."""
    return list(map(ancient, GRAPH.before_wave(wildcards.search, int(wildcards.round), int(wildcards.wave))))


def runs_of_block(wildcards):
    """The runs of a block, as <trial>/<run>."""
    return GRAPH.runs_of_block(wildcards.search, int(wildcards.round), int(wildcards.block))


# --- how jobs are started, and what they ask for ------------------------------------------------------------------


def stage(script):
    """The words that start a stage's script. Taken from a function of the job, they are no reason to run it again."""
    return lambda wildcards, output: STAGES.words(script)


def no_environment(wildcards):
    """Nothing to deploy: the stages run in the Python that runs Snakemake. What trials run in is the user's choice."""
    return None


def command_to_go_on(wildcards, output):
    """The words of the command that starts the study again. Taken from a function, they are no reason to do so."""
    if CALLER.words:
        return CALLER.words
    settings = workflow.config_settings
    methods = [method.item_to_choice() for method in workflow.deployment_settings.deployment_method]
    return command_again(Path.cwd(), workflow.main_snakefile, settings.configfiles, settings.config_args, methods)


def runner_of_trial(wildcards, output):
    """The words that start the runner for one run. Taken from the output, they are no reason to train again."""
    return checked(TRIAL_JOBS.runner_of_trial, wildcards.trial, wildcards.run)


def runner_of_block(wildcards, output, resources):
    """The words that start a block of runs."""
    blocks = GRAPH.blocks_of_round(wildcards.search, int(wildcards.round))
    return checked(TRIAL_JOBS.runner_of_block, runs_of_block(wildcards), blocks, resources.get("runtime"))


def asked_by_jobs(runs_of=lambda wildcards: [f"{wildcards.trial}/{wildcards.run}"]):
    """By name, the functions by which Snakemake computes what a job asks for, which is no reason to run it again."""
    return {
        name: lambda wildcards, attempt, name=name: checked(TRIAL_JOBS.asked, name, runs_of(wildcards), attempt)
        for name in TRIAL_JOBS.names
    }


# --- what there is in the end -------------------------------------------------------------------------------------

WITH_CAPTION = {path.stem for path in (Path(workflow.current_basedir).parent / "report").glob("*.rst")}


def in_report(path, category, part):
    """A table, text or picture with its place in Snakemake's report."""
    caption = f"../report/{Path(path).stem if Path(path).stem in WITH_CAPTION else 'plot'}.rst"
    return report(path, caption=caption, labels=report_labels(Path(path)), category=category, subcategory=part)


def table_in_report(name, search=None):
    """A table or text of a search, or of the study, with its place in the report."""
    return in_report(LAYOUT.file(name, search), "Tables", f"Search {search}" if search else "The study")


def plots_in_report(search=None):
    """The pictures of a search, or of the study, with their places in the report."""
    part = f"Search {search}" if search else "The study"
    return [in_report(path, "Plots", part) for path in files_of(STUDY, RESULTS, search)]


def compared_in_report():
    """What a comparison writes, with its places in the report; nothing if no studies are named."""
    folder = f"results/{COMPARISON}"
    written = [f"{folder}/results.csv", f"{folder}/summary.md", *compared_files(STUDY, folder)]
    return [in_report(path, "Comparison", ", ".join(COMPARED)) for path in written if COMPARED]
