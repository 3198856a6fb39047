"""
Holds the simulator against real browsers in scenarios that nobody wrote.

Run it with `python -m tests.fuzz chromium`; see `python -m tests.fuzz --help`.
"""
