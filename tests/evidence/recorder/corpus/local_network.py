"""
Pages and servers of different address spaces: a public site, a private network, this machine.

Each place of the transport `spaces` has an address of its own space; nothing is told to take one for the other.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs

from tests.evidence.recorder.corpus.build import allow, answer, both, preflight, route, scenario, text
from tests.evidence.recorder.scenario import Fetch, Frame, Page, Route, Scenario, Step, Xhr

SPACES: Final = ("spaces",)
BRIEF: Final = 800
"""How long a page waits, in milliseconds: a browser that asks the visitor waits for minutes, and nobody answers."""

TARGETS: Final = (
    *("api", "apiplain", "local", "localplain", "localip", "mdns"),
    *("loopback", "loopbackip", "loopbackname", "loopbacknameplain"),
)
NAMES: Final = ("local-network", "loopback-network")
PERMISSIONS: Final = {
    "prompt": (),
    "granted": tuple((name, "granted") for name in NAMES),
    "denied": tuple((name, "denied") for name in NAMES),
}
ANY_ORIGIN: Final = "Access-Control-Allow-Origin: *"
ANY_METHOD: Final = ("Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *")


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `address-spaces` and `local-network`.
    """
    for each in (*_spaces(), *_requests(), *_single_permissions(), *_redirects(), *_frames(), *_declared()):
        yield attrs.evolve(each, transports=SPACES)


def _made(name: str, steps: Step, routes: Iterable[Route], permission: str, page: str = "app") -> Scenario:
    made = scenario(f"{name}-{permission}", steps, routes, page=Page(origin=page))
    return attrs.evolve(made, permissions=PERMISSIONS[permission])


def _fetch(place: str, **init: Any) -> Fetch:
    return Fetch(**{"url": f"{{{place}}}/x", "timeout": BRIEF, **init})


def _xhr(place: str, **init: Any) -> Xhr:
    return Xhr(**{"url": f"{{{place}}}/x", "timeout": BRIEF, **init})


def _open(place: str) -> tuple[Route, ...]:
    """
    Let any page have all of *place*.
    """
    return both(preflight(*ANY_METHOD, origin=ANY_ORIGIN), allow(origin=ANY_ORIGIN), origin=place)


def _spaces() -> Iterator[Scenario]:
    for page in ("app", "appplain", "localapp", "localappplain", "loopbackapp"):
        for place in TARGETS:
            for permission in PERMISSIONS:
                yield _made(f"address-spaces/{page}-{place}", _fetch(place), _open(place), permission, page)


def _requests() -> Iterator[Scenario]:
    refusal = both(preflight(), allow(origin=ANY_ORIGIN), origin="{}")
    for page, place in (("app", "loopback"), ("app", "localip"), ("appplain", "loopback"), ("app", "loopbackname")):
        refused = tuple(attrs.evolve(each, origin=place) for each in refusal)
        silent = (route(answer("Content-Type: text/plain"), origin=place),)
        json = (("Content-Type", "application/json"),)
        kinds: dict[str, tuple[Step, tuple[Route, ...]]] = {
            "no-cors": (_fetch(place, mode="no-cors"), silent),
            "no-cors-post": (_fetch(place, mode="no-cors", method="POST", body=text("x")), silent),
            "post-json": (_fetch(place, method="POST", body=text("{}"), headers=json), _open(place)),
            "put": (_fetch(place, method="PUT"), _open(place)),
            "put-refused": (_fetch(place, method="PUT"), refused),
            "credentials": (
                _fetch(place, credentials="include"),
                (route(allow("Access-Control-Allow-Credentials: true"), origin=place),),
            ),
            "not-allowed": (_fetch(place), silent),
            "same-origin": (_fetch(place, mode="same-origin"), silent),
            "xhr": (_xhr(place), _open(place)),
            "xhr-put": (_xhr(place, method="PUT"), _open(place)),
            "header": (_fetch(place, headers=(("X-A", "1"),)), _open(place)),
        }
        for kind, (step, routes) in kinds.items():
            for permission in PERMISSIONS:
                yield _made(f"local-network/{page}-{place}-{kind}", step, routes, permission, page)


def _single_permissions() -> Iterator[Scenario]:
    for name in NAMES:
        for state in ("granted", "denied"):
            for place in ("loopback", "localip"):
                made = scenario(f"local-network/{name}-{state}-{place}", _fetch(place), _open(place))
                yield attrs.evolve(made, permissions=((name, state),))


def _redirects() -> Iterator[Scenario]:
    ways = (
        *(("api", "loopback"), ("api", "local"), ("local", "loopback"), ("local", "api"), ("loopback", "api")),
        *(("loopback", "localip"), ("app", "loopback"), ("app", "local"), ("loopback", "app")),
    )
    for first, then in ways:
        leads = allow(f"Location: {{{then}}}/y", status=302, reason="Found", origin=ANY_ORIGIN)
        kept = allow(f"Location: {{{then}}}/y", status=307, reason="Temporary Redirect", origin=ANY_ORIGIN)
        end = both(preflight(*ANY_METHOD, origin=ANY_ORIGIN), allow(origin=ANY_ORIGIN), origin=then, path="/y")
        pre = preflight(*ANY_METHOD, origin=ANY_ORIGIN)
        for permission in PERMISSIONS:
            name = f"local-network/redirect-{first}-{then}"
            yield _made(name, _fetch(first), (route(leads, origin=first), *end), permission)
            put = _fetch(first, method="PUT")
            yield _made(f"{name}-put", put, (*both(pre, kept, origin=first), *end), permission)
        manual = _fetch(first, redirect="manual")
        yield _made(f"local-network/redirect-{first}-{then}-manual", manual, (route(leads, origin=first),), "prompt")


def _frames() -> Iterator[Scenario]:
    sources: dict[str, dict[str, Any]] = {
        "srcdoc": {"sandbox": None},
        "sandboxed": {},
        "data": {"sandbox": None, "source": "data"},
        "own": {"sandbox": None, "source": "{app}/.recorder/frame"},
        "embedded": {"sandbox": None, "source": "{embedded}/.recorder/frame"},
    }
    allowed = ("local-network-access", "local-network", "loopback-network", "local-network; loopback-network", "camera")
    for index, allow_attribute in enumerate(allowed):
        label = allow_attribute.replace("; ", "+")
        sources[f"embedded-{label}"] = {**sources["embedded"], "allow": allow_attribute}
        if index == 0:
            sources[f"sandboxed-{label}"] = {"allow": allow_attribute}
    lists = {"any": "*", "none": "'none'", "self": "'self'", "src": "'src'", "listed": "{embedded}", "other": "{api}"}
    for label, allowlist in lists.items():
        both_names = "; ".join(f"{name} {allowlist}" for name in NAMES)
        sources[f"embedded-{label}"] = {**sources["embedded"], "allow": both_names}
    for label in ("srcdoc", "own"):
        sources[f"{label}-none"] = {**sources[label], "allow": "; ".join(f"{name} 'none'" for name in NAMES)}
    sources["own-sandboxed"] = {"source": "{app}/.recorder/frame"}
    sources["own-sandboxed-allowed"] = {"source": "{app}/.recorder/frame", "allow": "; ".join(NAMES)}
    sources["sandboxed-allowed"] = {"allow": "; ".join(NAMES)}
    sources["data-allowed"] = {**sources["data"], "allow": "; ".join(NAMES)}
    for label, frame in sources.items():
        for place in ("loopback", "localip"):
            for permission in PERMISSIONS:
                step = Frame(steps=(_fetch(place),), **frame)
                yield _made(f"local-network/frame-{label}-{place}", step, _open(place), permission)
    for page in ("appplain", "localapp", "loopbackapp"):
        for label in ("srcdoc", "embedded", "embedded-local-network-access"):
            step = Frame(steps=(_fetch("loopback"),), **sources[label])
            yield _made(f"local-network/{page}-frame-{label}", step, _open("loopback"), "granted", page)


def _declared() -> Iterator[Scenario]:
    for space in ("public", "local", "loopback", "private", "unknown", "Loopback"):
        for place in ("api", "apiplain", "loopback", "localplain", "localip", "loopbacknameplain"):
            for permission in ("granted", "prompt"):
                step = _fetch(place, target_address_space=space)
                yield _made(f"local-network/declared-{space}-{place}", step, _open(place), permission)
    for page in ("localapp", "loopbackapp", "appplain"):
        for space in ("local", "loopback"):
            for place in ("api", "loopback", "local"):
                step = _fetch(place, target_address_space=space)
                yield _made(f"local-network/{page}-declared-{space}-{place}", step, _open(place), "granted", page)
