# The study, and what the rules ask about it. Everything that is slow to import stays out of here: each job on a
# cluster reads this file.
from os import environ

from snaketune.config import read_study, with_command_line
from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.plots.catalog import compared_files, files_of, names_of
from snaketune.proposing.former_rounds import with_former_rounds
from snaketune.proposing.told import with_told_at_start, with_told_by_now
from snaketune.results.comparison import check_finished
from snaketune.serving.stages import Stages
from snaketune.session import Caller, command_again, models_of, outputs_of, report_labels, shown_of, tables_of_some


def checked(build, *arguments, prefix="", **options):
    """What `build` makes; a user's mistake ends the workflow with its message, before any job."""
    try:
        return build(*arguments, **options)
    except StudyError as error:
        mistakes = str(error).replace("\n", "\n  ")
        raise WorkflowError(prefix + mistakes) from None


def configured(build, *arguments, **options):
    """What `build` makes of the configuration."""
    return checked(build, *arguments, **options, prefix=f"The configuration{OF_MODULE} can't be used:\n  ")


config = configured(with_command_line, config, GIVEN)
STUDY = configured(read_study, config, Path.cwd())
LAYOUT = Layout(RESULTS_OF_ALL / STUDY.name)
# A job on a cluster reads this file too; what was told by hand after the workflow's start is nothing to it.
MAIN = workflow.is_main_process
STUDY = (with_told_by_now if MAIN else with_told_at_start)(with_former_rounds(STUDY, LAYOUT), LAYOUT)
OBJECTIVE = STUDY.config["objective"]
RESULTS, LOGS = str(LAYOUT.root), str(LAYOUT.logs)
COMPARED = config.get("studies", [])
COMPARISON = "+".join(COMPARED) or "compare"  # no study can be called so; without studies nothing is written
checked(check_finished, COMPARED, RESULTS_OF_ALL)

CALLER = Caller.taken_from(environ)
# A cluster is what limits jobs by a number of nodes.
HERE = MAIN and workflow.resource_settings.nodes is None
NOW = part_of_host(LAYOUT.root)
if not hasattr(NOW, "stages"):
    NOW.stages = Stages(HOME / "scripts", Path(".snakemake"), number=len(PARTS))


wildcard_constraints:
    search="|".join(STUDY.searches),
    round=r"\d+",
    trial=r"t[0-9a-f]{16}",
    run=r"r\d+(f\d+)?(b[\d.]+)?",
    block=r"\d+",
    wave=r"\d+",


# --- how jobs are started, and what they ask for ------------------------------------------------------------------


def stage(script):
    """The words that start a stage's script. Taken from a function of the job, they are no reason to run it again."""
    return lambda wildcards, output: NOW.stages.words(script)


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
    return checked(NOW.jobs.runner_of_trial, wildcards.trial, wildcards.run)


def runner_of_block(wildcards, output, resources):
    """The words that start a block of runs."""
    blocks = NOW.graph.blocks_of_round(wildcards.search, int(wildcards.round))
    return checked(NOW.jobs.runner_of_block, runs_of_block(wildcards), blocks, resources.get("runtime"))


def asked_by_jobs(runs_of=lambda wildcards: [f"{wildcards.trial}/{wildcards.run}"]):
    """By name, the functions by which Snakemake computes what a job asks for, which is no reason to run it again."""
    return {
        name: lambda wildcards, attempt, name=name: checked(NOW.jobs.asked, name, runs_of(wildcards), attempt)
        for name in NOW.jobs.names
    }


# --- what there is in the end -------------------------------------------------------------------------------------

WITH_CAPTION = {path.stem for path in (HOME / "workflow" / "report").glob("*.rst")}


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
    folder = RESULTS_OF_ALL / COMPARISON
    written = [folder / "results.csv", folder / "summary.md", *compared_files(STUDY, str(folder))]
    return [in_report(path, "Comparison", ", ".join(COMPARED)) for path in written if COMPARED]
