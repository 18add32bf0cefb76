# What happens before the first job, beside the jobs and after the last one; in the process that the user has started.

if workflow.is_main_process:
    SESSION = checked(
        *(begin, STUDY, LAYOUT, Path(".snakemake")),
        looking=LOOKS,
        dry_run=workflow.dryrun,
        retry=config.get("retry"),
        at_once=workflow.resource_settings.nodes or workflow.resource_settings.cores or 1,
        command=["snakemake", *sys.argv[1:]],
    )
    if not workflow.dryrun:
        on_nothing_to_do(SESSION.end)


onstart:
    SESSION.follow(config.get("progress", 10))


onsuccess:
    SESSION.end()


onerror:
    SESSION.end()
