# What happens before the first job, beside the jobs and after the last one; in the process that the user has started.

from snaketune.config.preflight import preflight
from snaketune.results.comparison import winner
from snaketune.results.store import Store
from snaketune.serving.needs import needs_of
from snaketune.session import JobWatch, begin, drop_timers, on_nothing_to_do

if workflow.is_main_process:
    if not LOOKS or "plan" in sys.argv:
        configured(preflight, STUDY, Path.cwd(), remote=workflow.resource_settings.nodes is not None)
    SESSION = checked(
        *(begin, STUDY, LAYOUT, Path(".snakemake")),
        looking=LOOKS,
        dry_run=workflow.output_settings.dryrun,
        retry=config.get("retry"),
        at_once=workflow.resource_settings.nodes or workflow.resource_settings.cores or 1,
        here=HERE,
        command=CALLER.words or ["snakemake", *sys.argv[1:]],
        again=command_to_go_on({}, []),
        noted=getattr(getattr(workflow.workflow_settings, "persistence_backend", None), "value", 0) == 0,  # 0: in files
    )
    if SESSION.unwritable:
        sys.exit(SESSION.end_unwritable())
    if not workflow.output_settings.dryrun:
        on_nothing_to_do(lambda: SESSION.end_idle(compared()))


def compared():
    """What the comparison that was asked for has come to, a line each; nothing if none was."""
    return winner(COMPARED, Path("results")) if COMPARED and "compare" in LOOKS else []


def give_up(number):
    """Has Snakemake not try the job of that number again."""
    for job in list(workflow.scheduler.running):
        if job.jobid == number:
            job._attempt = job.restart_times + 1  # the public one would have its resources computed anew, while it ends


JOBS = JobWatch(
    Store(LAYOUT, STUDY.run_spec.contract), Path(".snakemake"), OBJECTIVE["retries"] + 3, GRAPH.runs_of_block, give_up
)


onstart:
    if not LOOKS:
        STAGES.serve(needs_of(STUDY))
    SESSION.follow(0 if CALLER.follows else config.get("progress", 10))
    JOBS.begin(logger, cluster=workflow.non_local_exec)


onsuccess:
    SESSION.end([*JOBS.end(), *compared()])
    STAGES.end()
    drop_timers()


onerror:
    SESSION.fail([*stage("peek.py")({}, []), str(LAYOUT.study), *command_to_go_on({}, [])], JOBS.end())
    STAGES.end()
    drop_timers()
