"""
What `XMLHttpRequest` makes of what the page says, before anything is fetched.

https://xhr.spec.whatwg.org/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.initiators.bodies.extract import FORM_TYPE, BodyInit
from browsercors.initiators.bodies.readable_stream import ReadableStream
from browsercors.initiators.header_guard import FetchTypeError, HeadersInit, check_header, header_pairs, is_dropped
from browsercors.initiators.request_init import method_of_page, parse_page_url, set_body
from browsercors.values.headers import HeaderList, normalize_header_value
from browsercors.values.requests import CredentialsMode, Environment, Request, RequestMode

if TYPE_CHECKING:
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Finding

__all__ = ["create_xhr_request"]


def create_xhr_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    findings: list[Finding],
    *,
    method: str,
    headers: HeadersInit | None = None,
    body: BodyInit | None = None,
    with_credentials: bool = False,
    upload_listeners: bool = False,
    user: str | None = None,
    password: str | None = None,
) -> Request:
    """
    Make a request as `open()`, `setRequestHeader()` and `send()` of an XMLHttpRequest do.

    Raises:
        FetchTypeError: Where one of them throws.

    https://xhr.spec.whatwg.org/#the-send()-method
    """
    parsed_url = parse_page_url(url, environment.base_url)
    # open(), step 8: user and password go into the URL.
    if user is not None or password is not None:
        parsed_url = parsed_url.with_credentials(user, password)
    # PROFILE: WebKit takes user name and password out of the URLs of other origins.
    if (
        parsed_url.includes_credentials
        and not profile.requests.keeps_credentials_in_foreign_urls
        and not parsed_url.origin.same_origin(environment.origin)
    ):
        parsed_url = parsed_url.without_credentials()
    request = Request(
        # open(), steps 2-4. NB: what is a SyntaxError or SecurityError there is one kind of error here.
        method=method_of_page(method),
        # open(), steps 5-7.
        url_list=[parsed_url],
        header_list=HeaderList(),
        client=environment,
        origin=environment.origin,
        mode=RequestMode.CORS,
        credentials_mode=CredentialsMode.INCLUDE if with_credentials else CredentialsMode.SAME_ORIGIN,
        unsafe_request=True,
        initiator_type="xmlhttprequest",
    )
    # setRequestHeader(), steps 3-6: headers of the same name are combined.
    for name, value in header_pairs(headers) if headers is not None else ():
        check_header(name, normalized := normalize_header_value(value))
        if is_dropped(name, normalized, profile, findings):
            continue
        request.header_list.append(name, normalized)
    request.header_list.combine_repeated()
    # send(), steps 3 and 4: GET and HEAD have no body; the body's type is the default.
    if body is not None and request.method not in {b"GET", b"HEAD"}:
        if isinstance(body, ReadableStream):
            raise FetchTypeError("XMLHttpRequest cannot send a ReadableStream; give its bytes")
        set_body(request, body, profile, findings, duplex=None, upload_listeners=upload_listeners)
        # PROFILE: Chromium takes URLSearchParams for text.
        if isinstance(body, str) or (profile.requests.params_are_text and _is_form(body)):
            stated = request.header_list.get(b"content-type")
            if stated is not None:
                # PROFILE: Chromium changes the text of the header, whatever charset it states.
                request.header_list.set(b"Content-Type", profile.requests.state_utf8(stated))
    # PROFILE: WebKit states the type of a form that it does not send.
    elif (
        body is not None
        and profile.requests.sends_type_of_dropped_form
        and _is_form(body)
        and b"content-type" not in request.header_list
    ):
        request.header_list.append(b"Content-Type", FORM_TYPE)
    # send(), step 5: upload listeners set the use-CORS-preflight flag.
    # PROFILE: in Chromium only if there is something to upload.
    if upload_listeners and (request.body is not None or not profile.requests.upload_listeners_need_body):
        request.use_cors_preflight = True
    return request


def _is_form(body: BodyInit | None) -> bool:
    # NB: imported late, since most pages send no form.
    from browsercors.initiators.bodies.url_search_params import URLSearchParams

    return isinstance(body, URLSearchParams)
