"""
Elements in mixed company: what other families vary one at a time varies here all at once.

Which mixtures there are is drawn from hashes, so that they are the same everywhere and nobody has chosen them.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import attrs

from tests.evidence.recorder.corpus import bodies
from tests.evidence.recorder.corpus.build import ANY, CREDENTIALS, ORIGIN, get
from tests.evidence.recorder.corpus.content_security_policy import INLINE
from tests.evidence.recorder.corpus.loading import CORP, NOSNIFF, at, case, jar, load, moved, typed
from tests.evidence.recorder.scenario import Answer, Page, Route, Scenario, Step

HOW_MANY: Final = 210
FIRST_OF_MORE: Final = 150
"""From here on there are media too, and more happens after a load."""

MIXED_CONTENT: Final = frozenset({*range(30), *range(FIRST_OF_MORE, FIRST_OF_MORE + 15)})
"""Which of them are loaded by a page over https."""

T = TypeVar("T")


class Kind(NamedTuple):
    """
    What is loaded.

    Attributes:
        tag: The element.
        type: The type that fits.
        body: The body that fits.
        as_: What its preload says.
        directive: The directive of a policy that is asked.
    """

    tag: str
    type: str
    body: str
    as_: str
    directive: str


KINDS: Final = (
    Kind("img", "image/png", bodies.PNG, "image", "img-src"),
    Kind("img", "image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>', "image", "img-src"),
    Kind("script", "text/javascript", bodies.JAVASCRIPT, "script", "script-src"),
    Kind("module", "text/javascript", bodies.JAVASCRIPT, "script", "script-src"),
    Kind("import", "text/javascript", bodies.JAVASCRIPT, "script", "script-src"),
    Kind("stylesheet", "text/css", bodies.CSS, "style", "style-src"),
    Kind("font", "font/ttf", bodies.TTF, "font", "font-src"),
    Kind("track", "text/vtt", bodies.VTT, "track", "media-src"),
    Kind("prefetch", "text/html", bodies.HTML, "fetch", "default-src"),
    Kind("modulepreload", "text/javascript", bodies.JAVASCRIPT, "script", "script-src"),
)
MORE_KINDS: Final = (
    *KINDS,
    Kind("video", "video/webm", bodies.WEBM, "video", "media-src"),
    Kind("audio", "audio/wav", bodies.WAV, "audio", "media-src"),
)
MEDIA: Final = frozenset({"video", "audio"})
WITHOUT_ATTRIBUTE: Final = frozenset({"font", "import"})
LIES: Final = ("text/html", "text/plain", "application/json", "image/png", "text/css", "text/javascript", "")
SOMETHING_ELSE: Final = (bodies.HTML, bodies.JSON, "", "Not Found", bodies.PNG)
GRANTS: Final = (
    (),
    (ANY,),
    (ORIGIN,),
    (ORIGIN, CREDENTIALS),
    (ANY, CREDENTIALS),
    ("Access-Control-Allow-Origin: null",),
)


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `mixed`.
    """
    for number in range(HOW_MANY):
        yield _Drawing(number).scenario()


class _Drawing:
    """
    What is drawn for one scenario.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.has_more = number >= FIRST_OF_MORE

    def pick(self, salt: str, options: Sequence[T]) -> T:
        """
        Choose one of *options*.
        """
        digest = hashlib.sha256(f"mixed {self.number} {salt}".encode()).digest()
        return options[int.from_bytes(digest[:8], "big") % len(options)]

    def happens(self, salt: str, percent: int) -> bool:
        """
        Whether something is so, in *percent* of all scenarios.
        """
        return self.pick(salt, range(100)) < percent

    def scenario(self) -> Scenario:
        """
        Make the scenario.
        """
        is_secure = self.number in MIXED_CONTENT
        kind = self.pick("kind", MORE_KINDS if self.has_more else KINDS)
        place = self.pick("place", ("app", "api", "api", "api"))
        if is_secure and self.happens("mixed content", 70):
            place = self.pick("plain", ("apiplain", "apiplain", "appplain"))
        attribute = (
            None if kind.tag in WITHOUT_ATTRIBUTE else self.pick("attribute", (None, "anonymous", "use-credentials"))
        )
        routes, url = self._routes(kind, place)
        steps = self._steps(kind, url, attribute)
        name = f"mixed/{self.number:03}-{kind.tag}"
        transports = ("tls",) if is_secure else ("localhost",)
        page = self._page(kind)
        return case(name, steps, routes, page=page, cookies=jar("api", "app"), transports=transports)

    def _answer(self, kind: Kind, salt: str) -> Answer:
        body = self.pick(f"{salt} else", SOMETHING_ELSE) if self.happens(f"{salt} lies", 20) else kind.body
        called: str | None = kind.type
        if self.happens(f"{salt} type", 25):
            called = self.pick(f"{salt} called", (*LIES, None))
        lines = [*self.pick(f"{salt} grant", GRANTS)]
        if self.happens(f"{salt} corp", 25):
            lines.append(f"{CORP}: {self.pick(f'{salt} corp', ('same-origin', 'same-site', 'cross-origin'))}")
        if self.happens(f"{salt} nosniff", 25):
            lines.append(NOSNIFF)
        if self.happens(f"{salt} cache", 35):
            lines.append(
                f"Cache-Control: {self.pick(f'{salt} control', ('max-age=60', 'no-store', 'max-age=60, private'))}"
            )
        status = self.pick(f"{salt} status", (200, 200, 200, 200, 200, 404, 500, 403, 203))
        reply = typed(called, body, *lines, status=status, reason="Status")
        return attrs.evolve(reply, ranges=True) if kind.tag in MEDIA and status == 200 else reply

    def _routes(self, kind: Kind, place: str) -> tuple[list[Route], str]:
        replies = [self._answer(kind, "first")]
        if self.happens("changes", 20):
            replies.append(self._answer(kind, "second"))
        routes = [at(place, *replies)]
        if place.endswith("plain"):
            routes.append(at(place.removesuffix("plain"), *replies))
        if not self.happens("redirect", 30):
            return routes, f"{{{place}}}/x"
        hop = self.pick("hop", ("app", "api", "other"))
        status = self.pick("moved", (301, 302, 303, 307, 308))
        routes.append(at(hop, moved(f"{{{place}}}/x", *self.pick("hop grant", GRANTS), status=status), path="/r"))
        return routes, f"{{{hop}}}/r"

    def _page(self, kind: Kind) -> Page:
        lines: list[str] = []
        if self.happens("policy", 20):
            sources = self.pick(
                "sources", ("'none'", "'self'", "{api}", "*", "{api}/x", "{app} {api}", "http:", "https:")
            )
            inline = " 'unsafe-inline'" if kind.directive == "script-src" else ""
            more = "" if kind.directive == "script-src" else f"; {INLINE}"
            lines.append(f"Content-Security-Policy: {kind.directive} {sources}{inline}{more}")
        if self.happens("embedder", 10):
            lines.append(f"Cross-Origin-Embedder-Policy: {self.pick('coep', ('require-corp', 'credentialless'))}")
        if self.happens("referrer", 10):
            lines.append(f"Referrer-Policy: {self.pick('referrer', ('no-referrer', 'origin', 'unsafe-url'))}")
        return Page(headers=tuple(lines))

    def _steps(self, kind: Kind, url: str, attribute: str | None) -> list[Step]:
        given: dict[str, Any] = {"crossorigin": attribute}
        if kind.tag in {"prefetch", "modulepreload"}:
            given["timeout"] = 900
        element = load(kind.tag, url, **given)
        if kind.tag == "img" and self.happens("srcset", 25):
            element = load("img", "", srcset=f"{url} 1x, {{other}}/none 3x", crossorigin=attribute)
        steps = [element]
        other = self.pick("other attribute", (None, "anonymous", "use-credentials"))
        if self.happens("ahead", 25) and kind.tag not in {"prefetch", "modulepreload"}:
            tag, destination = ("modulepreload", None) if kind.tag in {"module", "import"} else ("preload", kind.as_)
            steps.insert(0, load(tag, url, crossorigin=other, destination=destination, timeout=900))
        elif self.happens("again", 30):
            again = attribute if self.happens("same", 50) or kind.tag in WITHOUT_ATTRIBUTE else other
            steps.append(load(kind.tag, url, **{**given, "crossorigin": again}))
        elif self.happens("then fetch", 25):
            steps.append(get(url=url, credentials=self.pick("credentials", ("omit", "same-origin", "include"))))
        if self.has_more and self.happens("third", 25):
            last = self.pick("last", ("img", "script", "stylesheet", "modulepreload", kind.tag))
            steps.append(load(last, url, crossorigin=other, timeout=900))
        return steps
