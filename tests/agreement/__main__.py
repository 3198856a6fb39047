"""
Print how browsercors agrees with the recordings: `python -m tests.agreement [-v] [ENGINE-TRANSPORT ...]`.
"""

from __future__ import annotations

import sys

from tests.agreement.comparison import compare, recordings
from tests.agreement.table import table

if __name__ == "__main__":
    verbose = "-v" in sys.argv
    wanted = [argument for argument in sys.argv[1:] if argument != "-v"]
    comparisons = [compare(path) for path in recordings() if not wanted or path.stem in wanted]
    print(table(comparisons))
    if verbose:
        for comparison in comparisons:
            print(f"\n{comparison.engine} {comparison.version}, {comparison.transport}")
            for disagreement in comparison.disagreements:
                print(disagreement)
