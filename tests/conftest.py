"""
What holds for all tests.
"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Final

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

collect_ignore: Final = ["examples"]
"""Projects of their own, with configurations of their own: test_pytest_plugin.py runs them."""


# A busy machine makes a correct example slow, so no example has a deadline. `--hypothesis-profile` chooses another one.
hypothesis.settings.register_profile("usual", deadline=None)
hypothesis.settings.load_profile("usual")
hypothesis.settings.register_profile("quick", max_examples=25, deadline=None)
"""A quarter of the usual examples: what `.ci/run` has time for under the tracer."""


def pytest_configure() -> None:
    """
    Let Ctrl-C be Ctrl-C: a program that a shell starts in the background ignores it, and tests send it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """
    Leave tests that are marked so untraced, fixtures included.

    NB: pytest-cov's own mark does nothing in workers of pytest-xdist, where one tracer stands behind another.
    """
    tracer = sys.gettrace() if item.get_closest_marker("untraced") else None
    if tracer is None:
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)
