"""
Where Firefox departs from the standard, with the evidence.

The profile is what is simulated; these are its departures in words. Tests compare the two: each departure of the
profile has a row here, each row is a departure, and its scenarios fail if that field follows the standard instead.
"""

from __future__ import annotations

from typing import Final

from browsercors.engines.firefox.element_facts import ELEMENT_DEPARTURES
from browsercors.engines.firefox.service_worker_facts import SERVICE_WORKER_DEPARTURES
from browsercors.engines.firefox.socket_facts import SOCKET_DEPARTURES
from browsercors.engines.firefox.worker_facts import WORKER_DEPARTURES
from browsercors.rules.facts import Departure

__all__ = ["DEPARTURES"]

DEPARTURES: Final = (
    # What needs a preflight.
    Departure("safelist.names[accept]", "not safelisted", ("safelist-bytes/accept-e9",)),
    Departure(
        "safelist.names[content-type]",
        "not safelisted with non-ASCII bytes, a comma or an empty parameter",
        (
            "safelist-bytes/content-type-e9",
            "safelist/064-content-type-text%2fplain;a=b,c",
            "safelist/095-content-type-text%2fplain;;",
        ),
    ),
    Departure("safelist.names[range]", "numbers below 2^64", ("safelist/124-range-bytes=18446744073709551616-",)),
    Departure("safelist.sum_bytes", "no limit", ("safelist-repeated/accept-9x128",)),
    Departure("safelist.keeps_repeated_names", "listed twice", ("header-order/04-X-A.x-a",)),
    Departure("requests.stream_body", 'sent as the text "[object ReadableStream]"', ("request-init/no-cors-stream",)),
    Departure(
        "requests.conditional_cache_modes",
        '"no-store" from the start for `fetch()`; unchanged for XMLHttpRequest',
        ("cache-modes/If-None-Match-None",),
    ),
    Departure(
        "requests.no_referrer_sets_policy", 'no `Referer`, and the policy "no-referrer"', ("found/webkit-ac284ece",)
    ),
    Departure("requests.multipart_boundary_prefix", "`{}`", ("wire/api-form",)),
    # The preflight.
    Departure(
        "preflight.stages",
        "headers are parsed after the method check",
        ("two-errors/fine+methods-missing+headers-malformed",),
    ),
    Departure("preflight.authorization_needs_listing", "allowed", ("allow-headers/auth-by-*",)),
    Departure(
        "preflight.forced_method_needs_no_listing", "the method is not allowed", ("preflight-need/upload-unlisted",)
    ),
    Departure("preflight.origin", "the page's origin", ("redirects/api-other-header-307",)),
    Departure(
        "preflight.unsafe_headers",
        "those that the page set decide about a preflight; it lists those that are left",
        ("redirects/app-api-authorization-302",),
    ),
    Departure("preflight.repeated_on_redirect", "another preflight", ("redirects/api-api-put-303",)),
    # The preflight cache.
    Departure(
        "preflight_cache.create",
        "one for each name with its own lifetime, separate for credentials; `*` is an ordinary name; 100 URLs",
        ("preflight-cache/stars-same", "preflight-cache/named-upload-twice"),
        besides="limits: `nsCORSListenerProxy.cpp`",
    ),
    Departure("preflight_cache.max_age", "not cached", ("max-age/06-+600",)),
    Departure("preflight_cache.max_age_cap", "{} s", besides="`nsCORSListenerProxy.cpp`"),
    Departure(
        "preflight_cache.origin_key", "cached for the page's origin", ("preflight-cache-keys/tainted-then-page",)
    ),
    Departure(
        "preflight_cache.partition",
        "whether the top-level page's site is requested from within a frame of another site",
        ("topology-preflight-cache/a-b-a-api",),
        transport="sites",
    ),
    Departure("preflight_cache.bypassing_cache_modes", '"no-store", "reload"', ("preflight-cache/mode-None-reload",)),
    Departure("preflight_cache.cleared_by", "all cross-origin ones", ("preflight-cache-forgets/simple-fails",)),
    # What protects pages beside CORS.
    Departure(
        "content_security_policy.schemes",
        "`ws:` matches wss, `wss:` itself only",
        ("csp-sources/026-ws%3a", "csp-sources/040-ws%3a%2f%2f%7bapi.authority%7d"),
    ),
    Departure(
        "content_security_policy.port_80",
        "443 matches",
        ("csp-schemes/14-%7bapi.host%7d%3a80-apisecure", "csp-schemes/18-https%3a%2f%2f%7bapi.host%7d%3a80-apisecure"),
        transport="plain",
    ),
    Departure(
        "content_security_policy.reads_ports_as_numbers", "no match", ("csp-sources/068-%7bapi.host%7d%3a08000",)
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
    Departure(
        "content_security_policy.default_decides_on_prefetches", "blocked", ("element-policies/csp-prefetch-img",)
    ),
    Departure(
        "upgrades.mixed_content_before_policies", "blocked", ("element-policies/mixed-csp-https",), transport="tls"
    ),
    Departure("content_security_policy.self_matches_blobs", "no match", ("csp-requests/blob-self",)),
    Departure(
        "upgrades.by_policy",
        "the https URL, redirected",
        ("upgrade-insecure-requests/get",),
        transport="plain",
    ),
    Departure("upgrades.by_hsts", "goes over TLS, and the page sees a redirect", ("hsts/get",), transport="plain"),
    Departure(
        "clear_site_data.clears_cookies_of_site",
        "clears those of the host",
        ("clear-site-data/scope-of-cookies",),
        transport="tls",
    ),
    *ELEMENT_DEPARTURES,
    *SERVICE_WORKER_DEPARTURES,
    *WORKER_DEPARTURES,
    *SOCKET_DEPARTURES,
    # What Resource Timing shows.
    Departure(
        "initiators.channels.is_event_stream",
        "read up to a blank",
        ("channels/type-text%2fevent-stream%20text%2fplain",),
    ),
    Departure("initiators.channels.reconnection_time", "{} seconds", ("sources/wait-default",)),
    Departure("initiators.channels.least_reconnection_time", "{} seconds", ("sources/wait-retry-0",)),
    Departure("initiators.channels.event_source_reads_data_urls", "closes", ("channels/source-url-0",)),
    Departure(
        "initiators.channels.final_faults",
        "is final, as is a name that is not found",
        ("channels/break",),
        besides="dom/base/EventSource.cpp",
    ),
    Departure(
        "initiators.channels.retry_of",
        "a number modulo 32 bits; nothing is 0",
        ("sources/wait-retry-empty", "sources/wait-retry-4294967396"),
        besides="dom/base/EventSource.cpp",
    ),
    Departure("initiators.channels.lone_id", "is lost", ("sources/ids-alone",), besides="dom/base/EventSource.cpp"),
    Departure(
        "initiators.channels.moving_statuses",
        "where it was redirected for good (301, 308)",
        ("sources/redirect-same-302", "sources/redirect-same-307"),
        besides="dom/base/EventSource.cpp",
    ),
    Departure(
        "initiators.channels.drops_nul",
        "is left out; an id with it takes the next field with it",
        ("channels/stream-14", "channels/stream-22"),
    ),
    Departure("initiators.channels.beacon_limit", "sent", ("channels/size-65537", "channels/size-70000")),
    Departure(
        "initiators.channels.beacon_refusals",
        "mixed content, forbidden ports, and what the page's own policy refuses",
        ("channels/beacon-url-3", "channels/policy-beacon-none"),
    ),
    Departure("timing.attributes", "no `contentEncoding`", ("resource-timing/fetch-none", "resource-timing/xhr-star")),
    Departure(
        "timing.failed",
        "the details that the server allows, with the size of its head",
        ("timing/failed", "resource-timing/img-refused-star"),
    ),
    Departure(
        "timing.failed_for",
        "the details that the server allows, but no size; or none",
        ("resource-timing/img-corp", "resource-timing/img-blocked"),
        besides="all of what a redirect or integrity stopped: `timing-of-failures/redirect-nowhere` (sites)",
    ),
    Departure(
        "timing.opaque_redirects",
        "its details, as the page's own",
        ("timing-of-redirects/manual-app-app-hidden",),
        transport="sites",
    ),
    Departure(
        "timing.keepalive_ends_at_redirect",
        "the first response",
        ("timing-of-redirects/keepalive-app-app-hidden",),
        transport="sites",
    ),
    Departure("timing.never_sent", "none", ("resource-timing/bad-port",)),
    Departure("timing.initiator_types", "`other`", ("resource-timing/font-none", "resource-timing/own-font")),
    # The browser's own HTTP cache.
    Departure(
        "http_cache.key",
        (
            "the method, whether credentials are included, whether an element loads it from another site, and whether "
            "the top-level page's site is requested from within a frame of another site"
        ),
        (
            "http-cache/star-cors-include",
            "http-cache/own-credentials",
            "http-cache/own-frame-star-omit",
            "http-cache/gif-none-img-include",
            "again/script-plain-api-then-include",
        ),
    ),
    Departure(
        "http_cache.looks_up",
        "those after a permanent redirect that came from the cache",
        ("http-cache/redirect-away", "http-cache/target-308-api-fresh"),
    ),
    Departure(
        "http_cache.refused",
        "stays in the cache, except for redirects and what CORP blocked",
        ("http-cache/refused-by-corp", "http-cache/redirect-refused"),
    ),
    Departure(
        "http_cache.invalidated_by",
        "unsafe same-origin ones, whatever the response",
        ("http-cache/after-POST-body-200", "http-cache/after-own-POST-404"),
    ),
    Departure(
        "http_cache.validated_statuses",
        "all but 301, 308 and 410",
        ("http-cache/validated-status-301", "http-cache/validated-status-410"),
    ),
    Departure(
        "http_cache.validates_authorized",
        "the response is revalidated",
        ("http-cache/then-Authorization-Basic%20eD-fresh",),
    ),
    Departure(
        "http_cache.unconditional_304_confirms",
        "confirms the stored response, except for redirects",
        ("http-cache/validated-none-304",),
    ),
    Departure(
        "http_cache.revalidation_headers",
        "validators and `Cache-Control: max-age=0`",
        ("http-cache/whole-stale-while-revalidate",),
    ),
    Departure("http_cache.caching.methods", "GET and HEAD, separately", ("http-cache/head-twice",)),
    Departure(
        "http_cache.caching.stores_stale",
        "stored, whatever its status, unless that is a temporary redirect",
        ("http-cache/forced-403-bare", "http-cache/forced-500-aged-etag"),
        transport="sites",
    ),
    Departure("http_cache.caching.fresh_statuses", "200, 203, 204, 410 and redirects", ("http-cache/status-201",)),
    Departure(
        "http_cache.caching.vary",
        "revalidated by its `ETag`",
        ("http-cache/variant-etag-304", "http-cache/vary-star-etag", "http-cache/express-no-cors-exact-vary"),
    ),
    Departure(
        "http_cache.caching.kept_headers",
        "`ETag`, `Content-Location`, `Content-MD5`",
        ("http-cache/304-replaces-headers", "http-cache/304-adds-headers"),
    ),
    Departure("http_cache.caching.default_lifetimes", "410 stays fresh forever", ("http-cache/status-410-plain",)),
    Departure(
        "http_cache.caching.directives",
        ("ignored with quotes; the last one counts; leading digits are the number, and without any it is ignored"),
        (
            "http-cache/whole-max-age-twice",
            "http-cache/whole-max-age-malformed",
            "http-cache/lifetime-x-date",
            "http-cache/whole-private-argument",
        ),
    ),
    Departure("http_cache.caching.stores_empty_headers", "not stored", ("http-cache/vary-empty",)),
    Departure("http_cache.caching.reads_pragma", "means `no-cache`", ("http-cache/whole-pragma",)),
    Departure("http_cache.caching.reads_request_pragma", "ignored", ("http-cache/etag-then-Pragma-no-cache",)),
    # Redirects.
    Departure(
        "requests.checked_first",
        "the mode, then mixed content, then a bad port",
        ("odd-modes/port-same-origin",),
        transport="sites",
        besides="mixed content: `nsContentSecurityManager.cpp`",
    ),
    Departure("redirects.location", "two equal ones count as one", ("redirects-location/two-same",)),
    Departure(
        "redirects.restored_names",
        "`Authorization` and the body's `Content-Type` return with the next redirect",
        ("redirects/app-api-api-authorization-307", "found/webkit-55e0033a"),
    ),
    Departure(
        "redirects.target_comes_first",
        "said to be refused by the policy, or as mixed content",
        ("csp-redirects/bare-refused",),
        besides="`nsIOService.cpp`",
    ),
    Departure("redirects.location_text", "control characters are escaped", ("redirects-location/21-%01",)),
    # Responses.
    Departure(
        "responses.header_list",
        "empty values add nothing to others; a trailing CR stays; only the first `Content-Length` counts",
        ("allow-origin/trailing-cr", "visible-headers/type-twice"),
    ),
    Departure(
        "responses.integrity_matches",
        'compared with an empty body; in redirect mode "manual", with the body of the redirect',
        ("redirects-modes/manual-integrity-garbage", "request-init/head-integrity-empty"),
    ),
    Departure("responses.keeps_spaces_after_reason_phrase", "kept", ("status/reason-%20%20spaces%20%20",)),
    Departure("responses.xhr_spells_data_types", "`Content-Type`", ("urls/xhr-36-data%3a,x",)),
    Departure("responses.data_url_content_length", "the length of its data", ("urls/36-data%3a,x",)),
    # HTTP authentication.
    Departure(
        "authentication.uses_url",
        "answered for every origin, also without credentials",
        ("authentication/api-without-args-refused", "authentication/other-with-url-refused"),
        transport="tls",
    ),
    Departure(
        "authentication.asks_visitor",
        "asked under CORS too, but not where the URL says it, nor for images of other origins",
        ("authentication/own-args-wrong",),
        transport="tls",
        besides="`network.auth.subresource-img-cross-origin-http-auth-allow`",
    ),
    Departure("authentication.url_goes_first", "sent at once", ("authentication/twice",), transport="tls"),
    Departure(
        "authentication.answers_despite_header", "stands", ("authentication/own-args-and-header",), transport="tls"
    ),
    Departure("authentication.is_partitioned", "unknown", besides="`nsHttpAuthCache.cpp`: keyed by origin attributes"),
    Departure("authentication.placed_behind", "its own", ("authentication/own-args-POST",), transport="tls"),
    # The wire.
    Departure("wire.order", "its own order", ("methods/body-PUT",)),
    Departure(
        "wire.shifts",
        (
            "`Referer`, `Origin`, `Content-Length` and the page's headers: after redirects, for "
            "XMLHttpRequest, with `keepalive`, with a lax referrer policy, without a body"
        ),
        ("wire/app-xhr", "redirects/api-api-header-302", "referrers/unsafe-url-other-cors-get"),
    ),
    Departure("wire.names_moved_by_page", "among the page's headers", ("safelist-names/pragma",)),
    Departure("wire.user_agent", "its own", ("methods/PUT",)),
    Departure("wire.accept_language", "`{}`", ("methods/PUT",)),
    Departure("preflight_wire.extra", "`Priority: u=4`", ("methods/PUT",)),
    Departure("wire.fetch_extra", "`Priority: u=4`", ("methods/PUT",)),
    Departure(
        "wire.page_headers",
        (
            "repeated ones are joined; the first `Content-Type` counts; `Accept`, `Accept-Language` and "
            "`User-Agent` are written in Firefox's own case"
        ),
        ("wire/app-headers", "safelist-repeated/language-twice"),
        besides="preflights have no headers of the page",
    ),
    Departure(
        "wire.sec_fetch_site",
        "over http, `cross-site` after a redirect within a site",
        ("redirects-xhr/app-sub-get",),
    ),
    Departure("preflight_wire.sec_fetch_site", "for the current URL", ("redirects/api-app-put-307",)),
    Departure(
        "wire.storage_access",
        "`none`; `inactive` from sandboxed pages to their own site",
        ("allow-credentials/true", "cookies/app-sandbox"),
    ),
    Departure("preflight_wire.storage_access", "`none`", ("allow-headers/include-by-x-a",)),
    Departure("wire.storage_access_when_tainted", "not sent", ("redirects-xhr/api-other-include",)),
    Departure("preflight_wire.cache_headers", "sent", ("cache-modes/If-None-Match-reload",)),
    # Private networks.
    Departure(
        "local_network_access.checked",
        "the visitor is asked",
        ("address-spaces/app-loopback-denied", "address-spaces/app-local-denied"),
        transport="spaces",
    ),
    Departure(
        "local_network_access.prompt_seconds", "{} s", besides="`network.lna.prompt.timeout`: `PermissionUI.sys.mjs`"
    ),
    Departure(
        "local_network_access.own_frames_may",
        "may what the page may, also if it is sandboxed",
        ("local-network/frame-own-sandboxed-loopback-granted",),
        transport="spaces",
    ),
    # Cookies, referrers, the rest.
    Departure("cookies.default_same_site", "treated as `SameSite=None`", ("cookies-set/other-blocked",)),
    Departure("cookies.secure_on_trustworthy_http", "work", ("redirects-cookies/app-app-include",)),
    Departure(
        "partitions_third_party_cookies", "separate for each top-level site", ("credentials/cookie-include-star",)
    ),
    Departure("redirects_refuse_cookies", "stored", ("cookies-set/app-by-way-of-other",)),
    Departure(
        "referrer", "at most the origin to other sites; none to this machine", ("referrers/unsafe-url-other-cors-get",)
    ),
    Departure("answers_proxy_challenges", "an ordinary response", ("status/407",)),
    Departure("sites_ignore_schemes", "the same site", ("odd-redirects/mixed-appsecure-301-get",), transport="sites"),
    Departure(
        "cookies.host_http_prefix_keeps_to_host",
        "kept",
        ("odd-cookies/host-http-prefix-elsewhere-app",),
        transport="sites",
    ),
    Departure("cookies.nameless_is_name", "a name without a value", ("odd-cookies/no-value-app",), transport="sites"),
    Departure("cookies.values_are_text", "invalid UTF-8 is replaced", ("odd-cookies/latin-1-app",), transport="sites"),
    Departure("referrer_source", "of a `blob:` page its origin", besides="seen of `blob:` frames"),
    Departure(
        "remakes_referrer",
        "made from the page's URL again",
        ("odd-redirects/referrer-origin-when-cross-origin-other-app",),
        transport="sites",
    ),
    # Oddities.
    Departure(
        "redirects.refuses_several_locations", "network error", ("odd-redirects/locations-two-200",), transport="sites"
    ),
    Departure(
        "preflight_cache.cleared_by_refused_redirects",
        "clears nothing",
        ("odd-redirects/preflight-cache-error",),
        transport="sites",
    ),
    Departure("responses.data_url", "without the blanks", besides="seen of `data:;base64 ,aGk`; `nsDataHandler.cpp`"),
    Departure(
        "transport.head.start",
        "up to four bytes are skipped",
        ("transport-status-line/four-letters-before",),
        transport="streams",
    ),
    Departure(
        "transport.head.status_line",
        "a status has one to three digits; without a version there is no head",
        (
            "transport-status-line/two-digits",
            "transport-status-line/0",
            "transport-status-line/http-1",
        ),
        transport="streams",
    ),
    Departure(
        "transport.head.without_head",
        "a body, on any port",
        (
            "transport-no-head/own-junk",
            "transport-end/junk",
        ),
        transport="streams",
    ),
    Departure("transport.head.max_bytes", "{} bytes", ("transport-head/400-kb",), transport="streams"),
    Departure(
        "transport.head.refuses",
        "no response if it is in a value; elsewhere it is taken",
        (
            "transport-head/nul-in-name",
            "transport-status-line/nul-in-reason",
        ),
        transport="streams",
    ),
    Departure(
        "transport.head.takes_cut",
        "the response, wherever its head is cut",
        (
            "transport-end/in-value",
            "transport-end/in-last-line-end",
        ),
        transport="streams",
    ),
    Departure(
        "transport.head.cut_ends_response", "the body is empty", ("transport-end/after-length",), transport="streams"
    ),
    Departure("transport.head.final_statuses", "the response", ("transport-interim/101",), transport="streams"),
    Departure(
        "transport.head.refuses_dispositions", "no response", ("transport-head/two-dispositions",), transport="streams"
    ),
    Departure(
        "transport.framing",
        'a length that is no number, or of HTTP/1.0, says nothing; any "chunked" counts',
        (
            "transport-length/junk",
            "transport-length/of-http-1.0",
            "transport-transfer-coding/of-http-1.0",
        ),
        transport="streams",
    ),
    Departure(
        "transport.chunks.size",
        "a number as C reads one, whatever follows",
        (
            "transport-chunks/prefix",
            "transport-chunks/letter-after-size",
        ),
        transport="streams",
    ),
    Departure(
        "transport.chunks.after_chunk", "taken", ("transport-chunks/no-line-end-after-chunk",), transport="streams"
    ),
    Departure(
        "transport.chunks.fault_is_no_response",
        "no response",
        (
            "transport-chunks/junk-size",
            "transport-chunks/nothing",
        ),
        transport="streams",
    ),
    Departure(
        "transport.codings.codings",
        "the others are undone",
        (
            "transport-content-coding/unknown-then-gzip",
            "transport-content-coding/gzip-then-unknown",
        ),
        transport="streams",
    ),
    Departure(
        "transport.asking.joins_types_after_421",
        "those of both",
        ("odd-caches/asked-again-421-GET",),
        transport="sites",
    ),
    Departure(
        "transport.asking.attempts", "a safe request is sent {} times", ("transport-end/at-once",), transport="streams"
    ),
    Departure("identifier", "category of the console message", ("allow-origin/slash",)),
)
