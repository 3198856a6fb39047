"""
What the simulation costs: benchmarks, run on demand and never judged by a test.

`python -m pytest tests/benchmarks/bench_*.py` runs them under pytest-benchmark; `python -m tests.benchmarks` prints the
tables of the README. Their files are not called `test_*.py`, so that an ordinary run of the tests leaves them alone.
"""
