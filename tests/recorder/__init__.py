"""
Records what real browsers do, so that browsercors can be held against it.

Run it with `python -m tests.recorder chromium`; see `python -m tests.recorder --help`.
"""
