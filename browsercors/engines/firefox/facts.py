"""
In what Firefox departs from the standard, and who saw it.

The profile is what is simulated; here is what its fields mean, in words. Tests hold both together: no departure without
a fact, no fact without a departure, and every scenario named here fails where Firefox follows the standard instead.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.facts import Departure

__all__ = ["DEPARTURES"]

DEPARTURES: Final = (
    # What needs a preflight.
    Departure("safelist.names[accept]", "unsafe", ("safelist-bytes/accept-e9",)),
    Departure(
        "safelist.names[content-type]",
        "bytes beyond ASCII, a comma or an empty parameter make it unsafe",
        (
            "safelist-bytes/content-type-e9",
            "safelist/064-content-type-text%2fplain;a=b,c",
            "safelist/095-content-type-text%2fplain;;",
        ),
    ),
    Departure("safelist.names[range]", "below 2^64", ("safelist/124-range-bytes=18446744073709551616-",)),
    Departure("safelist.sum_bytes", "no limit", ("safelist-repeated/accept-9x128",)),
    Departure("safelist.keeps_repeated_names", "twice", ("header-order/04-X-A.x-a",)),
    Departure("requests.stream_body", 'the text "[object ReadableStream]"', ("request-init/no-cors-stream",)),
    Departure(
        "requests.conditional_cache_modes",
        '"no-store" from the start for `fetch()`, unchanged for XMLHttpRequest',
        ("cache-modes/If-None-Match-None",),
    ),
    Departure("requests.takes_no_referrer_as_policy", 'the policy "no-referrer" as well', ("found/webkit-ac284ece",)),
    Departure("requests.multipart_boundary_prefix", "`{}`", ("wire/api-form",)),
    # The preflight.
    Departure(
        "preflight.stages",
        "the list of headers is parsed after the method was looked for",
        ("two-errors/fine+methods-missing+headers-malformed",),
    ),
    Departure("preflight.authorization_needs_listing", "allowed", ("allow-headers/auth-by-*",)),
    Departure("preflight.forced_method_needs_no_listing", "refused", ("preflight-need/upload-unlisted",)),
    Departure("preflight.origin", "the page's origin", ("redirects/api-other-header-307",)),
    Departure(
        "preflight.unsafe_headers", "those set decide, those left are listed", ("redirects/app-api-authorization-302",)
    ),
    Departure("preflight.repeated_on_redirect", "preflight", ("redirects/api-api-put-303",)),
    # The preflight cache.
    Departure(
        "preflight_cache.create",
        "each name with its own lifetime, apart for credentials; `*` is a name; 100 URLs",
        ("preflight-cache/stars-same", "preflight-cache/named-upload-twice"),
        besides="limits: `nsCORSListenerProxy.cpp`",
    ),
    Departure("preflight_cache.max_age", "not remembered", ("max-age/06-+600",)),
    Departure("preflight_cache.max_age_cap", "{} s", besides="`nsCORSListenerProxy.cpp`"),
    Departure(
        "preflight_cache.origin_key", "remembered for the page's origin", ("preflight-cache-keys/tainted-then-page",)
    ),
    Departure("preflight_cache.bypassing_cache_modes", '"no-store", "reload"', ("preflight-cache/mode-None-reload",)),
    Departure("preflight_cache.cleared_by", "all cross-origin ones", ("preflight-cache-forgets/simple-fails",)),
    # The browser's own HTTP cache.
    Departure(
        "http_cache.key",
        "the method, whether credentials go along, and what is the page's own for its sandboxed frames",
        ("http-cache/star-cors-include", "http-cache/own-credentials", "http-cache/own-frame-star-omit"),
    ),
    Departure(
        "http_cache.is_asked",
        "those of permanent redirects that it gave itself",
        ("http-cache/redirect-away", "http-cache/target-308-api-fresh"),
    ),
    Departure(
        "http_cache.refused",
        "kept, but for redirects and what CORP refused",
        ("http-cache/refused-by-corp", "http-cache/redirect-refused"),
    ),
    Departure(
        "http_cache.invalidated_by",
        "unsafe ones of their own origin, whatever the answer",
        ("http-cache/after-POST-body-200", "http-cache/after-own-POST-404"),
    ),
    Departure(
        "http_cache.validated_statuses",
        "all but 301, 308 and 410",
        ("http-cache/validated-status-301", "http-cache/validated-status-410"),
    ),
    Departure("http_cache.validates_authorized", "validated", ("http-cache/then-Authorization-Basic%20eD-fresh",)),
    Departure(
        "http_cache.confirms_unasked", "confirms what is stored, but for redirects", ("http-cache/validated-none-304",)
    ),
    Departure(
        "http_cache.revalidation_headers",
        "`Cache-Control: max-age=0` as well",
        ("http-cache/whole-stale-while-revalidate",),
    ),
    Departure("http_cache.caching.methods", "GET and HEAD, each for itself", ("http-cache/head-twice",)),
    Departure("http_cache.caching.fresh_statuses", "200, 203, 204, 410, redirects", ("http-cache/status-201",)),
    Departure(
        "http_cache.caching.vary",
        "its `ETag` is asked about",
        ("http-cache/variant-etag-304", "http-cache/vary-star-etag", "http-cache/express-no-cors-exact-vary"),
    ),
    Departure(
        "http_cache.caching.kept_headers",
        "`ETag`, `Content-Location`, `Content-MD5`",
        ("http-cache/304-replaces-headers", "http-cache/304-adds-headers"),
    ),
    Departure("http_cache.caching.heuristic_statuses", "2xx, 301, 308, 410", ("http-cache/guessed-201-alone",)),
    Departure("http_cache.caching.default_lifetimes", "410: kept for ever", ("http-cache/status-410-plain",)),
    Departure(
        "http_cache.caching.directives",
        "quotes make it none, the last counts, leading digits count, and what has none does not",
        (
            "http-cache/whole-max-age-twice",
            "http-cache/whole-max-age-malformed",
            "http-cache/lifetime-x-date",
            "http-cache/whole-private-argument",
        ),
    ),
    Departure("http_cache.caching.reads_pragma", "no-cache", ("http-cache/whole-pragma",)),
    Departure("http_cache.caching.reads_request_pragma", "nothing", ("http-cache/etag-then-Pragma-no-cache",)),
    # Redirects.
    Departure("redirects.location", "equal ones are one", ("redirects-location/two-same",)),
    Departure(
        "redirects.restored_names",
        "`Authorization` and the type of a body are back after the next redirect",
        ("redirects/app-api-api-authorization-307", "found/webkit-55e0033a"),
    ),
    Departure("redirects.location_text", "controls are escaped", ("redirects-location/21-%01",)),
    # Responses.
    Departure(
        "responses.header_list",
        "empty lines add nothing to others; a trailing CR stays; one `Content-Length` counts",
        ("allow-origin/trailing-cr", "visible-headers/type-twice"),
    ),
    Departure(
        "responses.integrity_matches",
        'is about no bytes, or about those of the redirect under redirect mode "manual"',
        ("redirects-modes/manual-integrity-garbage", "request-init/head-integrity-empty"),
    ),
    Departure("responses.keeps_blanks_after_reason", "kept", ("status/reason-%20%20spaces%20%20",)),
    Departure("responses.data_url_content_length", "its length", ("urls/36-data%3a,x",)),
    # The wire.
    Departure("wire.order", "its own", ("methods/body-PUT",)),
    Departure(
        "wire.shifts",
        (
            "`Referer`, `Origin`, `Content-Length`, the page's headers: after redirects, of "
            "XMLHttpRequest, with keepalive, under lax policies, without body"
        ),
        ("wire/app-xhr", "redirects/api-api-header-302", "referrers/unsafe-url-other-cors-get"),
    ),
    Departure("wire.names_of_the_page", "among the page's", ("safelist-names/pragma",)),
    Departure("wire.user_agent", "its own", ("methods/PUT",)),
    Departure("wire.accept_language", "`{}`", ("methods/PUT",)),
    Departure("preflight_wire.extra", "`Priority: u=4`", ("methods/PUT",)),
    Departure("wire.fetch_extra", "`Priority: u=4`", ("methods/PUT",)),
    Departure(
        "wire.page_headers",
        (
            "repeated ones are joined; of `Content-Type` the first counts; `Accept`, "
            "`Accept-Language` and `User-Agent` keep the case in which Firefox had set them"
        ),
        ("wire/app-headers", "safelist-repeated/language-twice"),
        besides="preflights have none",
    ),
    Departure(
        "wire.sec_fetch_site",
        "over http one within a site counts as one to another site",
        ("redirects-xhr/app-sub-get",),
    ),
    Departure("preflight_wire.sec_fetch_site", "the current URL alone", ("redirects/api-app-put-307",)),
    Departure(
        "wire.storage_access",
        "`none`; `inactive` from sandboxed pages to their own site",
        ("allow-credentials/true", "cookies/app-sandbox"),
    ),
    Departure("preflight_wire.storage_access", "`none`", ("allow-headers/include-by-x-a",)),
    Departure("wire.storage_access_when_tainted", "not sent", ("redirects-xhr/api-other-include",)),
    Departure("preflight_wire.cache_headers", "sent", ("cache-modes/If-None-Match-reload",)),
    # Cookies, referrers, the rest.
    Departure("cookies.default_same_site", "None", ("cookies-set/other-blocked",)),
    Departure("cookies.secure_on_trustworthy_http", "yes", ("redirects-cookies/app-app-include",)),
    Departure("partitions_third_party_cookies", "kept apart by top-level site", ("credentials/cookie-include-star",)),
    Departure("redirects_refuse_cookies", "stored", ("cookies-set/app-by-way-of-other",)),
    Departure(
        "referrer", "to other sites the origin at most; to this machine none", ("referrers/unsafe-url-other-cors-get",)
    ),
    Departure("answers_proxy_challenges", "an ordinary response", ("status/407",)),
    Departure("identifier", "the console's category", ("allow-origin/slash",)),
)
