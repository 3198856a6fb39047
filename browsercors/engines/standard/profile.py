"""
The Fetch standard as a browser: the base case that the real ones depart from.

Pinned to whatwg/fetch at 586cd2a (2 July 2026).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.standard.failures import no_identifier
from browsercors.engines.standard.http_cache import STANDARD_HTTP_CACHE
from browsercors.fetch.fetch_metadata import sec_fetch_site
from browsercors.fetch.filtering import CORS_SAFELISTED_RESPONSE_HEADER_NAMES
from browsercors.fetch.preflight_cache.entries import EntryPreflightCache
from browsercors.fetch.preflight_response import max_age_of_the_standard
from browsercors.fetch.referrer import determine_requests_referrer
from browsercors.fetch.safelists import (
    accept_rule,
    content_type_rule,
    cors_unsafe_request_header_names,
    language_rule,
    range_rule,
)
from browsercors.protections.integrity import do_bytes_match_metadata_list
from browsercors.rules.cookies import CookieRules
from browsercors.rules.local_network_access import LocalNetworkAccessRules
from browsercors.rules.preflight import PreflightCacheRules, PreflightRules, PreflightStage
from browsercors.rules.profile import BrowserProfile
from browsercors.rules.redirects import RedirectRules
from browsercors.rules.requests import RequestRules
from browsercors.rules.responses import ResponseRules
from browsercors.rules.safelist import Safelist
from browsercors.rules.wire import AcceptEncoding, WireRules
from browsercors.values.expressions import compiled_late
from browsercors.values.headers import FAILURE, Failure, HeaderList, is_header_name, normalize_header_value
from browsercors.values.requests import Request, RequestMode, ResponseTainting
from browsercors.values.trustworthiness import is_potentially_trustworthy_url, is_url_trustworthy_by_scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Sequence

    from browsercors.rules.authentication import AuthenticationRules
    from browsercors.rules.elements.loads import LoadRules
    from browsercors.rules.safelist import UnsafeHeaders
    from browsercors.values.responses import FilteredResponse
    from browsercors.values.sites import Sites
    from browsercors.values.urls import URL

__all__ = ["STANDARD"]


BEYOND_ASCII = compiled_late(rb"[\x80-\xff]")


def unsafe_headers_of_the_request(request: Request, safelist: Safelist) -> UnsafeHeaders:
    """
    Determine the unsafe names from the header list as it is now.
    """
    return cors_unsafe_request_header_names(request.header_list, safelist)


def sorted_names(unsafe_headers: UnsafeHeaders) -> Sequence[bytes]:
    """
    Look for unsafe names in the order in which they are asked for.
    """
    return unsafe_headers.names


def serialized_origin(request: Request) -> bytes:
    """
    Show the origin as the request itself does.
    """
    return request.byte_serialized_origin()


def single_location(headers: HeaderList) -> bytes | Failure | None:
    """
    Read `Location`: one header, or failure.
    """
    values = headers.get_all(b"location")
    if len(values) > 1:
        return FAILURE
    return values[0] if values else None


def utf_8_or_escaped(value: bytes) -> str:
    """
    Decode a location as UTF-8 or, where it is none, with its bytes beyond ASCII escaped (observed on all but WebKit).
    """
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return BEYOND_ASCII.sub(lambda match: b"%%%02X" % match[0][0], value).decode("ascii")


def refuses_credentials(request: Request, location: URL) -> str | None:
    """
    Refuse credentials in URLs as HTTP-redirect fetch does, steps 9 and 10.
    """
    # 9. Not for another origin under CORS.
    if request.mode is RequestMode.CORS and not request.origin.same_origin(location.origin):
        return "9"
    # 10. Not once the response comes from another origin.
    return "10" if request.response_tainting is ResponseTainting.CORS else None


def header_lines(
    headers: HeaderList, *, normalize: Callable[[bytes], bytes] = normalize_header_value, keep_blank: bool = False
) -> HeaderList:
    """
    Read header lines as RFC 9112 has them: one to a line feed, continued by a blank, blanks around values stripped.

    What has no colon, and what has a name that is no token, is left out.

    Args:
        headers: The lines, as pairs.
        normalize: Strips a value.
        keep_blank: Whether a continued line keeps the very blank that it begins with, or gets a space.
    """
    lines: list[tuple[bytes, list[bytes]]] = []
    for name, value in headers:
        first, *more = value.split(b"\n")
        lines.append((name, [first]))
        for line in more:
            if line[:1] in (b" ", b"\t"):
                # NB: obsolete line folding.
                lines[-1][1].append(line if keep_blank else b" " + normalize(line))
            else:
                next_name, colon, next_value = line.partition(b":")
                if colon:
                    lines.append((next_name, [next_value]))
    unfolded = ((name, normalize(b"".join(_without_line_ends(parts)))) for name, parts in lines)
    return HeaderList(line for line in unfolded if is_header_name(line[0]))


def _without_line_ends(parts: list[bytes]) -> list[bytes]:
    """
    Take the carriage return from the end of each part that another one continues.
    """
    return [*(part.removesuffix(b"\r") for part in parts[:-1]), parts[-1]]


def referrer_source(request: Request) -> URL | None:
    """
    Return what the page shows: its URL, or its parent's if it is an `about:` document; nothing if its origin is opaque.
    """
    return None if request.origin.is_opaque else request.client.referrer_source


def state_utf8(value: bytes) -> bytes:
    """
    State the charset in which XMLHttpRequest sends text, where the page states another one (send(), step 4.4).

    https://xhr.spec.whatwg.org/#the-send()-method
    """
    from browsercors.values.formats.mime_types import parse_mime_type, serialize_mime_type_to_bytes

    mime_type = parse_mime_type(value.decode("latin-1"))
    charset = None if mime_type is None else mime_type.parameters.get("charset")
    if mime_type is None or charset is None or charset.lower() == "utf-8":
        return value
    parameters = {**mime_type.parameters, "charset": "UTF-8"}
    return serialize_mime_type_to_bytes(attrs.evolve(mime_type, parameters=parameters))


def data_url_as_it_is(url: URL) -> URL:
    """
    Show the URL of a `data:` response as the URL Standard writes it.
    """
    return url


def top_level_site(request: Request, sites: Sites) -> Hashable:
    """
    Keep what is remembered apart by the site of the top-level page.
    """
    return request.client.network_partition_key


def narrows_referrer(request: Request, policy_before: str, sites: Sites) -> bool:
    """
    Make the referrer of each URL of a redirect chain from what the URL before was shown.
    """
    return False


def referrer_by_scheme(policy: str, source: URL | None, url: URL, sites: Sites) -> str | None:
    """
    Determine the referrer as browsers do, to which only https has anything to lose, and this machine is like any other.

    Evidence: https page to http on this machine, no referrer (observed on Chromium 156 and Firefox 153).
    """
    return determine_requests_referrer(policy, source, url, is_trustworthy=is_url_trustworthy_by_scheme)


def referrer_of_the_standard(policy: str, source: URL | None, url: URL, sites: Sites) -> str | None:
    """
    Determine the referrer as Referrer Policy has it, which knows no sites.
    """
    return determine_requests_referrer(policy, source, url)


def drops_nothing(init: object, initiator_type: str, upload_listeners: bool) -> bool:
    """
    Send an empty body as one.
    """
    return False


def also_becomes_get(request: Request, location: URL) -> bool:
    """
    Make a GET of nothing that HTTP-redirect fetch does not make one of.
    """
    return False


def restores_nothing(request: Request, status: int, location: URL) -> Collection[bytes]:
    """
    Leave away what redirects have removed.
    """
    return ()


def is_judged_once(request: Request) -> bool:
    """
    Be content with one CORS check.
    """
    return False


def integrity_matches_what_came(response: FilteredResponse, integrity: str) -> bool:
    """
    Hold the body against the integrity as browsers do, to which a body that did not come is empty; one they hide, none.

    Evidence: HEAD with a malformed integrity resolves, mode "no-cors" with one does not (observed on 156, 153, 2.50).
    """
    hidden = response.type in {"opaque", "opaqueredirect"}
    return not hidden and do_bytes_match_metadata_list(response.body or b"", integrity)


def integrity_matches(response: FilteredResponse, integrity: str) -> bool:
    """
    Hold the body against the integrity; without a body nothing matches, whatever the integrity says.
    """
    return response.body is not None and do_bytes_match_metadata_list(response.body, integrity)


def takes_cookies_of_all(request: Request, sites: Sites) -> bool:
    """
    Refuse no cookies because of who sets them.
    """
    return False


def page_headers_as_they_are(request: Request) -> HeaderList:
    """
    Send the page's headers as the page wrote them.
    """
    return request.header_list


def never_starts_new_request(request: Request, sites: Sites) -> bool:
    """
    Follow redirects with the same request.
    """
    return False


def authentication() -> AuthenticationRules:
    """
    Return how it tells servers who the visitor is.
    """
    # NB: imported late, since few servers ask.
    from browsercors.engines.standard.authentication import STANDARD_AUTHENTICATION

    return STANDARD_AUTHENTICATION


def loads() -> LoadRules:
    """
    Return what elements ask for, and what becomes of the responses.
    """
    # NB: imported late, since many pages only fetch.
    from browsercors.engines.standard.loads import STANDARD_LOADS

    return STANDARD_LOADS


WIRE: Final = WireRules(
    order=(b"host", b"connection", b"user-agent", b"*", b"cookie"),
    user_agent=b"Mozilla/5.0 (compatible; browsercors)",
    accept_language=b"en-US",
    accept_encoding=AcceptEncoding(
        plain=b"gzip, deflate", loopback=b"gzip, deflate, br, zstd", tls=b"gzip, deflate, br, zstd"
    ),
    page_headers=page_headers_as_they_are,
    sec_fetch_site=sec_fetch_site,
    starts_new_request=never_starts_new_request,
    extra=((b"Connection", b"keep-alive"),),
)

STANDARD: Final = BrowserProfile(
    name="standard",
    label="the standard",
    version="whatwg/fetch 586cd2a",
    safelist=Safelist(
        names={
            b"accept": accept_rule,
            b"accept-language": language_rule,
            b"content-language": language_rule,
            b"content-type": content_type_rule,
            b"range": range_rule,
        }
    ),
    requests=RequestRules(state_utf8=state_utf8, drops_empty_body=drops_nothing),
    preflight=PreflightRules(
        stages=(
            PreflightStage.CORS_CHECK,
            PreflightStage.STATUS,
            PreflightStage.PARSE_METHODS,
            PreflightStage.PARSE_HEADERS,
            PreflightStage.METHOD,
            PreflightStage.HEADERS,
        ),
        authorization_needs_listing=True,
        forced_method_needs_no_listing=True,
        origin=serialized_origin,
        unsafe_headers=unsafe_headers_of_the_request,
        comparison_order=sorted_names,
    ),
    preflight_cache=PreflightCacheRules(
        create=EntryPreflightCache,
        max_age=max_age_of_the_standard,
        max_age_cap=None,
        origin_key=serialized_origin,
        partition=top_level_site,
    ),
    http_cache=STANDARD_HTTP_CACHE,
    redirects=RedirectRules(
        also_becomes_get=also_becomes_get,
        restored_names=restores_nothing,
        cors_checked_again=is_judged_once,
        location=single_location,
        refuses_credentials=refuses_credentials,
        location_text=utf_8_or_escaped,
    ),
    responses=ResponseRules(
        header_list=header_lines,
        safelisted_names=CORS_SAFELISTED_RESPONSE_HEADER_NAMES,
        data_url=data_url_as_it_is,
        integrity_matches=integrity_matches,
    ),
    wire=WIRE,
    preflight_wire=attrs.evolve(WIRE, cache_headers=False),
    cookies=CookieRules(),
    local_network_access=LocalNetworkAccessRules(),
    referrer=referrer_of_the_standard,
    is_trustworthy=is_potentially_trustworthy_url,
    identifier=no_identifier,
    referrer_source=referrer_source,
    remakes_referrer=narrows_referrer,
    refuses_cookies_of=takes_cookies_of_all,
    make_loads=loads,
    make_authentication=authentication,
)
