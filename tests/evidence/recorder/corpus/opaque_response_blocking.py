"""
Opaque responses: what of another site reaches an element at all, by its type, its first bytes, and `nosniff`.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus import bodies
from tests.evidence.recorder.corpus.build import ANY, get
from tests.evidence.recorder.corpus.elements import PIXEL
from tests.evidence.recorder.corpus.loading import NOSNIFF, at, case, load, typed
from tests.evidence.recorder.scenario import Answer, Scenario

TYPES: Final = (
    *("text/html", "text/plain", "text/xml", "application/xhtml+xml", "application/json"),
    *("application/ld+json", "text/css", "text/csv", "text/vtt", "text/event-stream"),
    *("application/pdf", "application/zip", "application/gzip", "application/x-protobuf"),
    *("application/octet-stream", "application/ogg", "application/dash+xml"),
    *("multipart/mixed", "multipart/byteranges", "image/png", "image/svg+xml", "audio/wav", "font/ttf"),
    *("garbage", ""),
)
FOR_SCRIPTS: Final = (
    *("text/html", "text/plain", "text/xml", "application/json", "text/css", "text/csv", "text/vtt"),
    *("text/event-stream", "application/pdf", "application/zip", "application/x-protobuf", "application/octet-stream"),
    *("multipart/mixed", "image/png", "image/svg+xml", "audio/wav", "font/ttf", "garbage"),
)
SCRIPT_BODIES: Final = (
    ("json-object", bodies.JSON),
    ("json-array", "[1, 2]"),
    ("json-text", '"hello"'),
    ("json-number", "1"),
    ("json-blank", f"\n \t{bodies.JSON}"),
    ("json-empty-object", "{}"),
    ("json-unquoted", "{key: 1}"),
    ("breaker-parenthesis", ")]}'\n[1]"),
    ("breaker-short", ")]}',\n"),
    ("breaker-braces", "{}&&[1]"),
    ("html", bodies.HTML),
    ("html-comment-first", f"<!-- comment -->{bodies.HTML}"),
    ("html-comment-only", f"<!-- comment\n{bodies.JAVASCRIPT}"),
    ("html-blank", f"\n  {bodies.HTML}"),
    ("html-mark", f"\xef\xbb\xbf{bodies.HTML}"),
    ("tag-script", "<script>1</script>"),
    ("xml", "<?xml version='1.0'?><a/>"),
    ("pdf", bodies.PDF),
    ("png", bodies.PNG),
    ("mark", f"\xef\xbb\xbf{bodies.JAVASCRIPT}"),
    ("utf-16", "\xff\xfe" + "".join(f"{letter}\0" for letter in bodies.JAVASCRIPT)),
    ("comment", f"/* {bodies.JSON} */ {bodies.JAVASCRIPT}"),
    ("syntax-error", f"{bodies.JAVASCRIPT} ]"),
    ("empty", ""),
    ("text", "hello world"),
)
"""What a server may send where a script is expected."""


FIRST: Final = ("text/javascript",)


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `opaque-blocking`.
    """
    yield from _images()
    yield from _scripts()
    yield from _others()


def _label(kind: str) -> str:
    return kind.replace("/", "-") or "empty"


def _images() -> Iterator[Scenario]:
    step = load("img")
    for declared in TYPES:
        for strict, lines in (("", ()), ("-nosniff", (NOSNIFF,))):
            name = f"opaque-blocking/img-{_label(declared)}{strict}"
            yield case(name, step, [at("api", typed(declared, bodies.PNG, *lines))])
    for strict, lines in (("", ()), ("-nosniff", (NOSNIFF,))):
        yield case(f"opaque-blocking/img-untyped{strict}", step, [at("api", typed(None, bodies.PNG, *lines))])
    for label, kind, body in (
        ("jpeg", "text/html", bodies.JPEG),
        ("webp", "text/html", bodies.WEBP),
        ("avif", "text/html", bodies.AVIF),
        ("bmp", "text/html", bodies.BMP),
        ("gif", "application/json", PIXEL),
        ("svg", "image/svg+xml", bodies.SVG),
        ("svg-as-xml", "text/xml", bodies.SVG),
        ("svg-as-html", "text/html", bodies.SVG),
        ("svg-untyped", None, bodies.SVG),
        ("html-as-png", "image/png", bodies.HTML),
        ("json-as-png", "image/png", bodies.JSON),
        ("empty-as-html", "text/html", ""),
        ("empty-as-json", "application/json", ""),
        ("broken", "image/png", bodies.PNG[:20]),
    ):
        yield case(f"opaque-blocking/img-body-{label}", step, [at("api", typed(kind, body))])
    for status in (204, 206, 404, 500):
        for kind in ("image/png", "text/html", "application/json"):
            body = "" if status == 204 else bodies.PNG
            reply = typed(kind, body, status=status, reason="Status")
            yield case(f"opaque-blocking/img-{status}-{_label(kind)}", step, [at("api", reply)])
    page = typed("text/html", bodies.HTML, status=404, reason="Not Found")
    yield case("opaque-blocking/img-404-page", step, [at("api", page)])
    for value in ("nosniff, x", "x, nosniff", "NOSNIFF", "nosniff, nosniff", '"nosniff"'):
        name = value.replace(", ", "+").replace('"', "q")
        reply = typed("text/html", bodies.PNG, f"X-Content-Type-Options: {value}")
        yield case(f"opaque-blocking/nosniff-{name}", step, [at("api", reply)])
        script = typed("text/html", bodies.JAVASCRIPT, f"X-Content-Type-Options: {value}")
        yield case(f"opaque-blocking/nosniff-script-{name}", load("script"), [at("api", script)])


def _scripts() -> Iterator[Scenario]:
    step = load("script")
    for kind in FOR_SCRIPTS:
        yield case(f"opaque-blocking/script-{_label(kind)}", step, [at("api", typed(kind, bodies.JAVASCRIPT))])
        reply = typed(kind, bodies.JAVASCRIPT, NOSNIFF)
        yield case(f"opaque-blocking/script-{_label(kind)}-nosniff", step, [at("api", reply)])
    for label, body in SCRIPT_BODIES:
        for kind in ("text/javascript", "text/plain") if label in ("json-object", "html", "xml", "text") else FIRST:
            name = f"opaque-blocking/script-body-{label}-{_label(kind)}"
            yield case(name, step, [at("api", typed(kind, body))])
    for kind, body in (("application/json", bodies.JSON), ("text/html", bodies.HTML), ("text/xml", "<a/>")):
        yield case(f"opaque-blocking/script-own-type-{_label(kind)}", step, [at("api", typed(kind, body))])
    for label, body in (("javascript", bodies.JAVASCRIPT), ("json", bodies.JSON)):
        zipped = typed("text/javascript", bodies.gzipped(body), "Content-Encoding: gzip")
        yield case(f"opaque-blocking/script-gzip-{label}", step, [at("api", zipped)])
    late = typed("text/javascript", " " * 1500 + bodies.JSON)
    yield case("opaque-blocking/script-late-json", step, [at("api", late)])
    for status in (206, 404):
        reply = typed("text/html", bodies.JAVASCRIPT, status=status, reason="Status")
        yield case(f"opaque-blocking/script-{status}", step, [at("api", reply)])


def _others() -> Iterator[Scenario]:
    for kind in ("text/html", "application/json", "text/plain", "text/csv", "application/pdf", "image/png"):
        for tag, body in (("audio", bodies.WAV), ("video", bodies.WEBM)):
            for strict, lines in (("", ()), ("-nosniff", (NOSNIFF,))):
                name = f"opaque-blocking/{tag}-{_label(kind)}{strict}"
                if tag == "video" and kind not in ("text/html", "application/json"):
                    continue
                yield case(name, load(tag), [at("api", typed(kind, body, *lines))])
    for label, kind, body in (
        ("html", "text/html", bodies.HTML),
        ("json", "application/json", bodies.JSON),
        ("css-as-html", "text/html", bodies.CSS),
        ("json-as-css", "text/css", bodies.JSON),
    ):
        yield case(f"opaque-blocking/stylesheet-{label}", load("stylesheet"), [at("api", typed(kind, body))])
        refused = typed(kind, body, NOSNIFF)
        yield case(f"opaque-blocking/fetch-{label}", get(mode="no-cors"), [at("api", refused)])
        yield case(f"opaque-blocking/granted-{label}", load("script"), [at("api", typed(kind, body, ANY, NOSNIFF))])
        yield case(f"opaque-blocking/other-port-{label}", load("script", "{alt}/x"), [at("alt", typed(kind, body))])
    middle = Answer(
        status=206,
        reason="Partial Content",
        headers=("Content-Type: audio/wav", "Content-Range: bytes 20-59/124"),
        body=bodies.WAV[20:60],
    )
    yield case("opaque-blocking/audio-middle-first", load("audio"), [at("api", middle)])
    yield case("opaque-blocking/img-middle-first", load("img"), [at("api", middle)])
    later = typed("application/json", bodies.WAV)
    yield case("opaque-blocking/audio-then-as-json", [load("audio"), load("audio")], [at("api", later, later)])
    frame = typed("text/html", bodies.HTML)
    yield case("opaque-blocking/prefetch-html", load("prefetch", timeout=700), [at("api", frame)])
    for tag, destination in (("image", bodies.JSON), ("script", bodies.JSON)):
        step = load("preload", destination=tag, timeout=700)
        yield case(f"opaque-blocking/preload-{tag}-json", step, [at("api", typed("application/json", destination))])
