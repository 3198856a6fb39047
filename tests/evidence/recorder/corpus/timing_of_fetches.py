"""
Resource timing of fetches: which of those that fail have an entry, and what redirects and `keepalive` change.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import ANY, TEXT, answer, get, preflight, route, scenario, xhr
from tests.evidence.recorder.scenario import Body, Fetch, Frame, Page, Scenario, Timing, Xhr

SITES: Final = ("sites",)
SECURE: Final = Page(origin="appsecure")
POLICY: Final = Page(headers=("Content-Security-Policy: connect-src {app}",))
EVERYTHING: Final = "Timing-Allow-Origin: *"


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `timing-of-...`.
    """
    yield from _failures()
    yield from _redirects()
    yield from _stopped()


def _failures() -> Iterator[Scenario]:
    moving = answer(ANY, TEXT, EVERYTHING, "Location: {other}/y", status=302)
    nowhere = answer(ANY, TEXT, EVERYTHING, "Location: about:blank", status=302)
    back = answer(ANY, TEXT, EVERYTHING, "Location: /x", status=302)
    allowed = answer(ANY, TEXT, EVERYTHING)
    refused = answer(TEXT, EVERYTHING)
    kept_away = answer(TEXT, EVERYTHING, "Cross-Origin-Resource-Policy: same-origin")
    text = Body(text="x" * 65537)
    for label, page, steps, first in (
        ("refused", Page(), (get(), xhr()), refused),
        ("preflight-refused", Page(), (get(method="PUT"), xhr(method="PUT")), refused),
        ("preflight-refused-twice", Page(), (get(method="PUT"), get(method="PUT")), refused),
        ("same-origin-mode", Page(), (get(mode="same-origin"), get(mode="same-origin")), allowed),
        ("no-cors-manual", Page(), (get(mode="no-cors", redirect="manual"), get()), allowed),
        ("no-cors-error", Page(), (get(mode="no-cors", redirect="error"), get()), allowed),
        ("redirect-error", Page(), (get(redirect="error"), get(redirect="error")), moving),
        ("redirect-nowhere", Page(), (get(), xhr()), nowhere),
        ("redirect-refused", Page(), (get(), xhr()), moving),
        ("redirect-same-origin", Page(), (get(url="{app}/x", mode="same-origin"), get(url="{app}/x")), moving),
        ("too-many-redirects", Page(), (get(), xhr()), back),
        ("integrity", Page(), (get(integrity="sha256-x"), get(integrity=f"sha256-{'A' * 43}=")), allowed),
        ("integrity-own", Page(), (get(url="{app}/x", integrity=f"sha256-{'A' * 43}="),), answer(TEXT)),
        ("integrity-hidden", Page(), (get(integrity=f"sha256-{'A' * 43}="),), answer(ANY, TEXT)),
        ("policy", POLICY, (get(),), allowed),
        ("policy-xhr", POLICY, (xhr(),), allowed),
        ("mixed-content", SECURE, (get(), xhr()), allowed),
        ("bad-port", Page(), (get(url="http://{api.host}:6000/x"), xhr(url="http://{api.host}:6000/x")), allowed),
        ("scheme", Page(), (get(url="ftp://{api.host}/x"), xhr(url="ftp://{api.host}/x")), allowed),
        ("only-if-cached", Page(), (get(url="{app}/x", cache="only-if-cached", mode="same-origin"),), allowed),
        ("keepalive", Page(), (get(method="POST", mode="no-cors", keepalive=True, body=text),), allowed),
        ("corp", Page(), (get(url="{other}/x", mode="no-cors"),), kept_away),
    ):
        asked: list[Fetch | Xhr] = [step for step in steps if isinstance(step, Fetch | Xhr)]
        entries = tuple(dict.fromkeys(Timing(url=step.url, detail=True) for step in asked))
        routes = [
            route(each, origin=place, path=path)
            for place, path, each in (
                ("app", "/x", first),
                ("api", "/x", first),
                ("other", "/x", first),
                ("other", "/y", refused),
            )
        ]
        routes.append(route(preflight(), method="OPTIONS"))
        yield scenario(f"timing-of-failures/{label}", (*asked, *entries), routes, page=page, transports=SITES)


def _redirects() -> Iterator[Scenario]:
    for api, more in (
        ("fetch", {}),
        ("keepalive", {"keepalive": True}),
        ("manual", {"redirect": "manual"}),
        ("no-cors", {"mode": "no-cors"}),
        ("keepalive-no-cors", {"mode": "no-cors", "keepalive": True}),
        ("keepalive-put", {"method": "PUT", "keepalive": True}),
        ("xhr", None),
    ):
        for first, second in (("app", None), ("api", None), ("app", "app"), ("api", "api"), ("api", "other")):
            for label, lines in (("hidden", ()), ("shown", (EVERYTHING,))):
                url = f"{{{first}}}/x"
                step = xhr(url=url) if more is None else get(url=url, **more)
                ends = answer(ANY, TEXT, *lines, status=201)
                routes = [route(ends, origin=second or first, path="/y" if second else "/x")]
                if second is not None:
                    moving = answer(ANY, TEXT, f"Location: {{{second}}}/y", *lines, status=302)
                    routes.append(route(moving, origin=first))
                allowed = preflight("Access-Control-Allow-Methods: PUT", origin=ANY)
                routes += [
                    route(allowed, origin=place, path=path, method="OPTIONS")
                    for place, path in ((first, "/x"), (second or first, "/y"))
                ]
                name = f"timing-of-redirects/{api}-{first}-{second}-{label}"
                yield scenario(name, (step, Timing(url=url, detail=True)), routes, transports=SITES)


def _stopped() -> Iterator[Scenario]:
    """
    Redirects that `redirect: "manual"` stops, asked for by a page or frame of another origin or of none.
    """
    for label, sandbox, source in (
        ("frame", None, "{app}/.recorder/frame"),
        ("sandbox", "allow-scripts", "{app}/.recorder/frame"),
        ("other", None, "{other}/.recorder/frame"),
        ("srcdoc", "allow-scripts", "srcdoc"),
    ):
        for place, second in (("app", "app"), ("app", "other"), ("api", "api"), ("other", "api")):
            for shown, lines in (("hidden", ()), ("shown", (EVERYTHING,))):
                url = f"{{{place}}}/x"
                moving = answer(ANY, TEXT, f"Location: {{{second}}}/y", *lines, status=302)
                steps = (get(url=url, redirect="manual"), Timing(url=url, detail=True))
                frame = Frame(steps=steps, sandbox=sandbox, source=source)
                name = f"timing-of-stopped-redirects/{label}-{place}-{second}-{shown}"
                yield scenario(name, frame, [route(moving, origin=place)], transports=SITES)
