"""
What holds for all tests.
"""

from __future__ import annotations

import signal
from typing import Final

import hypothesis

collect_ignore: Final = ["examples"]
"""Projects of their own, with configurations of their own: test_pytest_plugin.py runs them."""


hypothesis.settings.register_profile("quick", max_examples=25)
"""A quarter of the usual examples: what `.ci/run` has time for under the tracer."""


def pytest_configure() -> None:
    """
    Let Ctrl-C be Ctrl-C: a program that a shell starts in the background ignores it, and tests send it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
