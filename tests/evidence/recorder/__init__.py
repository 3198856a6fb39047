"""
Records what real browsers do, so that browsercors can be held against it.

Run it with `python -m tests.evidence.recorder chromium`; see `python -m tests.evidence.recorder --help`.
"""
