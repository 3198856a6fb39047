"""
What elements, EventSource and beacons send and accept.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import ANY, CREDENTIALS, ORIGIN, answer, both, preflight, scenario, text
from tests.evidence.recorder.scenario import Body, Cookie, Element, Scenario

# One transparent pixel, and something for each other kind of element.
PIXEL: Final = (
    "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00"
    "\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
TAGS: Final = (
    ("img", "image/gif", PIXEL),
    ("script", "text/javascript", "1"),
    ("module", "text/javascript", "1"),
    ("stylesheet", "text/css", "a{}"),
    ("font", "font/woff2", "x"),
    ("eventsource", "text/event-stream", "data: hi\n\n"),
)
GRANTS: Final = (
    ("none", ()),
    ("star", (ANY,)),
    ("star-true", (ANY, CREDENTIALS)),
    ("exact-true", (ORIGIN, CREDENTIALS)),
    ("other", ("Access-Control-Allow-Origin: {other}",)),
)


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `elements`.
    """
    jar = (Cookie(origin="api", line="c=1; Path=/; SameSite=None; Secure"),)
    for tag, kind, body in TAGS:
        for crossorigin in (None, "", "anonymous", "use-credentials", "x"):
            if tag in ("font", "eventsource") and crossorigin in ("", "anonymous", "x"):
                continue
            for grant, lines in GRANTS:
                shown = answer(*lines, f"Content-Type: {kind}", body=body)
                step = Element(tag=tag, url="{api}/x", crossorigin=crossorigin)
                name = f"elements/{tag}-{crossorigin}-{grant}"
                yield scenario(name, step, both(preflight(), shown), cookies=jar)
    bodies = (
        ("none", None),
        ("text", text("hi")),
        ("form", Body(kind="form", fields=(("a", "1"),))),
        ("params", Body(kind="params", fields=(("a", "1"),))),
        ("blob-plain", Body(kind="blob", text="x", type="text/plain")),
        ("blob-json", Body(kind="blob", text="{}", type="application/json")),
        ("bytes", Body(kind="bytes", text="x")),
    )
    for label, data in bodies:
        for grant, granted in (
            ("none", ()),
            ("exact-true", (ORIGIN, CREDENTIALS, "Access-Control-Allow-Headers: content-type")),
        ):
            step = Element(tag="beacon", url="{api}/x", body=data)
            pre = answer(*granted, status=204, body="")
            name = f"elements/beacon-{label}-{grant}"
            yield scenario(name, step, both(pre, answer(*granted, body="")), cookies=jar)
