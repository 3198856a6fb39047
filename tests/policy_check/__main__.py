"""
The seeded faults, all of them: `python -m tests.policy_check --all`, or `--quarter 1` for a quarter drawn with seed 1.

What a browser can notice is found out by the grid; what `find_violations` finds with its default settings is counted.
"""

from __future__ import annotations

import argparse
import contextlib
import time
from collections import Counter
from random import Random
from typing import Final

from browsercors import find_violations
from tests.policy_check.grid import first_notice
from tests.policy_check.mutants import FAULTS, KINDS, MUTANTS, PATHS, Mutant

LEAST_SHARE: Final = 0.99


def is_found(mutant: Mutant) -> bool:
    """
    Whether the default search finds something against the policy.
    """
    # NB: what the plan alone finds is found by the default search too, which begins with it.
    return bool(
        find_violations(mutant.server(), mutant.policy, paths=PATHS, max_examples=0, untried="ignore")
        or find_violations(mutant.server(), mutant.policy, paths=PATHS, untried="ignore")
    )


def quarter(seed: int) -> list[Mutant]:
    """
    Return a quarter of the mutants, drawn by chance that repeats, so that each fault and policy has the same share.
    """
    return Random(seed).sample(MUTANTS, len(MUTANTS) // 4)  # noqa: S311 - chance that repeats is the point


def main() -> int:
    """
    Try the mutants, and print the figures and what was missed; 1 if less than 99 % of what is noticeable was found.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.policy_check", description=__doc__)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--all", action="store_true", help="every mutant")
    chosen.add_argument("--quarter", type=int, metavar="SEED", help="a quarter of them, drawn with this seed")
    arguments = parser.parse_args()
    mutants = MUTANTS if arguments.all else quarter(arguments.quarter)
    start = time.perf_counter()
    counts: Counter[str] = Counter()
    # NB: whoever has no time for all of them breaks off; those of a quarter come in no order.
    with contextlib.suppress(KeyboardInterrupt):
        for mutant in mutants:
            counts[outcome(mutant)] += 1
    share = counts["found"] / ((counts["found"] + counts["missed"]) or 1)
    print(f"{counts.total()} of {len(MUTANTS)} mutants, from {len(FAULTS)} faults of {len(KINDS)} families")
    print(f"{dict(counts)}: {share:.1%} of what a page notices is found")
    print(f"{time.perf_counter() - start:.0f} s")
    return 0 if share >= LEAST_SHARE else 1


def outcome(mutant: Mutant) -> str:
    """
    Return "found", "missed", which is printed, or "unnoticeable".
    """
    if is_found(mutant):
        return "found"
    # NB: the grid is asked only where nothing is found, as it takes seconds to notice nothing.
    noticed = first_notice(mutant.server(), mutant.policy)
    if noticed is None:
        return "unnoticeable"
    print(f"missed: {mutant.fault}, {mutant.policy_name}: {noticed}", flush=True)
    return "missed"


if __name__ == "__main__":
    raise SystemExit(main())
