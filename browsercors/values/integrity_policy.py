"""
The integrity policy of a page: which of its loads have to state what they expect.
"""

from __future__ import annotations

import attrs

from browsercors.values.records import Record

__all__ = ["IntegrityPolicy"]


@attrs.frozen(repr=False)
class IntegrityPolicy(Record):
    """
    One integrity policy (https://w3c.github.io/webappsec-subresource-integrity/#integrity-policy).

    Attributes:
        blocked_destinations: "script" and "style", as far as it names them.
        has_inline_source: Whether its sources have "inline", the only source there is; otherwise it blocks nothing.
        endpoints: Where violations are reported.
    """

    blocked_destinations: frozenset[str] = frozenset()
    has_inline_source: bool = True
    endpoints: tuple[str, ...] = ()
