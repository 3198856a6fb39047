"""
What holds for all tests.
"""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """
    Let Ctrl-C be Ctrl-C: a program that a shell starts in the background ignores it, and tests send it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
