"""
Sounds, films and their tracks: ranges, errors, and which films a canvas may read.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus import bodies
from tests.evidence.recorder.corpus.build import ANY, LOCAL
from tests.evidence.recorder.corpus.loading import (
    ATTRIBUTES,
    CORP,
    FEWER_GRANTS,
    FULL,
    GRANTS,
    NOSNIFF,
    SITES,
    at,
    case,
    jar,
    load,
    moved,
    typed,
    wav,
    webm,
)
from tests.evidence.recorder.scenario import Answer, Frame, Scenario

KINDS: Final = (("audio", wav), ("video", webm))


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `media`.
    """
    yield from _attributes_and_grants()
    yield from _responses()
    yield from _tracks()


def _attributes_and_grants() -> Iterator[Scenario]:
    for tag, make in KINDS:
        for label, value in ATTRIBUTES[:3]:
            own = load(tag, "{app}/x", crossorigin=value)
            transports = ("localhost", "tls") if value is None else LOCAL
            yield case(f"media/{tag}-own-{label}", own, [at("app", make())], cookies=jar("app"), transports=transports)
            for grant, lines in FEWER_GRANTS if tag == "video" else FEWER_GRANTS[:2]:
                step = load(tag, crossorigin=value)
                yield case(f"media/{tag}-cross-site-{label}-{grant}", step, [at("api", make(*lines))], cookies=jar())
        for label, value in ATTRIBUTES[:2]:
            for grant, lines in GRANTS[:2]:
                step = load(tag, "{other}/x", crossorigin=value)
                routes = [at("other", make(*lines))]
                name = f"media/{tag}-other-{label}-{grant}"
                yield case(name, step, routes, cookies=jar("other"), transports=("tls", *SITES))


def _responses() -> Iterator[Scenario]:
    for tag, kind, body in (("audio", "audio/wav", bodies.WAV), ("video", "video/webm", bodies.WEBM)):
        step = load(tag)
        yield case(f"media/{tag}-ranges-ignored", step, [at("api", typed(kind, body))])
        yield case(f"media/{tag}-gzip", step, [at("api", typed(kind, bodies.gzipped(body), "Content-Encoding: gzip"))])
        for label, reply in (
            ("as-html", typed("text/html", body)),
            ("as-text", typed("text/plain", body)),
            ("as-json-nosniff", typed("application/json", body, NOSNIFF)),
            ("untyped", typed(None, body)),
            ("untyped-nosniff", typed(None, body, NOSNIFF)),
            ("garbage", typed(kind, "garbage")),
            ("empty", typed(kind, "")),
            ("html", typed("text/html", bodies.HTML)),
            ("404", typed(kind, body, status=404, reason="Not Found")),
            ("500", typed(kind, body, status=500, reason="Error")),
            ("204", typed(kind, "", status=204, reason="No Content")),
            ("206-without-range", typed(kind, body, status=206, reason="Partial Content")),
            ("corp-same-origin", typed(kind, body, f"{CORP}: same-origin")),
            ("corp-cross-origin", typed(kind, body, f"{CORP}: cross-origin")),
            ("broken-connection", Answer(action="break")),
        ):
            if tag == "audio" or label in ("as-html", "as-text", "as-json-nosniff", "404", "html", "corp-same-origin"):
                yield case(f"media/{tag}-{label}", step, [at("api", reply)])
            if label in ("as-html", "untyped", "404"):
                yield case(f"media/{tag}-own-{label}", load(tag, "{app}/x"), [at("app", reply)])
    for tag, make in KINDS:
        for label, value in ATTRIBUTES[:2]:
            for first, second in (("app", "api"), ("api", "app"), ("api", "other")):
                step = load(tag, f"{{{first}}}/0", crossorigin=value)
                routes = [at(first, moved(f"{{{second}}}/1", *FULL), path="/0"), at(second, make(ANY), path="/1")]
                cookies = jar(*dict.fromkeys((first, second)))
                yield case(f"media/{tag}-redirect-{first}-{second}-{label}", step, routes, cookies=cookies)
        for policy in ("no-referrer", "unsafe-url"):
            # NB: these elements have no attribute of that name.
            step = load(tag, referrer_policy=policy)
            yield case(f"media/{tag}-referrer-{policy}", step, [at("api", make())])
        frame = Frame(steps=(load(tag, "{app}/x"),))
        yield case(f"media/{tag}-sandboxed", frame, [at("app", make())], cookies=jar("app"))


def _tracks() -> Iterator[Scenario]:
    captions = typed("text/vtt", bodies.VTT)
    for label, value in ATTRIBUTES[:3]:
        own = load("track", "{app}/x", crossorigin=value)
        yield case(f"media/track-own-{label}", own, [at("app", captions)], cookies=jar("app"))
        for grant, lines in FEWER_GRANTS:
            step = load("track", crossorigin=value)
            routes = [at("api", typed("text/vtt", bodies.VTT, *lines))]
            yield case(f"media/track-cross-site-{label}-{grant}", step, routes, cookies=jar())
    own = load("track", "{app}/x")
    for label, reply in (
        ("as-text", typed("text/plain", bodies.VTT)),
        ("as-html-nosniff", typed("text/html", bodies.VTT, NOSNIFF)),
        ("garbage", typed("text/vtt", "garbage")),
        ("404", typed("text/vtt", bodies.VTT, status=404, reason="Not Found")),
    ):
        yield case(f"media/track-{label}", own, [at("app", reply)])
    for label, value in ATTRIBUTES[:2]:
        step = load("track", "{app}/0", crossorigin=value)
        routes = [at("app", moved("{api}/1"), path="/0"), at("api", typed("text/vtt", bodies.VTT, ANY), path="/1")]
        yield case(f"media/track-redirect-{label}", step, routes)
