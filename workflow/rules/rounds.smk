# What the rules ask about rounds and runs: who waits for whom. It follows from the tables that the checkpoints write.
import functools
import itertools

from snakemake.exceptions import IncompleteCheckpointException

from snaketune.layout import write_params
from snaketune.session.blocks import block, block_count
from snaketune.results.rounds import proposed_ids, read_proposed
from snaketune.proposing.warm_start import source_path


def gathered(search, number):
    """The path of a round's results."""
    return f"{RESULTS}/{search}/rounds/{number}/results.csv"


def earlier_rounds(wildcards):
    """What a round waits for: the results that its search learns from, else only its turn.

    The proposals of the round before it are never ancient: Snakemake overlooks the changed parameters of a job that
    nothing but ancient inputs connects with jobs that are to run.
    """
    number = int(wildcards.round)
    search = STUDY.searches[wildcards.search]
    seen = max(0, number - search.overlap)
    results = [gathered(search.name, earlier) for earlier in range(seen)]
    proposals = [str(LAYOUT.proposed(search.name, earlier)) for earlier in range(number)]
    if not search.learns:
        return [*map(ancient, results[-1:]), *proposals[-1:]]
    tables = [str(source_path(source, LAYOUT.root.parent)) for source in search.options["warm_start"]]
    refined = [f"{RESULTS}/{search.refines}/results.csv"] if search.refines else []
    return results + proposals[seen:] + tables + refined


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


def done_of_round(wildcards):
    """What tells that all runs of a round are done: their results or, where runs are packed, their blocks' markers."""
    results = runs_of_round(wildcards)
    if BLOCK_SIZE == 1:
        return results
    count = block_count(len(results), BLOCK_SIZE)
    return [str(LAYOUT.block(wildcards["search"], wildcards["round"], index)) for index in range(count)]


def runs_of_block(wildcards):
    """The runs of a block, as <trial>/<run>."""
    trials = proposed_ids(LAYOUT.proposed(wildcards.search, wildcards.round))
    return block([f"{trial}/{run}" for trial in trials for run in STUDY.runs], int(wildcards.block), BLOCK_SIZE)


def runs_of_final(wildcards):
    """The result files of the final training."""
    return results_of(checkpoints.finalists.get().output[0], STUDY.final.runs)


def rounds(search):
    """The numbers of a search's rounds, up to the first that is not full; Snakemake steps in at one not yet proposed."""
    number = 0
    while size := STUDY.searches[search].round_size(number):
        table = checkpoints.generate.get(search=search, round=number).output.trials
        yield number
        if len(proposed_ids(Path(table))) < size:
            return
        number += 1


@functools.cache
def rounds_at_start(search):
    """How many rounds of a search were proposed before this workflow (if the configuration still has so many)."""
    numbers = itertools.takewhile(STUDY.searches[search].round_size, itertools.count())
    return sum(1 for _ in itertools.takewhile(lambda number: LAYOUT.proposed(search, number).exists(), numbers))


def proposed_rounds(wildcards):
    """The results of the rounds that are proposed, whose runs need not wait for the proposal of the next round.

    Earlier rounds are asked for at once, without knowing yet whether their proposals still hold: to extend a large
    graph round by round takes Snakemake long.
    """
    search, known = wildcards.search, []
    try:
        for number in rounds(search):
            known.append(number)
    except IncompleteCheckpointException:
        known += range(len(known), rounds_at_start(search))
    return [gathered(search, number) for number in known]


def next_round(wildcards):
    """The proposal of the next round, as long as there is one."""
    for _ in rounds(wildcards.search):
        pass
    return []


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
