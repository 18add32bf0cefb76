# What happens before the first job, beside the jobs and after the last one; in the process that the user has started.

from snaketune.command import with_place
from snaketune.config.preflight import preflight
from snaketune.results.comparison import winner
from snaketune.results.store import Store
from snaketune.serving.needs import needs_of
from snaketune.session import JobWatch, begin, drop_timers, on_nothing_to_do


def at_once():
    """How many runs may go on at the same time."""
    return workflow.resource_settings.nodes or workflow.resource_settings.cores or 1


def check_program():
    """Finds what is certain to fail, before anything runs."""
    if not LOOKS or "plan" in LOOKS:
        configured(preflight, STUDY, Path.cwd(), remote=workflow.resource_settings.nodes is not None)


def session_begun():
    """The session of the study; of a host's parts the first one has locked the folder for all."""
    lock = next((part.session.lock for part in PARTS.values() if hasattr(part, "session")), None)
    return checked(
        *(begin, NOW.study, LAYOUT, Path(".snakemake")),
        looking=LOOKS,
        dry_run=workflow.output_settings.dryrun,
        retry=config.get("retry"),
        at_once=at_once(),
        here=HERE,
        command=CALLER.words or ["snakemake", *sys.argv[1:]],
        again=CALLER.words or with_place(command_to_go_on({}, []), sys.argv),
        noted=getattr(getattr(workflow.workflow_settings, "persistence_backend", None), "value", 0) == 0,  # 0: in files
        hosted=HOSTED,
        config_key=CONFIG_KEY,
        lock=lock,
    )


def compared():
    """What the comparison that was asked for has come to, a line each; nothing if none was."""
    return winner(COMPARED, RESULTS_OF_ALL) if COMPARED and "compare" in LOOKS else []


def give_up(number):
    """Has Snakemake not try the job of that number again."""
    for job in list(workflow.scheduler.running):
        if job.jobid == number:
            job._attempt = job.restart_times + 1  # the public one would have its resources computed anew, while it ends


def begin_here():
    """Begins the study: its session, and what is said of its jobs."""
    NOW.session = session_begun()
    NOW.watch = JobWatch(
        *(Store(LAYOUT, NOW.study.run_spec.contract), Path(".snakemake"), OBJECTIVE["retries"] + 3),
        lambda search, number, index: NOW.graph.runs_of_block(search, number, index),
        give_up,
        (NAMES["trial"], NAMES["block"]),
    )
    NOW.entered, NOW.enter, NOW.renew = False, enter, renew


def renew():
    """Goes on with the study as its inputs are now."""
    followed = NOW.session.followed
    NOW.session = NOW.session.renewed(NOW.study, at_once(), here=HERE)
    NOW.watch.store = Store(LAYOUT, NOW.study.run_spec.contract)
    if followed:
        NOW.session.follow(config.get("progress", 10))


def enter():
    """Has the host's handlers go with ours, once something is asked of the study; all its rules are read then."""
    if NOW.entered or workflow.dryrun:
        return
    NOW.entered = True
    host_begins = workflow._onstart
    workflow.onstart(lambda log: (begun_in_host(), host_begins(log)))
    workflow.onsuccess(around(workflow._onsuccess, succeeded_in_host))
    workflow.onerror(around(workflow._onerror, failed_in_host))
    if workflow.scheduler:  # the host is at work already
        begun_in_host()


def begun():
    if not LOOKS:
        NOW.stages.serve(needs_of(STUDY))
    NOW.session.follow(0 if CALLER.follows else config.get("progress", 10))
    NOW.watch.begin(logger, cluster=workflow.non_local_exec)


def succeeded():
    NOW.session.end([*NOW.watch.end(), *compared()])
    NOW.stages.end()
    drop_timers()


def failed():
    peek = [*stage("peek.py")({}, []), str(LAYOUT.study), *command_to_go_on({}, [])]
    NOW.session.fail(peek, NOW.watch.end())
    NOW.stages.end()
    drop_timers()


def begun_in_host():
    """As `begun`, if jobs of the study are to be done, and may be."""
    if workflow.scheduler.running or any(job.rule.name in NOW.rules for job in workflow.dag.needrun_jobs()):
        check_program()
        if NOW.session.refused:
            raise WorkflowError(str(NOW.session.refused))
        begun()


def succeeded_in_host():
    """As `succeeded`, if jobs of the study were done."""
    if NOW.session.followed:
        succeeded()


def failed_in_host():
    """As `failed`, if jobs of the study were done, and it is not finished."""
    if NOW.session.followed:
        (failed if NOW.session.progress.goes_on() else succeeded)()


if MAIN and not hasattr(NOW, "session"):
    if not HOSTED:
        check_program()
    begin_here()
    if not HOSTED and NOW.session.unwritable:
        sys.exit(NOW.session.end_unwritable())
    if not HOSTED and not workflow.output_settings.dryrun:
        on_nothing_to_do(lambda: NOW.session.end_idle(compared()))


onstart:
    begun()


onsuccess:
    succeeded()


onerror:
    failed()
