"""
The model agrees with real caches: nginx, Varnish and Squid get the same requests, and do the same with them.

Compared are the status, which of the server's answers it is, the headers that matter, and what reached the server.
"""

from __future__ import annotations

import itertools
import random
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from browsercors import Browser, SharedCache
from browsercors.values.wire import HTTPResponse
from tests.servers.real_caches import HOST, Origin, RealCache, Seen, Step, make_step, running_cache

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from browsercors.values.wire import HTTPRequest
    from tests.servers.real_caches import Reached

CACHES: Final = ("nginx", "varnish", "squid")

COMPARED: Final = (
    b"access-control-allow-origin", b"cache-control", b"etag", b"expires", b"last-modified", b"set-cookie", b"vary",
    b"x-cache",
)  # fmt: skip

A: Final = Step(headers=(("Origin", "https://a.example"),))
B: Final = Step(headers=(("Origin", "https://b.example"),))
PLAIN: Final = Step()
HEAD: Final = Step("HEAD")
OPTIONS: Final = Step("OPTIONS")
POST: Final = Step("POST")
LONG: Final = "Cache-Control: max-age=600"
MIRROR: Final = "Access-Control-Allow-Origin: $origin"
OLD: Final = "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT"
TAG: Final = 'ETag: "a"'


def get(name: str, value: str) -> Step:
    return Step(headers=((name, value),))


ALICE: Final = get("Authorization", "Basic eA==")
BOB: Final = get("Authorization", "Basic eQ==")


COOKIE: Final = get("Cookie", "a=1")


class Case(NamedTuple):
    """
    What the server always answers, and what it is asked.

    Attributes:
        known: By cache, why the model does something else.
    """

    status: int
    lines: tuple[str, ...]
    steps: tuple[Step, ...]
    known: dict[str, str] = {}  # noqa: RUF012 - never changed


ORDER: Final = {"nginx": "nginx 1.22 goes by Expires and Cache-Control in the order in which they come"}
WHOLE_STAR: Final = dict.fromkeys(("nginx", "varnish"), "a star counts where it is all there is in Vary")
ANY_STAR: Final = {"squid": "it is stored, and validated by its Date each time; the model does not store it"}
PLAIN_NUMBER: Final = dict.fromkeys(("nginx", "varnish", "squid"), "a number in quotes is no number")

CASES: Final = {
    # story: the server's status and headers, the requests
    "an answer without a word about caching": Case(200, (), (PLAIN, PLAIN)),
    "a 404 without a word about caching": Case(404, (), (PLAIN, PLAIN)),
    "an answer with nothing but an old date of change": Case(200, (OLD,), (PLAIN, PLAIN)),
    "a 404 with nothing but an old date of change": Case(404, (OLD,), (PLAIN, PLAIN)),
    "one answer for all origins": Case(200, (LONG, MIRROR), (A, B, PLAIN, A)),
    "the plain request comes first": Case(200, (LONG, MIRROR), (PLAIN, A, B)),
    "one answer for each origin": Case(200, (LONG, MIRROR, "Vary: Origin"), (A, B, PLAIN, A, B, PLAIN)),
    "names in Vary have no case": Case(200, (LONG, MIRROR, "Vary: X-A, oRIGIN"), (A, B, A)),
    "two lines of Vary": Case(200, (LONG, MIRROR, "Vary: X-A", "Vary: Origin"), (A, B, A, B)),
    "it varies by everything": Case(200, (LONG, "Vary: *"), (PLAIN, PLAIN)),
    "it varies by one thing and everything": Case(200, (LONG, "Vary: Origin, *"), (PLAIN, PLAIN), WHOLE_STAR),
    "it sets a cookie": Case(200, (LONG, "Set-Cookie: a=1"), (PLAIN, PLAIN)),
    "requests with cookies": Case(200, (LONG,), (COOKIE, get("Cookie", "a=2"), PLAIN, COOKIE)),
    "requests with credentials": Case(200, (LONG,), (ALICE, BOB, PLAIN, BOB)),
    "a public answer to credentials": Case(200, ("Cache-Control: public, max-age=600",), (ALICE, BOB, PLAIN)),
    "s-maxage and credentials": Case(200, ("Cache-Control: s-maxage=600",), (ALICE, BOB, PLAIN)),
    "must-revalidate and credentials": Case(200, ("Cache-Control: max-age=600, must-revalidate",), (ALICE, BOB, PLAIN)),
    "private": Case(200, ("Cache-Control: private, max-age=600",), (PLAIN, PLAIN)),
    "private but for a header": Case(200, ('Cache-Control: private="x-a", max-age=600',), (PLAIN, PLAIN)),
    "no-store": Case(200, ("Cache-Control: no-store, max-age=600",), (PLAIN, PLAIN)),
    "no-store in a second line": Case(200, (LONG, "Cache-Control: no-store"), (PLAIN, PLAIN)),
    "no-cache": Case(200, ("Cache-Control: no-cache, max-age=600",), (PLAIN, PLAIN)),
    "no-cache with a validator": Case(200, ("Cache-Control: no-cache, max-age=600", TAG), (PLAIN, PLAIN, PLAIN)),
    "stale at once, with a validator": Case(200, ("Cache-Control: max-age=0", TAG), (PLAIN, PLAIN, PLAIN)),
    "fresh for others only": Case(200, ("Cache-Control: s-maxage=0, max-age=600",), (PLAIN, PLAIN)),
    "fresh for caches only": Case(200, ("Cache-Control: max-age=0, s-maxage=600",), (PLAIN, PLAIN)),
    "expires some day": Case(200, ("Expires: Thu, 01 Jan 2037 00:00:00 GMT",), (PLAIN, PLAIN)),
    "expired long ago": Case(200, ("Expires: Thu, 01 Jan 2015 00:00:00 GMT",), (PLAIN, PLAIN)),
    "expires, without a date": Case(200, ("Expires: 0",), (PLAIN, PLAIN)),
    "expires without a date, after max-age": Case(200, (LONG, "Expires: 0"), (PLAIN, PLAIN)),
    "expires without a date, before max-age": Case(200, ("Expires: 0", LONG), (PLAIN, PLAIN), ORDER),
    "older than it may be": Case(200, (LONG, "Age: 1000"), (PLAIN, PLAIN)),
    "not older than it may be": Case(200, (LONG, "Age: 100"), (PLAIN, PLAIN)),
    "max-age is no number": Case(200, ("Cache-Control: max-age=abc",), (PLAIN, PLAIN)),
    "max-age is a number in quotes": Case(200, ('Cache-Control: max-age="600"',), (PLAIN, PLAIN), PLAIN_NUMBER),
    "max-age in capitals": Case(
        200, ("Cache-Control: MAX-AGE=600",), (PLAIN, PLAIN), {"squid": "directives have a case there"}
    ),
    "a header that is empty, and none": Case(
        200, (LONG, "Vary: X-A"), (PLAIN, get("X-A", ""), PLAIN), {"nginx": "that is the same there"}
    ),
    "the client wants it anew": Case(200, (LONG,), (PLAIN, get("Cache-Control", "no-cache"), PLAIN)),
    "the client wants it anew, as of old": Case(200, (LONG,), (PLAIN, get("Pragma", "no-cache"), PLAIN)),
    "the client wants it confirmed": Case(200, (LONG,), (PLAIN, get("Cache-Control", "max-age=0"), PLAIN)),
    "the client wants it not stored": Case(
        200, (LONG,), (get("Cache-Control", "no-store"), PLAIN, get("Cache-Control", "no-store"), PLAIN)
    ),
    "the client wants what is there": Case(200, (LONG,), (get("Cache-Control", "only-if-cached"), PLAIN)),
    "HEAD comes first": Case(200, (LONG,), (HEAD, HEAD, PLAIN, HEAD)),
    "HEAD comes second": Case(200, (LONG,), (PLAIN, HEAD, PLAIN)),
    "OPTIONS is not kept": Case(200, (LONG,), (OPTIONS, OPTIONS, PLAIN, OPTIONS, PLAIN)),
    "POST is not kept": Case(200, (LONG,), (POST, POST, PLAIN)),
    "POST makes it forget": Case(200, (LONG,), (PLAIN, POST, PLAIN)),
    "PUT makes it forget": Case(200, (LONG,), (PLAIN, Step("PUT"), PLAIN)),
    "PUT makes it forget all that it has for the URL": Case(
        200, (LONG, "Vary: Origin"), (PLAIN, A, Step("PUT"), A, PLAIN), {"squid": "it finds older variants again"}
    ),
    "a POST that fails": Case(200, (LONG, "X-Post: 500"), (PLAIN, POST, PLAIN)),
    "the client has it, and so has the cache": Case(
        200, (LONG, TAG), (PLAIN, get("If-None-Match", '"a"'), get("If-None-Match", '"b"'))
    ),
    "the client has it, and the cache has not": Case(200, (LONG, TAG), (get("If-None-Match", '"a"'), PLAIN, PLAIN)),
    "public, and no more": Case(200, ("Cache-Control: public",), (PLAIN, PLAIN)),
    **{
        f"a {status}": Case(status, (LONG, *(("Location: /x",) if 300 <= status < 400 else ())), (PLAIN, PLAIN))
        for status in (
            203, 204, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 410, 414, 418, 429, 500, 501, 503,
        )
    },
    **{
        f"a {status} of an old change": Case(status, (OLD,), (PLAIN, PLAIN))
        for status in (203, 204, 300, 301, 308, 405, 410, 414, 501)
    },
}  # fmt: skip

TIMED: Final = {
    # what is asked before three seconds pass, and thrice after
    "stale, without a validator": Case(200, ("Cache-Control: max-age=2",), (PLAIN,)),
    "stale, with a validator": Case(200, ("Cache-Control: max-age=2", TAG), (PLAIN,)),
    "stale, with a validator for each origin": Case(
        200, ("Cache-Control: max-age=2", TAG, MIRROR, "Vary: Origin"), (A, B)
    ),
    "stale, with another validator now": Case(200, ("Cache-Control: max-age=2", "ETag: $count"), (PLAIN,)),
    "stale, confirmed for somebody else": Case(200, ("Cache-Control: max-age=2", TAG, MIRROR), (A,)),
    "stale, and strict": Case(200, ("Cache-Control: max-age=2, must-revalidate",), (PLAIN,)),
    "stale, and to be used": Case(200, ("Cache-Control: max-age=2, stale-while-revalidate=60",), (PLAIN,)),
    "stale, and not to be used": Case(200, ("Cache-Control: max-age=2, stale-while-revalidate=0",), (PLAIN,)),
    "fresh": Case(200, (LONG,), (PLAIN,)),
}  # fmt: skip

NUMBERS: Final = itertools.count()


class Pair:
    """
    A real cache and its model, asked the same.
    """

    def __init__(self, real: RealCache) -> None:
        self._real = real
        self._origin = Origin()
        self._model = SharedCache.like(real.name, self._origin)  # type: ignore[arg-type]

    def path_for(self, case: Case) -> str:
        """
        Make a path that answers as the case has it.
        """
        path = f"/{next(NUMBERS)}?query"
        for origin in (self._real.origin, self._origin):
            origin.responders[path] = _responder(case, origin, path)
        return path

    def ask(self, steps: Sequence[Step], path: str) -> tuple[list[object], list[object]]:
        """
        Return what came of each step, in the real cache and in the model.
        """
        real: list[object] = []
        model: list[object] = []
        for step in steps:
            now = time.time()
            before = len(self._origin.reached.get(path, ()))
            answer = self._model.send(make_step(step, path, now))
            assert isinstance(answer, HTTPResponse)
            reached = self._origin.reached.get(path, [])
            model.append(_told(step, Seen(answer.status, answer.headers, answer.body), reached[before:]))
            before_real = len(self._real.origin.reached.get(path, ()))
            seen = self._real.ask(step, path)
            real.append(_told(step, seen, self._real.reached(path, len(reached))[before_real:]))
        return real, model


def _responder(case: Case, origin: Origin, path: str):  # type: ignore[no-untyped-def]
    def respond(request: HTTPRequest) -> tuple[int, list[tuple[bytes, bytes]]]:
        headers = []
        mirrored = (request.headers.get(b"origin") or b"*").decode()
        for line in case.lines:
            line = line.replace("$origin", mirrored).replace("$count", f'"{len(origin.reached[path])}"')
            name, _, value = line.partition(": ")
            headers.append((name.encode(), value.encode()))
        sent = dict(headers)
        if sent.get(b"ETag") is not None and sent[b"ETag"] == request.headers.get(b"if-none-match"):
            return 304, headers
        if request.method == b"POST" and b"X-Post" in sent:
            return int(sent[b"X-Post"]), []
        return case.status, headers

    return respond


def _told(step: Step, seen: Seen, reached: Sequence[Reached]) -> object:
    headers = {name.decode(): seen.headers.get(name) for name in COMPARED if name in seen.headers}
    if seen.status == 504:
        # NB: the page of that error is the cache's own.
        return step.method, seen.status, list(reached)
    return step.method, seen.status, seen.body, headers, b"age" in seen.headers, list(reached)


@pytest.fixture(scope="module", params=CACHES)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with running_cache(request.param, tmp_path_factory.mktemp(request.param)) as cache:
        yield Pair(cache)


def name_of(pair: Pair) -> str:
    return pair._real.name


APP: Final = "https://app.example.com"
SHOP: Final = "https://shop.example.com"
FOREIGN: Final = "https://foreign.example"
IMAGE: Final[dict[str, Any]] = {"mode": "no-cors"}
ORDERS: Final[dict[str, list[tuple[str, dict[str, Any]]]]] = {
    "an image is loaded first": [(APP, IMAGE), (APP, {}), (SHOP, {})],
    "another site that is allowed comes first": [(SHOP, {}), (APP, {}), (SHOP, {})],
    "a foreign site comes first": [(FOREIGN, {}), (APP, {})],
    "the site itself comes first": [(f"https://{HOST}", {}), (APP, {})],
}


@pytest.mark.parametrize("varies", [False, True])
@pytest.mark.parametrize("story", ORDERS)
def test_pages_see_the_same_through_the_model_as_through_the_real_cache(pair: Pair, story: str, varies: bool) -> None:
    def allow(request: HTTPRequest) -> tuple[int, list[tuple[bytes, bytes]]]:
        headers = [(b"Cache-Control", b"max-age=600"), *([(b"Vary", b"Origin")] if varies else [])]
        origin = request.headers.get(b"origin") or b""
        if origin in {APP.encode(), SHOP.encode()}:
            headers.append((b"Access-Control-Allow-Origin", origin))
        return 200, headers

    path = f"/{next(NUMBERS)}"

    def verdicts(target: Any, origin: Origin) -> list[str]:
        origin.responders[path] = allow
        with Browser() as browser:
            browser.mount(f"https://{HOST}", target)
            results = [
                browser.open(f"{page}/").fetch(f"https://{HOST}{path}", **options) for page, options in ORDERS[story]
            ]
        return [result.type if result.block is None else result.block.reason.value for result in results]

    real = verdicts(pair._real.url, pair._real.origin)
    origin = Origin()
    model = verdicts(SharedCache.like(name_of(pair), origin), origin)  # type: ignore[arg-type]

    assert real == model
    assert (real[1] == "cors") is varies


@pytest.mark.parametrize("story", CASES)
def test_the_model_does_as_the_real_cache(pair: Pair, story: str) -> None:
    case = CASES[story]

    real, model = pair.ask(case.steps, pair.path_for(case))

    if name_of(pair) in case.known:
        assert real != model, "it is no longer a difference"
    else:
        assert real == model


def test_the_model_does_as_the_real_cache_when_answers_grow_old(pair: Pair) -> None:
    paths = {story: pair.path_for(case) for story, case in TIMED.items()}
    # NB: real caches count whole seconds; and Varnish fetches in the background, which has to be over when it is asked
    # again.
    for seconds in (0.0, 3.1, 0.1, 0.1):
        time.sleep(seconds)
        answers = {story: pair.ask(TIMED[story].steps, path) for story, path in paths.items()}

        assert {story: real for story, (real, _) in answers.items()} == {
            story: model for story, (_, model) in answers.items()
        }


POLICIES: Final = (
    LONG, "Cache-Control: no-store", "Cache-Control: private, max-age=600", "Cache-Control: no-cache",
    "Cache-Control: public, max-age=600", "Cache-Control: max-age=0", "Cache-Control: s-maxage=600, max-age=0",
    "Cache-Control: max-age=600, must-revalidate", "Expires: Thu, 01 Jan 2037 00:00:00 GMT", "Expires: 0", "X-None: 1",
)  # fmt: skip
VARIES: Final = ("Vary: Origin", "Vary: Origin, X-A", "Vary: Cookie", "Vary: X-A")
STEPS: Final = (
    A, A, B, B, PLAIN, PLAIN, HEAD, OPTIONS, POST, ALICE, BOB, COOKIE, get("X-A", "1"),
    get("Cache-Control", "no-cache"), Step("HEAD", A.headers), Step("PUT", A.headers), Step("OPTIONS", A.headers),
)  # fmt: skip
STATUSES: Final = (200, 200, 200, 200, 404, 301, 302, 500, 204, 403)


def made_up(seed: int) -> Case:
    """
    Make up what a server answers, and what it is asked.
    """
    chance = random.Random(seed)  # noqa: S311 - the same each time
    lines = [chance.choice(POLICIES), MIRROR]
    if chance.random() < 0.6:
        lines.append(chance.choice(VARIES))
    if chance.random() < 0.3:
        lines.append(TAG)
    if chance.random() < 0.1:
        lines.append("Set-Cookie: a=1")
    if chance.random() < 0.1:
        lines.append(OLD)
    return Case(chance.choice(STATUSES), tuple(lines), tuple(chance.choices(STEPS, k=chance.randint(3, 8))))


@pytest.mark.parametrize("batch", range(10))
def test_the_model_does_as_the_real_cache_whatever_comes(pair: Pair, batch: int) -> None:
    for seed in range(batch * 20, batch * 20 + 20):
        case = made_up(seed)
        if name_of(pair) == "squid" and any(line.startswith("Vary") for line in case.lines):
            # See the case of PUT above.
            case = case._replace(steps=tuple(step for step in case.steps if step.method not in {"POST", "PUT"}))

        real, model = pair.ask(case.steps, pair.path_for(case))

        assert real == model, (seed, case)
