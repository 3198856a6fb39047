"""
What the standard says wherever a browser departs from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.engines.standard.element_facts import ELEMENT_SUBJECTS
from browsercors.engines.standard.service_worker_facts import SERVICE_WORKER_SUBJECTS
from browsercors.engines.standard.socket_facts import SOCKET_SUBJECTS
from browsercors.engines.standard.worker_facts import WORKER_SUBJECTS
from browsercors.rules.facts import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SUBJECTS"]

SUBJECTS: Final[Mapping[str, tuple[Subject, ...]]] = {
    "Responses on the wire": (
        Subject(("transport.head.start",), "what stands before a status line", "no response"),
        Subject(("transport.head.status_line",), "a malformed status line", "no response"),
        Subject(("transport.head.without_head",), "a response without a head (HTTP/0.9)", "no response"),
        Subject(("transport.head.max_bytes",), "the largest head", "no limit"),
        Subject(("transport.head.refuses",), "NUL in a head", "no response"),
        Subject(("transport.head.takes_cut",), "a connection that ends in the head", "no response"),
        Subject(("transport.head.takes_cut_over_tls",), "the same over TLS", "the same"),
        Subject(("transport.head.cut_ends_response",), "`Content-Length` in a head that is cut", "a body is missing"),
        Subject(("transport.head.final_statuses",), "a 101 that nobody asked for", "an informational response"),
        Subject(("transport.head.refuses_dispositions",), "two different `Content-Disposition` lines", "taken"),
        Subject(
            ("transport.framing",),
            "malformed `Content-Length` and `Transfer-Encoding`",
            "no response; lengths in a list or repeated have to be the same",
        ),
        Subject(
            ("transport.old_may_end_early",), "HTTP/1.0 with less than `Content-Length` says", "the body breaks off"
        ),
        Subject(("transport.chunks.size",), "malformed size of a chunk", "the body breaks off"),
        Subject(("transport.chunks.max_line",), "the longest line with the size of a chunk", "no limit"),
        Subject(("transport.chunks.after_chunk",), "a chunk without a line end behind it", "the body breaks off"),
        Subject(("transport.chunks.may_end_early",), "chunks without a last one", "the body breaks off"),
        Subject(("transport.chunks.fault_is_no_response",), "a malformed chunk, or none at all", "the body breaks off"),
        Subject(
            ("transport.codings.codings",),
            "unknown codings among others in `Content-Encoding`",
            "nothing is undone",
        ),
        Subject(("transport.codings.passed_if_malformed",), "malformed gzip and deflate", "the body breaks off"),
        Subject(("transport.asking.attempts",), "a connection that ends without a byte", "no response"),
        Subject(("transport.asking.after_408",), "408 over a kept connection", "the response"),
        Subject(("transport.asking.joins_types_after_421",), "the type of what is asked again after a 421", "its own"),
        Subject(
            ("transport.asking.not_after_close",), "POST over a kept connection that is found closed", "sent again"
        ),
        Subject(("responses.null_body_statuses",), "the body of a 205", "none"),
        Subject(("preflight.needs_whole_body",), "a preflight response whose body breaks off", "counts"),
    ),
    "What needs a preflight": (
        Subject(("safelist.names[accept]",), "`Accept` with non-ASCII bytes", "safelisted"),
        Subject(("safelist.names[content-type]",), "`Content-Type`", "only the essence of its MIME type counts"),
        Subject(("safelist.names[range]",), "spelling and numbers of `Range`", "numbers of any size"),
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
            "client hints set by scripts",
            "not safelisted",
        ),
        Subject(("safelist.names[intervention]",), "`Intervention`", "not safelisted"),
        Subject(("safelist.sum_bytes",), "total length of the safelisted values", "at most {} bytes"),
        Subject(
            ("safelist.keeps_repeated_names",),
            "a header appended twice, in `Access-Control-Request-Headers`",
            "listed once",
        ),
        Subject(("requests.combines_repeated_headers",), "a header appended twice", "stays two headers"),
        Subject(("requests.dropped_names",), "`User-Agent` set by a script", "sent, after a preflight"),
        Subject(
            ("requests.upload_listeners_need_body",),
            "upload listeners on a request without a body",
            "cause a preflight",
        ),
        Subject(("requests.stream_body",), "a `ReadableStream` as the body", "uploaded as a stream"),
        Subject(
            ("requests.conditional_cache_modes",),
            "cache mode of a request with `If-None-Match` or the like",
            '"no-store", set when the request is sent',
        ),
        Subject(
            ("requests.no_cors_drops_body_type",),
            '`Content-Type` of the body in mode "no-cors", if not safelisted',
            "dropped",
        ),
        Subject(
            ("requests.xhr_sends_unparsable_blob_types",),
            "`Content-Type` of a Blob whose type is no MIME type, from XMLHttpRequest",
            "sent",
        ),
        Subject(
            ("requests.state_utf8",),
            "the charset of text that XMLHttpRequest sends",
            "`UTF-8` in the place of another one",
        ),
        Subject(("requests.params_are_text",), "the charset of URLSearchParams that it sends", "as the page states it"),
        Subject(("requests.has_only_if_cached",), 'cache mode "only-if-cached"', "supported"),
        Subject(("requests.no_referrer_sets_policy",), 'the referrer `""`', "no `Referer`"),
        Subject(
            ("requests.sends_type_of_dropped_form",),
            "`URLSearchParams` as the body of an XMLHttpRequest with GET or HEAD",
            "ignored",
        ),
        Subject(
            ("requests.keeps_credentials_in_foreign_urls",),
            "user name and password in the URL of an XMLHttpRequest",
            "kept",
        ),
        Subject(
            ("requests.checked_first",),
            "which is named of several refusals before a request is sent",
            "a bad port, then mixed content, then the mode",
        ),
        Subject(("requests.multipart_boundary_prefix",), "start of the multipart boundary", "any text"),
    ),
    "The preflight": (
        Subject(
            ("preflight.stages",), "order of the checks", "CORS check, status, parsing both lists, method, headers"
        ),
        Subject(
            ("preflight.authorization_needs_listing",),
            "`Authorization` with `Access-Control-Allow-Headers: *`",
            "not allowed",
        ),
        Subject(
            ("preflight.forced_method_needs_no_listing",),
            "no `Access-Control-Allow-Methods`, and a preflight caused by upload listeners or a stream",
            "the method is allowed",
        ),
        Subject(("preflight.origin",), "`Origin` of a preflight after redirects between origins", "`null`"),
        Subject(
            ("preflight.unsafe_headers",), "headers that count after a redirect has removed some", "those that are left"
        ),
        Subject(
            ("preflight.comparison_order",),
            "the header that is named if several are not allowed",
            "the first in alphabetical order",
        ),
        Subject(
            ("preflight.repeated_on_redirect",),
            "a preflighted request is redirected, and needs no preflight any more",
            "no preflight",
        ),
        Subject(("preflight.sends_user_agent_of_page",), "a `User-Agent` that the page set, on preflights", "not sent"),
        Subject(("preflight.keeps_first_referrer",), "`Referer` of a preflight after redirects", "for the current URL"),
    ),
    "The preflight cache": (
        Subject(
            ("preflight_cache.create",),
            "entries",
            "one for each method and each header name, added to by later responses",
        ),
        Subject(("preflight_cache.max_age",), "`Access-Control-Max-Age` that is not a number of seconds", "5 s"),
        Subject(("preflight_cache.max_age_cap",), "longest time in the cache", "no limit"),
        Subject(
            ("preflight_cache.origin_key",),
            "pages whose origin is opaque, or tainted by redirects",
            "cached for the origin that is sent",
        ),
        Subject(("preflight_cache.partition",), "what keeps preflights of different pages apart", "the top-level site"),
        Subject(("preflight_cache.bypassing_cache_modes",), "cache modes that always send a preflight", "none"),
        Subject(("preflight_cache.unstored_cache_modes",), "cache modes in which preflights are not cached", "none"),
        Subject(
            ("preflight_cache.cleared_by",), "failed fetches that remove the URL's entries", "those with a preflight"
        ),
        Subject(
            ("preflight_cache.cleared_by_refused_redirects",),
            'a redirect in redirect mode "error", after a preflight',
            "clears the entries of the URL",
        ),
    ),
    "The browser's own HTTP cache": (
        Subject(
            ("http_cache.key",),
            "parts of the cache key besides the URL and the site of the top-level page",
            "none",
        ),
        Subject(("http_cache.looks_up",), "requests that bypass the cache", "none"),
        Subject(("http_cache.refused",), "a response that the page may not read", "stays in the cache"),
        Subject(
            ("http_cache.invalidated_by",),
            "requests that invalidate the stored responses of their URL",
            "unsafe ones that succeed",
        ),
        Subject(
            ("http_cache.invalidating_headers",),
            "other same-origin URLs that such a request invalidates",
            "those in `Location` and `Content-Location` of the response",
        ),
        Subject(("http_cache.non_replacing_statuses",), "a redirect that is not stored", "removes the stored response"),
        Subject(("http_cache.validated_statuses",), "statuses of stored responses that are revalidated", "all"),
        Subject(
            ("http_cache.validates_authorized",),
            "a request with `Authorization`, and a response stored without it",
            "the response is used",
        ),
        Subject(
            ("http_cache.page_validates",),
            "validators that the page sets itself, and the stored response",
            "the cache learns nothing by the 304",
        ),
        Subject(("http_cache.key_without_query",), "`No-Vary-Search`", "ignored"),
        Subject(
            ("http_cache.unconditional_304_confirms",),
            "status 304 for a request that was not conditional",
            "is the response",
        ),
        Subject(("http_cache.unmatched_304_removes",), "status 304 for a reload", "removes the stored response"),
        Subject(
            ("http_cache.redirects_with_fragments",),
            "redirects of a URL with a fragment",
            "stored and reused as others",
        ),
        Subject(("http_cache.revalidation_headers",), "headers of a revalidation in the background", "validators"),
        Subject(("http_cache.caching.methods",), "methods whose responses are stored", "GET"),
        Subject(("http_cache.caching.statuses",), "statuses that are stored if they have a lifetime", "all"),
        Subject(("http_cache.caching.fresh_statuses",), "statuses that are used without revalidation", "all"),
        Subject(("http_cache.caching.unstored_statuses",), "status 304 if nothing is stored", "not stored"),
        Subject(
            ("http_cache.caching.vary",),
            "a response stored for other values of a header in `Vary`, or with `Vary: *`",
            "not used",
        ),
        Subject(
            ("http_cache.caching.kept_headers",),
            "headers that a 304 does not update, besides length, type, coding and range of the content",
            "none",
        ),
        Subject(
            ("http_cache.caching.heuristic_statuses",),
            "statuses with a heuristic lifetime",
            "those of RFC 9110",
        ),
        Subject(
            ("http_cache.caching.public_is_heuristic",),
            "other statuses with `public`",
            "have a heuristic lifetime, too",
        ),
        Subject(
            ("http_cache.caching.default_lifetimes",),
            "a response that says nothing about its lifetime",
            "stale at once",
        ),
        Subject(
            ("http_cache.caching.must_revalidate_forbids_heuristics",),
            "`Last-Modified` with `must-revalidate`",
            "fresh for a tenth of its age",
        ),
        Subject(
            ("http_cache.caching.directives",),
            "`max-age` in an unusual form",
            "quotes and spaces are allowed; the first one counts; what is not a number means 0",
        ),
        Subject(("http_cache.caching.no_cache_has_arguments",), '`no-cache="set-cookie"`', "means `no-cache`"),
        Subject(("http_cache.caching.reads_pragma",), "`Pragma: no-cache` in a response", "ignored"),
        Subject(("http_cache.caching.request_directives",), "`Cache-Control` set by the page", "obeyed"),
        Subject(("http_cache.caching.reloads",), "`no-cache` set by the page", "the stored response is revalidated"),
        Subject(("http_cache.caching.reads_request_pragma",), "`Pragma: no-cache` set by the page", "means `no-cache`"),
        Subject(
            ("http_cache.caching.stores_stale",),
            'a response that is stale at once, for cache mode "force-cache"',
            "stored if its status has a heuristic lifetime, with a validator or without",
        ),
        Subject(
            ("http_cache.caching.stores_aged",),
            "a response whose `Age` is greater than its lifetime",
            "stored if one that is stale at once is",
        ),
        Subject(("http_cache.caching.stores_empty_headers",), "a header without a value", "stored"),
        Subject(("http_cache.caching.stores_ranges",), "the response to a request with `Range`", "not stored"),
    ),
    "Redirects": (
        Subject(("redirects.location",), "`Location` twice, or empty", "twice: error; empty: the same URL again"),
        Subject(
            ("redirects.refuses_credentials",),
            "user name or password in the redirect's URL",
            "refused for a cross-origin CORS request, and once a redirect has left the page's origin",
        ),
        Subject(
            ("redirects.cors_checked_again",),
            (
                "same-origin request, redirected to another origin, redirected again with "
                "`Access-Control-Allow-Origin: *`"
            ),
            "the second redirect passes the CORS check",
        ),
        Subject(
            ("redirects.also_becomes_get",),
            "a DELETE that is redirected to another origin",
            "becomes GET only with status 303",
        ),
        Subject(
            ("redirects.hides_origin_without_cors",),
            "`Origin` of a POST without CORS that the page's own origin redirects to another",
            "the page's",
        ),
        Subject(("redirects.removed_names",), "headers that a redirect removes", "`Authorization` for another origin"),
        Subject(("redirects.restored_names",), "headers that a redirect has removed", "stay removed"),
        Subject(
            ("redirects.error_mode_needs_location",),
            'a redirect status without `Location` in redirect mode "error"',
            "error",
        ),
        Subject(
            ("redirects.refuses_several_locations",), "different `Location` headers, whatever the status", "joined"
        ),
        Subject(
            ("redirects.needs_valid_location",),
            'a location that cannot be parsed, in redirect mode "manual"',
            "the page gets the opaque redirect",
        ),
        Subject(
            ("redirects.target_comes_first",),
            "a redirect that CORS refuses, to where the page's policy or mixed content forbids to go",
            "said to be refused by CORS",
        ),
        Subject(
            ("redirects.mixed_content_after_preflight",),
            "a redirect to what is mixed content and needs a preflight",
            "refused before the preflight",
        ),
        Subject(
            ("redirects.location_text",),
            "`Location` with non-ASCII bytes, or with control characters at its start",
            "decoded as UTF-8, or else escaped byte by byte; control characters are stripped",
        ),
    ),
    "Responses": (
        Subject(("responses.header_list",), "malformed header lines", "as in RFC 9112"),
        Subject(("responses.integrity_matches",), "integrity of a response without a body", "fails"),
        Subject(("requests.drops_empty_body",), "`Content-Length` of a request with an empty blob as its body", "0"),
        Subject(("responses.keeps_spaces_after_reason_phrase",), "spaces at the end of the reason phrase", "stripped"),
        Subject(("responses.data_url_content_length",), "`Content-Length` of the response for a `data:` URL", "none"),
        Subject(("responses.xhr_spells_data_types",), "the type of a `data:` URL, for XMLHttpRequest", "in lower case"),
        Subject(
            ("responses.data_url_type",), "the type of a `data:` URL with quotes, or with a `charset`", "written anew"
        ),
        Subject(("responses.data_url",), "the URL of a `data:` response in Base64 with blanks", "as written"),
    ),
    "HTTP authentication": (
        Subject(
            ("authentication.uses_url",), "a 401 to an XMLHttpRequest with user and password", "answered outside CORS"
        ),
        Subject(("authentication.asks_visitor",), "a 401 where nothing is known", "the visitor is asked, outside CORS"),
        Subject(("authentication.challenges",), "several challenges in one line", "each counts"),
        Subject(("authentication.encode",), "characters beyond ASCII", "UTF-8"),
        Subject(("authentication.space_of",), "what was used for /dir/x", "goes to /dir/ and below"),
        Subject(("authentication.url_goes_first",), "user and password where the place is known", "sent if asked for"),
        Subject(("authentication.replaces_header",), "what is known, beside the page's `Authorization`", "not sent"),
        Subject(("authentication.answers_despite_header",), "a 401 to the page's `Authorization`", "answered"),
        Subject(("authentication.states_algorithm",), "`algorithm` of Digest", "as the challenge states it"),
        Subject(("authentication.is_partitioned",), "what was used below another top-level site", "known"),
        Subject(("authentication.hides_login",), "the URL that the page sees", "with user and password"),
        Subject(("authentication.placed_behind",), "place of `Authorization`", "not specified"),
    ),
    "The wire": (
        Subject(("wire.order", "preflight_wire.order"), "order of the headers", "not specified"),
        Subject(("wire.shifts",), "headers whose place depends on the request", "not specified"),
        Subject(
            ("wire.names_moved_by_page",), "place of a browser's header that the page sets itself", "its usual place"
        ),
        Subject(("wire.rewriting", "preflight_wire.rewriting"), "`%78` or `|` in a path", "as it is"),
        Subject(("wire.user_agent", "preflight_wire.user_agent"), "`User-Agent`", "not specified"),
        Subject(("wire.accept_language", "preflight_wire.accept_language"), "`Accept-Language`", "not specified"),
        Subject(
            ("wire.accept_encoding.loopback", "preflight_wire.accept_encoding.loopback"),
            "`Accept-Encoding` to this machine",
            "not specified",
        ),
        Subject(
            ("wire.accept_encoding.tls", "preflight_wire.accept_encoding.tls"),
            "`Accept-Encoding` over TLS",
            "not specified",
        ),
        Subject(("wire.extra",), "other headers", "`Connection: keep-alive`"),
        Subject(("preflight_wire.extra",), "other headers of preflights", "`Connection: keep-alive`"),
        Subject(("wire.trustworthy_extra",), "other headers to trustworthy URLs", "none"),
        Subject(("wire.fetch_extra",), "other headers of `fetch()`", "none"),
        Subject(("wire.page_headers", "preflight_wire.page_headers"), "headers set by the page", "sent as written"),
        Subject(
            ("wire.sec_fetch_site",),
            "`Sec-Fetch-Site` after redirects, and of a worker from a `data:` URL",
            "for the most distant URL on the way",
        ),
        Subject(
            ("preflight_wire.sec_fetch_site",),
            "`Sec-Fetch-Site` of preflights after redirects",
            "for the most distant URL on the way",
        ),
        Subject(("wire.is_trustworthy",), "`Sec-Fetch-*` to `http://localhost.`, with a dot at its end", "sent"),
        Subject(
            ("preflight_wire.is_trustworthy",),
            "`Sec-Fetch-*` of preflights to `http://localhost.`, with a dot at its end",
            "sent",
        ),
        Subject(
            ("wire.keeps_origin",),
            "`Origin` of a same-origin POST that a same-origin redirect turns into a GET; under a referrer policy",
            "removed; hidden behind redirects as well",
        ),
        Subject(
            ("preflight_wire.fetch_metadata_to_untrustworthy_urls",),
            "`Sec-Fetch-*` headers of preflights to URLs that are not trustworthy",
            "none",
        ),
        Subject(
            ("wire.starts_new_request",),
            "headers that the browser adds to a CORS request after a redirect to another origin",
            "as before the redirect",
        ),
        Subject(("wire.storage_access",), "`Sec-Fetch-Storage-Access`", "not in the Fetch standard"),
        Subject(
            ("preflight_wire.storage_access",), "`Sec-Fetch-Storage-Access` of preflights", "not in the Fetch standard"
        ),
        Subject(
            ("wire.storage_access_when_tainted",),
            "`Sec-Fetch-Storage-Access` after redirects between origins",
            "not in the Fetch standard",
        ),
        Subject(("preflight_wire.cache_headers",), "`Cache-Control` and `Pragma` of preflights, by cache mode", "none"),
    ),
    "What protects pages beside CORS": (
        Subject(
            ("content_security_policy.schemes",),
            "schemes that a source with `ws:` or `wss:` also matches",
            "`ws:` matches wss, http and https; `wss:` matches https",
        ),
        Subject(("content_security_policy.port_80",), "port 80 in a source, and a URL that goes over TLS", "no match"),
        Subject(("content_security_policy.reads_ports_as_numbers",), "`example.com:08000` and port 8000", "match"),
        Subject(
            ("content_security_policy.ignores_query_in_path",),
            "a source whose path has a query or a fragment",
            "no source",
        ),
        Subject(("content_security_policy.decodes_whole_paths",), "`%2F` in a path", "no slash"),
        Subject(
            ("content_security_policy.wildcard_schemes",), "`img-src *`, and an image of a `data:` URL", "no match"
        ),
        Subject(
            ("content_security_policy.default_decides_on_prefetches",),
            "a prefetch that another directive lists than `default-src`",
            "allowed",
        ),
        Subject(("content_security_policy.wildcards_need_scheme",), "`*:8000` as a source", "any host at that port"),
        Subject(
            ("content_security_policy.self_is_the_pages_origin",),
            "`'self'` in a sandboxed frame that has inherited its policy",
            "the origin of the page that it inherits from",
        ),
        Subject(("content_security_policy.self_matches_blobs",), "`'self'` and the page's own `blob:` URLs", "match"),
        Subject(
            ("content_security_policy.judges_before_upgrade",),
            "a source with https, and an http URL that `upgrade-insecure-requests` upgrades",
            "match",
        ),
        Subject(
            ("upgrades.by_policy",), "what a page sees of `upgrade-insecure-requests`", "the https URL, not redirected"
        ),
        Subject(("upgrades.by_hsts",), "a request to an HSTS host", "goes over TLS, and the page sees no redirect"),
        Subject(
            ("upgrades.mixed_content_before_policies",),
            "`img-src https:`, and an http image that is upgraded",
            "allowed",
        ),
        Subject(
            ("upgrades.shows_loopback",),
            "images, audio and video of an https page, from `http://localhost`",
            "as all else from there",
        ),
        Subject(("clear_site_data.counts",), "whose `Clear-Site-Data` counts", "that of every response"),
        Subject(
            ("clear_site_data.clears_cookies_of_site",),
            '`Clear-Site-Data: "cookies"`',
            "clears those of the whole site",
        ),
        Subject(("clear_site_data.clears_cache",), '`Clear-Site-Data: "cache"`', "clears the origin's responses"),
        Subject(("clear_site_data.clears_itself",), "a response that clears the cache", "is stored afterwards"),
        Subject(("responses.forbidden_names",), "`Clear-Site-Data` in a response of the own origin", "seen"),
    ),
    **ELEMENT_SUBJECTS,
    **SERVICE_WORKER_SUBJECTS,
    **WORKER_SUBJECTS,
    "Event sources, beacons and pings": (
        Subject(
            ("initiators.channels.is_event_stream",),
            "the type of an event stream",
            "`text/event-stream`, with any parameters",
        ),
        Subject(("initiators.channels.reconnects_after",), "a source with a forbidden port", "closes"),
        Subject(
            ("initiators.channels.final_faults",), "a connection that is closed without an answer", "is made again"
        ),
        Subject(
            ("initiators.channels.event_source_throws",),
            "a source that the page's own policy refuses",
            "`error` event, and it closes",
        ),
        Subject(
            ("initiators.channels.event_source_headers",),
            "`Cache-Control` of a source after a redirect to another origin",
            "`no-cache`, as before",
        ),
        Subject(("initiators.channels.event_source_reads_data_urls",), "a source with a `data:` URL", "connects"),
        Subject(
            ("initiators.channels.reconnection_time",),
            "how long a source waits before it connects again",
            "a few seconds",
        ),
        Subject(("initiators.channels.least_reconnection_time",), "how long it waits at least", "as the stream says"),
        Subject(("initiators.channels.retry_of",), "what a `retry` field may say", "digits, any number of them"),
        Subject(("initiators.channels.lone_id",), "the id of an event without data", "counts"),
        Subject(
            ("initiators.channels.moving_statuses",),
            "where a source connects again that was redirected",
            "where it was redirected",
        ),
        Subject(("initiators.channels.drops_nul",), "NUL in an event stream", "is data; an id with it is ignored"),
        Subject(("initiators.channels.goes_on_after_break",), "a line that a broken connection has cut", "is dropped"),
        Subject(("initiators.channels.ping_cache_mode",), "`Cache-Control` of a ping", "none"),
        Subject(
            ("initiators.channels.pings_after_following",),
            "`Ping-From` of a link to another place in the page",
            "the page as it was",
        ),
        Subject(("initiators.channels.beacon_limit",), "a beacon of more than 64 KiB", "refused"),
        Subject(("initiators.channels.beacon_cache_mode",), "`Cache-Control` of a beacon", "none"),
        Subject(
            ("initiators.channels.beacon_type_may_be_long",),
            "a beacon whose type is `text/plain` with more than 128 bytes",
            "asks with CORS",
        ),
        Subject(("initiators.channels.beacon_drops_invalid_types",), "a type of a beacon that is none", "is sent"),
        Subject(
            ("initiators.channels.beacon_refusals",),
            "for what `sendBeacon()` returns false",
            "more than 64 KiB",
        ),
    ),
    **SOCKET_SUBJECTS,
    "What Resource Timing shows": (
        Subject(
            ("timing.attributes",),
            "attributes beside times and sizes",
            "`responseStatus`, `contentType` and `contentEncoding`",
        ),
        Subject(("timing.sizes",), "whose sizes are shown", "those of responses that the page may read"),
        Subject(("timing.failed",), "a load that failed", "an entry without details"),
        Subject(
            ("timing.failed_for",),
            "a load that `Cross-Origin-Resource-Policy` or Opaque Response Blocking stopped",
            "an entry without details",
        ),
        Subject(("timing.never_sent",), "a load that failed before anything was sent", "an entry without details"),
        Subject(
            ("timing.unlisted_fetches",), "a `fetch()` that is refused before it is a load", "an entry without details"
        ),
        Subject(("timing.opaque_redirects",), 'a redirect under `redirect: "manual"`', "its details, without its size"),
        Subject(
            ("timing.keepalive_ends_at_redirect",), "a `keepalive` request that is redirected", "the last response"
        ),
        Subject(("timing.initiator_types",), "`initiatorType` of a font", "`css`"),
        Subject(("timing.hidden_types",), "`contentType` of a font", "its type"),
        Subject(
            ("timing.lists_repeated",),
            "an element that loads from the cache what the page has loaded before",
            "an entry of its own",
        ),
    ),
    "Private networks": (
        Subject(
            ("local_network_access.checked",),
            "a page of a public site asks a server on the visitor's machine or network",
            "allowed",
        ),
        Subject(
            ("local_network_access.secure_contexts_only",), "the same from a page that is no secure context", "allowed"
        ),
        Subject(("local_network_access.prompt_seconds",), "how long the visitor has to answer", "-"),
        Subject(("local_network_access.delegated_by",), "names of the permission in `allow` of a frame", "-"),
        Subject(("local_network_access.own_frames_may",), "a frame of the page's origin, without `allow`", "-"),
        Subject(("local_network_access.target_address_spaces",), "`targetAddressSpace`", "unknown"),
        Subject(
            ("local_network_access.lifts_mixed_content",),
            "https page to an http address of a private network, to `.local`, or as declared",
            "mixed content",
        ),
    ),
    "Cookies, referrers, the rest": (
        Subject(
            ("cookies.default_same_site",),
            "a cookie without `SameSite`",
            "sent cross-site, but not stored from a cross-site response",
        ),
        Subject(
            ("cookies.same_site_none_requires_secure",), "a cookie with `SameSite=None` but not `Secure`", "refused"
        ),
        Subject(("cookies.secure_on_trustworthy_http",), "`Secure` cookies over http on this machine", "do not work"),
        Subject(("partitions_third_party_cookies",), "third-party cookies", "shared by all top-level sites"),
        Subject(
            ("same_site_looks_at_ancestors",),
            "SameSite cookies that the top-level site sets for sandboxed pages and for frames in those of other sites",
            "not stored",
        ),
        Subject(
            ("is_same_site_request",),
            "which requests carry SameSite cookies",
            "those of a page, and of frames all of whose ancestors are of its site",
        ),
        Subject(("sites_ignore_schemes",), "http and https of one registrable domain", "different sites"),
        Subject(("cookies.sites_ignore_schemes",), "SameSite cookies between http and https of one site", "cross-site"),
        Subject(("cookies.ends_at",), "a control character or a byte beyond ASCII in `Set-Cookie`", "refused; kept"),
        Subject(("cookies.refused_in_pair",), "a tab within the name or the value of a cookie", "kept"),
        Subject(("cookies.nameless_is_name",), "`Set-Cookie` without an equals sign", "a value without a name"),
        Subject(("cookies.values_are_text",), "a cookie that is not UTF-8", "kept byte for byte"),
        Subject(("cookies.host_http_prefix_keeps_to_host",), "`__Host-Http-` without `Path=/`", "refused"),
        Subject(("cookies.enforces_prefixes",), "`__Secure-` and `__Host-` without what they promise", "refused"),
        Subject(
            ("cookies.sends_own_domain_first",), "cookies with the `Domain` of the very host", "sent in their turn"
        ),
        Subject(
            ("redirects_hide_cookies",),
            "SameSite cookies of the page's site, after a redirect through another site",
            "not sent",
        ),
        Subject(
            ("redirects_refuse_cookies",),
            "SameSite cookies set by the page's site, after a redirect through another site",
            "not stored",
        ),
        Subject(("cookies.keeps_partitioned_cookies_apart",), "cookies with `Partitioned`", "like other cookies"),
        Subject(("refuses_cookies_of",), "cookies set by a host of another registrable domain", "stored"),
        Subject(
            ("referrer",),
            "`Referer` with a lax policy, and from https pages to http on this machine",
            "what the policy says; sent",
        ),
        Subject(
            ("origin_obeys_referrer_policy",),
            '`Origin` of a no-cors POST with the referrer policy "no-referrer"',
            "`null`",
        ),
        Subject(("is_trustworthy",), "an https page requests `http://127.0.0.1` or `http://localhost`", "allowed"),
        Subject(("answers_proxy_challenges",), "status 407 without a proxy", "network error"),
        Subject(
            ("referrer_source",),
            "`Referer` of an `about:` frame, of a sandboxed frame and of a `blob:` page",
            "its parent's URL, none if it is sandboxed; none; none",
        ),
        Subject(
            ("remakes_referrer",),
            "`Referer` after a redirect by another site, with a lax policy",
            "made from what the URL before was shown",
        ),
        Subject(("identifier",), "name of a failure", "none"),
    ),
}
"""The subjects, by heading."""
