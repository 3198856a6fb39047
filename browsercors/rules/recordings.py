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
    What a HAR file of a browser is known by, and what it leaves out. The defaults are those of nobody in particular.

    Attributes:
        recorders: Pieces, lower-case, of the names that whoever recorded this browser writes into the file.
        marks_failures: Whether it says of each request that failed that it did, even if there is an answer.
        lists_preflights: Whether it has an entry for a preflight.
        leaves_out_credentials: The names of the recorders that leave out `Cookie`, `Authorization` and `Set-Cookie`
            unless told otherwise.
    """

    recorders: tuple[str, ...] = ()
    marks_failures: bool = False
    lists_preflights: bool = True
    leaves_out_credentials: frozenset[str] = frozenset()
