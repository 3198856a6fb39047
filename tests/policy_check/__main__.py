"""
The mutants, all of them: `python -m tests.policy --all`, or `--every 5` for a fifth of them.

What a browser can notice is found out by the grid; what `find_violations` finds with its default settings is counted.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

from browsercors import find_violations
from tests.policy_check.grid import first_notice
from tests.policy_check.mutants import FAULTS, KINDS, MUTANTS, PATHS, Mutant


def is_found(mutant: Mutant) -> bool:
    """
    Whether the default search finds something against the policy.
    """
    # NB: what the sweep alone finds is found by the default search too, which begins with it.
    return bool(
        find_violations(mutant.server(), mutant.policy, paths=PATHS, max_examples=0)
        or find_violations(mutant.server(), mutant.policy, paths=PATHS)
    )


def main() -> None:
    """
    Try the mutants, and print the figures and what was missed.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.policy", description=__doc__)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--all", action="store_true", help="every mutant")
    chosen.add_argument("--every", type=int, metavar="N", help="every N-th mutant")
    parser.add_argument("--start", type=int, default=0, metavar="K", help="the first of them (default: 0)")
    arguments = parser.parse_args()
    mutants = MUTANTS if arguments.all else MUTANTS[arguments.start :: arguments.every]
    start = time.perf_counter()
    counts: Counter[str] = Counter()
    for mutant in mutants:
        noticed = first_notice(mutant.server(), mutant.policy)
        found = is_found(mutant)
        counts[f"{'noticeable' if noticed else 'not noticeable'}, {'found' if found else 'not found'}"] += 1
        if bool(noticed) != found:
            print(f"{mutant.fault} / {mutant.policy_name}: found {found}, noticed {noticed}", flush=True)
    print(f"{len(mutants)} mutants from {len(FAULTS)} faults of {len(KINDS)} families")
    for told, count in sorted(counts.items()):
        print(f"{told}: {count}")
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
