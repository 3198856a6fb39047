"""
What a request looks like as a whole, for each kind of request on each transport; and mixed content.
"""

from collections.abc import Iterator

from tests.evidence.recorder.corpus.build import (
    CREDENTIALS,
    EVERYWHERE,
    allow,
    both,
    get,
    preflight,
    put,
    scenario,
    text,
    xhr,
)
from tests.evidence.recorder.scenario import Body, Element, Scenario, Step


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `wire` and `mixed-content`.
    """
    headers = (("X-b", "2"), ("x-A", "1"), ("accept", "a/b"), ("ACCEPT-LANGUAGE", "de"), ("Authorization", "x"))
    pre = preflight(
        CREDENTIALS,
        "Access-Control-Allow-Methods: PUT, DELETE",
        "Access-Control-Allow-Headers: x-a, x-b, authorization, content-type",
    )
    for place in ("app", "sub", "alt", "api", "other"):
        url = f"{{{place}}}/x"
        kinds: tuple[tuple[str, Step], ...] = (
            ("get", get(url=url)),
            ("head", get(url=url, method="HEAD")),
            ("include", get(url=url, credentials="include")),
            ("post", get(url=url, method="POST", body=text("hi"))),
            ("post-empty", get(url=url, method="POST")),
            ("put", put(url=url, body=text("{}"), headers=(("Content-Type", "application/json"),))),
            ("delete", get(url=url, method="DELETE")),
            ("headers", get(url=url, headers=headers)),
            ("form", get(url=url, method="POST", body=Body(kind="form", fields=(("a", "1"),)))),
            ("no-cors", get(url=url, mode="no-cors")),
            ("no-cors-post", get(url=url, mode="no-cors", method="POST", body=text("hi"))),
            ("range", get(url=url, headers=(("Range", "bytes=0-1"),))),
            ("reload", put(url=url, cache="reload")),
            ("xhr", xhr(url=url)),
            ("xhr-post", xhr(url=url, method="POST", body=text("hi"))),
            ("xhr-put", xhr(url=url, method="PUT", headers=(("X-b", "2"), ("x-A", "1")), credentials=True)),
        )
        for label, step in kinds:
            routes = both(pre, allow(CREDENTIALS), origin=place)
            yield scenario(f"wire/{place}-{label}", step, routes, transports=EVERYWHERE)
    for target in ("apiplain", "appplain", "otherplain", "loopback"):
        url = f"{{{target}}}/x"
        routes = both(pre, allow(CREDENTIALS), origin=target)
        asked: tuple[tuple[str, Step], ...] = (
            ("get", get(url=url)),
            ("put", put(url=url)),
            ("no-cors", get(url=url, mode="no-cors")),
            ("xhr", xhr(url=url)),
            ("img", Element(tag="img", url=url)),
            ("script", Element(tag="script", url=url)),
            ("beacon", Element(tag="beacon", url=url)),
        )
        for label, step in asked:
            yield scenario(
                f"mixed-content/{target}-{label}",
                step,
                routes,
                transports=("tls",),
            )
    for target in ("apisecure", "appsecure", "othersecure"):
        for label, step in (
            ("get", get(url=f"{{{target}}}/x")),
            ("no-cors", get(url=f"{{{target}}}/x", mode="no-cors")),
        ):
            routes = both(pre, allow(CREDENTIALS), origin=target)
            yield scenario(f"mixed-content/up-{target}-{label}", step, routes, transports=("plain",))
