"""
What stays of an old recording when a new one is written: everything that the new one does not have better.
"""

from pathlib import Path

import attrs

from tests.evidence.recorder import corpus
from tests.evidence.recorder.observation import NOT_RUN, Observation, Recording, RecordingError, read, write


def keep(new: Recording, path: Path, *, part: bool) -> tuple[str, ...]:
    """
    Put *new* into the recording at *path*.

    A recording of another version, or a damaged one, makes way for a recording of the whole corpus only; a part of the
    corpus, or a recording that was interrupted, is written beside it.

    Args:
        new: What was recorded, with a trouble for what was not.
        path: Of the recording; it need not be there.
        part: Only a part of the corpus was to be recorded.

    Returns:
        A line for each thing that did not go into *path*.
    """
    run = tuple(observation for observation in new.observations if observation.trouble != NOT_RUN)
    if not run:
        return (f"{path} stays as it is: nothing was recorded",)
    recorded = attrs.evolve(new, observations=run)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        write(recorded, path)
        return ()
    try:
        old = read(path)
        obstacle = _difference(old, new)
    except RecordingError as error:
        obstacle = str(error)
    if not obstacle:
        merged, kept = _merged(old.observations, run)
        write(attrs.evolve(new, observations=merged), path)
        return kept
    if not part and len(run) == len(new.observations):
        write(recorded, path)
        return ()
    beside = path.with_name(f"{path.name}.new")
    write(recorded, beside)
    return (f"{obstacle}: left as it is, the new recording is {beside}",)


def _difference(old: Recording, new: Recording) -> str:
    if (old.engine, old.version, old.transport) == (new.engine, new.version, new.transport):
        return ""
    return f"the recording there is of {old.engine} {old.version}, {old.transport}, not of {new.version}"


def _merged(
    old: tuple[Observation, ...], new: tuple[Observation, ...]
) -> tuple[tuple[Observation, ...], tuple[str, ...]]:
    """
    Take of each scenario the new observation, unless only the old one is complete, in the order of the corpus.
    """
    found = {observation.id: observation for observation in old}
    kept = []
    for observation in new:
        before = found.get(observation.id)
        if before is not None and before.complete and not observation.complete:
            kept.append(f"{observation.id}: the old observation is kept")
        else:
            found[observation.id] = observation
    order = [scenario.id for scenario in corpus.scenarios() if scenario.id in found]
    return tuple(found[name] for name in order), tuple(kept)
