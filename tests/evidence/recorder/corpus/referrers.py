"""
The Referer, by policy of the page and of the request, and what it does to Origin.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import EVERYWHERE, allow, get, route, scenario, slug, text, xhr
from tests.evidence.recorder.scenario import Frame, Page, Scenario, Step

POLICIES: Final = (
    *("no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin"),
    *("origin-when-cross-origin",),
    *("strict-origin-when-cross-origin", "unsafe-url", ""),
)
ODD_POLICIES: Final = ("never", "origin, no-referrer", "no-referrer, x", "ORIGIN", "no-referrer,", '"origin"')


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `referrers`.
    """
    steps: tuple[Step, ...]
    answers = [route(allow(), origin=place) for place in ("app", "sub", "api", "other")]
    for policy in POLICIES:
        label = policy or "empty"
        for place in ("app", "sub", "other"):
            for kind, init in (("get", {}), ("post", {"method": "POST", "body": text("x")})):
                for mode in ("cors", "no-cors"):
                    asked = get(url=f"{{{place}}}/x", mode=mode, referrer_policy=policy, **init)
                    name = f"referrers/{label}-{place}-{mode}-{kind}"
                    yield scenario(name, asked, answers, transports=EVERYWHERE)
        page = Page(headers=(f"Referrer-Policy: {policy}",))
        steps = (
            get(),
            get(url="{app}/x"),
            get(method="POST", mode="no-cors", body=text("x")),
            xhr(),
            xhr(url="{app}/x", method="POST"),
        )
        yield scenario(f"referrers/page-{label}", steps, answers, page=page, transports=EVERYWHERE)
        for status in (302, 307):
            moved = allow(
                f"Referrer-Policy: {policy}",
                "Location: {other}/x",
                status=status,
                reason="Moved",
                origin="Access-Control-Allow-Origin: *",
            )
            end = allow(origin="Access-Control-Allow-Origin: *")
            routes = [route(moved), route(end, origin="other")]
            yield scenario(f"referrers/redirect-{label}-{status}", get(), routes)
    # A page on this machine, to which browsers do not grant what TLS would.
    for policy in POLICIES:
        page = Page(origin="loopback")
        for place in ("loopback", "apiplain", "api"):
            asked = get(url=f"{{{place}}}/x", referrer_policy=policy)
            name = f"referrers/loopback-{policy or 'empty'}-{place}"
            yield scenario(name, asked, [route(allow(), origin=place)], page=page, transports=("tls",))
    for policy in ODD_POLICIES:
        page = Page(headers=(f"Referrer-Policy: {policy}",))
        yield scenario(f"referrers/page-{slug(policy)}", (get(), get(url="{app}/x")), answers, page=page)
    sources = ("", "about:client", "{app}/other?q#f", "/relative", "{api}/foreign", "about:blank", "data:,x", "{app}")
    for source in sources:
        for chosen in ("unsafe-url", None):
            asked = get(referrer=source, referrer_policy=chosen)
            yield scenario(f"referrers/source-{slug(source)}-{chosen}", asked, answers)
            own = get(url="{app}/x", referrer=source, referrer_policy=chosen)
            yield scenario(f"referrers/own-source-{slug(source)}-{chosen}", own, answers)
    for path in ("/", "/dir/page?q=1", "/\xe4?\xe4", "/" + "x" * 5000):
        page = Page(path=path)
        if path.isascii():
            steps = (get(url="{app}/x"), get(referrer_policy="unsafe-url"))
            yield scenario(f"referrers/path-{slug(path)}", steps, answers, page=page)
    yield scenario("referrers/frame", Frame(steps=(get(), get(url="{app}/x")), sandbox=None), answers)
    yield scenario("referrers/sandbox", Frame(steps=(get(), get(url="{app}/x", mode="no-cors"))), answers)
