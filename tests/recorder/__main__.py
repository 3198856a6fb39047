"""
The command: record the corpus, or a part of it, in one real browser.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import attrs

from tests.recorder import corpus, names
from tests.recorder.engine import EngineError
from tests.recorder.live import ENGINES, live
from tests.recorder.observation import Recording, read, write

RECORDINGS: Final = Path(__file__).parent.parent / "recordings"


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.recorder",
        description="Record what a real browser does with the scenarios of the corpus. Needs root: it runs in a "
        "network of its own, in which nothing but loopback exists.",
    )
    parser.add_argument("engine", choices=sorted(ENGINES))
    parser.add_argument("--family", action="append", help="only this family; may be given several times")
    parser.add_argument("--scenario", action="append", help="only this scenario; may be given several times")
    parser.add_argument("--transport", choices=names.TRANSPORTS, default="localhost")
    parser.add_argument(
        "--out",
        type=Path,
        help="default: tests/recordings/<engine>-<transport>.jsonl; a part of the corpus is put into what is there",
    )
    parser.add_argument("--twice", action="store_true", help="run each scenario twice and mark those that differ")
    return parser.parse_args(words)


def _merged(part: Recording, path: Path) -> Recording:
    """
    Put *part* into what *path* holds of the same browser, so that a family can be recorded anew by itself.
    """
    if not path.exists():
        return part
    whole = read(path)
    if (whole.engine, whole.version, whole.transport) != (part.engine, part.version, part.transport):
        print(f"{path} is of {whole.engine} {whole.version}: it is replaced, not merged", file=sys.stderr)
        return part
    found = {observation.id: observation for observation in (*whole.observations, *part.observations)}
    order = [scenario.id for scenario in corpus.scenarios() if scenario.id in found]
    return attrs.evolve(whole, observations=tuple(found[name] for name in order))


def main(words: Sequence[str] | None = None) -> int:
    """
    Record, and say what went wrong; 0 if nothing did.
    """
    arguments = _arguments(words)
    chosen = [
        scenario
        for scenario in corpus.scenarios()
        if arguments.transport in scenario.transports
        and (not arguments.family or scenario.family in arguments.family)
        and (not arguments.scenario or scenario.id in arguments.scenario)
    ]
    if not chosen:
        print("no scenario of the corpus fits", file=sys.stderr)
        return 2
    out = arguments.out or RECORDINGS / f"{arguments.engine}-{arguments.transport}.jsonl"
    begun = time.monotonic()
    try:
        with live(arguments.engine, arguments.transport) as browser:
            name, version = browser.engine.name, browser.version
            outcome = browser.record(chosen, twice=arguments.twice)
    except (EngineError, OSError) as error:
        print(f"{arguments.engine}: {error}", file=sys.stderr)
        return 1
    recording = Recording(
        engine=name, version=version, transport=arguments.transport, observations=outcome.observations
    )
    if arguments.family or arguments.scenario:
        recording = _merged(recording, out)
    out.parent.mkdir(parents=True, exist_ok=True)
    write(recording, out)
    unstable = sum(observation.second is not None for observation in outcome.observations)
    seconds = time.monotonic() - begun
    print(f"{name} {version}, {arguments.transport}: {len(chosen)} scenarios, {unstable} unstable, {seconds:.0f} s")
    for trouble in outcome.troubles:
        print(trouble, file=sys.stderr)
    return 1 if outcome.troubles else 0


if __name__ == "__main__":
    sys.exit(main())
