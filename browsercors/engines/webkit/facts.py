"""
Where WebKit departs from the standard, with the evidence.

The profile is what is simulated; these are its departures in words. Tests compare the two: each departure of the
profile has a row here, each row is a departure, and its scenarios fail if that field follows the standard instead.
"""

from __future__ import annotations

from typing import Final

from browsercors.engines.webkit.element_facts import ELEMENT_DEPARTURES
from browsercors.engines.webkit.service_worker_facts import SERVICE_WORKER_DEPARTURES
from browsercors.engines.webkit.socket_facts import SOCKET_DEPARTURES
from browsercors.engines.webkit.worker_facts import WORKER_DEPARTURES
from browsercors.rules.facts import Departure

__all__ = ["DEPARTURES"]

DEPARTURES: Final = (
    # What needs a preflight.
    Departure(
        "safelist.names[range]",
        "numbers below 2^64, with or without a plus; the unit in any case",
        (
            "safelist/124-range-bytes=18446744073709551616-",
            "safelist/111-range-Bytes=0-1",
            "safelist/120-range-bytes=+0-1",
        ),
    ),
    Departure(
        "requests.combines_repeated_headers",
        "becomes one header with joined values",
        ("safelist-repeated/type-twice-same",),
    ),
    Departure("requests.stream_body", "the constructor throws", ("request-init/duplex-full",)),
    Departure(
        "requests.checked_first",
        "the mode, then mixed content, then a bad port",
        ("odd-modes/same-origin", "odd-modes/no-cors-error", "odd-modes/port"),
        transport="sites",
    ),
    Departure("requests.no_cors_drops_body_type", "sent", ("preflight-need/no-cors-blob-json",)),
    Departure(
        "requests.has_only_if_cached",
        "not supported: the request is sent",
        ("request-init/own-only-if-cached-same-origin",),
    ),
    Departure(
        "requests.no_referrer_sets_policy", 'no `Referer`, and the policy "no-referrer"', ("found/webkit-ac284ece",)
    ),
    Departure(
        "requests.sends_type_of_dropped_form", "ignored, except for its `Content-Type`", ("found/webkit-8a2ffe59",)
    ),
    Departure(
        "requests.keeps_credentials_in_foreign_urls",
        "removed",
        ("urls/xhr-29-http%3a%2f%2fu%3ap%40%7bapi.authority%7d%2fx",),
    ),
    Departure("requests.multipart_boundary_prefix", "`{}`", ("wire/api-form",)),
    # The preflight.
    Departure(
        "preflight.stages",
        "status before the CORS check; the preflight is cached before method and headers are checked",
        ("two-errors/origin-missing+status-404", "preflight-cache-forgets/second-delete"),
    ),
    Departure("preflight.authorization_needs_listing", "allowed", ("allow-headers/auth-by-*",)),
    Departure(
        "preflight.forced_method_needs_no_listing", "the method is not allowed", ("preflight-need/upload-unlisted",)
    ),
    Departure("preflight.unsafe_headers", "those that the page set", ("redirects/app-api-authorization-302",)),
    Departure(
        "preflight.comparison_order",
        "the first that the page set",
        besides="the console's text in `refused-headers/X-B,X-A-allow-none`",
    ),
    Departure("preflight.repeated_on_redirect", "another preflight", ("redirects/api-api-put-303",)),
    Departure("preflight.sends_user_agent_of_page", "sent", ("forbidden/User-Agent",)),
    Departure("preflight.keeps_first_referrer", "for the first URL of the redirects", ("redirects/app-api-put-307",)),
    # The preflight cache.
    Departure(
        "preflight_cache.create",
        "one response for each URL, replaced by the next; `*` covers `Authorization`",
        ("preflight-cache-forgets/second-delete", "preflight-cache/stars-authorization"),
    ),
    Departure("preflight_cache.max_age", "5 s; `+600` is 600, `-1` has expired", ("max-age/04--1",)),
    Departure("preflight_cache.max_age_cap", "{} s", besides="`CrossOriginPreflightResultCache.cpp`"),
    Departure(
        "preflight_cache.origin_key",
        "opaque: cached for that page only; tainted: for that request only",
        ("preflight-cache-keys/two-sandboxes", "preflight-cache-keys/tainted-then-tainted"),
    ),
    Departure("preflight_cache.cleared_by", "none", ("preflight-cache-forgets/actual-no-origin",)),
    # What protects pages beside CORS.
    Departure(
        "content_security_policy.port_80",
        "443 matches",
        ("csp-schemes/14-%7bapi.host%7d%3a80-apisecure", "csp-schemes/18-https%3a%2f%2f%7bapi.host%7d%3a80-apisecure"),
        transport="plain",
    ),
    Departure(
        "content_security_policy.ignores_query_in_path",
        "counts without them",
        ("csp-sources/090-%7bapi%7d%2fx%3fq", "csp-sources/092-%7bapi%7d%2fx%23f"),
    ),
    Departure(
        "content_security_policy.decodes_whole_paths",
        "a slash",
        ("csp-paths/12-%2fdir%252Fx-%2fdir%2fx", "csp-paths/13-%2fdir%2fx-%2fdir%252Fx"),
    ),
    Departure("content_security_policy.self_matches_blobs", "no match", ("csp-requests/blob-self",)),
    Departure("content_security_policy.wildcard_schemes", "match", ("element-policies/csp-data-image-star",)),
    Departure(
        "content_security_policy.wildcards_need_scheme",
        "no source",
        ("csp-sources/077-*%3a*", "csp-sources/078-*%3a8000"),
    ),
    Departure(
        "content_security_policy.self_is_the_pages_origin",
        "nothing",
        ("csp-frames/srcdoc-sandboxed-1-app", "csp-frames/data-plain-1-app"),
    ),
    Departure("upgrades.by_hsts", "goes over http, as long as the page is of http", ("hsts/get",), transport="plain"),
    Departure(
        "upgrades.shows_loopback", "allowed, unlike all else", besides="`mixed-content/loopback-img` (tls), 2.50"
    ),
    Departure(
        "clear_site_data.counts",
        "that of the response which the page is given",
        ("clear-site-data/unreadable", "clear-site-data/on-redirect", "clear-site-data/on-preflight"),
        transport="tls",
    ),
    Departure("clear_site_data.clears_cache", "clears nothing", ("clear-site-data/01-%22cache%22",)),
    *ELEMENT_DEPARTURES,
    *SERVICE_WORKER_DEPARTURES,
    *WORKER_DEPARTURES,
    *SOCKET_DEPARTURES,
    # What Resource Timing shows.
    Departure(
        "initiators.channels.is_event_stream",
        "the last header, read up to a comma or a blank",
        ("channels/type-text%2fevent-stream%20text%2fplain", "channels/type-text%2fevent-stream,%20text%2fplain"),
    ),
    Departure(
        "initiators.channels.reconnects_after",
        "tries again and again",
        (),
        besides="channels/source-port, which fires no event",
    ),
    Departure(
        "initiators.channels.event_source_throws",
        "the constructor throws a SecurityError",
        ("csp-elements/eventsource-none",),
    ),
    Departure("initiators.channels.event_source_headers", "`no-cache`", ("channels/redirect-without-away-302",)),
    Departure("initiators.channels.event_source_reads_data_urls", "closes", ("channels/source-url-0",)),
    Departure(
        "initiators.channels.retry_of",
        "a number of 64 bits, with blanks around it and a `+`; nothing takes back what was said",
        ("sources/wait-retry-+1", "sources/wait-retry-%201", "sources/wait-reset-empty"),
    ),
    Departure("initiators.channels.lone_id", "counts with the next data", ("sources/ids-alone",)),
    Departure(
        "initiators.channels.moving_statuses",
        "at its own URL",
        ("sources/redirect-same-302", "sources/redirect-same-308"),
    ),
    Departure("initiators.channels.goes_on_after_break", "goes on with the next stream", ("sources/cut-length",)),
    Departure("initiators.channels.pings_after_following", "that place", ("handing-on/ping-url-two",)),
    Departure("initiators.channels.ping_cache_mode", "`max-age=0`", ("handing-on/ping-api",)),
    Departure("initiators.channels.beacon_cache_mode", "`max-age=0`", ("channels/blob-empty",)),
    Departure(
        "initiators.channels.beacon_refusals",
        "more than 64 KiB, mixed content, and forbidden ports",
        ("channels/beacon-url-3",),
    ),
    Departure("timing.attributes", "none of them", ("timing/own", "resource-timing/fetch-none")),
    Departure(
        "timing.sizes",
        "those of responses that the page may read, of URLs of its own origin",
        ("timing/cors-*", "resource-timing/fetch-none"),
    ),
    Departure("timing.failed", "none", ("timing/failed", "resource-timing/img-refused-star")),
    Departure(
        "timing.failed_for",
        "integrity that does not match: as if the page had got the response",
        ("timing-of-failures/integrity",),
        transport="sites",
    ),
    Departure("timing.never_sent", "none", ("resource-timing/bad-port",)),
    Departure(
        "timing.opaque_redirects",
        "all details, whatever the server allows",
        ("timing-of-redirects/manual-api-api-hidden", "timing-of-stopped-redirects/frame-api-api-hidden"),
        transport="sites",
    ),
    Departure("timing.lists_repeated", "none", ("resource-timing/cached",)),
    # The browser's own HTTP cache.
    Departure("http_cache.key", "`Range`", ("http-cache/with-Range-bytes=0--fresh",)),
    Departure(
        "http_cache.looks_up",
        "HEAD, and those after a redirect that came over the network",
        ("http-cache/after-HEAD-bodiless-200", "http-cache/target-then-other-redirect"),
    ),
    Departure(
        "http_cache.refused",
        "is never stored, except for redirects",
        ("http-cache/whole-none-cors-cors", "http-cache/validated-etag-200-bare"),
    ),
    Departure(
        "http_cache.invalidated_by",
        "all but GET (HEAD invalidates), unless redirected",
        ("http-cache/after-HEAD-bodiless-200", "http-cache/after-POST-body-404", "http-cache/after-POST-body-302"),
    ),
    Departure("http_cache.invalidating_headers", "none", ("http-cache/spoils-Location-POST-201",)),
    Departure(
        "http_cache.non_replacing_statuses",
        "keeps the stored response",
        ("http-cache/reloaded-302-granted", "http-cache/reloaded-302-bare"),
    ),
    Departure("http_cache.validated_statuses", "all but redirects", ("http-cache/validated-status-301",)),
    Departure("http_cache.unmatched_304_removes", "keeps the stored response", ("http-cache/cross-mode-reload",)),
    Departure(
        "http_cache.redirects_with_fragments",
        "neither stored nor reused, nor is what they lead to, except with `force-cache` and `only-if-cached`",
        ("odd-fragments/before-301-None", "odd-fragments/after-301-None", "odd-fragments/location-%23f"),
        transport="sites",
    ),
    Departure(
        "http_cache.caching.statuses", "all but 308, 400, 418, 500, 503 and the like", ("http-cache/status-500",)
    ),
    Departure(
        "http_cache.caching.kept_headers",
        "those of Chromium, and `Content-*`, `Last-Modified`, `Allow`",
        ("http-cache/304-replaces-headers", "http-cache/304-says-date"),
    ),
    Departure("http_cache.caching.public_is_heuristic", "have none", ("http-cache/guessed-403-public",)),
    Departure(
        "http_cache.caching.default_lifetimes",
        "301 and 410 stay fresh for a year",
        ("http-cache/redirect-301-nothing",),
    ),
    Departure(
        "http_cache.caching.directives",
        "decimal numbers count, up to a semicolon; ignored if not a number",
        ("http-cache/lifetime-600.5-plain", "http-cache/lifetime-x-date", "http-cache/line-%3a%20max-age=600;"),
    ),
    Departure("http_cache.caching.no_cache_has_arguments", "ignored", ("http-cache/whole-no-cache-argument",)),
    Departure("http_cache.caching.reads_pragma", "means `no-cache`", ("http-cache/whole-pragma",)),
    Departure(
        "http_cache.caching.request_directives",
        "`min-fresh`, and `max-age` other than 0, are ignored",
        ("http-cache/asks-max-age-600-of-aged", "http-cache/asks-min-fresh"),
    ),
    Departure(
        "http_cache.caching.stores_stale", "stored with a validator alone", ("http-cache/mode-stale-force-cache",)
    ),
    Departure("http_cache.caching.stores_aged", "stored", ("http-cache/forced-403-aged",), transport="sites"),
    Departure("http_cache.caching.stores_ranges", "stored", ("http-cache/with-Range-bytes=0--fresh",)),
    # Redirects.
    Departure(
        "redirects.location", "two are joined; empty: error", ("redirects-location/two", "redirects-location/00-empty")
    ),
    Departure(
        "redirects.cors_checked_again",
        "the second redirect fails a CORS check with credentials, made before the next request",
        ("redirects/app-api-app-get-307",),
    ),
    Departure("redirects.also_becomes_get", "becomes GET with any status", ("redirects/api-other-DELETE-307",)),
    Departure(
        "redirects.restored_names",
        "the body's `Content-Type` returns with the next redirect",
        ("found/webkit-55e0033a",),
    ),
    Departure(
        "redirects.error_mode_needs_location", "the page gets the response", ("redirects-modes/error-no-location",)
    ),
    Departure("redirects.location_text", "decoded as ISO 8859-1", ("redirects-location/10-%7bapi%7d%2f%c3%a9",)),
    # Responses.
    Departure("responses.header_list", "invalid UTF-8 in a value is replaced", ("visible-headers/latin-1",)),
    Departure(
        "responses.integrity_matches",
        'compared with an empty body, also in redirect mode "manual"',
        ("redirects-modes/manual-integrity-empty", "request-init/head-integrity-empty"),
    ),
    Departure("requests.drops_empty_body", "none", ("request-init/empty-blob",)),
    # HTTP authentication.
    Departure(
        "authentication.asks_visitor",
        "asked for the page's own origin",
        ("authentication/nobody-api-include-no-cors",),
        transport="tls",
    ),
    Departure("authentication.encode", "ISO 8859-1", ("authentication-challenges/user-%fc-%e9",), transport="tls"),
    Departure(
        "authentication.space_of",
        "goes to all that begins with /dir",
        ("authentication-entries/path-%2fdirs%2fx",),
        transport="tls",
    ),
    Departure("authentication.url_goes_first", "sent at once", ("authentication/twice",), transport="tls"),
    Departure(
        "authentication.replaces_header", "takes its place", ("authentication-entries/then-header",), transport="tls"
    ),
    Departure("authentication.states_algorithm", "always", ("authentication-challenges/args-digest",), transport="tls"),
    Departure(
        "authentication.hides_login",
        "without, once they were sent",
        ("authentication/own-args-refused",),
        transport="tls",
    ),
    # The wire.
    Departure("wire.order", "its own order", ("methods/body-PUT",)),
    Departure(
        "wire.shifts",
        (
            "`Referer`, `Origin`, `Accept`, `Accept-Encoding` and `Content-Length`: after redirects, for "
            "XMLHttpRequest, outside CORS, with `Range`, without a body"
        ),
        ("wire/app-xhr", "redirects/app-api-get-302", "redirects/app-api-api-include-exact"),
    ),
    Departure("wire.names_moved_by_page", "first, in the page's order", ("safelist/001-accept-application%2fjson",)),
    Departure(
        "wire.rewriting",
        "`x` for `%78`, also for the page; in a query, too",
        ("preflight-cache-keys/escape",),
        besides="libsoup, not Safari",
    ),
    Departure("wire.user_agent", "its own", ("methods/PUT",)),
    Departure("wire.accept_encoding.loopback", "neither br nor zstd", ("methods/PUT",)),
    Departure("wire.accept_encoding.tls", "no zstd", ("wire/sub-put",), transport="tls"),
    Departure("wire.extra", "`Connection: Keep-Alive`", ("methods/PUT",)),
    Departure("preflight_wire.extra", "`Connection: Keep-Alive`", ("methods/PUT",)),
    Departure(
        "wire.page_headers",
        "characters are sent as UTF-8; known names are written in their usual case",
        ("safelist-bytes/accept-e9",),
        besides="preflights have no headers of the page",
    ),
    Departure(
        "preflight_wire.sec_fetch_site",
        "`cross-site` once redirects have tainted the origin",
        ("redirects/sub-app-put-307",),
    ),
    Departure("wire.is_trustworthy", "not sent", ("odd-hosts/dotted-api-get",), transport="sites"),
    Departure("preflight_wire.is_trustworthy", "not sent", ("odd-hosts/dotted-api-put",), transport="sites"),
    Departure(
        "wire.keeps_origin",
        "kept; hidden by the first URL's policy alone",
        ("redirects/app-app-post-302",),
        besides="`odd-redirects/own-policy-*` and `odd-redirects/policy-*` (sites)",
    ),
    Departure(
        "wire.starts_new_request",
        "no `Sec-Fetch-*` headers, none for the cache mode, and the usual `Accept-Encoding` with `Range`",
        ("redirects/app-app-api-get-307", "found/webkit-a15df14d"),
    ),
    # Cookies, referrers, the rest.
    Departure(
        "cookies.default_same_site",
        "treated as `SameSite=None`",
        besides="no scenario shows it: it would allow third-party cookies, which WebKit refuses",
    ),
    Departure("cookies.same_site_none_requires_secure", "stored", ("cookies/app-include",)),
    Departure("same_site_looks_at_ancestors", "stored", ("cookies-set/app-by-sandbox",)),
    Departure("redirects_refuse_cookies", "stored", ("cookies-set/app-by-way-of-other",)),
    Departure("refuses_cookies_of", "refused", ("cookies-set/other-include",)),
    Departure(
        "referrer", "none to this machine", besides="no scenario shows it: WebKit blocks such requests as mixed content"
    ),
    Departure("is_trustworthy", "blocked as mixed content", ("mixed-content/loopback-get",), transport="tls"),
    Departure("answers_proxy_challenges", "an ordinary response", ("status/407",)),
    Departure(
        "referrer_source",
        "of an `about:` frame none, for XMLHttpRequest its parent's URL; of a sandboxed frame its URL",
        ("referrers/frame", "opaque-origin/star-xhr"),
    ),
    Departure(
        "is_same_site_request",
        "those to the very host of the top-level page; those to its site, unless a redirect crossed sites or schemes",
        ("topology-redirects/top-app-apisecure-include",),
        transport="sites",
        besides="libsoup, not Safari",
    ),
    Departure("cookies.sites_ignore_schemes", "same-site", ("topology-cookies-set/top-appsecure",), transport="sites"),
    Departure(
        "cookies.ends_at",
        "ends the cookie, attributes included",
        ("odd-cookies/tab-app", "odd-cookies/latin-1-app"),
        transport="sites",
        besides="libsoup, not Safari",
    ),
    Departure(
        "cookies.enforces_prefixes",
        "kept",
        ("odd-cookies/host-prefix-app",),
        transport="sites",
        besides="libsoup, not Safari",
    ),
    Departure(
        "cookies.sends_own_domain_first",
        "sent before the host's other cookies",
        ("odd-cookies/domain-last-app",),
        transport="sites",
        besides="libsoup, not Safari",
    ),
    # Oddities.
    Departure(
        "redirects.mixed_content_after_preflight",
        "refused after it",
        ("odd-redirects/mixed-appsecure-307-put",),
        transport="sites",
    ),
    Departure(
        "requests.xhr_sends_unparsable_blob_types", "not sent", ("odd-requests/blob-bad%20type-xhr",), transport="sites"
    ),
    Departure(
        "http_cache.page_validates",
        "it is freshened or replaced",
        ("odd-caches/own-force-cache-modified-If-None-Match%221%22-304",),
        transport="sites",
    ),
    Departure(
        "transport.head.start",
        "up to four bytes of line ends are skipped",
        ("transport-status-line/two-line-ends-before",),
        transport="streams",
        besides="libsoup, not Safari",
    ),
    Departure(
        "transport.head.status_line",
        "HTTP/1.0 and 1.1 with three digits, and what follows them is the reason",
        (
            "transport-status-line/letter-after",
            "transport-status-line/http-1.2",
            "transport-status-line/tab",
        ),
        transport="streams",
        besides="libsoup, not Safari",
    ),
    Departure(
        "transport.head.max_bytes",
        "{} bytes",
        ("transport-head/100-kb",),
        transport="streams",
        besides="libsoup, not Safari",
    ),
    Departure(
        "transport.head.takes_cut",
        "the response, if the last line is whole",
        ("transport-end/after-header-line",),
        transport="streams",
        besides="libsoup, not Safari",
    ),
    Departure(
        "transport.framing",
        'the last length counts; "chunked" and "identity" are the only codings',
        (
            "transport-length/different",
            "transport-length/good-then-empty",
            "transport-length/list",
        ),
        transport="streams",
        besides="libsoup, not Safari",
    ),
    Departure(
        "transport.old_may_end_early",
        "the whole body",
        ("transport-length/body-shorter-of-http-1.0",),
        transport="streams",
        besides="libsoup, not Safari",
    ),
    Departure(
        "transport.chunks.size",
        "a number as C reads one; what is none is the end",
        (
            "transport-chunks/junk-size",
            "transport-chunks/minus",
        ),
        transport="streams",
        besides="libsoup, not Safari",
    ),
    Departure(
        "transport.chunks.max_line",
        "{} bytes",
        ("transport-chunks/long-extension",),
        transport="streams",
        besides="libsoup, not Safari",
    ),
    Departure(
        "transport.chunks.after_chunk",
        "a line is skipped, whatever is in it",
        ("transport-chunks/chunk-longer",),
        transport="streams",
        besides="libsoup, not Safari",
    ),
    Departure(
        "transport.chunks.may_end_early",
        "the whole body",
        (
            "transport-chunks/no-last-chunk",
            "transport-chunks/no-last-line",
        ),
        transport="streams",
        besides="libsoup, not Safari",
    ),
    Departure(
        "transport.codings.codings",
        "the same; in lower case only, and zstd is unknown",
        (
            "transport-content-coding/upper-case",
            "transport-content-coding/zstd",
        ),
        transport="streams",
        besides="libsoup, not Safari",
    ),
    Departure(
        "transport.codings.passed_if_malformed",
        "passed as they are",
        (
            "transport-content-coding/gzip-of-text",
            "transport-content-coding/gzip-wrong-checksum",
        ),
        transport="streams",
        besides="libsoup, not Safari",
    ),
    Departure(
        "transport.asking.not_after_close",
        "not sent again",
        ("transport-kept-post/closed-without-second",),
        transport="streams",
        besides="libsoup, not Safari",
    ),
    Departure("responses.null_body_statuses", "shown", ("transport-status/205-and-body",), transport="streams"),
    Departure(
        "preflight.needs_whole_body", "allows nothing", ("transport-preflight/body-shorter",), transport="streams"
    ),
    Departure("identifier", "kind of the console message", ("allow-origin/slash",)),
)
