"""
`WebSocket`: its handshake, and whether the answer takes it.

https://websockets.spec.whatwg.org/#websocket-opening-handshake
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from browsercors.initiators.elements.potential_cors import element_request
from browsercors.initiators.header_guard import FetchTypeError
from browsercors.initiators.request_init import parse_page_url
from browsercors.rules.elements.websockets import has_token, items_of
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.headers import is_header_name
from browsercors.values.requests import CacheMode, CredentialsMode, RequestMode
from browsercors.values.sockets import accept_for
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.elements.websockets import HandshakeCheck
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Finding
    from browsercors.values.headers import HeaderList
    from browsercors.values.requests import Environment, Request
    from browsercors.values.responses import Response
    from browsercors.values.urls import URL

__all__ = ["WEBSOCKET", "WEBSOCKET_PROTOCOL", "create_websocket_request", "key_for", "process_handshake"]

WEBSOCKET: Final[Algorithm] = Algorithm(
    "establish a WebSocket connection", "https://websockets.spec.whatwg.org/#concept-websocket-establish"
)
WEBSOCKET_PROTOCOL: Final[Algorithm] = Algorithm(
    "the WebSocket protocol", "https://www.rfc-editor.org/rfc/rfc6455#section-4.1"
)

SCHEMES: Final = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
"""With which scheme the handshake is fetched, by that of the URL which the page gives."""

SWITCHING_PROTOCOLS: Final = 101


def key_for(environment: Environment, url: URL) -> bytes:
    """
    Return the key of a handshake.

    NB: a nonce in the standard. Here the same page that asks for the same gets the same, as all that is simulated.
    """
    seed = f"{environment.origin.serialized} {url.href}".encode()
    return base64.b64encode(hashlib.sha256(seed).digest()[:16])


def create_websocket_request(
    environment: Environment, profile: BrowserProfile, url: str, *, protocols: Sequence[str] = ()
) -> Request:
    """
    Make the request of a handshake.

    Args:
        environment: The page.
        profile: The browser.
        url: As the page gives it.
        protocols: The subprotocols that it offers.

    Raises:
        FetchTypeError: JavaScript throws a SyntaxError for the URL or for one of the subprotocols.
    """
    # The constructor, steps 1.-4. Parse the URL, and make it one of a WebSocket.
    # PROFILE: to Firefox an empty URL is none.
    if url == "" and not profile.initiators.sockets.takes_empty_url:
        raise FetchTypeError("url is empty, which this browser does not take for a WebSocket")
    parsed = parse_page_url(url, environment.base_url)
    scheme = SCHEMES.get(parsed.scheme)
    if scheme is None:
        raise FetchTypeError(f"url has to be a ws: or wss: URL (or http: or https:, which stand for them), not {url!r}")
    if parsed.fragment is not None:
        raise FetchTypeError(f"url must not have a fragment, not even an empty one: {url!r}")
    # 5.-6. Look at the subprotocols.
    for name in protocols:
        if not is_header_name(name.encode("utf-8", "surrogatepass")):
            raise FetchTypeError(f"protocols have to be tokens, such as 'chat', not {name!r}")
    if len(set(protocols)) < len(protocols):
        raise FetchTypeError(f"protocols have to differ from each other: {', '.join(protocols)}")

    # "Establish a WebSocket connection", 1.-2. Make the request.
    asked = parse_url(f"{scheme}{parsed.href.removeprefix(parsed.scheme)}")
    assert asked is not None, "the schemes parse alike"
    request = element_request(
        environment, asked.href, "", RequestMode.WEBSOCKET, CredentialsMode.INCLUDE, initiator_type="other"
    )
    request.initiator = "websocket"
    request.referrer = None
    request.cache_mode = CacheMode.NO_STORE
    # PROFILE: WebKit follows redirects.
    request.redirect_mode = profile.initiators.sockets.redirect_mode
    # 3.-10. Add the headers of the handshake.
    headers = request.header_list
    headers.append(b"Upgrade", b"websocket")
    headers.append(b"Connection", profile.initiators.sockets.connection)
    headers.append(b"Sec-WebSocket-Key", key_for(environment, asked))
    headers.append(b"Sec-WebSocket-Version", b"13")
    if protocols:
        headers.append(b"Sec-WebSocket-Protocol", ", ".join(protocols).encode("ascii"))
    headers.append(b"Sec-WebSocket-Extensions", profile.initiators.sockets.extensions)
    return request


def process_handshake(params: PageFetchParams, response: Response) -> Finding | None:
    """
    Look whether the answer takes the handshake ("establish a WebSocket connection", step 11).

    Returns:
        Why the connection has failed; None if it is established.
    """
    # 11.1. Only a switch of protocols will do.
    if response.status != SWITCHING_PROTOCOLS:
        return WEBSOCKET.failed("11.1", Reason.WEBSOCKET_STATUS, status=response.status)
    # 11.2.-11.3. It has to answer this very handshake.
    # PROFILE: browsers look at its headers in orders of their own.
    for check in params.user_agent.profile.initiators.sockets.checks:
        finding = CHECKS[check](params, response.header_list)
        if finding is not None:
            return finding
    return None


def _is_repeated(params: PageFetchParams, answered: HeaderList, name: bytes) -> bool:
    """
    Whether the answer says more than one thing where the browser takes no more than one.
    """
    # PROFILE: Chromium takes no second line, nor a list in its place.
    return not params.user_agent.profile.initiators.sockets.takes_repeated_headers and len(items_of(answered, name)) > 1


def _check_upgrade(params: PageFetchParams, answered: HeaderList) -> Finding | None:
    # PROFILE: Firefox takes a list.
    if params.user_agent.profile.initiators.sockets.is_upgrade(answered):
        return None
    return _failed("2", "Upgrade", "websocket", params, answered)


def _check_connection(params: PageFetchParams, answered: HeaderList) -> Finding | None:
    if has_token(answered, b"connection", b"upgrade"):
        return None
    return _failed("3", "Connection", "Upgrade", params, answered)


def _check_accept(params: PageFetchParams, answered: HeaderList) -> Finding | None:
    wanted = accept_for(params.request.header_list.get(b"sec-websocket-key") or b"")
    # PROFILE: of several lines WebKit reads the last one.
    found = params.user_agent.profile.initiators.sockets.value_of(answered, b"sec-websocket-accept")
    if (found or b"").strip(b" \t") == wanted:
        return None
    return _failed("4", "Sec-WebSocket-Accept", wanted.decode("ascii"), params, answered)


def _failed(step: str, name: str, wanted: str, params: PageFetchParams, answered: HeaderList) -> Finding:
    lower = name.lower().encode()
    repeated = name != "Connection" and _is_repeated(params, answered, lower)
    return WEBSOCKET_PROTOCOL.failed(
        step,
        Reason.WEBSOCKET_HANDSHAKE_INVALID,
        name=name,
        wanted=wanted,
        value=answered.get(lower),
        repeated=repeated,
    )


def _check_extensions(params: PageFetchParams, answered: HeaderList) -> Finding | None:
    value = answered.get(b"sec-websocket-extensions")
    # PROFILE: browsers do not agree on what is well-formed.
    takes = params.user_agent.profile.initiators.sockets.takes_extensions
    if value is None or takes(value.decode("latin-1")):
        return None
    return WEBSOCKET_PROTOCOL.failed("5", Reason.WEBSOCKET_EXTENSION_MISMATCH, value=value)


def _check_protocol(params: PageFetchParams, answered: HeaderList) -> Finding | None:
    rules = params.user_agent.profile.initiators.sockets
    offered = params.request.header_list.get(b"sec-websocket-protocol")
    chosen = rules.value_of(answered, b"sec-websocket-protocol")
    names = [] if offered is None else offered.split(b", ")
    # "Establish a WebSocket connection", 11.2. Who is offered subprotocols has to choose one.
    repeated = _is_repeated(params, answered, b"sec-websocket-protocol")
    evidence = {"offered": names, "chosen": chosen, "repeated": repeated}
    # PROFILE: Firefox does without, and takes no notice of one that nobody asked for.
    if names and not chosen and (rules.needs_chosen_protocol or chosen is not None):
        return WEBSOCKET.failed("11.2", Reason.WEBSOCKET_PROTOCOL_MISMATCH, **evidence)
    is_ignored = not names and rules.ignores_unasked_protocol
    if chosen is not None and not rules.is_offered(chosen, names) and not is_ignored:
        return WEBSOCKET_PROTOCOL.failed("6", Reason.WEBSOCKET_PROTOCOL_MISMATCH, **evidence)
    return None


CHECKS: Final[Mapping[HandshakeCheck, Callable[[PageFetchParams, HeaderList], Finding | None]]] = {
    "upgrade": _check_upgrade,
    "connection": _check_connection,
    "accept": _check_accept,
    "extensions": _check_extensions,
    "protocol": _check_protocol,
}
"""What an answer has to say, by what it is about (the WebSocket protocol, section 4.1, the last list, steps 2 to 6)."""
