"""
The command: record the corpus, or a part of it, in one real browser.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.evidence.recorder import corpus, isolation, names
from tests.evidence.recorder.engine import Engine, EngineError
from tests.evidence.recorder.keeping import keep
from tests.evidence.recorder.live import ENGINES, live
from tests.evidence.recorder.observation import Recording
from tests.evidence.recorder.record import PATIENCE, Patience

RECORDINGS: Final = Path(__file__).parent.parent / "recordings"


def _arguments(words: Sequence[str] | None, engines: Iterable[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.evidence.recorder",
        description="Record what a real browser does with the scenarios of the corpus. Needs root: it runs in a "
        "network of its own, in which nothing but loopback exists.",
    )
    parser.add_argument("engine", choices=sorted(engines))
    parser.add_argument("--family", action="append", help="only this family; may be given several times")
    parser.add_argument("--scenario", action="append", help="only this scenario; may be given several times")
    parser.add_argument("--transport", choices=names.TRANSPORTS, default="localhost")
    parser.add_argument(
        "--out",
        type=Path,
        help="default: tests/evidence/recordings/<engine>-<transport>.jsonl; a part of the corpus is put into "
        "what is there",
    )
    parser.add_argument("--twice", action="store_true", help="run each scenario twice and mark those that differ")
    return parser.parse_args(words)


def refresh(words: Sequence[str]) -> int:
    """
    Record an engine as it is installed now, beside its recordings, and say which facts have changed.

    Returns:
        0 if nothing has, 1 if something has, 2 if it could not be seen.
    """
    from tests.evidence.agreement.__main__ import main as agreement

    engine, *options = words or ("",)
    paths = RECORDINGS.glob(f"{engine}-*.jsonl") if engine else ()
    families = [f'"id":"{family}/' for word, family in pairwise(options) if word == "--family"]
    # NB: a recording that has nothing of the families has nothing to compare.
    names_of_recordings = sorted(
        path.stem for path in paths if not families or any(family in path.read_text("utf-8") for family in families)
    )
    if not names_of_recordings:
        _tell("python -m tests.evidence.recorder refresh ENGINE: there is no recording of that engine")
        return 2
    return agreement(["--live", *options, *names_of_recordings])


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(
    words: Sequence[str] | None = None,
    *,
    engines: Mapping[str, Callable[[], Engine]] = ENGINES,
    isolate: Callable[[], None] = isolation.isolate,
    patience: Patience = PATIENCE,
) -> int:
    """
    Record, and say what went wrong.

    Args:
        words: The arguments of the command.
        engines: The browsers there are; tests have one of their own,
        isolate: and a network,
        patience: and little time.

    Returns:
        0 if nothing went wrong, 1 if something did, 2 if nothing at all was recorded.
    """
    words = sys.argv[1:] if words is None else words
    if list(words[:1]) == ["refresh"]:
        return refresh(words[1:])
    arguments = _arguments(words, engines)
    part = bool(arguments.family or arguments.scenario)
    chosen = [
        scenario
        for scenario in corpus.scenarios()
        if arguments.transport in scenario.transports
        and (not arguments.family or scenario.family in arguments.family)
        and (not arguments.scenario or scenario.id in arguments.scenario)
    ]
    if not chosen:
        _tell("no scenario of the corpus fits")
        return 2
    out = arguments.out or RECORDINGS / f"{arguments.engine}-{arguments.transport}.jsonl"
    begun = time.monotonic()
    try:
        with live(
            arguments.engine, arguments.transport, engines=engines, isolate=isolate, patience=patience
        ) as browser:
            name, version = browser.engine.name, browser.version
            outcome = browser.record(chosen, twice=arguments.twice)
            recording = Recording(
                engine=name, version=version, transport=arguments.transport, observations=outcome.observations
            )
            troubles = (*outcome.troubles, *keep(recording, out, part=part))
    except (EngineError, OSError, subprocess.SubprocessError) as error:
        _tell(f"{arguments.engine}: {error}")
        return 2
    except KeyboardInterrupt:
        _tell(f"{arguments.engine}: interrupted before anything was recorded")
        return 2
    unstable = sum(observation.complete and not observation.stable for observation in outcome.observations)
    seconds = time.monotonic() - begun
    print(f"{name} {version}, {arguments.transport}: {len(chosen)} scenarios, {unstable} unstable, {seconds:.0f} s")
    for trouble in troubles:
        _tell(trouble)
    if all(observation.trouble for observation in outcome.observations):
        return 2
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
