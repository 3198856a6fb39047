"""
Credentials modes against wildcards, with and without a preflight, and what the two together expose.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import (
    ANY,
    CREDENTIALS,
    EVERYWHERE,
    ORIGIN,
    TEXT,
    answer,
    both,
    get,
    preflight,
    put,
    route,
    sampled,
    scenario,
    text,
    xhr,
)
from tests.evidence.recorder.scenario import Cookie, Scenario

MODES: Final = (None, "omit", "same-origin", "include")
GRANTS: Final = (
    ("star", (ANY,)),
    ("star-true", (ANY, CREDENTIALS)),
    ("exact", (ORIGIN,)),
    ("exact-true", (ORIGIN, CREDENTIALS)),
    ("null-true", ("Access-Control-Allow-Origin: null", CREDENTIALS)),
    ("none", ()),
)
WILD: Final = ("Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *", "Access-Control-Expose-Headers: *")
SIGN_IN: Final = (Cookie(origin="api", line="sid=1; Path=/"), Cookie(origin="app", line="own=1; Path=/"))


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `credentials` and `authorization`.
    """
    yield from sampled(_modes(), 5)
    yield from _authorization()


def _modes() -> Iterator[Scenario]:
    for mode in MODES:
        for label, lines in GRANTS:
            name = f"{mode}-{label}"
            actual = answer(*lines, *WILD, TEXT, "X-One: 1")
            yield scenario(f"credentials/simple-{name}", get(credentials=mode), [route(actual)])
            asked = put(credentials=mode, headers=(("X-A", "1"),))
            yield scenario(
                f"credentials/preflight-{name}", asked, both(answer(*lines, *WILD, status=204, body=""), actual)
            )
            named = answer(
                *lines, "Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Headers: x-a", status=204, body=""
            )
            yield scenario(f"credentials/named-{name}", asked, both(named, actual))
            yield scenario(f"credentials/cookie-{name}", get(credentials=mode), [route(actual)], cookies=SIGN_IN)
            own = route(actual, origin="app")
            yield scenario(f"credentials/own-{name}", get(url="{app}/x", credentials=mode), [own], cookies=SIGN_IN)
    for with_credentials in (False, True):
        for label, lines in GRANTS:
            name = f"{'with' if with_credentials else 'without'}-{label}"
            actual = answer(*lines, *WILD, TEXT, "X-One: 1")
            yield scenario(f"credentials/xhr-{name}", xhr(credentials=with_credentials), [route(actual)])
            asked = xhr(method="PUT", credentials=with_credentials, body=text("x"))
            routes = both(answer(*lines, *WILD, status=204, body=""), actual)
            yield scenario(f"credentials/xhr-put-{name}", asked, routes)


def _authorization() -> Iterator[Scenario]:
    challenge = 'WWW-Authenticate: Basic realm="x"'
    for mode in ("omit", "same-origin", "include"):
        for label, lines in (("plain", ()), ("challenge", (challenge,))):
            denied = answer(ORIGIN, CREDENTIALS, TEXT, *lines, status=401, reason="Unauthorized")
            asked = get(credentials=mode, timeout=1500)
            yield scenario(f"authorization/{mode}-401-{label}", asked, [route(denied)])
        asked = get(credentials=mode, headers=(("Authorization", "Bearer x"),))
        for value in ("*", "authorization", "Authorization", "x-a", "*,authorization"):
            pre = preflight(CREDENTIALS, f"Access-Control-Allow-Headers: {value}")
            routes = both(pre, answer(ORIGIN, CREDENTIALS, TEXT))
            yield scenario(f"authorization/{mode}-by-{value}", asked, routes)
    userinfo = get(url="http://u:p@{api.authority}/x")
    yield scenario("authorization/userinfo", userinfo, [route(answer(ORIGIN, TEXT))])
    yield scenario(
        "authorization/own-basic",
        get(url="{app}/x", headers=(("Authorization", "Basic dTpw"),)),
        [route(answer(TEXT), origin="app")],
        transports=EVERYWHERE,
    )
