"""
Where Chromium departs from the standard, with the evidence.

The profile is what is simulated; these are its departures in words. Tests compare the two: each departure of the
profile has a row here, each row is a departure, and its scenarios fail if that field follows the standard instead.
"""

from __future__ import annotations

from typing import Final

from browsercors.engines.chromium.element_facts import ELEMENT_DEPARTURES
from browsercors.engines.chromium.service_worker_facts import SERVICE_WORKER_DEPARTURES
from browsercors.engines.chromium.socket_facts import SOCKET_DEPARTURES
from browsercors.engines.chromium.worker_facts import WORKER_DEPARTURES
from browsercors.rules.facts import Departure

__all__ = ["DEPARTURES"]

DEPARTURES: Final = (
    # What needs a preflight.
    Departure("safelist.names[range]", "numbers below 2^63 - 1", ("safelist/125-range-bytes=9223372036854775807-",)),
    Departure(
        "safelist.names[device-memory]",
        "safelisted, with a rule for each value",
        (
            "safelist-names/device-memory",
            "safelist-names/downlink",
            "safelist-names/dpr",
            "safelist-names/ect-4g",
            "safelist-names/rtt",
            "safelist-names/save-data-on",
            "safelist-names/viewport-width",
            "safelist-names/width",
        ),
    ),
    Departure("safelist.names[intervention]", "safelisted", ("safelist-names/intervention",)),
    Departure(
        "requests.combines_repeated_headers",
        "becomes one header with joined values",
        ("safelist-repeated/type-twice-same",),
    ),
    Departure("requests.dropped_names", "dropped", ("forbidden/User-Agent",)),
    Departure("requests.upload_listeners_need_body", "cause no preflight", ("preflight-need/upload-GET",)),
    Departure(
        "requests.conditional_cache_modes",
        '"no-cache" from the start, also for the preflight',
        ("cache-modes/If-None-Match-None",),
    ),
    Departure("requests.multipart_boundary_prefix", "`{}`", ("wire/api-form",)),
    # The preflight.
    Departure("preflight.stages", "redirects first, then as in the standard", ("preflight-redirect/origin-bare",)),
    Departure("preflight.authorization_needs_listing", "allowed", ("allow-headers/auth-by-*",)),
    Departure(
        "preflight.forced_method_needs_no_listing", "the method is not allowed", ("preflight-need/upload-unlisted",)
    ),
    # The preflight cache.
    Departure(
        "preflight_cache.create",
        "one response for each URL, replaced by the next; 1024 entries, URLs below 1024 characters",
        ("preflight-cache-forgets/second-delete", "preflight-cache-keys/url-of-1100"),
        besides="1024 entries: `preflight_cache.cc`",
    ),
    Departure("preflight_cache.max_age", "5 s; `+600` is 600, `-1` is 0", ("max-age/04--1",)),
    Departure("preflight_cache.max_age_cap", "{} s", besides="`preflight_result.cc`"),
    Departure(
        "preflight_cache.origin_key",
        "not cached",
        ("opaque-origin/cache", "preflight-cache-keys/tainted-then-tainted"),
    ),
    Departure(
        "preflight_cache.bypassing_cache_modes",
        '"no-store", "reload", "no-cache"',
        ("preflight-cache/mode-None-reload",),
    ),
    Departure("preflight_cache.unstored_cache_modes", '"no-store"', ("preflight-cache/mode-no-store-None",)),
    Departure("preflight_cache.cleared_by", "none", ("preflight-cache-forgets/actual-no-origin",)),
    # What protects pages beside CORS.
    Departure(
        "content_security_policy.schemes",
        "`ws:` matches wss, `wss:` itself only",
        ("csp-sources/026-ws%3a", "csp-sources/040-ws%3a%2f%2f%7bapi.authority%7d"),
    ),
    Departure(
        "content_security_policy.port_80",
        "443 matches, unless the source is of https",
        ("csp-schemes/14-%7bapi.host%7d%3a80-apisecure", "csp-schemes/16-http%3a%2f%2f%7bapi.host%7d%3a80-apisecure"),
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
    Departure(
        "content_security_policy.judges_before_upgrade",
        "no match",
        ("upgrade-insecure-requests/connect-https",),
        transport="plain",
    ),
    Departure(
        "upgrades.by_policy",
        "`fetch()` shows the http URL, XMLHttpRequest the https URL",
        ("upgrade-insecure-requests/get",),
        transport="plain",
    ),
    Departure(
        "upgrades.by_hsts",
        "is redirected by the browser itself, with 307: CORS judges that, and a preflight fails",
        ("hsts/get", "hsts/put", "hsts/own"),
        transport="plain",
    ),
    Departure(
        "clear_site_data.counts",
        "that of responses to requests with credentials",
        ("clear-site-data/omit", "clear-site-data/on-preflight"),
    ),
    Departure(
        "clear_site_data.clears_itself",
        "is not stored itself",
        ("clear-site-data/itself-cache-get-readable", "clear-site-data/itself-all-get-readable"),
        transport="sites",
    ),
    Departure(
        "responses.data_url_type",
        "parameters as written, `charset` last; fails if that is no token",
        ("data-urls/00", "data-urls/08", "data-urls/57"),
        transport="sites",
    ),
    Departure("responses.forbidden_names", "hidden", ("clear-site-data/scope-of-cache-app",)),
    *ELEMENT_DEPARTURES,
    *SERVICE_WORKER_DEPARTURES,
    *WORKER_DEPARTURES,
    *SOCKET_DEPARTURES,
    # What Resource Timing shows.
    Departure(
        "initiators.channels.retry_of",
        "a number of 64 bits; nothing takes back what was said",
        ("sources/wait-reset-empty", "sources/wait-retry-99999999999999999999"),
    ),
    Departure("initiators.channels.ping_cache_mode", "`max-age=0`", ("handing-on/ping-api",)),
    Departure(
        "initiators.channels.is_event_stream",
        "read up to a blank, and a charset has to be UTF-8",
        ("channels/type-text%2fevent-stream%20text%2fplain", "channels/type-text%2fevent-stream;charset=windows-1252"),
    ),
    Departure("initiators.channels.reconnects_after", "tries again and again", ("channels/source-port",)),
    Departure(
        "initiators.channels.beacon_type_may_be_long",
        "asks without CORS",
        ("channels/blob-text%2fplain;x=yyyyyyy..143..yyyyyy",),
    ),
    Departure("initiators.channels.beacon_drops_invalid_types", "is left out", ("channels/blob-nonsense",)),
    Departure(
        "initiators.channels.beacon_refusals",
        "more than 64 KiB, and mixed content",
        ("mixed-content/apiplain-beacon",),
        transport="tls",
    ),
    Departure(
        "timing.sizes",
        "those whose details the server allows",
        ("timing/cors-missing", "resource-timing/fetch-none", "resource-timing/fetch-no-cors-star"),
    ),
    Departure(
        "timing.failed_for",
        "integrity that does not match: with the size of the response",
        ("timing-of-failures/integrity",),
        transport="sites",
    ),
    Departure(
        "timing.unlisted_fetches",
        "none for what `fetch()` refuses by itself",
        ("timing-of-failures/same-origin-mode", "timing-of-failures/no-cors-manual", "timing-of-failures/keepalive"),
        transport="sites",
    ),
    Departure(
        "timing.opaque_redirects", "no details", ("timing-of-redirects/manual-app-app-hidden",), transport="sites"
    ),
    Departure("timing.hidden_types", "empty", ("resource-timing/font-star", "resource-timing/own-font")),
    Departure("timing.lists_repeated", "none", ("resource-timing/cached",)),
    # The browser's own HTTP cache.
    Departure(
        "http_cache.key",
        "the page's site; pages with an opaque origin do not use the cache",
        ("http-cache/frame-star-opaque",),
    ),
    Departure(
        "http_cache.refused",
        "is removed, except for redirects and XMLHttpRequest",
        ("http-cache/whole-none-cors-cors", "http-cache/refused-by-corp"),
    ),
    Departure(
        "http_cache.invalidated_by",
        "POST, PATCH, DELETE, and PUT with a body, if they succeed",
        ("http-cache/after-PUT-bodiless-200", "http-cache/after-own-FOO-200"),
    ),
    Departure("http_cache.invalidating_headers", "none", ("http-cache/spoils-Location-POST-201",)),
    Departure(
        "http_cache.validated_statuses", "200", ("http-cache/validated-status-203", "http-cache/validated-status-301")
    ),
    Departure("http_cache.caching.unstored_statuses", "stored like any other", ("http-cache/304-of-nothing-fresh",)),
    Departure(
        "http_cache.caching.vary",
        "revalidated by its `ETag`",
        ("http-cache/variant-etag-304", "http-cache/vary-star-etag", "http-cache/express-no-cors-exact-vary"),
    ),
    Departure(
        "http_cache.caching.kept_headers",
        "`ETag`, `Content-Location`, `Content-MD5`, `X-Content-*`, `X-Frame-Options` and the like",
        ("http-cache/304-replaces-headers", "http-cache/304-adds-headers"),
    ),
    Departure("http_cache.caching.heuristic_statuses", "200, 203, 206", ("http-cache/status-404-last-modified",)),
    Departure(
        "http_cache.caching.stores_stale",
        "stored, whatever its status",
        ("http-cache/forced-404-bare", "http-cache/forced-500-aged-etag"),
        transport="sites",
    ),
    Departure("http_cache.caching.public_is_heuristic", "have none", ("http-cache/guessed-404-public",)),
    Departure(
        "http_cache.caching.default_lifetimes",
        "300, 301, 308 and 410 stay fresh forever",
        ("http-cache/redirect-308-nothing",),
    ),
    Departure(
        "http_cache.caching.must_revalidate_forbids_heuristics",
        "stale at once",
        ("http-cache/whole-last-modified-must-revalidate",),
    ),
    Departure(
        "http_cache.caching.directives",
        "ignored with quotes or spaces, and if not a number; `no-store=x` is ignored as well",
        ("http-cache/whole-max-age-blank", "http-cache/lifetime-x-date", "http-cache/whole-no-cache-argument"),
    ),
    Departure("http_cache.caching.reads_pragma", "means `no-cache`", ("http-cache/whole-pragma",)),
    Departure(
        "http_cache.caching.request_directives",
        "only `no-cache` and `max-age=0` are obeyed",
        ("http-cache/with-Cache-Control-no-store-fresh", "http-cache/asks-max-age-1"),
    ),
    Departure(
        "http_cache.caching.reloads", "a new response is requested", ("http-cache/etag-then-Cache-Control-no-cache",)
    ),
    # Redirects.
    Departure(
        "redirects.location",
        "two equal ones count as one; empty: not a redirect",
        ("redirects-location/two-same", "redirects-location/00-empty"),
    ),
    Departure(
        "redirects.refuses_credentials",
        "always refused",
        (
            "redirects-location/own-14-http%3a%2f%2fu%3ap%40%7bapp.authority%7d%2fy",
            "redirects-location/no-cors-app-credentials-api",
        ),
    ),
    Departure(
        "requests.checked_first",
        "mixed content, then the mode, then a bad port",
        ("odd-modes/port-same-origin",),
        transport="sites",
        besides="mixed content: `mixed_content_checker.cc`, in the process of the page",
    ),
    Departure("redirects.hides_origin_without_cors", "`null`", ("channels/beacon-app-api-307-text",)),
    Departure(
        "redirects.removed_names",
        (
            "as well, unless it leads home: `Device-Memory`, `Downlink`, `DPR`, `ECT`, `RTT`, `Viewport-Width` and "
            "`Width`; also home, if a page above is of another origin"
        ),
        ("odd-hints/DPR-1-app-api", "odd-hints/Downlink-1-api-other", "odd-hints/within-top-api-api"),
        transport="sites",
    ),
    Departure(
        "redirects.error_mode_needs_location", "the page gets the response", ("redirects-modes/error-no-location",)
    ),
    # Responses.
    Departure("responses.header_list", "spaces before the colon are ignored", ("allow-origin/space-before-colon",)),
    Departure("responses.integrity_matches", "compared with an empty body", ("request-init/head-integrity-empty",)),
    # HTTP authentication.
    Departure(
        "authentication.asks_visitor",
        "asked under CORS too, but not for images of other sites, nor where the URL said it",
        ("authentication/nobody-api-include-None", "authentication/nobody-other-img", "authentication/own-args-wrong"),
        transport="tls",
    ),
    Departure(
        "authentication.challenges",
        "the first one",
        ("authentication-challenges/args-bearer-then-basic",),
        transport="tls",
    ),
    Departure("authentication.placed_behind", "its own", ("authentication/own-args-POST",), transport="tls"),
    # The wire.
    Departure("wire.order", "its own order", ("methods/PUT",)),
    Departure("wire.shifts", "an `Origin` that a redirect adds", ("redirects/app-api-get-302",)),
    Departure("wire.rewriting", "`%7C` for `|`", ("urls/11-%7bapi%7d%2fx%7cy%5ez",), besides="`url_canon_path.cc`"),
    Departure("wire.user_agent", "its own", ("methods/PUT",)),
    Departure("wire.accept_language", "`{}`", ("methods/PUT",)),
    Departure("wire.trustworthy_extra", "`sec-ch-ua` and two more, but not on preflights", ("methods/PUT",)),
    Departure(
        "wire.page_headers",
        "`Range` is parsed and written again",
        ("safelist/111-range-Bytes=0-1",),
        besides="preflights have no headers of the page",
    ),
    Departure("preflight_wire.sec_fetch_site", "for the current URL", ("redirects/api-app-put-307",)),
    Departure(
        "preflight_wire.fetch_metadata_to_untrustworthy_urls", "`Sec-Fetch-Mode`", ("methods/put",), transport="plain"
    ),
    Departure("wire.storage_access", "`active`, but not on preflights", ("allow-credentials/true",)),
    Departure("preflight_wire.cache_headers", "sent", ("cache-modes/If-None-Match-reload",)),
    # Private networks.
    Departure(
        "local_network_access.checked",
        "the visitor is asked",
        ("address-spaces/app-loopback-denied", "address-spaces/app-local-denied"),
        transport="spaces",
    ),
    Departure(
        "local_network_access.secure_contexts_only",
        "refused",
        ("address-spaces/appplain-loopback-granted",),
        transport="spaces",
    ),
    Departure(
        "local_network_access.delegated_by",
        "`local-network`, `loopback-network`, and `local-network-access` for both",
        ("local-network/frame-embedded-local-network-access-loopback-granted",),
        transport="spaces",
    ),
    Departure(
        "local_network_access.target_address_spaces",
        "has to be where the server is",
        ("local-network/declared-local-loopback-granted",),
        transport="spaces",
    ),
    Departure(
        "local_network_access.lifts_mixed_content",
        "allowed",
        ("address-spaces/app-localip-granted",),
        transport="spaces",
    ),
    # Cookies, referrers, the rest.
    Departure("cookies.default_same_site", "treated as `SameSite=Lax`", ("credentials/cookie-include-star",)),
    Departure("cookies.secure_on_trustworthy_http", "work", ("redirects-cookies/app-app-include",)),
    Departure("redirects_hide_cookies", "sent", ("cookies/app-by-way-of-other",)),
    Departure("redirects_refuse_cookies", "stored", ("cookies-set/app-by-way-of-other",)),
    Departure("cookies.keeps_partitioned_cookies_apart", "separate for each top-level site", ("cookies/api-include",)),
    Departure("referrer", "none to this machine", ("mixed-content/loopback-get",), transport="tls"),
    Departure("origin_obeys_referrer_policy", "the page's origin", ("referrers/no-referrer-other-no-cors-post",)),
    Departure("cookies.refused_in_pair", "refused", ("odd-cookies/tab-app",), transport="sites"),
    # Oddities.
    Departure(
        "redirects.refuses_several_locations", "network error", ("odd-redirects/locations-two-200",), transport="sites"
    ),
    Departure(
        "redirects.needs_valid_location", "network error", ("odd-redirects/unparsable-manual",), transport="sites"
    ),
    Departure(
        "requests.xhr_sends_unparsable_blob_types", "not sent", ("odd-requests/blob-bad%20type-xhr",), transport="sites"
    ),
    Departure("requests.params_are_text", "`UTF-8`", besides="seen on 156, two types; `xml_http_request.cc`"),
    Departure(
        "requests.state_utf8",
        "`UTF-8` in the place of each one",
        ("odd-requests/xhr-text%2fplain;%20CHARSET=latin1",),
        transport="sites",
    ),
    Departure(
        "http_cache.page_validates",
        "it is freshened or replaced, unless their validators differ",
        ("odd-caches/own-default-tag-If-None-Match%221%22-304",),
        transport="sites",
    ),
    Departure("http_cache.key_without_query", "obeyed", ("odd-caches/search-params",), transport="sites"),
    Departure(
        "transport.head.start",
        "up to four bytes are skipped, and the name of the protocol in any case is taken",
        (
            "transport-status-line/four-letters-before",
            "transport-status-line/lower-case",
        ),
        transport="streams",
    ),
    Departure(
        "transport.head.status_line",
        "a status that is none is 200, and any other number is taken",
        (
            "transport-status-line/no-digits",
            "transport-status-line/four-digits",
            "transport-status-line/0",
        ),
        transport="streams",
    ),
    Departure(
        "transport.head.without_head",
        "a body, on the ports of http and https",
        (
            "transport-no-head/own-junk",
            "transport-end/junk",
        ),
        transport="streams",
    ),
    Departure("transport.head.max_bytes", "{} bytes", ("transport-head/300-kb",), transport="streams"),
    Departure(
        "transport.head.takes_cut",
        "the response, wherever its head is cut",
        (
            "transport-end/in-value",
            "transport-end/in-last-line-end",
        ),
        transport="streams",
    ),
    Departure("transport.head.takes_cut_over_tls", "no response", ("transport-end-tls/in-value",), transport="streams"),
    Departure(
        "transport.head.cut_ends_response", "the body is empty", ("transport-end/after-length",), transport="streams"
    ),
    Departure(
        "transport.head.refuses_dispositions", "no response", ("transport-head/two-dispositions",), transport="streams"
    ),
    Departure(
        "transport.framing",
        'a length that is no number says nothing; any "chunked" counts in HTTP/1.1',
        (
            "transport-length/junk",
            "transport-length/minus",
            "transport-length/plus",
        ),
        transport="streams",
    ),
    Departure(
        "transport.chunks.size",
        "digits, then spaces and an extension",
        (
            "transport-chunks/tab-after-size",
            "transport-chunks/leading-zeros",
        ),
        transport="streams",
    ),
    Departure("transport.chunks.max_line", "{} bytes", ("transport-chunks/long-extension",), transport="streams"),
    Departure(
        "transport.codings.codings",
        "the same; what is no token is refused",
        ("transport-content-coding/parameter",),
        transport="streams",
    ),
    Departure(
        "transport.asking.after_408",
        "asked again over a new connection",
        ("transport-kept/second-408",),
        transport="streams",
    ),
    Departure("identifier", "DevTools' `CorsError`, or the network error", ("allow-origin/slash",)),
)
