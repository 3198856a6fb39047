"""
Recorded traffic: how the developer tools of a browser write HAR files.
"""

from __future__ import annotations

import attrs

from browsercors.values.records import Rules

__all__ = ["RecordingRules"]


@attrs.frozen(eq=False, repr=False)
class RecordingRules(Rules):
    """
    How to recognise a HAR file of a browser, and what such a file leaves out. The defaults fit no one browser.

    Attributes:
        recorders: Parts of the names, in lower case, that tools which record this browser write into the file.
        marks_failures: Whether the file marks each request that failed, even one that got a response.
        lists_preflights: Whether the file has entries for preflights.
        leaves_out_credentials: The recorders that leave out `Cookie`, `Authorization` and `Set-Cookie` by default.
    """

    recorders: tuple[str, ...] = ()
    marks_failures: bool = False
    lists_preflights: bool = True
    leaves_out_credentials: frozenset[str] = frozenset()
