"""
How browsers differ in turning the arguments of a page into a request.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from browsercors.values.records import Rules, quick

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.values.requests import CacheMode

__all__ = ["STANDARD_CHECKS", "RefusalCheck", "RequestRules", "StreamBody"]

RefusalCheck: TypeAlias = Literal["port", "mixed-content", "mode"]

STANDARD_CHECKS: Final[tuple[RefusalCheck, ...]] = ("port", "mixed-content")
"""What the standard looks at before anything is sent (main fetch, step 7)."""


@quick
class StreamBody(enum.Enum):
    """
    What the browser does with a `ReadableStream` as a body.
    """

    UPLOADED = "uploaded"
    """A streaming upload, which needs a preflight and HTTP/2."""

    STRINGIFIED = "stringified"
    """The browser does not know the body type, and sends the text "[object ReadableStream]"."""

    REFUSED = "refused"
    """The constructor throws."""


@attrs.frozen(eq=False, repr=False)
class RequestRules(Rules):
    """
    How `Request`, `Headers` and `XMLHttpRequest` turn the page's arguments into a request.

    Attributes:
        dropped_names: Lower-case names that scripts may not set, in addition to the standard's forbidden ones.
        combines_repeated_headers: Whether a header appended twice is one header with a joined value from then on.
        stream_body: What the browser does with a `ReadableStream` as a body.
        upload_listeners_need_body: Whether upload listeners set the use-CORS-preflight flag only with a body.
        no_cors_drops_body_type: Whether mode "no-cors" drops the `Content-Type` of a body if it is not safelisted.
        xhr_sends_unparsable_blob_types: Whether XMLHttpRequest sends the type of a Blob that is no MIME type.
        params_are_text: Whether that goes for URLSearchParams, too.
        state_utf8: Returns the `Content-Type` of text that XMLHttpRequest sends, given the page's own.
        has_only_if_cached: Whether the browser knows the cache mode "only-if-cached".
        no_referrer_sets_policy: Whether the referrer "" also sets the policy "no-referrer".
        sends_type_of_dropped_form: Whether XMLHttpRequest sends the `Content-Type` of URLSearchParams with a GET or
            HEAD, although these have no body.
        drops_empty_body: Whether an empty body is dropped. It takes the page's value, the initiator type, and whether
            there are upload listeners.
        keeps_credentials_in_foreign_urls: Whether XMLHttpRequest leaves user name and password in the URL
            of another origin.
        conditional_cache_modes: By initiator type ("fetch", "xmlhttprequest"), the cache mode of requests with
            conditional headers such as `If-None-Match`. It is set from the start; the standard sets it only when the
            request is sent.
        checked_first: What is looked at before anything is sent, in this order; the first refusal is named. The mode
            is looked at later in any case.
        multipart_boundary_prefix: What multipart boundaries begin with.
    """

    drops_empty_body: Callable[[object, str, bool], bool]
    state_utf8: Callable[[bytes], bytes]
    params_are_text: bool = False
    xhr_sends_unparsable_blob_types: bool = True
    dropped_names: frozenset[bytes] = frozenset()
    combines_repeated_headers: bool = False
    stream_body: StreamBody = StreamBody.UPLOADED
    upload_listeners_need_body: bool = False
    no_cors_drops_body_type: bool = True
    has_only_if_cached: bool = True
    no_referrer_sets_policy: bool = False
    sends_type_of_dropped_form: bool = False
    keeps_credentials_in_foreign_urls: bool = True
    conditional_cache_modes: Mapping[str, CacheMode] | None = None
    checked_first: tuple[RefusalCheck, ...] = STANDARD_CHECKS
    multipart_boundary_prefix: str = "----formdata-"
