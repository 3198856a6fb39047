"""
Try every proposed fix of the whole corpus: `python -m tests.traps [--step N]`.

Each page call, with each answer to its preflight and each actual answer, in each browser, and then all scenarios that
were recorded; with `--step` one of N. Exit status 1: some fix was none.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.explain.pages import SUFFIXES
from tests.traps.corpus import exchanges, recorded
from tests.traps.proofs import check


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.traps", description=__doc__)
    parser.add_argument("--step", type=int, default=1, help="only one exchange of this many")
    step = parser.parse_args().step
    faults = 0
    for title, results, suffixes in (
        ("corpus", exchanges(step), SUFFIXES),
        ("recorded scenarios", recorded(step), None),
    ):
        fixes: Counter[str] = Counter()
        count = trials = 0
        for result in results:
            verdict = check(result, suffixes)
            count += 1
            trials += verdict.fetches
            faults += len(verdict.faults)
            fixes[result.type if result.block is None else result.block.reason.value] += verdict.fixes
            for fault in verdict.faults:
                print(fault)
        print(f"{title}: {count} exchanges, {fixes.total()} fixes, tried {trials} times")
        for code, number in fixes.most_common():
            print(f"  {number:6}  {code}")
    print(f"{faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
