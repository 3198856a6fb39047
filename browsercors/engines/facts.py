"""
In what browsers depart from the standard: a table of facts, each with what every browser does and who saw it.

The profiles are what is simulated; here is what their fields mean, in words. Who adds a departure to a profile adds a
fact here. Tests hold both together: no departure without a fact, no fact without a departure, and every scenario named
here fails where its browser follows the standard instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.engines.registry import PROFILES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.rules.profile import BrowserProfile

__all__ = ["FACTS", "Departure", "Fact", "value_of"]

VALUE: Final = "{}"
"""Stands, in a statement, for the value that the profile has."""


@attrs.frozen
class Departure:
    """
    What one browser does otherwise than the standard, and how that is known.

    Attributes:
        statement: What the browser does; `{}` stands for the value of the field.
        scenarios: The scenarios of `tests/recorder/corpus` whose recordings show it.
        transport: The transport on which they were recorded.
        besides: The evidence for what no scenario shows: a file of the browser's source, for one.
    """

    statement: str
    scenarios: tuple[str, ...] = ()
    transport: str = attrs.field(default="localhost", kw_only=True)
    besides: str = attrs.field(default="", kw_only=True)


@attrs.frozen
class Fact:
    """
    One thing in which a browser departs from the standard.

    Attributes:
        fields: The fields of `BrowserProfile` that hold it, such as `cookies.default_same_site`.
        what: What it is about.
        standard: What the standard says; `{}` stands for the value of the field.
        chromium: What Chromium does otherwise; None where it follows the standard.
        firefox: The same of Firefox.
        webkit: The same of WebKit.
    """

    fields: tuple[str, ...]
    what: str
    standard: str = attrs.field(kw_only=True)
    chromium: Departure | None = attrs.field(default=None, kw_only=True)
    firefox: Departure | None = attrs.field(default=None, kw_only=True)
    webkit: Departure | None = attrs.field(default=None, kw_only=True)

    @property
    def departures(self) -> dict[str, Departure]:
        """
        The departures by the name of the browser; those that follow the standard are left out.
        """
        every = {"chromium": self.chromium, "firefox": self.firefox, "webkit": self.webkit}
        return {name: departure for name, departure in every.items() if departure is not None}

    def statement(self, browser: str) -> str:
        """
        Return what *browser* does, or "standard" if that is what the standard says.
        """
        if browser == "standard":
            text = self.standard
        elif browser in self.departures:
            text = self.departures[browser].statement
        else:
            return "standard"
        return text.replace(VALUE, _spelled(value_of(PROFILES[browser], self.fields[0]))) if VALUE in text else text


def value_of(profile: BrowserProfile, field: str) -> Any:
    """
    Return what *profile* has in *field*, such as `cookies.default_same_site` or `safelist.names[accept]`.
    """
    value: Any = profile
    for part in field.split("."):
        name, _, key = part.removesuffix("]").partition("[")
        value = getattr(value, name)
        if key:
            value = value.get(key.encode())
    return value


def _spelled(value: str | bytes | float) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


FACTS: Final[Mapping[str, tuple[Fact, ...]]] = {
    "What needs a preflight": (
        Fact(
            ("safelist.names[accept]",),
            "bytes beyond ASCII in `Accept`",
            standard="safe",
            firefox=Departure("unsafe", ("safelist-bytes/accept-e9",)),
        ),
        Fact(
            ("safelist.names[content-type]",),
            "`Content-Type`",
            standard="by essence",
            firefox=Departure(
                "bytes beyond ASCII, a comma or an empty parameter make it unsafe",
                (
                    "safelist-bytes/content-type-e9",
                    "safelist/064-content-type-text%2fplain;a=b,c",
                    "safelist/095-content-type-text%2fplain;;",
                ),
            ),
        ),
        Fact(
            ("safelist.names[range]",),
            "numbers and spelling of `Range`",
            standard="numbers of any size",
            chromium=Departure("below 2^63 - 1", ("safelist/125-range-bytes=9223372036854775807-",)),
            firefox=Departure("below 2^64", ("safelist/124-range-bytes=18446744073709551616-",)),
            webkit=Departure(
                "below 2^64; unit in any case, numbers with a plus",
                (
                    "safelist/124-range-bytes=18446744073709551616-",
                    "safelist/111-range-Bytes=0-1",
                    "safelist/120-range-bytes=+0-1",
                ),
            ),
        ),
        Fact(
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
            standard="not safelisted",
            chromium=Departure(
                "safelisted, each with a rule for its value",
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
        ),
        Fact(
            ("safelist.names[intervention]",),
            "`Intervention`",
            standard="not safelisted",
            chromium=Departure("safelisted", ("safelist-names/intervention",)),
        ),
        Fact(
            ("safelist.sum_bytes",),
            "all safelisted values together",
            standard="{} bytes",
            firefox=Departure("no limit", ("safelist-repeated/accept-9x128",)),
        ),
        Fact(
            ("safelist.keeps_repeated_names",),
            "a header appended twice in `Access-Control-Request-Headers`",
            standard="once",
            firefox=Departure("twice", ("header-order/04-X-A.x-a",)),
        ),
        Fact(
            ("requests.combines_repeated_headers",),
            "a header appended twice",
            standard="two headers",
            chromium=Departure("one, joined", ("safelist-repeated/type-twice-same",)),
            webkit=Departure("one, joined", ("safelist-repeated/type-twice-same",)),
        ),
        Fact(
            ("requests.dropped_names",),
            "`User-Agent` set by a script",
            standard="sent, with a preflight",
            chromium=Departure("dropped", ("forbidden/User-Agent",)),
        ),
        Fact(
            ("requests.upload_listeners_need_body",),
            "upload listeners without a body",
            standard="preflight",
            chromium=Departure("no preflight", ("preflight-need/upload-GET",)),
        ),
        Fact(
            ("requests.stream_body",),
            "a `ReadableStream` as body",
            standard="uploaded",
            firefox=Departure('the text "[object ReadableStream]"', ("request-init/no-cors-stream",)),
            webkit=Departure("throws", ("request-init/duplex-full",)),
        ),
        Fact(
            ("requests.conditional_cache_modes",),
            "the page sets `If-None-Match` and the like",
            standard='cache mode "no-store" when sent',
            chromium=Departure('"no-cache" from the start, preflight included', ("cache-modes/If-None-Match-None",)),
            firefox=Departure(
                '"no-store" from the start for `fetch()`, unchanged for XMLHttpRequest',
                ("cache-modes/If-None-Match-None",),
            ),
        ),
        Fact(
            ("requests.guards_body_types",),
            'the type of a body under mode "no-cors", not safelisted',
            standard="dropped",
            webkit=Departure("sent", ("preflight-need/no-cors-blob-json",)),
        ),
        Fact(
            ("requests.has_only_if_cached",),
            'cache mode "only-if-cached"',
            standard="known",
            webkit=Departure("not known: fetched", ("request-init/own-only-if-cached-same-origin",)),
        ),
        Fact(
            ("requests.takes_no_referrer_as_policy",),
            'the referrer `""`',
            standard="no `Referer`",
            firefox=Departure('the policy "no-referrer" as well', ("found/webkit-ac284ece",)),
            webkit=Departure('the policy "no-referrer" as well', ("found/webkit-ac284ece",)),
        ),
        Fact(
            ("requests.states_type_of_unsent_form",),
            "`URLSearchParams` given to an XMLHttpRequest for GET or HEAD",
            standard="dropped",
            webkit=Departure("dropped, but for their type", ("found/webkit-8a2ffe59",)),
        ),
        Fact(
            ("requests.keeps_credentials_in_url",),
            "user name and password in the URL of an XMLHttpRequest",
            standard="kept",
            webkit=Departure("taken out", ("urls/xhr-29-http%3a%2f%2fu%3ap%40%7bapi.authority%7d%2fx",)),
        ),
        Fact(
            ("requests.multipart_boundary_prefix",),
            "the boundary of a form",
            standard="any",
            chromium=Departure("`{}`", ("wire/api-form",)),
            firefox=Departure("`{}`", ("wire/api-form",)),
            webkit=Departure("`{}`", ("wire/api-form",)),
        ),
    ),
    "The preflight": (
        Fact(
            ("preflight.stages",),
            "which error wins",
            standard="CORS check, status, lists, method, headers",
            chromium=Departure("a redirect first, then as the standard", ("preflight-redirect/origin-bare",)),
            firefox=Departure(
                "the list of headers is parsed after the method was looked for",
                ("two-errors/fine+methods-missing+headers-malformed",),
            ),
            webkit=Departure(
                "status before the CORS check; remembered before it is compared",
                ("two-errors/origin-missing+status-404", "preflight-cache-forgets/second-delete"),
            ),
        ),
        Fact(
            ("preflight.authorization_needs_listing",),
            "`Authorization` under `Access-Control-Allow-Headers: *`",
            standard="refused",
            chromium=Departure("allowed", ("allow-headers/auth-by-*",)),
            firefox=Departure("allowed", ("allow-headers/auth-by-*",)),
            webkit=Departure("allowed", ("allow-headers/auth-by-*",)),
        ),
        Fact(
            ("preflight.forced_method_needs_no_listing",),
            "no list of methods, and a preflight forced by a listener or a stream",
            standard="method allowed",
            chromium=Departure("refused", ("preflight-need/upload-unlisted",)),
            firefox=Departure("refused", ("preflight-need/upload-unlisted",)),
            webkit=Departure("refused", ("preflight-need/upload-unlisted",)),
        ),
        Fact(
            ("preflight.origin",),
            "`Origin` of a preflight after redirects between origins",
            standard="`null`",
            firefox=Departure("the page's origin", ("redirects/api-other-header-307",)),
        ),
        Fact(
            ("preflight.unsafe_headers",),
            "which headers count after a redirect removed some",
            standard="those left",
            firefox=Departure("those set decide, those left are listed", ("redirects/app-api-authorization-302",)),
            webkit=Departure("those set", ("redirects/app-api-authorization-302",)),
        ),
        Fact(
            ("preflight.compared_in_order",),
            "which refused header is named",
            standard="the first, sorted",
            webkit=Departure(
                "the first that the page set",
                besides="the console's text in `refused-headers/X-B,X-A-allow-none`",
            ),
        ),
        Fact(
            ("preflight.repeated_on_redirect",),
            "a hop was preflighted, the next one needs none",
            standard="no preflight",
            firefox=Departure("preflight", ("redirects/api-api-put-303",)),
            webkit=Departure("preflight", ("redirects/api-api-put-303",)),
        ),
        Fact(
            ("preflight.keeps_first_referrer",),
            "`Referer` of a preflight after redirects",
            standard="for the current URL",
            webkit=Departure("for the first URL of the chain", ("redirects/app-api-put-307",)),
        ),
    ),
    "The preflight cache": (
        Fact(
            ("preflight_cache.create",),
            "what an entry is",
            standard="each method and each name, merged",
            chromium=Departure(
                "the whole answer for a URL, replaced by the next; 1024 entries, URLs below 1024 characters",
                ("preflight-cache-forgets/second-delete", "preflight-cache-keys/url-of-1100"),
                besides="1024 entries: `preflight_cache.cc`",
            ),
            firefox=Departure(
                "each name with its own lifetime, apart for credentials; `*` is a name; 100 URLs",
                ("preflight-cache/stars-same", "preflight-cache/named-upload-twice"),
                besides="limits: `nsCORSListenerProxy.cpp`",
            ),
            webkit=Departure(
                "the whole answer for a URL, replaced by the next; `*` covers `Authorization`",
                ("preflight-cache-forgets/second-delete", "preflight-cache/stars-authorization"),
            ),
        ),
        Fact(
            ("preflight_cache.max_age",),
            "`Access-Control-Max-Age` that is no number of seconds",
            standard="5 s",
            chromium=Departure("5 s; `+600` is 600, `-1` is 0", ("max-age/04--1",)),
            firefox=Departure("not remembered", ("max-age/06-+600",)),
            webkit=Departure("5 s; `+600` is 600, `-1` has passed", ("max-age/04--1",)),
        ),
        Fact(
            ("preflight_cache.max_age_cap",),
            "the longest time that an answer is remembered",
            standard="none",
            chromium=Departure("{} s", besides="`preflight_result.cc`"),
            firefox=Departure("{} s", besides="`nsCORSListenerProxy.cpp`"),
            webkit=Departure("{} s", besides="`CrossOriginPreflightResultCache.cpp`"),
        ),
        Fact(
            ("preflight_cache.origin_key",),
            "pages whose origin is opaque, or tainted by redirects",
            standard="remembered for the origin sent",
            chromium=Departure("not remembered", ("opaque-origin/cache", "preflight-cache-keys/tainted-then-tainted")),
            firefox=Departure("remembered for the page's origin", ("preflight-cache-keys/tainted-then-page",)),
            webkit=Departure(
                "opaque: for that page alone; tainted: not remembered",
                ("preflight-cache-keys/two-sandboxes", "preflight-cache-keys/tainted-then-tainted"),
            ),
        ),
        Fact(
            ("preflight_cache.bypassing_cache_modes",),
            "cache modes that ask anew",
            standard="none",
            chromium=Departure('"no-store", "reload", "no-cache"', ("preflight-cache/mode-None-reload",)),
            firefox=Departure('"no-store", "reload"', ("preflight-cache/mode-None-reload",)),
        ),
        Fact(
            ("preflight_cache.unstored_cache_modes",),
            "cache modes under which nothing is stored",
            standard="none",
            chromium=Departure('"no-store"', ("preflight-cache/mode-no-store-None",)),
        ),
        Fact(
            ("preflight_cache.cleared_by",),
            "which failing fetches clear the URL's entries",
            standard="preflighted ones",
            chromium=Departure("none", ("preflight-cache-forgets/actual-no-origin",)),
            firefox=Departure("all cross-origin ones", ("preflight-cache-forgets/simple-fails",)),
            webkit=Departure("none", ("preflight-cache-forgets/actual-no-origin",)),
        ),
    ),
    "The browser's own HTTP cache": (
        Fact(
            ("http_cache.key",),
            "what keeps responses apart, beside the site of the top-level page and the URL",
            standard="nothing",
            chromium=Departure("the page's site; pages of opaque origin have none", ("http-cache/frame-star-opaque",)),
            firefox=Departure(
                "the method, whether credentials go along, and what is the page's own for its sandboxed frames",
                ("http-cache/star-cors-include", "http-cache/own-credentials", "http-cache/own-frame-star-omit"),
            ),
            webkit=Departure("`Range`", ("http-cache/with-Range-bytes=0--fresh",)),
        ),
        Fact(
            ("http_cache.is_asked",),
            "requests for which it is not asked",
            standard="none",
            firefox=Departure(
                "those of permanent redirects that it gave itself",
                ("http-cache/redirect-away", "http-cache/target-308-api-fresh"),
            ),
            webkit=Departure(
                "HEAD, and those of redirects that came over the network",
                ("http-cache/after-HEAD-bodiless-200", "http-cache/target-then-other-redirect"),
            ),
        ),
        Fact(
            ("http_cache.refused",),
            "what becomes of a response that the page may not have",
            standard="kept",
            chromium=Departure(
                "forgotten, but for redirects and XMLHttpRequest",
                ("http-cache/whole-none-cors-cors", "http-cache/refused-by-corp"),
            ),
            firefox=Departure(
                "kept, but for redirects and what CORP refused",
                ("http-cache/refused-by-corp", "http-cache/redirect-refused"),
            ),
            webkit=Departure(
                "never stored, but for redirects",
                ("http-cache/whole-none-cors-cors", "http-cache/validated-etag-200-bare"),
            ),
        ),
        Fact(
            ("http_cache.invalidated_by",),
            "requests that make it forget their URL",
            standard="unsafe ones that succeed",
            chromium=Departure(
                "POST, PATCH, DELETE, and PUT with a body, that succeed",
                ("http-cache/after-PUT-bodiless-200", "http-cache/after-own-FOO-200"),
            ),
            firefox=Departure(
                "unsafe ones of their own origin, whatever the answer",
                ("http-cache/after-POST-body-200", "http-cache/after-own-POST-404"),
            ),
            webkit=Departure(
                "all but GET, HEAD included, if not redirected",
                (
                    "http-cache/after-HEAD-bodiless-200",
                    "http-cache/after-POST-body-404",
                    "http-cache/after-POST-body-302",
                ),
            ),
        ),
        Fact(
            ("http_cache.invalidating_headers",),
            "other URLs of the same origin that such a request makes it forget",
            standard="those in `Location` and `Content-Location` of the answer",
            chromium=Departure("none", ("http-cache/spoils-Location-POST-201",)),
            webkit=Departure("none", ("http-cache/spoils-Location-POST-201",)),
        ),
        Fact(
            ("http_cache.leaving_statuses",),
            "a redirect that is not stored",
            standard="takes the place of what is",
            webkit=Departure("leaves it", ("http-cache/reloaded-302-granted", "http-cache/reloaded-302-bare")),
        ),
        Fact(
            ("http_cache.validated_statuses",),
            "what the server is asked about",
            standard="whatever can be validated",
            chromium=Departure("200", ("http-cache/validated-status-203", "http-cache/validated-status-301")),
            firefox=Departure(
                "all but 301, 308 and 410", ("http-cache/validated-status-301", "http-cache/validated-status-410")
            ),
            webkit=Departure("all but redirects", ("http-cache/validated-status-301",)),
        ),
        Fact(
            ("http_cache.validates_authorized",),
            "a request with `Authorization`, for what was stored without",
            standard="answered",
            firefox=Departure("validated", ("http-cache/then-Authorization-Basic%20eD-fresh",)),
        ),
        Fact(
            ("http_cache.confirms_unasked",),
            "a 304 though nothing was asked",
            standard="is the answer",
            firefox=Departure("confirms what is stored, but for redirects", ("http-cache/validated-none-304",)),
        ),
        Fact(
            ("http_cache.forgets_unasked",),
            "a 304 to a reload",
            standard="forgets what is stored",
            webkit=Departure("leaves it", ("http-cache/cross-mode-reload",)),
        ),
        Fact(
            ("http_cache.revalidation_headers",),
            "headers of a request behind a stale answer",
            standard="validators",
            firefox=Departure("`Cache-Control: max-age=0` as well", ("http-cache/whole-stale-while-revalidate",)),
        ),
        Fact(
            ("http_cache.caching.methods",),
            "methods whose responses are stored",
            standard="GET",
            firefox=Departure("GET and HEAD, each for itself", ("http-cache/head-twice",)),
        ),
        Fact(
            ("http_cache.caching.statuses",),
            "statuses that are stored if they say for how long",
            standard="all",
            webkit=Departure("not 308, 400, 418, 500, 503 and the like", ("http-cache/status-500",)),
        ),
        Fact(
            ("http_cache.caching.fresh_statuses",),
            "statuses that are used without asking the server",
            standard="all",
            firefox=Departure("200, 203, 204, 410, redirects", ("http-cache/status-201",)),
        ),
        Fact(
            ("http_cache.caching.unstored_statuses",),
            "a 304 though nothing is stored",
            standard="not stored",
            chromium=Departure("stored like any other", ("http-cache/304-of-nothing-fresh",)),
        ),
        Fact(
            ("http_cache.caching.vary",),
            "what is stored for other values of a header in `Vary`, or with `Vary: *`",
            standard="is not used",
            chromium=Departure(
                "its `ETag` is asked about",
                ("http-cache/variant-etag-304", "http-cache/vary-star-etag", "http-cache/express-no-cors-exact-vary"),
            ),
            firefox=Departure(
                "its `ETag` is asked about",
                ("http-cache/variant-etag-304", "http-cache/vary-star-etag", "http-cache/express-no-cors-exact-vary"),
            ),
        ),
        Fact(
            ("http_cache.caching.kept_headers",),
            "what a 304 does not change, beside length, type, coding and range",
            standard="nothing",
            chromium=Departure(
                "`ETag`, `Content-Location`, `Content-MD5`, `X-Content-*`, `X-Frame-Options` and the like",
                ("http-cache/304-replaces-headers", "http-cache/304-adds-headers"),
            ),
            firefox=Departure(
                "`ETag`, `Content-Location`, `Content-MD5`",
                ("http-cache/304-replaces-headers", "http-cache/304-adds-headers"),
            ),
            webkit=Departure(
                "as in Chromium, and `Content-*`, `Last-Modified`, `Allow`",
                ("http-cache/304-replaces-headers", "http-cache/304-says-date"),
            ),
        ),
        Fact(
            ("http_cache.caching.heuristic_statuses",),
            "statuses that may be kept by `Last-Modified` alone",
            standard="those of RFC 9110",
            chromium=Departure("200, 203, 206", ("http-cache/status-404-last-modified",)),
            firefox=Departure("2xx, 301, 308, 410", ("http-cache/guessed-201-alone",)),
        ),
        Fact(
            ("http_cache.caching.public_is_heuristic",),
            "other statuses with `public`",
            standard="are kept by `Last-Modified`, too",
            chromium=Departure("are not", ("http-cache/guessed-404-public",)),
            webkit=Departure("are not", ("http-cache/guessed-403-public",)),
        ),
        Fact(
            ("http_cache.caching.default_lifetimes",),
            "what says nothing about time",
            standard="stale at once",
            chromium=Departure("300, 301, 308, 410: kept for ever", ("http-cache/redirect-308-nothing",)),
            firefox=Departure("410: kept for ever", ("http-cache/status-410-plain",)),
            webkit=Departure("301, 410: kept for a year", ("http-cache/redirect-301-nothing",)),
        ),
        Fact(
            ("http_cache.caching.guesses_strictly",),
            "`Last-Modified` with `must-revalidate`",
            standard="kept for a tenth of its age",
            chromium=Departure("stale at once", ("http-cache/whole-last-modified-must-revalidate",)),
        ),
        Fact(
            ("http_cache.caching.directives",),
            "`max-age` that is written oddly",
            standard="quotes and blanks are allowed, the first counts, what is no number is 0",
            chromium=Departure(
                "quotes and blanks make it none, what is no number does not count; nor does `no-store=x`",
                ("http-cache/whole-max-age-blank", "http-cache/lifetime-x-date", "http-cache/whole-no-cache-argument"),
            ),
            firefox=Departure(
                "quotes make it none, the last counts, leading digits count, and what has none does not",
                (
                    "http-cache/whole-max-age-twice",
                    "http-cache/whole-max-age-malformed",
                    "http-cache/lifetime-x-date",
                    "http-cache/whole-private-argument",
                ),
            ),
            webkit=Departure(
                "decimal numbers count, up to a semicolon, and what is none does not",
                ("http-cache/lifetime-600.5-plain", "http-cache/lifetime-x-date", "http-cache/line-%3a%20max-age=600;"),
            ),
        ),
        Fact(
            ("http_cache.caching.no_cache_has_arguments",),
            '`no-cache="set-cookie"`',
            standard="no-cache",
            webkit=Departure("nothing", ("http-cache/whole-no-cache-argument",)),
        ),
        Fact(
            ("http_cache.caching.reads_pragma",),
            "`Pragma: no-cache` in a response",
            standard="nothing",
            chromium=Departure("no-cache", ("http-cache/whole-pragma",)),
            firefox=Departure("no-cache", ("http-cache/whole-pragma",)),
            webkit=Departure("no-cache", ("http-cache/whole-pragma",)),
        ),
        Fact(
            ("http_cache.caching.request_directives",),
            "`Cache-Control` that a page sets",
            standard="obeyed",
            chromium=Departure(
                "no-cache and max-age=0 are obeyed, others not",
                ("http-cache/with-Cache-Control-no-store-fresh", "http-cache/asks-max-age-1"),
            ),
            webkit=Departure(
                "other numbers of max-age, and min-fresh, are not",
                ("http-cache/asks-max-age-600-of-aged", "http-cache/asks-min-fresh"),
            ),
        ),
        Fact(
            ("http_cache.caching.reloads",),
            "`no-cache` that a page sets",
            standard="validated",
            chromium=Departure("answered anew", ("http-cache/etag-then-Cache-Control-no-cache",)),
        ),
        Fact(
            ("http_cache.caching.reads_request_pragma",),
            "`Pragma: no-cache` that a page sets",
            standard="no-cache",
            firefox=Departure("nothing", ("http-cache/etag-then-Pragma-no-cache",)),
        ),
        Fact(
            ("http_cache.caching.stores_stale",),
            "what is stale at once and has no validator",
            standard="stored, for `force-cache`",
            webkit=Departure("not stored", ("http-cache/mode-stale-force-cache",)),
        ),
        Fact(
            ("http_cache.caching.stores_ranges",),
            "the answer to a request with `Range`",
            standard="not stored",
            webkit=Departure("stored", ("http-cache/with-Range-bytes=0--fresh",)),
        ),
    ),
    "Redirects": (
        Fact(
            ("redirects.location",),
            "`Location` repeated, or empty",
            standard="repeated: error; empty: this URL again",
            chromium=Departure(
                "equal ones are one; empty: no redirect", ("redirects-location/two-same", "redirects-location/00-empty")
            ),
            firefox=Departure("equal ones are one", ("redirects-location/two-same",)),
            webkit=Departure("joined; empty: error", ("redirects-location/two", "redirects-location/00-empty")),
        ),
        Fact(
            ("redirects.refuses_credentials",),
            "a user name in the new URL",
            standard="refused across origins under CORS, and once the chain has left the page's origin",
            chromium=Departure(
                "refused always",
                (
                    "redirects-location/own-14-http%3a%2f%2fu%3ap%40%7bapp.authority%7d%2fy",
                    "redirects-location/no-cors-app-credentials-api",
                ),
            ),
        ),
        Fact(
            ("redirects.judged_again",),
            "app -> api -> anywhere, and the api's redirect has `Access-Control-Allow-Origin: *`",
            standard="passes",
            webkit=Departure(
                "fails as if credentials were included, once the next request is prepared",
                ("redirects/app-api-app-get-307",),
            ),
        ),
        Fact(
            ("redirects.also_becomes_get",),
            "a DELETE that is redirected to another origin",
            standard="a GET with 303 only",
            webkit=Departure("a GET with any status", ("redirects/api-other-DELETE-307",)),
        ),
        Fact(
            ("redirects.restored_names",),
            "headers that a redirect has removed",
            standard="gone",
            firefox=Departure(
                "`Authorization` and the type of a body are back after the next redirect",
                ("redirects/app-api-api-authorization-307", "found/webkit-55e0033a"),
            ),
            webkit=Departure("the type of a body is back after the next redirect", ("found/webkit-55e0033a",)),
        ),
        Fact(
            ("redirects.needs_location",),
            'redirect mode "error" and a redirect status without `Location`',
            standard="error",
            chromium=Departure("the response", ("redirects-modes/error-no-location",)),
            webkit=Departure("the response", ("redirects-modes/error-no-location",)),
        ),
        Fact(
            ("redirects.location_text",),
            "bytes beyond ASCII in `Location`, and controls at its start",
            standard="UTF-8, or escaped one by one; stripped",
            firefox=Departure("controls are escaped", ("redirects-location/21-%01",)),
            webkit=Departure("ISO 8859-1", ("redirects-location/10-%7bapi%7d%2f%c3%a9",)),
        ),
    ),
    "Responses": (
        Fact(
            ("responses.header_list",),
            "malformed header lines",
            standard="RFC 9112",
            chromium=Departure("blanks before the colon are ignored", ("allow-origin/space-before-colon",)),
            firefox=Departure(
                "empty lines add nothing to others; a trailing CR stays; one `Content-Length` counts",
                ("allow-origin/trailing-cr", "visible-headers/type-twice"),
            ),
            webkit=Departure("what is no UTF-8 in a value is replaced", ("visible-headers/latin-1",)),
        ),
        Fact(
            ("responses.integrity_matches",),
            "integrity of a response without body",
            standard="fails",
            chromium=Departure("is about no bytes", ("request-init/head-integrity-empty",)),
            firefox=Departure(
                'is about no bytes, or about those of the redirect under redirect mode "manual"',
                ("redirects-modes/manual-integrity-garbage", "request-init/head-integrity-empty"),
            ),
            webkit=Departure(
                'is about no bytes, also under redirect mode "manual"',
                ("redirects-modes/manual-integrity-empty", "request-init/head-integrity-empty"),
            ),
        ),
        Fact(
            ("requests.drops_empty_body",),
            "`Content-Length` of an empty blob as body",
            standard="0",
            webkit=Departure("none", ("request-init/empty-blob",)),
        ),
        Fact(
            ("responses.keeps_blanks_after_reason",),
            "blanks at the end of the reason phrase",
            standard="stripped",
            firefox=Departure("kept", ("status/reason-%20%20spaces%20%20",)),
        ),
        Fact(
            ("responses.data_url_content_length",),
            "`Content-Length` of a `data:` URL",
            standard="none",
            firefox=Departure("its length", ("urls/36-data%3a,x",)),
        ),
    ),
    "The wire": (
        Fact(
            ("wire.order", "preflight_wire.order"),
            "the order of headers",
            standard="not said",
            chromium=Departure("its own", ("methods/PUT",)),
            firefox=Departure("its own", ("methods/body-PUT",)),
            webkit=Departure("its own", ("methods/body-PUT",)),
        ),
        Fact(
            ("wire.shifts",),
            "headers that stand elsewhere in some requests",
            standard="not said",
            chromium=Departure("an `Origin` that a redirect adds", ("redirects/app-api-get-302",)),
            firefox=Departure(
                "`Referer`, `Origin`, `Content-Length`, the page's headers: after redirects, of XMLHttpRequest, with "
                "keepalive, under lax policies, without body",
                ("wire/app-xhr", "redirects/api-api-header-302", "referrers/unsafe-url-other-cors-get"),
            ),
            webkit=Departure(
                "`Referer`, `Origin`, `Accept`, `Accept-Encoding`, `Content-Length`: after redirects, of "
                "XMLHttpRequest, outside CORS, with `Range`, without body",
                ("wire/app-xhr", "redirects/app-api-get-302", "redirects/app-api-api-include-exact"),
            ),
        ),
        Fact(
            ("wire.names_of_the_page",),
            "headers of the browser that the page sets itself",
            standard="where they are anyway",
            firefox=Departure("among the page's", ("safelist-names/pragma",)),
            webkit=Departure("first, in the page's order", ("safelist/001-accept-application%2fjson",)),
        ),
        Fact(
            ("wire.user_agent", "preflight_wire.user_agent"),
            "`User-Agent`",
            standard="not said",
            chromium=Departure("its own", ("methods/PUT",)),
            firefox=Departure("its own", ("methods/PUT",)),
            webkit=Departure("its own", ("methods/PUT",)),
        ),
        Fact(
            ("wire.accept_language", "preflight_wire.accept_language"),
            "`Accept-Language`",
            standard="not said",
            chromium=Departure("`{}`", ("methods/PUT",)),
            firefox=Departure("`{}`", ("methods/PUT",)),
        ),
        Fact(
            ("wire.accept_encoding.loopback", "preflight_wire.accept_encoding.loopback"),
            "codings asked of this machine",
            standard="not said",
            webkit=Departure("no br, no zstd", ("methods/PUT",)),
        ),
        Fact(
            ("wire.accept_encoding.tls", "preflight_wire.accept_encoding.tls"),
            "codings asked over TLS",
            standard="not said",
            webkit=Departure("no zstd", ("wire/sub-put",), transport="tls"),
        ),
        Fact(
            ("wire.extra",),
            "further headers",
            standard="`Connection: keep-alive`",
            webkit=Departure("`Connection: Keep-Alive`", ("methods/PUT",)),
        ),
        Fact(
            ("preflight_wire.extra",),
            "further headers of preflights",
            standard="`Connection: keep-alive`",
            firefox=Departure("`Priority: u=4`", ("methods/PUT",)),
            webkit=Departure("`Connection: Keep-Alive`", ("methods/PUT",)),
        ),
        Fact(
            ("wire.trustworthy_extra",),
            "further headers to trustworthy URLs",
            standard="none",
            chromium=Departure("`sec-ch-ua` and two more, not on preflights", ("methods/PUT",)),
        ),
        Fact(
            ("wire.fetch_extra",),
            "further headers of `fetch()`",
            standard="none",
            firefox=Departure("`Priority: u=4`", ("methods/PUT",)),
        ),
        Fact(
            ("wire.page_headers", "preflight_wire.page_headers"),
            "the page's headers",
            standard="as written",
            chromium=Departure(
                "`Range` is written anew", ("safelist/111-range-Bytes=0-1",), besides="preflights have none"
            ),
            firefox=Departure(
                "repeated ones are joined; of `Content-Type` the first counts; `Accept`, `Accept-Language` and "
                "`User-Agent` keep the case in which Firefox had set them",
                ("wire/app-headers", "safelist-repeated/language-twice"),
                besides="preflights have none",
            ),
            webkit=Departure(
                "characters are sent as UTF-8; known names are written in their usual case",
                ("safelist-bytes/accept-e9",),
                besides="preflights have none",
            ),
        ),
        Fact(
            ("wire.sec_fetch_site",),
            "`Sec-Fetch-Site` after redirects",
            standard="the furthest of the chain",
            firefox=Departure(
                "over http one within a site counts as one to another site", ("redirects-xhr/app-sub-get",)
            ),
        ),
        Fact(
            ("preflight_wire.sec_fetch_site",),
            "`Sec-Fetch-Site` of preflights after redirects",
            standard="the furthest of the chain",
            chromium=Departure("the current URL alone", ("redirects/api-app-put-307",)),
            firefox=Departure("the current URL alone", ("redirects/api-app-put-307",)),
            webkit=Departure("once tainted `cross-site`", ("redirects/sub-app-put-307",)),
        ),
        Fact(
            ("wire.keeps_origin",),
            "`Origin` of a POST to the own origin that a redirect within it makes a GET",
            standard="removed",
            webkit=Departure("kept", ("redirects/app-app-post-302",)),
        ),
        Fact(
            ("preflight_wire.fetch_metadata_elsewhere",),
            "Sec-Fetch headers of preflights to URLs that are not trustworthy",
            standard="none",
            chromium=Departure("`Sec-Fetch-Mode`", ("methods/put",), transport="plain"),
        ),
        Fact(
            ("wire.fetch_metadata_after_cors_redirect",),
            "Sec-Fetch headers of a CORS request after a redirect to another origin",
            standard="sent",
            webkit=Departure("not sent", ("redirects/app-app-api-get-307",)),
        ),
        Fact(
            ("wire.storage_access",),
            "`Sec-Fetch-Storage-Access`",
            standard="not in Fetch",
            chromium=Departure("`active`, not on preflights", ("allow-credentials/true",)),
            firefox=Departure(
                "`none`; `inactive` from sandboxed pages to their own site",
                ("allow-credentials/true", "cookies/app-sandbox"),
            ),
        ),
        Fact(
            ("preflight_wire.storage_access",),
            "`Sec-Fetch-Storage-Access` of preflights",
            standard="not in Fetch",
            firefox=Departure("`none`", ("allow-headers/include-by-x-a",)),
        ),
        Fact(
            ("wire.storage_access_when_tainted",),
            "`Sec-Fetch-Storage-Access` after redirects between origins",
            standard="not in Fetch",
            firefox=Departure("not sent", ("redirects-xhr/api-other-include",)),
        ),
        Fact(
            ("preflight_wire.cache_headers",),
            "`Cache-Control` and `Pragma` on preflights, by cache mode",
            standard="none",
            chromium=Departure("sent", ("cache-modes/If-None-Match-reload",)),
            firefox=Departure("sent", ("cache-modes/If-None-Match-reload",)),
        ),
    ),
    "Cookies, referrers, the rest": (
        Fact(
            ("cookies.default_same_site",),
            "a cookie without `SameSite`",
            standard="sent across sites, not stored there",
            chromium=Departure("Lax", ("credentials/cookie-include-star",)),
            firefox=Departure("None", ("cookies-set/other-blocked",)),
            webkit=Departure("None", besides="nothing shows it: what it lets in is a third party's, and refused"),
        ),
        Fact(
            ("cookies.same_site_none_requires_secure",),
            "`SameSite=None` without `Secure`",
            standard="refused",
            webkit=Departure("kept", ("cookies/app-include",)),
        ),
        Fact(
            ("cookies.secure_on_trustworthy_http",),
            "`Secure` cookies over http on this machine",
            standard="no",
            chromium=Departure("yes", ("redirects-cookies/app-app-include",)),
            firefox=Departure("yes", ("redirects-cookies/app-app-include",)),
        ),
        Fact(
            ("partitions_third_party_cookies",),
            "cookies of other sites",
            standard="shared",
            firefox=Departure("kept apart by top-level site", ("credentials/cookie-include-star",)),
        ),
        Fact(
            ("opaque_origins_are_cross_site",),
            "SameSite cookies to the own site from a sandboxed page",
            standard="not sent",
            webkit=Departure("sent", ("cookies/app-sandbox",)),
        ),
        Fact(
            ("redirects_hide_cookies",),
            "SameSite cookies to the own site, by way of another one",
            standard="not sent",
            chromium=Departure("sent", ("cookies/app-by-way-of-other",)),
            webkit=Departure("sent", ("cookies/app-by-way-of-other",)),
        ),
        Fact(
            ("redirects_refuse_cookies",),
            "SameSite cookies set by the own site, by way of another one",
            standard="not stored",
            chromium=Departure("stored", ("cookies-set/app-by-way-of-other",)),
            firefox=Departure("stored", ("cookies-set/app-by-way-of-other",)),
            webkit=Departure("stored", ("cookies-set/app-by-way-of-other",)),
        ),
        Fact(
            ("cookies.keeps_partitioned_cookies_apart",),
            "cookies with `Partitioned`",
            standard="like others",
            chromium=Departure("kept apart by top-level site", ("cookies/api-include",)),
        ),
        Fact(
            ("refuses_cookies_of",),
            "cookies that hosts of another registrable domain set",
            standard="stored",
            webkit=Departure("refused", ("cookies-set/other-include",)),
        ),
        Fact(
            ("referrer",),
            "`Referer` under lax policies, and of https pages to http on this machine",
            standard="what the policy says; sent",
            chromium=Departure("to this machine none", ("mixed-content/loopback-get",), transport="tls"),
            firefox=Departure(
                "to other sites the origin at most; to this machine none", ("referrers/unsafe-url-other-cors-get",)
            ),
            webkit=Departure("to this machine none", besides="nothing shows it: such requests are mixed content there"),
        ),
        Fact(
            ("origin_obeys_referrer_policy",),
            '`Origin` of a no-cors POST under "no-referrer"',
            standard="`null`",
            chromium=Departure("the page's origin", ("referrers/no-referrer-other-no-cors-post",)),
        ),
        Fact(
            ("is_trustworthy",),
            "https page to `http://127.0.0.1` or `http://localhost`",
            standard="allowed",
            webkit=Departure("mixed content", ("mixed-content/loopback-get",), transport="tls"),
        ),
        Fact(
            ("answers_proxy_challenges",),
            "407 without a proxy",
            standard="network error",
            firefox=Departure("an ordinary response", ("status/407",)),
            webkit=Departure("an ordinary response", ("status/407",)),
        ),
        Fact(
            ("referrer_source",),
            "`Referer` of an `about:` frame",
            standard="its parent's URL; none if it is sandboxed",
            webkit=Departure(
                "none; of XMLHttpRequest its parent's URL, also if it is sandboxed",
                ("referrers/frame", "opaque-origin/star-xhr"),
            ),
        ),
        Fact(
            ("identifier",),
            "what a failure is called",
            standard="nothing",
            chromium=Departure("DevTools' `CorsError` or network error", ("allow-origin/slash",)),
            firefox=Departure("the console's category", ("allow-origin/slash",)),
            webkit=Departure("the kind of the console's message", ("allow-origin/slash",)),
        ),
    ),
}
"""The facts, by what they are about."""
