# What is otherwise where this workflow is a module of another one, its host: nothing of the host's is touched.

from os.path import normpath
from pathlib import Path
from types import SimpleNamespace

from snakemake.path_modifier import PathModifier
from snakemake.sourcecache import LocalSourceFile
from snaketune.config.command_line import entries_below
from snaketune.installed import home

HOSTED = not workflow.modifier.is_main_snakefile()
OF_MODULE = f" of the module {workflow.modifier.namespace}" if HOSTED else ""
# The first rule of all is the host's default target, if it names none itself; of ours that is to be `all`.
DEFAULT_TARGET = workflow.default_target or workflow.modifier.modify_rulename("all")
# Whoever reads the Snakefile on a cluster reads it from the same place. One that is not on this machine can be read by
# Snakemake alone: scripts and captions are then those of the installed package.
SOURCES = workflow.current_basedir
HOME = Path(SOURCES).parents[1] if isinstance(SOURCES, LocalSourceFile) else home()
# `tune_trial`, by its own name.
NAMES = {name: workflow.modifier.modify_rulename(name) for name in ("trial", "block", *LOOKING)}
LOOKS = {name for name in LOOKING if NAMES[name] in sys.argv}  # targets are known when all rules are read
if HOSTED and not config:
    raise WorkflowError(
        f"The module {workflow.modifier.namespace} has no study. Give it one: config: config['tune'], with the study "
        "under the key 'tune' of your configuration"
    )
# Of what is given on the command line, what concerns the study: all of it, or what is said of the module's part of the
# host's configuration.
HOST_CONFIG = workflow.modifier_stack[0].globals["config"]
GIVEN = workflow.config_settings.config_args or []
# Where the study is in the host's configuration: "" if it is all of it, None if nowhere.
CONFIG_KEY = "" if config is HOST_CONFIG else next((key for key, value in HOST_CONFIG.items() if value is config), None)
if config is not HOST_CONFIG:
    GIVEN = entries_below(GIVEN, CONFIG_KEY)
# The module's `prefix` is put before our paths here, since not only Snakemake has to know of it.
RESULTS_OF_ALL = Path(workflow.modifier.path_modifier.replace_prefix("results/"))
if HOSTED:
    workflow.modifier.path_modifier = PathModifier(None, None, workflow)
# What the parts of a host have in common, also if it names one again to change a rule of it, which reads it again.
PARTS = vars(workflow).setdefault("snaketune", {})


def part_of_host(root):
    """What is known of the study in a folder as it is now, empty at first: its graph, its jobs, its session."""
    part = PARTS.setdefault(normpath(root), SimpleNamespace(module=workflow.modifier.namespace))
    if part.module != workflow.modifier.namespace:
        raise WorkflowError(
            f"The modules {part.module} and {workflow.modifier.namespace} both have {root}/. Give their studies names of "
            "their own (the key 'study'), or one of the modules a prefix"
        )
    return part


def around(host, ours):
    """The host's handler of the end with ours before it, which takes nothing from it."""

    def both(log):
        try:
            ours()
        finally:
            host(log)

    return both
