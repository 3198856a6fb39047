"""
HTTP authentication: who answers a challenge, with what, and what the browser remembers of it.
"""

from collections.abc import Iterator
from typing import Any, Final

from tests.evidence.recorder.corpus.build import (
    CREDENTIALS,
    ORIGIN,
    TEXT,
    answer,
    both,
    preflight,
    route,
    scenario,
    slug,
    text,
)
from tests.evidence.recorder.scenario import Answer, Element, Fetch, Frame, Scenario, Step, Xhr

# NB: runs must not share a page, since what it knows of passwords outlives a run.
WHERE: Final = ("tls",)
BASIC: Final = 'WWW-Authenticate: Basic realm="x"'
CHALLENGES: Final = (
    ("basic", (BASIC,)),
    ("case", ("WWW-Authenticate: bAsIc REALM=x",)),
    ("no-realm", ("WWW-Authenticate: Basic",)),
    ("empty-realm", ('WWW-Authenticate: Basic realm=""',)),
    ("charset", ('WWW-Authenticate: Basic realm="x", charset="UTF-8"',)),
    ("bearer", ('WWW-Authenticate: Bearer realm="x"',)),
    ("bearer-then-basic", ('WWW-Authenticate: Bearer realm="x", Basic realm="y"',)),
    ("basic-then-bearer", ('WWW-Authenticate: Basic realm="y", Bearer realm="x"',)),
    ("two-lines", ('WWW-Authenticate: Bearer realm="x"', BASIC)),
    ("unknown", ('WWW-Authenticate: Foo realm="x"',)),
    ("open-quote", ('WWW-Authenticate: Basic realm="x',)),
    ("escaped-quote", ('WWW-Authenticate: Basic realm="a\\"b"',)),
    ("junk-behind", ('WWW-Authenticate: Basic realm="x" ;,',)),
    ("comma-first", ('WWW-Authenticate: , Basic realm="x"',)),
    ("token68", ("WWW-Authenticate: Basic abc==",)),
    ("empty", ("WWW-Authenticate:",)),
    ("none", ()),
    ("latin-1", ('WWW-Authenticate: Basic realm="\xe9"',)),
    ("negotiate", ("WWW-Authenticate: Negotiate",)),
    ("digest", ('WWW-Authenticate: Digest realm="x", nonce="abc"',)),
    ("digest-then-basic", ('WWW-Authenticate: Digest realm="x", nonce="abc"', BASIC)),
    ("basic-then-digest", (BASIC, 'WWW-Authenticate: Digest realm="x", nonce="abc"')),
)
USERS: Final = (
    ("", ""),
    ("user", ""),
    ("", "pass"),
    ("a:b", "c"),
    ("a", "b:c"),
    ("\xfc", "\xe9"),
    ("u%20", "p%41"),
    ("a b", "c d"),
)
USER: Final[dict[str, Any]] = {"user": "user", "password": "pass"}
LONG: Final = 1500


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `authentication`, `authentication-entries` and `authentication-challenges`.
    """
    yield from _challenges()
    yield from _arguments()
    yield from _unanswered()
    yield from _entries()
    yield from _foreign_entries()
    yield from _details()


def denied(*lines: str, challenge: tuple[str, ...] = (BASIC,)) -> Answer:
    """
    Make a 401.
    """
    return answer(TEXT, *challenge, *lines, status=401, reason="Unauthorized", body="who?")


def let_in(*lines: str) -> Answer:
    """
    Make what follows once the visitor is known.
    """
    return answer(TEXT, *lines, body="welcome")


OWN: Final = (denied(), let_in())
GRANT: Final = (ORIGIN, CREDENTIALS)
SHARED: Final = (denied(*GRANT), let_in(*GRANT))


def own(*answers: Answer, path: str = "/x") -> Any:
    """
    Give the answers of the page's own server.
    """
    return route(*(answers or OWN), origin="app", path=path)


def ask(url: str = "{app}/x", **init: Any) -> Step:
    """
    Ask by XMLHttpRequest, with user and password unless *init* says otherwise.
    """
    return Xhr(**{"url": url, "timeout": LONG, **USER, **init})


def get(url: str = "{app}/x", **init: Any) -> Step:
    """
    Fetch without any.
    """
    return Fetch(url=url, timeout=LONG, **init)


def _challenges() -> Iterator[Scenario]:
    for label, lines in CHALLENGES:
        found = (denied(challenge=lines), let_in())
        yield scenario(f"authentication-challenges/args-{label}", ask(), [own(*found)], transports=WHERE)
        yield scenario(f"authentication-challenges/fetch-{label}", get(), [own(*found)], transports=WHERE)
    for user, password in USERS:
        name = f"authentication-challenges/user-{slug(user)}-{slug(password)}"
        yield scenario(name, ask(user=user, password=password), [own()], transports=WHERE)
    yield scenario(
        "authentication-challenges/user-utf-8",
        ask(user="\xfc", password="\xe9"),
        [own(denied(challenge=('WWW-Authenticate: Basic realm="x", charset="UTF-8"',)), let_in())],
        transports=WHERE,
    )


def _arguments() -> Iterator[Scenario]:
    in_url = {
        "app": "https://user:pass@{app.authority}/x",
        "api": "https://user:pass@{api.authority}/x",
        "other": "https://user:pass@{other.authority}/x",
    }
    for label, found in (("refused", OWN), ("wrong", (denied(),)), ("open", (let_in(),))):
        yield scenario(f"authentication/own-args-{label}", ask(), [own(*found)], transports=WHERE)
        plain = Xhr(url=in_url["app"], timeout=LONG)
        yield scenario(f"authentication/own-url-{label}", plain, [own(*found)], transports=WHERE)
    for place in ("api", "other"):
        for credentials in (False, True):
            name = f"{place}-{'with' if credentials else 'without'}"
            for label, found in (
                ("refused", SHARED),
                ("wrong", SHARED[:1]),
                ("secret", (denied(), let_in(*GRANT))),
            ):
                there = route(*found, origin=place)
                step = ask(f"{{{place}}}/x", credentials=credentials)
                yield scenario(f"authentication/{name}-args-{label}", step, [there], transports=WHERE)
                step = Xhr(url=in_url[place], credentials=credentials, timeout=LONG)
                yield scenario(f"authentication/{name}-url-{label}", step, [there], transports=WHERE)
    for method in ("POST", "PUT", "HEAD", "DELETE"):
        step = ask(method=method, body=text("x") if method in {"POST", "PUT"} else None)
        yield scenario(f"authentication/own-args-{method}", step, [own()], transports=WHERE)
    both_ways = both(preflight(CREDENTIALS, "Access-Control-Allow-Methods: PUT"), SHARED[0])
    step = ask("{api}/x", method="PUT", credentials=True)
    yield scenario("authentication/api-args-PUT", step, both_ways, transports=WHERE)
    header = (("Authorization", "Basic bad"),)
    yield scenario("authentication/own-args-and-header", ask(headers=header), [own()], transports=WHERE)
    yield scenario("authentication/own-header", get(headers=header), [own()], transports=WHERE)
    yield scenario(
        "authentication/own-header-include", get(headers=header, credentials="include"), [own()], transports=WHERE
    )


def _unanswered() -> Iterator[Scenario]:
    for place in ("app", "api", "other"):
        for credentials in (None, "omit", "include"):
            for mode in (None, "no-cors"):
                step = get(f"{{{place}}}/x", credentials=credentials, mode=mode)
                name = f"authentication/nobody-{place}-{credentials}-{mode}"
                yield scenario(name, step, [route(*SHARED, origin=place)], transports=WHERE)
        secret = get(f"{{{place}}}/x", credentials="include")
        yield scenario(f"authentication/nobody-{place}-secret", secret, [route(*OWN, origin=place)], transports=WHERE)
        for tag in ("img", "script", "stylesheet", "eventsource"):
            step = Element(tag=tag, url=f"{{{place}}}/x", timeout=LONG)
            yield scenario(
                f"authentication/nobody-{place}-{tag}", step, [route(*SHARED, origin=place)], transports=WHERE
            )
        step = Element(tag="img", url=f"{{{place}}}/x", crossorigin="use-credentials", timeout=LONG)
        yield scenario(
            f"authentication/nobody-{place}-img-cors", step, [route(*SHARED, origin=place)], transports=WHERE
        )
    refused = answer(*GRANT, "Access-Control-Allow-Methods: PUT", BASIC, status=401, reason="Unauthorized")
    step = get("{api}/x", method="PUT", credentials="include")
    yield scenario("authentication/nobody-preflight", step, both(refused, let_in(*GRANT)), transports=WHERE)
    step = get(method="POST", body=text("x"))
    yield scenario("authentication/nobody-app-POST", step, [own()], transports=WHERE)


def _entries() -> Iterator[Scenario]:
    first = ask("{app}/dir/x")
    known = own(path="/dir/x")
    for path in ("/dir/y", "/dir/", "/dir/sub/z", "/dir", "/other", "/dirs/x"):
        step = get(f"{{app}}{path}")
        yield scenario(
            f"authentication-entries/path-{slug(path)}",
            (first, step),
            [known, own(let_in(), path=path)],
            transports=WHERE,
        )
    there = own(let_in(), path="/dir/y")
    for label, step in (
        ("omit", get("{app}/dir/y", credentials="omit")),
        ("include", get("{app}/dir/y", credentials="include")),
        ("post", get("{app}/dir/y", method="POST", body=text("x"))),
        ("header", get("{app}/dir/y", headers=(("Authorization", "Bearer t"),))),
        ("xhr", Xhr(url="{app}/dir/y", timeout=LONG)),
        ("no-store", get("{app}/dir/y", cache="no-store")),
        ("args", ask("{app}/dir/y", user="else", password="word")),
        *(
            (tag, Element(tag=tag, url="{app}/dir/y", timeout=LONG))
            for tag in ("img", "script", "stylesheet", "eventsource")
        ),
    ):
        yield scenario(f"authentication-entries/then-{label}", (first, step), [known, there], transports=WHERE)
    for label, found in (
        ("same-realm", (denied(), let_in())),
        ("other-realm", (denied(challenge=('WWW-Authenticate: Basic realm="y"',)), let_in())),
        ("bearer", (denied(challenge=('WWW-Authenticate: Bearer realm="x"',)), let_in())),
        ("refused", (denied(),)),
    ):
        for path in ("/dir/y", "/other"):
            step = get(f"{{app}}{path}")
            name = f"authentication-entries/again-{label}-{slug(path)}"
            yield scenario(name, (first, step), [known, own(*found, path=path)], transports=WHERE)
    changed = ask("{app}/dir/y", user="else", password="word")
    last = own(let_in(), path="/dir/z")
    yield scenario(
        "authentication-entries/changed",
        (first, changed, get("{app}/dir/z")),
        [known, own(denied(), let_in(), path="/dir/y"), last],
        transports=WHERE,
    )
    yield scenario(
        "authentication-entries/refused-then",
        (ask("{app}/dir/x"), get("{app}/dir/z")),
        [own(denied(), path="/dir/x"), last],
        transports=WHERE,
    )
    yield scenario(
        "authentication-entries/unasked-then",
        (ask("{app}/dir/x"), get("{app}/dir/z")),
        [own(let_in(), path="/dir/x"), last],
        transports=WHERE,
    )
    for place in ("alt", "sub", "api"):
        for label, options in (("include", {"credentials": "include"}), ("default", {})):
            step = get(f"{{{place}}}/dir/y", **options)
            there = route(let_in(*GRANT), origin=place, path="/dir/y")
            yield scenario(
                f"authentication-entries/elsewhere-{place}-{label}", (first, step), [known, there], transports=WHERE
            )


def _foreign_entries() -> Iterator[Scenario]:
    for place in ("api", "other"):
        signs_in = Frame(source=f"{{{place}}}/.recorder/frame", sandbox=None, steps=(ask(f"{{{place}}}/dir/x"),))
        known = route(*OWN, origin=place, path="/dir/x")
        url = f"{{{place}}}/dir/y"
        there = route(let_in(*GRANT), origin=place, path="/dir/y")
        put = (
            route(
                preflight(CREDENTIALS, "Access-Control-Allow-Methods: PUT"),
                origin=place,
                path="/dir/y",
                method="OPTIONS",
            ),
            there,
        )
        for label, step, routes in (
            ("include", get(url, credentials="include"), (there,)),
            ("default", get(url), (there,)),
            ("omit", get(url, credentials="omit"), (there,)),
            ("no-cors", get(url, mode="no-cors", credentials="include"), (there,)),
            ("xhr", Xhr(url=url, credentials=True, timeout=LONG), (there,)),
            ("put", get(url, method="PUT", credentials="include"), put),
            ("img", Element(tag="img", url=url, timeout=LONG), (there,)),
            ("script", Element(tag="script", url=url, timeout=LONG), (there,)),
            ("again", get(url, credentials="include"), (route(*SHARED, origin=place, path="/dir/y"),)),
            (
                "again-elsewhere",
                get(f"{{{place}}}/other", credentials="include"),
                (route(*SHARED, origin=place, path="/other"),),
            ),
        ):
            name = f"authentication-entries/foreign-{place}-{label}"
            yield scenario(name, (signs_in, step), [known, *routes], transports=WHERE)


def _details() -> Iterator[Scenario]:
    def to(url: str, *lines: str) -> Answer:
        return answer(f"Location: {url}", *lines, status=302, reason="Found", body="")

    moved = own(to("/y"))
    yield scenario("authentication/redirect-own", ask(), [moved, own(path="/y")], transports=WHERE)
    away = own(to("{api}/y"))
    there = route(*SHARED, path="/y")
    yield scenario("authentication/redirect-away", ask(), [away, there], transports=WHERE)
    yield scenario("authentication/redirect-away-with", ask(credentials=True), [away, there], transports=WHERE)
    after = own(denied(), to("{api}/y"))
    yield scenario("authentication/redirect-after", ask(), [after, route(let_in(*GRANT), path="/y")], transports=WHERE)
    yield scenario(
        "authentication/redirect-after-with",
        ask(credentials=True),
        [after, route(let_in(*GRANT), path="/y")],
        transports=WHERE,
    )
    own_way = own(denied(), to("/y"))
    yield scenario("authentication/redirect-after-own", ask(), [own_way, own(let_in(), path="/y")], transports=WHERE)
    cookie = own(denied("Set-Cookie: seen=1; Path=/"), let_in())
    yield scenario("authentication/cookie-of-401", ask(), [cookie], transports=WHERE)
    stored = own(denied("Cache-Control: max-age=600"), let_in("Cache-Control: max-age=600"), let_in("X-Fresh: 1"))
    yield scenario("authentication/stored", (ask(), ask(), get()), [stored], transports=WHERE)
    yield scenario("authentication/twice", (ask(), ask()), [own(denied(), let_in(), let_in())], transports=WHERE)
    upload = ask(method="POST", body=text("x"), upload=True)
    yield scenario("authentication/upload", upload, [own()], transports=WHERE)
    yield scenario("authentication/only-user", ask(password=None), [own()], transports=WHERE)
    yield scenario("authentication/only-password", ask(user=None), [own()], transports=WHERE)
    mixed = ask("https://a:b@{app.authority}/x", user="user", password=None)
    yield scenario("authentication/url-and-user", mixed, [own()], transports=WHERE)
