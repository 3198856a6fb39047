"""
Holds the simulator against real browsers in scenarios that nobody wrote.

Run it with `python -m tests.evidence.fuzz chromium`; see `python -m tests.evidence.fuzz --help`.
"""
