"""
How browsers differ in reading responses, and in what they show to pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.values.records import Rules
from browsercors.values.responses import NULL_BODY_STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.values.formats.data_urls import DataURLStruct
    from browsercors.values.headers import HeaderList
    from browsercors.values.responses import FilteredResponse
    from browsercors.values.urls import URL

__all__ = ["FORBIDDEN_RESPONSE_HEADER_NAMES", "ResponseRules"]

# https://fetch.spec.whatwg.org/#forbidden-response-header-name
FORBIDDEN_RESPONSE_HEADER_NAMES: Final = frozenset({b"set-cookie", b"set-cookie2"})


@attrs.frozen(eq=False, repr=False)
class ResponseRules(Rules):
    """
    How responses are read, and what pages see of them.

    Attributes:
        header_list: Turns the header lines of a response into its header list.
        null_body_statuses: Statuses whose responses have no body for the page, whatever came.
        forbidden_names: Lower-case names of the headers that no page sees.
        safelisted_names: Lower-case names that need no `Access-Control-Expose-Headers`.
        data_url: Returns what pages see as the URL of a `data:` response.
        xhr_spells_data_types: Whether XMLHttpRequest writes the type of a `data:` URL as `Content-Type`, in capitals.
        data_url_type: Returns the `Content-Type` of a `data:` response, or None for failure. None: the type as the
            standard writes it.
        data_url_content_length: Whether `data:` responses have a `Content-Length` for `fetch()`.
        integrity_matches: Whether the body of a response, which may be None, matches integrity metadata.
        keeps_spaces_after_reason_phrase: Whether the reason phrase keeps the spaces at its end.
    """

    header_list: Callable[[HeaderList], HeaderList]
    safelisted_names: frozenset[bytes]
    integrity_matches: Callable[[FilteredResponse, str], bool]
    data_url: Callable[[URL], URL]
    forbidden_names: frozenset[bytes] = FORBIDDEN_RESPONSE_HEADER_NAMES
    data_url_type: Callable[[DataURLStruct], bytes | None] | None = None
    data_url_content_length: bool = False
    xhr_spells_data_types: bool = False
    keeps_spaces_after_reason_phrase: bool = False
    null_body_statuses: frozenset[int] = NULL_BODY_STATUSES
