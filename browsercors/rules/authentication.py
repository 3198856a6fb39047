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
        space_of: Returns the beginning that all paths have for which what was used for a path is sent unasked.
        states_algorithm: Whether an answer of Digest names its algorithm even if the challenge does not.
        replaces_header: Whether what the browser knows goes before an `Authorization` that the page has set.
        answers_despite_header: Whether a 401 is answered although the page has set `Authorization`.
        url_goes_first: Whether what stands in the URL is sent without being asked for where something is known of the
            path already.
        is_partitioned: Whether what was used below one top-level site is unknown below another.
        hides_login: Whether the page sees the URL without user and password once they were sent.
        placed_behind: `Authorization` stands behind the last one of these that is sent; in lower case.
    """

    challenges: Callable[[Sequence[bytes]], Sequence[Challenge]]
    encode: Callable[[str], bytes]
    uses_url: Callable[[Request, bool], bool]
    uses_entries: Callable[[Request, bool], bool]
    asks_visitor: Callable[[Request, bool, Sites], bool]
    space_of: Callable[[str], str]
    schemes: tuple[bytes, ...] = (b"digest", b"basic")
    states_algorithm: bool = False
    replaces_header: bool = False
    answers_despite_header: bool = True
    url_goes_first: bool = False
    is_partitioned: bool = False
    hides_login: bool = False
    placed_behind: frozenset[bytes] = frozenset()
