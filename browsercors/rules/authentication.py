"""
How browsers differ in HTTP authentication.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from browsercors.values.records import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from browsercors.values.formats.challenges import Challenge
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites

__all__ = ["AuthenticationRules"]


@attrs.frozen(eq=False, repr=False)
class AuthenticationRules(Rules):
    """
    HTTP authentication.

    Attributes:
        challenges: Returns the challenges in the values of `WWW-Authenticate`, in order.
        schemes: Which schemes the browser answers with a user and a password, the preferred one first; in lower case.
        encode: Returns user or password in bytes, as Basic and Digest send them.
        uses_url: Whether a 401 is answered with the user and the password of the request's URL. It takes the request,
            and whether credentials are included.
        uses_entries: Whether what was used before for the same place is used again; it takes the same.
        asks_visitor: Whether the visitor is asked where the browser knows nothing; it takes the same, and the sites.
        url_goes_first: Whether what stands in the URL is sent without being asked for where something is known of the
            path already.
        entries_go_before_url: Whether what is known of the path is sent although the URL says something else.
        is_partitioned: Whether what was used below one top-level site is unknown below another.
        placed_behind: `Authorization` stands behind the last one of these that is sent; in lower case.
    """

    challenges: Callable[[Sequence[bytes]], Sequence[Challenge]]
    encode: Callable[[str], bytes]
    uses_url: Callable[[Request, bool], bool]
    uses_entries: Callable[[Request, bool], bool]
    asks_visitor: Callable[[Request, bool, Sites], bool]
    schemes: tuple[bytes, ...] = (b"digest", b"basic")
    url_goes_first: bool = False
    entries_go_before_url: bool = False
    is_partitioned: bool = False
    placed_behind: frozenset[bytes] = frozenset()
