"""
Following redirects: in what browsers differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from browsercors.values.records import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from browsercors.values.headers import Failure, HeaderList
    from browsercors.values.requests import Request
    from browsercors.values.urls import URL

__all__ = ["RedirectRules"]


@attrs.frozen(eq=False, repr=False)
class RedirectRules(Rules):
    """
    Following redirects.

    Attributes:
        location: The location value of a redirect response: None where there is none (the response itself is the
            result), `FAILURE` where it is malformed.
        refuses_credentials: Judges a location URL that includes credentials: the step that refuses it, or None.
        location_text: Decodes a location value.
        also_becomes_get: Whether a redirect to that URL makes a GET of a request that the standard leaves as it is.
        judged_again: Whether a redirect response that passed has to pass once more, as an answer with credentials, when
            the next request is about to be sent.
        restored_names: Lower-case names of the headers that come back at a redirect with that status to that URL, if
            an earlier one has removed them.
        needs_location: Whether a redirect status without a location is no redirect for the redirect mode "error".
    """

    location: Callable[[HeaderList], bytes | Failure | None]
    refuses_credentials: Callable[[Request, URL], str | None]
    location_text: Callable[[bytes], str]
    also_becomes_get: Callable[[Request, URL], bool]
    restored_names: Callable[[Request, int, URL], Collection[bytes]]
    judged_again: Callable[[Request], bool]
    needs_location: bool = False
