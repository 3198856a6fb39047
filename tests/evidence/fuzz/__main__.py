"""
The command: run random scenarios in a real browser and in the simulator, and keep what differs.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tests.evidence.fuzz.findings import Finding, compare, grouped, named, told
from tests.evidence.fuzz.shrink import shrink
from tests.evidence.fuzz.strategies import KINDS, generate
from tests.evidence.recorder import names
from tests.evidence.recorder.corpus import found
from tests.evidence.recorder.engine import EngineError
from tests.evidence.recorder.live import ENGINES, Live, live

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.evidence.recorder.scenario import Scenario

# How many findings that look alike are made simpler: they may still be different bugs.
SHRUNK_OF_A_GROUP = 2


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.evidence.fuzz",
        description="Run random scenarios in a real browser and in the simulator, make those in which they differ as "
        "simple as they get, and add them to the corpus. Needs what the recorder needs.",
    )
    parser.add_argument("engine", choices=sorted(ENGINES))
    parser.add_argument("--scenarios", type=int, default=300, metavar="COUNT")
    parser.add_argument("--seed", type=int, default=0, help="the same seed makes the same scenarios")
    parser.add_argument("--kind", choices=KINDS, help="scenarios of one kind only")
    parser.add_argument("--transport", choices=names.TRANSPORTS, default="localhost")
    parser.add_argument("--whole", action="store_true", help="tell what differs as it was drawn, and leave the corpus")
    parser.add_argument("--dry-run", action="store_true", help="leave the corpus as it is")
    return parser.parse_args(words)


class Fuzzer:
    """
    Asks one browser and the simulator the same.

    Attributes:
        troubles: What the browser could not run.
        unstable: What differed once and not again.
    """

    def __init__(self, browser: Live, transport: str) -> None:
        self._browser = browser
        self._transport = transport
        self.troubles: list[str] = []
        self.unstable: list[Finding] = []

    def differ(self, scenarios: Sequence[Scenario]) -> list[Finding | None]:
        """
        Run *scenarios* in both, and return the disagreement of each.
        """
        if not scenarios:
            return []
        outcome = self._browser.record(scenarios, twice=False)
        self.troubles.extend(outcome.troubles)
        engine = self._browser.engine.name
        return [
            compare(scenario, observation, engine, self._transport)
            for scenario, observation in zip(scenarios, outcome.observations, strict=True)
        ]

    def stable(self, findings: Sequence[Finding]) -> list[Finding]:
        """
        Run all *findings* again, and return those that look as they did.
        """
        again = self.differ([finding.scenario for finding in findings])
        pairs = list(zip(findings, again, strict=True))
        self.unstable.extend(finding for finding, second in pairs if finding != second)
        return [finding for finding, second in pairs if finding == second]

    def search(self, scenarios: Sequence[Scenario], *, whole: bool = False) -> list[list[Finding]]:
        """
        Find where the two differ in *scenarios*: groups of what looks alike, in the simplest form of each.

        Args:
            scenarios: What both are asked.
            whole: Leave what differs as it is, which takes much less time.
        """
        found = self.stable([finding for finding in self.differ(scenarios) if finding is not None])
        if whole:
            return grouped(found)
        chosen = [finding for group in grouped(found) for finding in group[:SHRUNK_OF_A_GROUP]]
        print(f"{len(found)} differ, in {len(grouped(found))} ways", file=sys.stderr, flush=True)
        return grouped(self.stable(shrink(chosen, self.differ)))


def main(words: Sequence[str] | None = None) -> int:
    """
    Search, and say what was found; 0 if nothing was, 1 if something was, 2 if there was no searching.
    """
    arguments = _arguments(words)
    try:
        with live(arguments.engine, arguments.transport) as browser:
            asked = generate(arguments.scenarios, arguments.seed, arguments.kind)
            fuzzer = Fuzzer(browser, arguments.transport)
            groups = fuzzer.search(asked, whole=arguments.whole)
    except (EngineError, OSError) as error:
        print(f"{arguments.engine}: {error}", file=sys.stderr)
        return 2
    for group in groups:
        simplest = named(group[0].scenario, arguments.engine, arguments.transport)
        print(f"\n{simplest.id}: {group[0].aspect}, {len(group)} alike")
        print(f"  scenario   {told(simplest)}")
        print(f"  browser    {group[0].browser}\n  simulator  {group[0].simulator}")
    for finding in fuzzer.unstable:
        print(f"\nunstable: {finding.aspect}\n  scenario   {told(finding.scenario)}")
    minimal = [named(group[0].scenario, arguments.engine, arguments.transport) for group in groups]
    added = [] if arguments.dry_run or arguments.whole else found.add(minimal)
    print(f"\n{arguments.engine} {browser.version}, {arguments.transport}, seed {arguments.seed}: ", end="")
    print(f"{len(asked)} scenarios, {len(groups)} disagreements, ", end="")
    print(f"{len(fuzzer.unstable)} unstable, {len(added)} added to the corpus")
    for trouble in fuzzer.troubles:
        print(trouble, file=sys.stderr)
    return 1 if groups else 0


if __name__ == "__main__":
    sys.exit(main())
