"""
What is to be run: a session, and the browser that it takes place in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from browsercors.policy.sessions import Session

__all__ = ["Case"]


class Case(NamedTuple):
    """
    A session, and the browser that it takes place in.
    """

    browser: str
    session: Session
