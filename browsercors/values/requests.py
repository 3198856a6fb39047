"""
Requests, and the environments (pages) that make them.

https://fetch.spec.whatwg.org/#requests
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.values.address_spaces import AddressSpace
from browsercors.values.records import Record, quick

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from browsercors.values.content_security_policy import CSPList
    from browsercors.values.headers import HeaderList
    from browsercors.values.integrity_policy import IntegrityPolicy
    from browsercors.values.origins import Origin
    from browsercors.values.urls import URL

__all__ = [
    "SCRIPT_INITIATORS",
    "CacheMode",
    "CredentialsMode",
    "Environment",
    "RedirectMode",
    "Request",
    "RequestMode",
    "ResponseTainting",
]

SCRIPT_INITIATORS: Final = frozenset({"fetch", "xmlhttprequest"})
"""The initiator types of scripts that ask for data; all others are of elements and style sheets."""


@quick
class RequestMode(enum.Enum):
    """
    https://fetch.spec.whatwg.org/#concept-request-mode.
    """

    SAME_ORIGIN = "same-origin"
    CORS = "cors"
    NO_CORS = "no-cors"
    NAVIGATE = "navigate"
    WEBSOCKET = "websocket"


@quick
class CredentialsMode(enum.Enum):
    """
    https://fetch.spec.whatwg.org/#concept-request-credentials-mode.
    """

    OMIT = "omit"
    SAME_ORIGIN = "same-origin"
    INCLUDE = "include"


@quick
class CacheMode(enum.Enum):
    """
    https://fetch.spec.whatwg.org/#concept-request-cache-mode.
    """

    DEFAULT = "default"
    NO_STORE = "no-store"
    RELOAD = "reload"
    NO_CACHE = "no-cache"
    FORCE_CACHE = "force-cache"
    ONLY_IF_CACHED = "only-if-cached"


@quick
class RedirectMode(enum.Enum):
    """
    https://fetch.spec.whatwg.org/#concept-request-redirect-mode.
    """

    FOLLOW = "follow"
    ERROR = "error"
    MANUAL = "manual"


@quick
class ResponseTainting(enum.Enum):
    """
    https://fetch.spec.whatwg.org/#concept-request-response-tainting.
    """

    BASIC = "basic"
    CORS = "cors"
    OPAQUE = "opaque"


@attrs.frozen(eq=False, repr=False)
class Environment(Record):
    """
    The page that makes requests: an environment settings object of HTML, as far as fetching reads it.

    Attributes:
        url: The creation URL.
        base_url: The base of relative URLs; for an `about:` document, the parent's base URL.
        origin: Opaque for a sandboxed or `data:` page.
        top_level_origin: The origin of the top-level page; the page's own, unless it is a frame.
        site: The site of the origin; the top-level site, unless the page is a frame of another one.
        network_partition_key: The top-level site, which keeps the caches of different sites apart.
        has_cross_site_ancestor: Whether a page above this one is of another site.
        is_secure_context: https://w3c.github.io/webappsec-secure-contexts/.
        prohibits_mixed_content: Whether the page or one above it came over TLS.
        referrer_policy: The page's referrer policy, never empty.
        address_space: Where the page came from.
        parent: The page that contains it as a frame; None for a top-level page.
        allow: Of a frame, the `allow` attribute.
        referrer_source: The URL from which referrers are made; the parent's for a document without a URL of its own.
        csp_list: The page's Content Security Policies; None if there are none.
        integrity_policy: The page's integrity policy; None if there is none.
        is_worker: Whether it is no page, but a worker that one started.
        owner: Of a worker that is not shared, the page.
        clients: The page as service workers know it; empty until that is asked.
    """

    url: URL
    base_url: URL
    origin: Origin
    top_level_origin: Origin
    network_partition_key: Hashable
    has_cross_site_ancestor: bool
    is_secure_context: bool
    prohibits_mixed_content: bool
    referrer_policy: str
    address_space: AddressSpace = AddressSpace.PUBLIC
    parent: Environment | None = attrs.field(default=None, repr=False)
    allow: str = ""
    referrer_source: URL = attrs.field()
    site: Hashable = attrs.field()

    @site.default
    def _site(self) -> Hashable:
        return self.network_partition_key

    @referrer_source.default
    def _referrer_source(self) -> URL:
        return self.url

    csp_list: CSPList | None = None
    integrity_policy: IntegrityPolicy | None = None
    is_worker: bool = False
    owner: Environment | None = attrs.field(default=None, repr=False)
    clients: list[Any] = attrs.field(init=False, repr=False, factory=list)


@attrs.define(eq=False, repr=False)
class Request(Record):
    """
    A request: what is to be fetched, for whom and how. Fetching changes it (redirects do).

    Attributes:
        method: Normalised.
        url_list: Every URL of the redirect chain; the last one is the current URL.
        header_list: The headers that the page set, and those that fetching adds.
        client: The page.
        origin: The page's origin.
        body: None if there is none; an empty body is `b""`.
        body_source_is_null: Whether the body is a stream, which cannot be sent twice.
        unsafe_request: The unsafe-request flag: the page chose method and headers itself.
        use_cors_preflight: The use-CORS-preflight flag: upload listeners, or a stream as body.
        referrer: "client", None for no referrer, or the referrer's URL.
        referrer_policy: Empty until fetching takes the page's.
        destination: Empty for `fetch()` and XMLHttpRequest.
        initiator: What asks, where the destination does not tell: "imageset", "manifest" and "prefetch" as in the
            standard, "import" for a module, and "css" for what a style sheet loads; "worker" for the script of a
            worker, "worker-import" for a module and "importscripts" for a script that one imports; else empty.
        sheet_url: The URL of the style sheet that asks; None if none does.
        cryptographic_nonce: The nonce of the element; empty without one.
        tainted_origin: The opaque origin of a request that redirects have tainted; None until then.
        redirect_taint: https://fetch.spec.whatwg.org/#concept-request-tainted-origin; "same-origin", "same-site" or
            "cross-site", brought up to date with the URL list.
        became_get: Whether a redirect has turned it into a GET.
        page_method: The method that the page asked for.
        page_header_list: The headers as the page set them, without what redirects changed.
        target_address_space: Where the page says that the server stands; None if it says nothing.
        removed_by_last_redirect: Lower-case names of the headers that the last redirect had to remove, if set.
        shown_url_list: What the page sees in the place of the URL list; usually None.
    """

    method: bytes
    url_list: list[URL]
    header_list: HeaderList
    client: Environment
    origin: Origin
    mode: RequestMode = RequestMode.NO_CORS
    credentials_mode: CredentialsMode = CredentialsMode.SAME_ORIGIN
    cache_mode: CacheMode = CacheMode.DEFAULT
    redirect_mode: RedirectMode = RedirectMode.FOLLOW
    body: bytes | None = None
    body_source_is_null: bool = False
    unsafe_request: bool = False
    use_cors_preflight: bool = False
    referrer: URL | str | None = "client"
    referrer_policy: str = ""
    destination: str = ""
    initiator: str = ""
    sheet_url: URL | None = None
    cryptographic_nonce: str = ""
    initiator_type: str = "fetch"
    integrity_metadata: str = ""
    keepalive: bool = False
    priority: str = "auto"
    redirect_count: int = 0
    response_tainting: ResponseTainting = ResponseTainting.BASIC
    redirect_taint: str = "same-origin"
    tainted_origin: Origin | None = None
    became_get: bool = False
    page_method: bytes = b"GET"
    page_header_list: Sequence[tuple[bytes, bytes]] = ()
    target_address_space: AddressSpace | None = None
    removed_by_last_redirect: frozenset[bytes] = frozenset()
    timing_allow_failed: bool = False
    shown_url_list: list[URL] | None = None

    @property
    def current_url(self) -> URL:
        """
        The last URL of the URL list.
        """
        return self.url_list[-1]

    def byte_serialized_origin(self) -> bytes:
        """
        Return the origin as the `Origin` header has it: `null` once redirects have tainted it.

        https://fetch.spec.whatwg.org/#byte-serializing-a-request-origin
        """
        return self.origin.byte_serialized if self.redirect_taint == "same-origin" else b"null"
