# Who waits for whom, of which study: that with its inputs as they are now.

from snakemake.exceptions import IncompleteCheckpointException
from snakemake.io import checkpoint_target
from snaketune.config.inputs import noted_inputs, with_inputs
from snaketune.proposing.graph import Graph
from snaketune.session import jobs_of


def all_asked(paths):
    """The paths; those that are lost are made again, whoever asks: a host may want nothing but a table."""
    if MAIN and HOSTED and workflow.dag is not None:
        workflow.dag.forcefiles.update(str(path) for path in paths if not exists(path))
    return paths


def written(checkpoint, **wildcards):
    """The first file of a checkpoint that has run, if it is not running again just now."""
    try:
        done = checkpoint.get(**wildcards)
    except IncompleteCheckpointException as error:
        all_asked([error.targetfile])
        raise
    if not exists(done.output[0]):
        raise IncompleteCheckpointException(done.rule, checkpoint_target(done.output[0]))
    return Path(done.output[0])


def first_asked():
    """Begins what jobs of the study need beside them, when the first asks for what it waits for (session.smk)."""
    if MAIN and HOSTED:
        NOW.enter()


def graph_of(study, namespace):
    """Who waits for whom, by the checkpoints of a namespace."""
    return Graph(
        study,
        LAYOUT,
        proposal=lambda search, number: written(namespace.generate, search=search, round=number),
        packed=lambda search, number, wave: written(namespace.pack, search=search, round=number, wave=wave),
        finalists=lambda: written(namespace.finalists),
        not_yet=IncompleteCheckpointException,
    )


def put_in_place(study, namespace):
    """Makes a study the present one, whose inputs are as they are now."""
    NOW.study, NOW.namespace, NOW.graph = study, namespace, graph_of(study, namespace)
    NOW.jobs = jobs_of(study, LAYOUT, main=MAIN, here=HERE and not LOOKS)


def inputs_made():
    """The note of what the inputs hold, once they are made, if there are any; what is new in it holds from then on."""
    if not STUDY.inputs:
        return []
    note = written(NOW.namespace.inputs)
    study = with_inputs(STUDY, noted_inputs(note))
    if MAIN and study.run_spec != NOW.study.run_spec:
        put_in_place(study, NOW.namespace)
        NOW.renew()
    return [note]


if not hasattr(NOW, "study"):
    put_in_place(with_inputs(STUDY, noted_inputs(LAYOUT.inputs)), checkpoints)
for shared, there_is in NOW.jobs.shared_here.items():
    workflow.register_resource(shared, there_is)


def before_round(wildcards):
    """What a round is made from, and what it merely comes after."""
    first_asked()
    made = inputs_made()
    awaited = NOW.graph.before_round(wildcards.search, int(wildcards.round))
    return [*made, *awaited.sources, *map(ancient, awaited.turn)]


def before_wave(wildcards):
    """The earlier runs of its round that a wave comes after."""
    return list(map(ancient, NOW.graph.before_wave(wildcards.search, int(wildcards.round), int(wildcards.wave))))


def runs_of_block(wildcards):
    """The runs of a block, as <trial>/<run>."""
    return NOW.graph.runs_of_block(wildcards.search, int(wildcards.round), int(wildcards.block))
