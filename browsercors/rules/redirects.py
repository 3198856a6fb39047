"""
How browsers differ in following redirects.
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
        location: Returns the location value of a redirect: None if there is none, so that the response itself is the
            result; a `Failure` if it is malformed.
        refuses_credentials: Returns the step that refuses a location URL with credentials, or None.
        location_text: Decodes a location value.
        also_becomes_get: Whether a redirect to this URL turns the request into a GET, although the standard keeps its
            method.
        cors_checked_again: Whether a redirect that passed the CORS check has to pass it again, as a response with
            credentials, before the next request is sent.
        removed_names: The lower-case names of headers that a redirect removes as well as `Authorization`, unless it
            leads to the page's own origin, and that is the origin of all pages above it.
        restored_names: Returns the lower-case names of the headers that a redirect with this status to this URL
            restores if an earlier redirect removed them.
        refuses_several_locations: Whether a response of whatever status is refused if its `Location` headers differ.
        needs_valid_location: Whether a location that cannot be parsed is refused even if it is not followed: in the
            redirect mode "manual", and in "error", where the failure has another name then.
        mixed_content_after_preflight: Whether a redirect to what is mixed content is refused only after the preflight.
        loads_follow_to_data: Whether a redirect of an element without CORS may lead to a `data:` URL.
        hides_origin_without_cors: Whether a redirect to another origin leaves a request without CORS no `Origin` but
            `null`.
        target_comes_first: Whether the page's policy and mixed content are asked about where a redirect leads before
            the CORS check is made of the redirect itself.
        error_mode_needs_location: Whether redirect mode "error" fails only if there is a location.
    """

    location: Callable[[HeaderList], bytes | Failure | None]
    refuses_credentials: Callable[[Request, URL], str | None]
    location_text: Callable[[bytes], str]
    also_becomes_get: Callable[[Request, URL], bool]
    restored_names: Callable[[Request, int, URL], Collection[bytes]]
    cors_checked_again: Callable[[Request], bool]
    loads_follow_to_data: bool = False
    hides_origin_without_cors: bool = False
    removed_names: frozenset[bytes] = frozenset()
    error_mode_needs_location: bool = False
    refuses_several_locations: bool = False
    needs_valid_location: bool = False
    mixed_content_after_preflight: bool = False
    target_comes_first: bool = False
