"""
How the browser answers a server that asks who is there.

https://fetch.spec.whatwg.org/#authentication-entries
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.fetch.authentication.entries import AuthenticationEntry, AuthenticationStore, Login
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.formats.data_urls import percent_decode
from browsercors.values.requests import RequestMode
from browsercors.values.responses import network_error

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from browsercors.fetch.params import FetchParams, HTTPFetchParams
    from browsercors.rules.authentication import AuthenticationRules
    from browsercors.values.formats.challenges import Challenge
    from browsercors.values.requests import Request
    from browsercors.values.responses import Response

__all__ = [
    "Authorization",
    "answer_challenge",
    "hide_login",
    "known_authorization",
    "login_of",
    "remember",
]

HTTP_AUTHENTICATION: Final = Algorithm(
    "HTTP-network-or-cache fetch", "https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"
)

HASHES: Final[dict[bytes, Callable[[bytes], str]]] = {
    b"md5": lambda text: hashlib.md5(text, usedforsecurity=False).hexdigest(),
    b"sha-256": lambda text: hashlib.sha256(text).hexdigest(),
}


class Authorization(NamedTuple):
    """
    The value of an `Authorization` header that the browser adds, and where it comes from.

    Attributes:
        value: In bytes.
        login: The user and the password.
        challenge: What it answers; None if nobody asked.
        entry: What the browser had known; None if the URL says it.
    """

    value: bytes
    login: Login
    challenge: Challenge | None
    entry: AuthenticationEntry | None

    @property
    def scheme(self) -> bytes:
        """
        In lower case.
        """
        return self.value.partition(b" ")[0].lower()


def known_authorization(params: FetchParams, request: Request, *, include_credentials: bool) -> Authorization | None:
    """
    Return what goes with a request although nobody has asked for it yet (step 8.21.2); None for nothing.
    """
    user_agent = params.user_agent
    rules = user_agent.profile.authentication
    store = user_agent.authentication
    # PROFILE: in WebKit what the browser knows goes before what the page has set.
    if store is None or (b"authorization" in request.header_list and not rules.replaces_header):
        return None
    # 2. Use what is known, unless the page has said in the URL who is there.
    url = request.current_url
    if not rules.uses_entries(request, include_credentials):
        return None
    entry = store.for_path(_partition(rules, request), url)
    if entry is None or entry.challenge is None:
        return None
    own_login = login_of(request)
    if own_login is not None:
        # PROFILE: Firefox and WebKit send what the URL says at once, where they know who asks.
        if not (rules.url_goes_first and rules.uses_url(request, include_credentials)):
            return None
        login = own_login
    else:
        login = entry.login
    value = _value(entry.challenge, login, rules, request, entry)
    return None if value is None else Authorization(value, login, None, entry)


def answer_challenge(
    http_fetch_params: HTTPFetchParams, response: Response, sent: Authorization | None
) -> Authorization | Response:
    """
    Answer a 401 (step 15).

    Args:
        http_fetch_params: The request that was answered with it.
        response: The 401.
        sent: What the browser had added to the request; None for nothing.

    Returns:
        What to send the request again with, or the response that stands: the 401, or a network error.
    """
    params, request = http_fetch_params.params, http_fetch_params.request
    included = http_fetch_params.include_credentials
    user_agent = params.user_agent
    rules = user_agent.profile.authentication
    url = request.current_url
    partition = _partition(rules, request)
    store = user_agent.authentication

    # 15.1.-15.2. NB: which of several challenges counts, the standard leaves open. A stream, which could not be sent
    # twice, is not sent at all over HTTP/1.1.
    challenge = _chosen(rules, response)
    # PROFILE: Firefox takes it that a page which has set the header knows better.
    if challenge is None or (b"authorization" in request.header_list and not rules.answers_despite_header):
        return response
    # NB: what was refused is forgotten, but for what the caller says of the visitor.
    if sent is not None and sent.entry is not None and sent.entry.realm == challenge.realm and store is not None:
        store.forget(partition, url, sent.entry)

    # 15.3. Use what is known, or ask the visitor.
    entry = None
    login = None
    own_login = login_of(request)
    if (
        (sent is None or sent.challenge is None)
        and own_login is not None
        and rules.uses_url(request, included)
        and (sent is None or sent.login != own_login)
    ):
        login = own_login
    elif store is not None and rules.uses_entries(request, included) and own_login is None:
        entry = store.for_realm(partition, url, challenge.realm)
        login = None if entry is None else entry.login
        # NB: what was just refused is not tried again, unless it was sent in another way.
        if sent is not None and sent.login == login and sent.scheme == challenge.scheme:
            login = None
    if login is None:
        # NB: for a WebSocket no browser asks (`websocket-answers/challenge-*`).
        if request.mode is not RequestMode.WEBSOCKET and rules.asks_visitor(request, included, user_agent.sites):
            return _ask_visitor(params, request, response, challenge)
        params.findings.append(HTTP_AUTHENTICATION.noted("15.1", scheme=challenge.scheme, realm=challenge.realm))
        return response

    # 15.4. Send it once more.
    value = _value(challenge, login, rules, request, entry)
    if value is None:
        return response
    source = "url" if entry is None else "entry"
    params.findings.append(
        HTTP_AUTHENTICATION.noted("15.4", scheme=challenge.scheme, realm=challenge.realm, source=source)
    )
    return Authorization(value, login, challenge, entry)


def remember(params: FetchParams, request: Request, sent: Authorization) -> None:
    """
    Remember what a server has taken (step 18).
    """
    if sent.challenge is None:
        return
    if params.user_agent.authentication is None:
        params.user_agent.authentication = AuthenticationStore()
    rules = params.user_agent.profile.authentication
    url = request.current_url
    entry = AuthenticationEntry(sent.challenge.realm, sent.login, challenge=sent.challenge, count=1)
    params.user_agent.authentication.add(_partition(rules, request), url, rules.space_of(url.path), entry)


def hide_login(params: FetchParams, request: Request) -> None:
    """
    Show the page the URL without user and password, where the browser does so once they were sent.
    """
    url = request.current_url
    if url.includes_credentials and params.user_agent.profile.authentication.hides_login:
        request.shown_url_list = [*request.url_list[:-1], url.without_credentials()]


def login_of(request: Request) -> Login | None:
    """
    Return who is there as the page has said it, by `open()` or in the URL (the use-URL-credentials flag); None if not.
    """
    url = request.current_url
    if request.initiator_type == "xmlhttprequest" and url.includes_credentials:
        return Login(_decoded(url.username), _decoded(url.password))
    return None


def _decoded(text: str) -> str:
    return percent_decode(text.encode("ascii")).decode("utf-8", "replace")


def _ask_visitor(params: FetchParams, request: Request, response: Response, challenge: Challenge) -> Response:
    facts = {
        "scheme": challenge.scheme,
        "realm": challenge.realm,
        "host": request.current_url.authority,
    }
    if params.user_agent.waits_for_passwords:
        params.findings.append(HTTP_AUTHENTICATION.failed("15.3.2", Reason.AUTHENTICATION_PROMPT, **facts))
        return network_error()
    # NB: as if the visitor had cancelled. The standard makes a network error of that, and no browser does.
    params.findings.append(HTTP_AUTHENTICATION.noted("15", **facts))
    return response


def _chosen(rules: AuthenticationRules, response: Response) -> Challenge | None:
    """
    Return the challenge that the browser answers; None if it can answer none of them.
    """
    challenges = rules.challenges(response.header_list.get_all(b"www-authenticate"))
    for scheme in rules.schemes:
        for challenge in challenges:
            if challenge.scheme == scheme:
                return challenge
    return None


def _partition(rules: AuthenticationRules, request: Request) -> Hashable:
    return request.client.network_partition_key if rules.is_partitioned else None


def _value(
    challenge: Challenge,
    login: Login,
    rules: AuthenticationRules,
    request: Request,
    entry: AuthenticationEntry | None,
) -> bytes | None:
    """
    Return the value of `Authorization`; None if the challenge cannot be answered.
    """
    user, password = rules.encode(login.user), rules.encode(login.password)
    if challenge.scheme == b"basic":
        # https://www.rfc-editor.org/rfc/rfc7617#section-2
        return b"Basic " + b64encode(user + b":" + password)
    count = 1
    if entry is not None and entry.challenge == challenge:
        entry.count += 1
        count = entry.count
    return _digest(challenge, user, password, request, count, states_algorithm=rules.states_algorithm)


def _digest(
    challenge: Challenge, user: bytes, password: bytes, request: Request, count: int, *, states_algorithm: bool
) -> bytes | None:
    """
    Answer a challenge of Digest (https://www.rfc-editor.org/rfc/rfc7616#section-3.4).
    """
    asked = challenge.parameters
    algorithm = asked.get(b"algorithm")
    name = (algorithm or b"MD5").lower()
    nonce = asked.get(b"nonce", b"")
    hashed = HASHES.get(name.removesuffix(b"-sess"))
    if hashed is None:
        return None
    target = request.current_url.target.encode("ascii")
    # NB: browsers draw a number. The same answer each time is what tests want.
    own_nonce = hashed(nonce)[:16].encode("ascii")
    secret = hashed(b":".join((user, challenge.realm, password)))
    if name.endswith(b"-sess"):
        secret = hashed(b":".join((secret.encode("ascii"), nonce, own_nonce)))
    what = hashed(request.method + b":" + target)
    has_quality = b"auth" in [each.strip().lower() for each in asked.get(b"qop", b"").split(b",")]
    counted = b"%08x" % count
    middle = (nonce, counted, own_nonce, b"auth") if has_quality else (nonce,)
    proof = hashed(b":".join((secret.encode("ascii"), *middle, what.encode("ascii"))))
    parts = [
        b'username="%b"' % _escaped(user),
        b'realm="%b"' % _escaped(challenge.realm),
        b'nonce="%b"' % _escaped(nonce),
        b'uri="%b"' % target,
    ]
    if algorithm is not None or states_algorithm:
        parts.append(b"algorithm=" + (algorithm or b"MD5"))
    parts.append(b'response="%b"' % proof.encode("ascii"))
    if b"opaque" in asked:
        parts.append(b'opaque="%b"' % _escaped(asked[b"opaque"]))
    if has_quality:
        parts += [b"qop=auth", b"nc=" + counted, b'cnonce="%b"' % own_nonce]
    return b"Digest " + b", ".join(parts)


def _escaped(value: bytes) -> bytes:
    return value.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
