"""
What the simulation costs: benchmarks, run on demand.

`python -m pytest tests/benchmarks/bench_*.py` runs them under pytest-benchmark; `python -m tests.benchmarks` prints the
tables of the README. Their files are not called `test_*.py`, so that an ordinary run of the tests leaves them alone.

Times are never judged. `python -m tests.benchmarks instructions` counts instructions, which no other load on the
machine changes, and judges those.
"""
