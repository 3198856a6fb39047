"""
The seeded faults, all of them: `python -m tests.policy_check --all`, or `--quarter 1` for a quarter drawn with seed 1.

What a browser can notice is found out by the grid; what `find_violations` finds with its default settings is counted.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from random import Random

from browsercors import find_violations
from tests.policy_check.grid import first_notice
from tests.policy_check.mutants import FAULTS, KINDS, MUTANTS, PATHS, Mutant


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
    counts: Counter[tuple[bool, bool]] = Counter()
    for mutant in mutants:
        found = is_found(mutant)
        # NB: the grid is asked only where nothing is found, as it takes seconds to notice nothing.
        noticed = None if found else first_notice(mutant.server(), mutant.policy)
        counts[found, noticed is not None] += 1
        if noticed:
            print(f"missed: {mutant.fault}, {mutant.policy_name}: {noticed}", flush=True)
    found, missed = counts[True, False], counts[False, True]
    share = found / (found + missed)
    print(f"{len(mutants)} mutants from {len(FAULTS)} faults of {len(KINDS)} families")
    print(f"{found} found, {missed} missed ({share:.1%} found), {counts[False, False]} that no page notices")
    print(f"{time.perf_counter() - start:.0f} s")
    return 0 if share >= 0.99 else 1


if __name__ == "__main__":
    raise SystemExit(main())
