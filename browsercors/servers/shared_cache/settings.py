"""
What real shared caches do when nobody has told them otherwise, as data.

nginx, Varnish and Squid are held to this by tests that ask the real ones; CloudFront is as its documentation has it.
What a cache does with `Vary` and `Origin` is the point. What it does for speed alone is left out: waiting for another
request's answer, storing parts, compressing, and remembering what it could not store.
"""

from __future__ import annotations

from typing import Final, Literal

import attrs

from browsercors.rules.caching import SHARED_CACHE, CachingRules

__all__ = [
    "CDN_WITH_OPTIONS",
    "CLOUDFRONT",
    "NGINX",
    "SQUID",
    "STANDARD",
    "VARNISH",
    "SharedCacheSettings",
    "settings_named",
]


@attrs.frozen(kw_only=True)
class SharedCacheSettings:
    """
    How a shared cache is set up.

    Attributes:
        name: What it is called.
        documentation: Where its makers say so.
        rules: What it may store, and for what it may use it.
        passes: Lower-case names of request headers with which a request is neither answered from the cache nor stored.
        fetches_whole: Whether a miss is fetched by GET without conditions, so that it can be stored.
        forwards: Lower-case names of the request headers that the server gets of a request that may be cached; None for
            all. Those of the key are always among them.
        keys_query: Whether the query belongs to the key; what does not is not sent on either.
        hides: Lower-case names of response headers that no client gets.
        hides_on_hit: Those that clients do not get from the cache.
        shown_in_304: Lower-case names of the stored headers that are in a 304 of the cache's own; None for all that do
            not describe the body.
        trims_vary: Whether names that are not of the key are taken out of `Vary`; but for `Accept-Encoding`, `Cookie`.
        age: When `Age` is sent: "never" (that of the server passes), on "hits", or "always".
        status_header: The header that tells hit from miss, with its values for these; None for none.
    """

    name: str
    documentation: tuple[str, ...]
    rules: CachingRules = SHARED_CACHE
    passes: frozenset[bytes] = frozenset()
    fetches_whole: bool = False
    forwards: frozenset[bytes] | None = None
    keys_query: bool = True
    hides: frozenset[bytes] = frozenset()
    hides_on_hit: frozenset[bytes] = frozenset()
    shown_in_304: frozenset[bytes] | None = None
    trims_vary: bool = False
    age: Literal["never", "hits", "always"] = "hits"
    status_header: tuple[bytes, bytes, bytes] | None = (b"X-Cache", b"HIT", b"MISS")


STANDARD: Final = SharedCacheSettings(name="standard", documentation=("https://www.rfc-editor.org/rfc/rfc9111",))
"""A shared cache that keeps to RFC 9111."""

CDN_WITH_OPTIONS: Final = SharedCacheSettings(
    name="cdn-with-options",
    documentation=(
        "https://www.rfc-editor.org/rfc/rfc9111",
        # "Responses to the OPTIONS method are not cacheable": whoever stores them has been told to.
        "https://www.rfc-editor.org/rfc/rfc9110#section-9.3.7",
        # The box "Cache HTTP methods: OPTIONS" of a distribution.
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html",
    ),
    # As nginx, Varnish and CloudFront: a PUT or DELETE that passes does not make it forget.
    rules=attrs.evolve(SHARED_CACHE, methods=frozenset({b"GET", b"HEAD", b"OPTIONS"}), invalidates=False),
)
"""A CDN that honours `Vary` and was told to store responses to OPTIONS as well; none does so by default."""

NGINX: Final = SharedCacheSettings(
    name="nginx",
    documentation=(
        # Set-Cookie and `Vary: *` are not stored, and Vary counts since 1.7.7; no-cache, private and no-store are not.
        "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_valid",
        # GET and HEAD; HEAD is fetched as GET.
        "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_methods",
        "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_convert_head",
        # Off: what is stale is fetched anew.
        "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_revalidate",
    ),
    rules=CachingRules(
        is_shared=True,
        heuristic_fraction=0.0,
        stores_no_cache=False,
        stores_stale="none",
        stores_cookies=False,
        stores_authorized=True,
        request_directives=frozenset(),
        reads_age=False,
        reads_date=False,
        validates=False,
        invalidates=False,
    ),
    fetches_whole=True,
    age="never",
    status_header=None,
)
"""`proxy_cache` of nginx, with no `proxy_cache_valid`: only what has a lifetime is stored, whatever its status."""

VARNISH: Final = SharedCacheSettings(
    name="varnish",
    documentation=(
        # Requests with Cookie or Authorization pass; Set-Cookie, no-cache, no-store, private, `Vary: *` are not kept.
        "https://varnish-cache.org/docs/trunk/users-guide/vcl-built-in-code.html",
        # `default_ttl` is 120 seconds, `default_grace` 10.
        "https://varnish-cache.org/docs/trunk/reference/varnishd.html#list-of-parameters",
        # Varying, and the key of host and URL.
        "https://varnish-cache.org/docs/trunk/users-guide/vcl-hashing.html",
    ),
    rules=CachingRules(
        is_shared=True,
        # RFC2616_Ttl in bin/varnishd/cache/cache_rfc2616.c
        statuses=frozenset({200, 203, 204, 300, 301, 302, 304, 307, 404, 410, 414}),
        heuristic_fraction=0.0,
        default_lifetimes=dict.fromkeys((200, 203, 204, 300, 301, 404, 410, 414), 120.0),
        stores_no_cache=False,
        stores_stale="none",
        stores_cookies=False,
        request_directives=frozenset(),
        invalid_expires_means_expired=False,
        reads_date=False,
        invalidates=False,
        obeys_must_revalidate=False,
        grace=10.0,
    ),
    passes=frozenset({b"authorization", b"cookie"}),
    fetches_whole=True,
    age="always",
    status_header=None,
)
"""Varnish with its built-in VCL. It tells hits from misses by two numbers in `X-Varnish`, which are not sent here."""

SQUID: Final = SharedCacheSettings(
    name="squid",
    documentation=(
        "https://wiki.squid-cache.org/ConfigExamples/Reverse/BasicAccelerator",
        # 20 % of the age since Last-Modified.
        "https://www.squid-cache.org/Doc/config/refresh_pattern/",
        # 0: errors are not kept.
        "https://www.squid-cache.org/Doc/config/negative_ttl/",
        # One object for the URL, which says by what it varies, and one for each variant.
        "https://squid.sourceforge.net/vary/progress.html",
    ),
    rules=CachingRules(
        is_shared=True,
        # HttpStateData::reusableReply in src/http.cc
        statuses=frozenset({200, 203, 300, 301, 302, 307, 308, 410}),
        heuristic_statuses=frozenset({200, 203, 300, 301, 308, 410}),
        heuristic_fraction=0.2,
        reads_date=False,
    ),
    hides_on_hit=frozenset({b"set-cookie"}),
    # HttpReply::make304 in src/HttpReply.cc: neither ETag nor Access-Control-Allow-Origin
    shown_in_304=frozenset({b"cache-control", b"date", b"expires", b"last-modified"}),
    status_header=(b"X-Cache", b"HIT from squid", b"MISS from squid"),
)
"""Squid as an accelerator, with its default `refresh_pattern`; `login=PASSTHRU` has it send `Authorization` on."""

CLOUDFRONT_ORDINARY: Final = (200, 203, 204, 300, 301, 302, 303, 307, 308)
CLOUDFRONT_ERRORS: Final = (404, 405, 414, 500, 501, 502, 503, 504)

CLOUDFRONT: Final = SharedCacheSettings(
    name="cloudfront",
    documentation=(
        # The policy CachingOptimized: at least 1 second, a day where nothing is said; no header, cookie or query is in
        # the key.
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html",
        # Without an origin request policy the server gets few headers of the client's, and Origin is not among them.
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html",
        # Set-Cookie and what is in Vary do not reach clients.
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html",
        # Some errors are kept for 10 seconds at least, some if they say for how long, others not.
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html",
    ),
    rules=CachingRules(
        is_shared=True,
        vary="ignored",
        heuristic_fraction=0.0,
        statuses=frozenset({*CLOUDFRONT_ORDINARY, *CLOUDFRONT_ERRORS, 400, 403, 412, 415}),
        default_lifetimes=dict.fromkeys(CLOUDFRONT_ORDINARY, 86400.0),
        minimum_lifetimes=dict.fromkeys(CLOUDFRONT_ORDINARY, 1.0) | dict.fromkeys(CLOUDFRONT_ERRORS, 10.0),
        stores_stale="none",
        maximum_lifetime=31536000.0,
        stores_authorized=True,
        request_directives=frozenset(),
        invalidates=False,
    ),
    forwards=frozenset(
        {b"accept-encoding", b"content-length", b"content-type", b"host", b"if-modified-since", b"if-none-match"}
    ),
    keys_query=False,
    hides=frozenset({b"set-cookie"}),
    trims_vary=True,
    status_header=(b"X-Cache", b"Hit from cloudfront", b"Miss from cloudfront"),
)
"""
CloudFront with the cache policy that its console offers, and no origin request policy.

A distribution refuses other methods than GET and HEAD unless it is told to take them, preflights included; this one
takes them all.
"""

NAMED: Final = {settings.name: settings for settings in (STANDARD, CDN_WITH_OPTIONS, NGINX, VARNISH, SQUID, CLOUDFRONT)}


def settings_named(name: str) -> SharedCacheSettings:
    """
    Return the settings of that name.

    Raises:
        ValueError: There are none.
    """
    settings = NAMED.get(name) if isinstance(name, str) else None
    if settings is None:
        raise ValueError(f"name has to be one of {', '.join(map(repr, NAMED))}, not {name!r}")
    return settings
