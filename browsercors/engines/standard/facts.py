"""
What the standard says of everything in which a browser departs from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.rules.facts import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SUBJECTS"]

SUBJECTS: Final[Mapping[str, tuple[Subject, ...]]] = {
    "What needs a preflight": (
        Subject(("safelist.names[accept]",), "bytes beyond ASCII in `Accept`", "safe"),
        Subject(("safelist.names[content-type]",), "`Content-Type`", "by essence"),
        Subject(("safelist.names[range]",), "numbers and spelling of `Range`", "numbers of any size"),
        Subject(
            (
                "safelist.names[device-memory]",
                "safelist.names[downlink]",
                "safelist.names[dpr]",
                "safelist.names[ect]",
                "safelist.names[rtt]",
                "safelist.names[save-data]",
                "safelist.names[viewport-width]",
                "safelist.names[width]",
            ),
            "client hints that scripts may set",
            "not safelisted",
        ),
        Subject(("safelist.names[intervention]",), "`Intervention`", "not safelisted"),
        Subject(("safelist.sum_bytes",), "all safelisted values together", "{} bytes"),
        Subject(
            ("safelist.keeps_repeated_names",), "a header appended twice in `Access-Control-Request-Headers`", "once"
        ),
        Subject(("requests.combines_repeated_headers",), "a header appended twice", "two headers"),
        Subject(("requests.dropped_names",), "`User-Agent` set by a script", "sent, with a preflight"),
        Subject(("requests.upload_listeners_need_body",), "upload listeners without a body", "preflight"),
        Subject(("requests.stream_body",), "a `ReadableStream` as body", "uploaded"),
        Subject(
            ("requests.conditional_cache_modes",),
            "the page sets `If-None-Match` and the like",
            'cache mode "no-store" when sent',
        ),
        Subject(("requests.guards_body_types",), 'the type of a body under mode "no-cors", not safelisted', "dropped"),
        Subject(("requests.has_only_if_cached",), 'cache mode "only-if-cached"', "known"),
        Subject(("requests.takes_no_referrer_as_policy",), 'the referrer `""`', "no `Referer`"),
        Subject(
            ("requests.states_type_of_unsent_form",),
            "`URLSearchParams` given to an XMLHttpRequest for GET or HEAD",
            "dropped",
        ),
        Subject(
            ("requests.keeps_credentials_in_url",), "user name and password in the URL of an XMLHttpRequest", "kept"
        ),
        Subject(("requests.multipart_boundary_prefix",), "the boundary of a form", "any"),
    ),
    "The preflight": (
        Subject(("preflight.stages",), "which error wins", "CORS check, status, lists, method, headers"),
        Subject(
            ("preflight.authorization_needs_listing",),
            "`Authorization` under `Access-Control-Allow-Headers: *`",
            "refused",
        ),
        Subject(
            ("preflight.forced_method_needs_no_listing",),
            "no list of methods, and a preflight forced by a listener or a stream",
            "method allowed",
        ),
        Subject(("preflight.origin",), "`Origin` of a preflight after redirects between origins", "`null`"),
        Subject(("preflight.unsafe_headers",), "which headers count after a redirect removed some", "those left"),
        Subject(("preflight.compared_in_order",), "which refused header is named", "the first, sorted"),
        Subject(("preflight.repeated_on_redirect",), "a hop was preflighted, the next one needs none", "no preflight"),
        Subject(("preflight.keeps_first_referrer",), "`Referer` of a preflight after redirects", "for the current URL"),
    ),
    "The preflight cache": (
        Subject(("preflight_cache.create",), "what an entry is", "each method and each name, merged"),
        Subject(("preflight_cache.max_age",), "`Access-Control-Max-Age` that is no number of seconds", "5 s"),
        Subject(("preflight_cache.max_age_cap",), "the longest time that an answer is remembered", "none"),
        Subject(
            ("preflight_cache.origin_key",),
            "pages whose origin is opaque, or tainted by redirects",
            "remembered for the origin sent",
        ),
        Subject(("preflight_cache.bypassing_cache_modes",), "cache modes that ask anew", "none"),
        Subject(("preflight_cache.unstored_cache_modes",), "cache modes under which nothing is stored", "none"),
        Subject(("preflight_cache.cleared_by",), "which failing fetches clear the URL's entries", "preflighted ones"),
    ),
    "The browser's own HTTP cache": (
        Subject(
            ("http_cache.key",),
            "what keeps responses apart, beside the site of the top-level page and the URL",
            "nothing",
        ),
        Subject(("http_cache.is_asked",), "requests for which it is not asked", "none"),
        Subject(("http_cache.refused",), "what becomes of a response that the page may not have", "kept"),
        Subject(("http_cache.invalidated_by",), "requests that make it forget their URL", "unsafe ones that succeed"),
        Subject(
            ("http_cache.invalidating_headers",),
            "other URLs of the same origin that such a request makes it forget",
            "those in `Location` and `Content-Location` of the answer",
        ),
        Subject(("http_cache.leaving_statuses",), "a redirect that is not stored", "takes the place of what is"),
        Subject(("http_cache.validated_statuses",), "what the server is asked about", "whatever can be validated"),
        Subject(
            ("http_cache.validates_authorized",),
            "a request with `Authorization`, for what was stored without",
            "answered",
        ),
        Subject(("http_cache.confirms_unasked",), "a 304 though nothing was asked", "is the answer"),
        Subject(("http_cache.forgets_unasked",), "a 304 to a reload", "forgets what is stored"),
        Subject(("http_cache.revalidation_headers",), "headers of a request behind a stale answer", "validators"),
        Subject(("http_cache.caching.methods",), "methods whose responses are stored", "GET"),
        Subject(("http_cache.caching.statuses",), "statuses that are stored if they say for how long", "all"),
        Subject(("http_cache.caching.fresh_statuses",), "statuses that are used without asking the server", "all"),
        Subject(("http_cache.caching.unstored_statuses",), "a 304 though nothing is stored", "not stored"),
        Subject(
            ("http_cache.caching.vary",),
            "what is stored for other values of a header in `Vary`, or with `Vary: *`",
            "is not used",
        ),
        Subject(
            ("http_cache.caching.kept_headers",),
            "what a 304 does not change, beside length, type, coding and range",
            "nothing",
        ),
        Subject(
            ("http_cache.caching.heuristic_statuses",),
            "statuses that may be kept by `Last-Modified` alone",
            "those of RFC 9110",
        ),
        Subject(
            ("http_cache.caching.public_is_heuristic",),
            "other statuses with `public`",
            "are kept by `Last-Modified`, too",
        ),
        Subject(("http_cache.caching.default_lifetimes",), "what says nothing about time", "stale at once"),
        Subject(
            ("http_cache.caching.guesses_strictly",),
            "`Last-Modified` with `must-revalidate`",
            "kept for a tenth of its age",
        ),
        Subject(
            ("http_cache.caching.directives",),
            "`max-age` that is written oddly",
            "quotes and blanks are allowed, the first counts, what is no number is 0",
        ),
        Subject(("http_cache.caching.no_cache_has_arguments",), '`no-cache="set-cookie"`', "no-cache"),
        Subject(("http_cache.caching.reads_pragma",), "`Pragma: no-cache` in a response", "nothing"),
        Subject(("http_cache.caching.request_directives",), "`Cache-Control` that a page sets", "obeyed"),
        Subject(("http_cache.caching.reloads",), "`no-cache` that a page sets", "validated"),
        Subject(("http_cache.caching.reads_request_pragma",), "`Pragma: no-cache` that a page sets", "no-cache"),
        Subject(
            ("http_cache.caching.stores_stale",),
            "what is stale at once and has no validator",
            "stored, for `force-cache`",
        ),
        Subject(("http_cache.caching.stores_ranges",), "the answer to a request with `Range`", "not stored"),
    ),
    "Redirects": (
        Subject(("redirects.location",), "`Location` repeated, or empty", "repeated: error; empty: this URL again"),
        Subject(
            ("redirects.refuses_credentials",),
            "a user name in the new URL",
            "refused across origins under CORS, and once the chain has left the page's origin",
        ),
        Subject(
            ("redirects.judged_again",),
            "app -> api -> anywhere, and the api's redirect has `Access-Control-Allow-Origin: *`",
            "passes",
        ),
        Subject(
            ("redirects.also_becomes_get",), "a DELETE that is redirected to another origin", "a GET with 303 only"
        ),
        Subject(("redirects.restored_names",), "headers that a redirect has removed", "gone"),
        Subject(
            ("redirects.needs_location",), 'redirect mode "error" and a redirect status without `Location`', "error"
        ),
        Subject(
            ("redirects.location_text",),
            "bytes beyond ASCII in `Location`, and controls at its start",
            "UTF-8, or escaped one by one; stripped",
        ),
    ),
    "Responses": (
        Subject(("responses.header_list",), "malformed header lines", "RFC 9112"),
        Subject(("responses.integrity_matches",), "integrity of a response without body", "fails"),
        Subject(("requests.drops_empty_body",), "`Content-Length` of an empty blob as body", "0"),
        Subject(("responses.keeps_blanks_after_reason",), "blanks at the end of the reason phrase", "stripped"),
        Subject(("responses.data_url_content_length",), "`Content-Length` of a `data:` URL", "none"),
    ),
    "The wire": (
        Subject(("wire.order", "preflight_wire.order"), "the order of headers", "not said"),
        Subject(("wire.shifts",), "headers that stand elsewhere in some requests", "not said"),
        Subject(
            ("wire.names_of_the_page",), "headers of the browser that the page sets itself", "where they are anyway"
        ),
        Subject(("wire.user_agent", "preflight_wire.user_agent"), "`User-Agent`", "not said"),
        Subject(("wire.accept_language", "preflight_wire.accept_language"), "`Accept-Language`", "not said"),
        Subject(
            ("wire.accept_encoding.loopback", "preflight_wire.accept_encoding.loopback"),
            "codings asked of this machine",
            "not said",
        ),
        Subject(
            ("wire.accept_encoding.tls", "preflight_wire.accept_encoding.tls"), "codings asked over TLS", "not said"
        ),
        Subject(("wire.extra",), "further headers", "`Connection: keep-alive`"),
        Subject(("preflight_wire.extra",), "further headers of preflights", "`Connection: keep-alive`"),
        Subject(("wire.trustworthy_extra",), "further headers to trustworthy URLs", "none"),
        Subject(("wire.fetch_extra",), "further headers of `fetch()`", "none"),
        Subject(("wire.page_headers", "preflight_wire.page_headers"), "the page's headers", "as written"),
        Subject(("wire.sec_fetch_site",), "`Sec-Fetch-Site` after redirects", "the furthest of the chain"),
        Subject(
            ("preflight_wire.sec_fetch_site",),
            "`Sec-Fetch-Site` of preflights after redirects",
            "the furthest of the chain",
        ),
        Subject(
            ("wire.keeps_origin",),
            "`Origin` of a POST to the own origin that a redirect within it makes a GET",
            "removed",
        ),
        Subject(
            ("preflight_wire.fetch_metadata_elsewhere",),
            "Sec-Fetch headers of preflights to URLs that are not trustworthy",
            "none",
        ),
        Subject(
            ("wire.begins_anew",),
            "what the browser adds to a CORS request after a redirect to another origin",
            "the same as before",
        ),
        Subject(("wire.storage_access",), "`Sec-Fetch-Storage-Access`", "not in Fetch"),
        Subject(("preflight_wire.storage_access",), "`Sec-Fetch-Storage-Access` of preflights", "not in Fetch"),
        Subject(
            ("wire.storage_access_when_tainted",),
            "`Sec-Fetch-Storage-Access` after redirects between origins",
            "not in Fetch",
        ),
        Subject(("preflight_wire.cache_headers",), "`Cache-Control` and `Pragma` on preflights, by cache mode", "none"),
    ),
    "Cookies, referrers, the rest": (
        Subject(("cookies.default_same_site",), "a cookie without `SameSite`", "sent across sites, not stored there"),
        Subject(("cookies.same_site_none_requires_secure",), "`SameSite=None` without `Secure`", "refused"),
        Subject(("cookies.secure_on_trustworthy_http",), "`Secure` cookies over http on this machine", "no"),
        Subject(("partitions_third_party_cookies",), "cookies of other sites", "shared"),
        Subject(
            ("opaque_origins_are_cross_site",), "SameSite cookies to the own site from a sandboxed page", "not sent"
        ),
        Subject(("redirects_hide_cookies",), "SameSite cookies to the own site, by way of another one", "not sent"),
        Subject(
            ("redirects_refuse_cookies",), "SameSite cookies set by the own site, by way of another one", "not stored"
        ),
        Subject(("cookies.keeps_partitioned_cookies_apart",), "cookies with `Partitioned`", "like others"),
        Subject(("refuses_cookies_of",), "cookies that hosts of another registrable domain set", "stored"),
        Subject(
            ("referrer",),
            "`Referer` under lax policies, and of https pages to http on this machine",
            "what the policy says; sent",
        ),
        Subject(("origin_obeys_referrer_policy",), '`Origin` of a no-cors POST under "no-referrer"', "`null`"),
        Subject(("is_trustworthy",), "https page to `http://127.0.0.1` or `http://localhost`", "allowed"),
        Subject(("answers_proxy_challenges",), "407 without a proxy", "network error"),
        Subject(("referrer_source",), "`Referer` of an `about:` frame", "its parent's URL; none if it is sandboxed"),
        Subject(("identifier",), "what a failure is called", "nothing"),
    ),
}
"""The subjects, by what they are about."""
