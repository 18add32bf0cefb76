# What the jobs that run trials ask of a cluster (objective.resources). Resources are no reason to run a trial again.
import json

from snaketune.resources import Usage, for_job, run_values

# A job on a cluster reads this file too, but it has been given what was asked for; it looks nothing up.
USAGE = Usage(LAYOUT.root if workflow.is_main_process else None)


def asked(resource, run, attempt):
    """What a run (as <trial>/<run>) asks of a resource."""
    trial, run = run.split("/")
    params = json.loads(LAYOUT.params(trial).read_text(encoding="utf-8"))
    try:
        return resource(run_values(params, run, attempt=attempt, threads=OBJECTIVE["threads"]), USAGE)
    except ValueError as error:
        raise WorkflowError(f"objective.resources.{resource.name}: {error} (trial {trial})") from None


def asked_by_trial(resource):
    """The function by which Snakemake computes a resource of the rule `trial`."""

    def of_trial(wildcards, attempt):
        return for_job(resource, [asked(resource, f"{wildcards.trial}/{wildcards.run}", attempt)])

    return of_trial


def asked_by_block(resource):
    """The function by which Snakemake computes a resource of the rule `block`."""

    def of_block(wildcards, attempt):
        runs = runs_of_block(wildcards)
        return for_job(resource, [asked(resource, run, attempt) for run in runs], OBJECTIVE["threads"])

    return of_block
