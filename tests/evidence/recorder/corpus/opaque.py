"""
Opaque origins: sandboxed frames, data: URLs, and what `null` allows.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import (
    ANY,
    CREDENTIALS,
    EVERYWHERE,
    ORIGIN,
    TEXT,
    allow,
    answer,
    both,
    get,
    put,
    route,
    scenario,
    text,
    xhr,
)
from tests.evidence.recorder.scenario import Frame, Scenario, Step

NULL: Final = "Access-Control-Allow-Origin: null"
GRANTS: Final = (("star", ANY), ("null", NULL), ("exact", ORIGIN), ("NULL", "Access-Control-Allow-Origin: NULL"))
ASKED: Final[tuple[tuple[str, Step], ...]] = (
    ("get", get()),
    ("include", get(credentials="include")),
    ("put", put(body=text("x"))),
    ("post", get(method="POST", body=text("x"))),
    ("no-cors", get(mode="no-cors")),
    ("no-cors-post", get(mode="no-cors", method="POST", body=text("x"))),
    ("xhr", xhr()),
    ("xhr-include", xhr(credentials=True)),
)


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `opaque-origin`.
    """
    for grant, line in GRANTS:
        for label, step in ASKED:
            pre = answer(line, CREDENTIALS, "Access-Control-Allow-Methods: PUT", status=204, body="")
            routes = both(pre, answer(line, CREDENTIALS, TEXT))
            frame = Frame(steps=(step,))
            yield scenario(f"opaque-origin/{grant}-{label}", frame, routes, transports=EVERYWHERE)
    for source in ("data", "{app}/.recorder/frame", "{other}/.recorder/frame"):
        for label, step in ASKED[:5]:
            pre = answer(NULL, CREDENTIALS, "Access-Control-Allow-Methods: PUT", status=204, body="")
            frame = Frame(steps=(step,), source=source)
            name = "data" if source == "data" else source[1:].partition("}")[0]
            yield scenario(f"opaque-origin/frame-{name}-{label}", frame, both(pre, answer(NULL, CREDENTIALS, TEXT)))
            if source != "data":
                open_frame = Frame(steps=(step,), source=source, sandbox=None)
                pre = answer(ANY, "Access-Control-Allow-Methods: PUT", status=204, body="")
                routes = both(pre, answer(ANY, TEXT))
                yield scenario(f"opaque-origin/open-{name}-{label}", open_frame, routes)
    own = get(url="{app}/x")
    for grant, line in GRANTS:
        frame = Frame(steps=(own,))
        yield scenario(f"opaque-origin/own-{grant}", frame, [route(answer(line, TEXT), origin="app")])
        same = Frame(steps=(own,), sandbox="allow-scripts allow-same-origin")
        yield scenario(f"opaque-origin/same-origin-{grant}", same, [route(answer(line, TEXT), origin="app")])
    for mode in ("same-origin", "cors", "no-cors"):
        frame = Frame(steps=(get(url="{app}/x", mode=mode),))
        yield scenario(f"opaque-origin/own-mode-{mode}", frame, [route(allow(), origin="app")])
    again = Frame(steps=(put(), put()))
    pre = answer(NULL, "Access-Control-Allow-Methods: PUT", "Access-Control-Max-Age: 600", status=204, body="")
    yield scenario("opaque-origin/cache", again, both(pre, answer(NULL, TEXT)))
    yield scenario(
        "opaque-origin/cache-star",
        again,
        both(
            answer(ANY, "Access-Control-Allow-Methods: PUT", "Access-Control-Max-Age: 600", status=204, body=""),
            answer(ANY, TEXT),
        ),
    )
    local = get(url="data:text/plain,hi")
    yield scenario("opaque-origin/data-url", Frame(steps=(local,)))
