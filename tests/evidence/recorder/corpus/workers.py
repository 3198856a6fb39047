"""
Workers: how they are started, what they import, and what they fetch.
"""

from collections.abc import Iterator
from typing import Any, Final

from tests.evidence.recorder.corpus import bodies
from tests.evidence.recorder.corpus.build import ANY, CREDENTIALS, ORIGIN, allow, both, get, preflight, put, xhr
from tests.evidence.recorder.corpus.content_security_policy import INLINE, policy
from tests.evidence.recorder.corpus.loading import CORP, FULL, NOSNIFF, TLS, at, case, jar, javascript, moved, typed
from tests.evidence.recorder.scenario import Answer, Element, Fetch, Frame, Imports, Page, Scenario, Step, Worker

SCRIPT: Final = "self.ran = (self.ran || '') + 'w'; /*runner*/"
KINDS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("classic", {}),
    ("module", {"type": "module"}),
    ("shared", {"shared": True}),
    ("shared-module", {"shared": True, "type": "module"}),
)
TYPES: Final = (
    *("text/javascript", "application/x-javascript", "TEXT/JavaScript; charset=utf-8", "text/plain", "text/html"),
    *("application/json", "text/css", "image/png", "text/csv", "application/octet-stream", "garbage", ""),
)
NULL: Final = "Access-Control-Allow-Origin: null"


def start(url: str = "{app}/w", *steps: Step, **more: Any) -> Worker:
    """
    Start a worker, and let it run *steps*.
    """
    return Worker(url=url, steps=steps, **more)


def made(scheme: str, *steps: Step, source: str = SCRIPT, **more: Any) -> Worker:
    """
    Start a worker from a `data:` or `blob:` URL.
    """
    return Worker(url=scheme, source=source, steps=steps, **more)


def worker(*lines: str, body: str = SCRIPT) -> Answer:
    """
    Answer with the script of a worker.
    """
    return javascript(*lines, body=body)


def script(*urls: str) -> Step:
    """
    Import scripts.
    """
    return Imports(urls=urls or ("{api}/x",))


def module(*urls: str) -> Step:
    """
    Import modules while the worker runs.
    """
    return Imports(urls=urls or ("{api}/x",), kind="module")


def mark(letter: str, before: str = "") -> str:
    """
    Write a script that leaves *letter* behind.
    """
    return f"{before}self.ran = (self.ran || '') + '{letter}'"


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `workers`.
    """
    yield from _places()
    yield from _responses()
    yield from _schemes()
    yield from _fetches()
    yield from _referrers()
    yield from _policies_of_the_page()
    yield from _policies_of_the_worker()
    yield from _imported_scripts()
    yield from _imported_modules()
    yield from _shared()
    yield from _frames()
    yield from _over_tls()


def _places() -> Iterator[Scenario]:
    for kind, options in KINDS:
        own = [at("app", worker(), path="/w")]
        yield case(f"workers/{kind}-own", start(**options), own, cookies=jar("app"))
        yield case(f"workers/{kind}-relative", start("w#f", **options), [at("app", worker(), path="/dir/w")])
        for credentials in ("omit", "same-origin", "include"):
            step = start(**options, credentials=credentials)
            yield case(f"workers/{kind}-{credentials}", step, own, cookies=jar("app"))
        for place in ("api", "alt"):
            step = start(f"{{{place}}}/w", **options)
            if place == "alt" and kind != "classic":
                continue
            yield case(f"workers/{kind}-{place}", step, [at(place, worker(*FULL), path="/w")])
            for grant, lines in (("none", ()), ("exact", FULL)):
                if kind != "classic" and grant == "none":
                    continue
                routes = [at("app", moved(f"{{{place}}}/w"), path="/r"), at(place, worker(*lines), path="/w")]
                yield case(f"workers/{kind}-to-{place}-{grant}", start("{app}/r", **options), routes, cookies=jar())
        to_own = [at("app", moved("{app}/there/w?q"), path="/r"), at("app", worker(), path="/there/w")]
        relative = Fetch(url="x")
        yield case(f"workers/{kind}-to-own", start("{app}/r", relative, **options), to_own)
        back = [at("app", moved("{api}/1"), path="/r"), at("api", moved("{app}/w", *FULL), path="/1"), *own]
        yield case(f"workers/{kind}-away-and-back", start("{app}/r", **options), back)
    yield case("workers/classic-named", start(name="n"), [at("app", worker(), path="/w")])
    yield case("workers/wrong-credentials", start(credentials="x"), [at("app", worker(), path="/w")])
    yield case("workers/wrong-type", start(type="x"), [at("app", worker(), path="/w")])


def _responses() -> Iterator[Scenario]:
    for kind, options in KINDS:
        for status in (201, 204, 404, 500):
            if status != 404 and "shared" in kind:
                continue
            answered = typed("text/javascript", "" if status == 204 else SCRIPT, status=status, reason="Status")
            yield case(f"workers/{kind}-{status}", start(**options), [at("app", answered, path="/w")])
        for given in TYPES:
            if kind != "classic" and given not in ("text/plain", "image/png", ""):
                continue
            if kind == "shared" and given == "image/png":
                continue
            label = given.replace("/", "-").replace("; ", "+") or "empty"
            yield case(f"workers/{kind}-type-{label}", start(**options), [at("app", typed(given, SCRIPT), path="/w")])
            if given in ("text/javascript", "text/plain", ""):
                strict = typed(given, SCRIPT, NOSNIFF)
                yield case(f"workers/{kind}-type-{label}-nosniff", start(**options), [at("app", strict, path="/w")])
        yield case(f"workers/{kind}-untyped", start(**options), [at("app", typed(None, SCRIPT), path="/w")])
    corp = worker(f"{CORP}: same-origin")
    yield case("workers/classic-corp", start(), [at("app", corp, path="/w")])
    throws = worker(body="throw new Error('boom')")
    yield case("workers/classic-throws", start(), [at("app", throws, path="/w")])
    yield case("workers/classic-syntax", start(), [at("app", worker(body="]"), path="/w")])
    stored = worker("Cache-Control: max-age=600")
    for kind, options in KINDS[:2]:
        yield case(f"workers/{kind}-stored", [start(**options), start(**options)], [at("app", stored, path="/w")])


def _schemes() -> Iterator[Scenario]:
    steps = (Fetch(url="{api}/x"), Fetch(url="{app}/x"), Fetch(url="{api}/x", method="PUT"), Fetch(url="x"))
    for kind, options in KINDS:
        for scheme in ("data:", "blob:"):
            for grant, origin in (("exact", ORIGIN), ("null", NULL)):
                routes = [
                    *both(preflight("Access-Control-Allow-Methods: PUT", origin=origin), allow(origin=origin)),
                    at("app", allow(origin=origin)),
                ]
                name = f"workers/{kind}-{scheme[:-1]}-{grant}"
                yield case(name, made(scheme, *steps, **options), routes, cookies=jar("app", "api"))
        for media_type in ("text/plain", ""):
            label = "plain" if media_type else "empty"
            for scheme in ("data:", "blob:"):
                step = made(scheme, media_type=media_type, **options)
                yield case(f"workers/{kind}-{scheme[:-1]}-{label}", step)
        for number, url in enumerate(
            ("http://", "custom:x", "about:blank", "ftp://app.localhost/x", "javascript:1", "")
        ):
            if kind != "classic" and number > 1:
                continue
            yield case(f"workers/{kind}-url-{number}", start(url, **options))


def _fetches() -> Iterator[Scenario]:
    path = "/scripts/w"
    asked: tuple[tuple[str, Step], ...] = (
        ("get", get()),
        ("include", get(credentials="include")),
        ("omit", get(credentials="omit")),
        ("put", put()),
        ("no-cors", get(mode="no-cors")),
        ("same-origin", get(mode="same-origin")),
        ("own", get(url="{app}/x")),
        ("own-post", get(url="{app}/x", method="POST")),
        ("relative", get(url="x?q=2")),
        ("no-referrer", get(referrer="")),
        ("referrer", get(referrer="/other")),
        ("referrer-of-the-page", get(referrer="{app}/dir/page")),
        ("foreign-referrer", get(referrer="{api}/other")),
        ("xhr", xhr()),
        ("xhr-credentials", xhr(credentials=True)),
        ("xhr-own", xhr(url="{app}/x")),
        ("xhr-relative", xhr(url="x")),
    )
    for label, step in asked:
        for grant, granted in (("none", ()), ("full", FULL)):
            if grant == "none" and label not in ("get", "put", "no-cors", "xhr"):
                continue
            routes = [
                at("app", worker(), path=path),
                *both(
                    Answer(status=204, reason="No", headers=(*granted, "Access-Control-Allow-Methods: PUT")),
                    typed("text/plain", "hello", *granted),
                ),
                at("app", allow()),
                at("app", allow(), path="/scripts/x"),
            ]
            name = f"workers/fetch-{label}-{grant}"
            yield case(name, start("{app}" + path, step), routes, cookies=jar("app", "api"))
    for kind, options in KINDS[1:]:
        routes = [at("app", worker(), path=path), at("api", allow(CREDENTIALS)), at("app", allow(), path="/scripts/x")]
        steps = (get(credentials="include"), get(url="x"), xhr())
        yield case(f"workers/fetch-{kind}", start("{app}" + path, *steps, **options), routes, cookies=jar("app", "api"))
    source = Element(tag="eventsource", url="{api}/x", crossorigin="use-credentials")
    stream = typed("text/event-stream", "data: hi\n\n", *FULL)
    routes = [at("app", worker(), path="/w"), at("api", stream)]
    yield case("workers/event-source", start("{app}/w", source), routes, cookies=jar("app", "api"))
    routes = [at("app", worker(), path="/w"), at("api", typed("text/event-stream", "data: hi\n\n"))]
    yield case("workers/event-source-refused", start("{app}/w", source), routes)
    sets = allow(CREDENTIALS, "Set-Cookie: w=1; Path=/; SameSite=None; Secure")
    routes = [at("app", worker(), path="/w"), at("api", sets)]
    both_ask = [start("{app}/w", get(credentials="include")), get(credentials="include")]
    yield case("workers/cookies-are-shared", both_ask, routes)
    cached = allow("Cache-Control: max-age=600")
    routes = [at("app", worker(), path="/w"), at("api", cached)]
    yield case("workers/caches-are-shared", [start("{app}/w", get()), get()], routes)
    pre = preflight("Access-Control-Allow-Methods: PUT", "Access-Control-Max-Age: 600")
    routes = [at("app", worker(), path="/w"), *both(pre, allow())]
    yield case("workers/preflights-are-shared", [start("{app}/w", put()), put()], routes)


def _referrers() -> Iterator[Scenario]:
    for policy_name in ("no-referrer", "unsafe-url", "origin"):
        line = f"Referrer-Policy: {policy_name}"
        steps = (get(), get(url="{app}/x"), script("{api}/s"))
        rest = [at("api", allow()), at("app", allow()), at("api", javascript(), path="/s")]
        page = Page(headers=(line,))
        for kind, options in KINDS:
            shown = steps if "module" not in kind else steps[:2]
            if "shared" in kind and policy_name == "origin":
                continue
            routes = [at("app", worker(), path="/w"), *rest]
            name = f"workers/referrer-page-{policy_name}-{kind}"
            yield case(name, start("{app}/w", *shown, **options), routes, page=page)
            routes = [at("app", worker(line), path="/w"), *rest]
            yield case(f"workers/referrer-worker-{policy_name}-{kind}", start("{app}/w", *shown, **options), routes)
        for scheme in ("data:", "blob:"):
            yield case(f"workers/referrer-{scheme[:-1]}-{policy_name}", made(scheme, *steps), rest, page=page)


def _policies_of_the_page() -> Iterator[Scenario]:
    kept = (
        ("worker-none", f"worker-src 'none'; {INLINE}"),
        ("worker-self", f"worker-src 'self'; {INLINE}"),
        ("worker-api", f"worker-src {{api}}; {INLINE}"),
        ("worker-path", f"worker-src {{app}}/other; {INLINE}"),
        ("child-none", f"child-src 'none'; {INLINE}"),
        ("child-none-worker-self", f"child-src 'none'; worker-src 'self'; {INLINE}"),
        ("script-inline", INLINE),
        ("script-self", f"{INLINE} 'self'"),
        ("script-elem", f"script-src-elem 'unsafe-inline'; {INLINE} 'self'"),
        ("default-none", "default-src 'none'; script-src-elem 'unsafe-inline'; style-src 'unsafe-inline'"),
        ("default-self", "default-src 'self' 'unsafe-inline'"),
        ("worker-blob", f"worker-src blob:; {INLINE}"),
        ("worker-data", f"worker-src data:; {INLINE}"),
        ("worker-star", f"worker-src *; {INLINE}"),
        ("connect-none", f"connect-src 'none'; {INLINE} 'self' blob: data: {{api}}"),
    )
    for label, value in kept:
        page = policy(value)
        kinds = KINDS if label in ("worker-none", "worker-self", "script-inline", "default-none") else KINDS[:1]
        rest = [at("api", allow())]
        for kind, options in kinds:
            steps = (get(),) if label == "connect-none" else ()
            routes = [at("app", worker(), path="/w"), *rest]
            yield case(f"workers/page-{label}-{kind}", start("{app}/w", *steps, **options), routes, page=page)
        for scheme in ("data:", "blob:"):
            origin = ANY if scheme == "data:" else ORIGIN
            step = made(scheme, get())
            yield case(f"workers/page-{label}-{scheme[:-1]}", step, [at("api", allow(origin=origin))], page=page)
        if label in ("worker-path", "worker-self"):
            routes = [at("app", moved("{app}/w"), path="/other"), at("app", worker(), path="/w")]
            yield case(f"workers/page-{label}-redirect", start("{app}/other"), routes, page=page)
    importing = worker(body="import '{api}/x'; " + SCRIPT)
    for label in ("worker-self", "worker-star", "script-self", "connect-none", "default-self"):
        page = policy(dict(kept)[label])
        routes = [at("app", importing, path="/w"), at("api", javascript(ANY, body=mark("i")))]
        yield case(f"workers/page-{label}-static", start("{app}/w", type="module"), routes, page=page)
    routes = [at("app", worker(), path="/w"), *both(preflight(), allow(origin=ANY))]
    reported = Page(headers=("Content-Security-Policy-Report-Only: worker-src 'none'",))
    yield case("workers/page-report-only", start("{app}/w", get()), routes, page=reported)
    imported = policy(f"{INLINE} 'self'")
    for kind, options in KINDS[:2]:
        later = script() if kind == "classic" else module()
        routes = [at("app", worker(), path="/w"), at("api", javascript(ANY, body=mark("i")))]
        name = f"workers/page-script-self-imports-{kind}"
        yield case(name, start("{app}/w", later, **options), routes, page=imported)
    blobs = policy(f"{INLINE} 'self' blob: data:")
    for scheme in ("blob:", "data:"):
        routes = [at("api", javascript(ANY, body=mark("i")))]
        yield case(f"workers/page-script-blob-imports-{scheme[:-1]}", made(scheme, script()), routes, page=blobs)


def _policies_of_the_worker() -> Iterator[Scenario]:
    steps = (get(), xhr(), get(url="{app}/x"))
    rest = [at("api", allow()), at("app", allow())]
    for label, value in (
        ("none", "connect-src 'none'"),
        ("self", "connect-src 'self'"),
        ("api", "connect-src {api}"),
        ("default", "default-src 'none'"),
        ("two", "connect-src 'self', connect-src {api}"),
    ):
        for kind, options in KINDS if label in ("none", "self") else KINDS[:1]:
            routes = [at("app", worker(f"Content-Security-Policy: {value}"), path="/w"), *rest]
            yield case(f"workers/own-connect-{label}-{kind}", start("{app}/w", *steps, **options), routes)
    reported = worker("Content-Security-Policy-Report-Only: connect-src 'none'")
    yield case("workers/own-report-only", start("{app}/w", *steps), [at("app", reported, path="/w"), *rest])
    both_say = policy(f"connect-src {{api}}; {INLINE} 'self'")
    routes = [at("app", worker("Content-Security-Policy: connect-src 'self'"), path="/w"), *rest]
    yield case("workers/own-and-page-connect", start("{app}/w", *steps), routes, page=both_say)
    for label, value in (
        ("script-none", "script-src 'none'"),
        ("script-self", "script-src 'self'"),
        ("script-api", "script-src {api}"),
        ("script-elem", "script-src-elem 'none'"),
        ("worker-none", "worker-src 'none'"),
        ("connect-none", "connect-src 'none'"),
        ("default-none", "default-src 'none'"),
        ("strict-dynamic", "script-src 'strict-dynamic'"),
    ):
        for kind, step, options in (
            ("classic", script(), {}),
            ("module", module(), {"type": "module"}),
        ):
            routes = [
                at("app", worker(f"Content-Security-Policy: {value}"), path="/w"),
                at("api", javascript(ANY, body=mark("i"))),
            ]
            yield case(f"workers/own-{label}-imports-{kind}", start("{app}/w", step, **options), routes)
        if label in ("script-none", "script-self", "script-api", "worker-none"):
            importing = worker(f"Content-Security-Policy: {value}", body="import '{api}/x'; " + SCRIPT)
            routes = [at("app", importing, path="/w"), at("api", javascript(ANY, body=mark("i")))]
            yield case(f"workers/own-{label}-static", start("{app}/w", type="module"), routes)
    upgrading = worker("Content-Security-Policy: upgrade-insecure-requests")
    routes = [at("app", upgrading, path="/w"), at("api", allow())]
    yield case("workers/own-upgrade", start("{app}/w", get(url="{apiplain}/x")), routes, transports=TLS)


def _imported_scripts() -> Iterator[Scenario]:
    own = at("app", worker(), path="/w")

    def one(name: str, *answers: Any, urls: tuple[str, ...] = ("{api}/x",), **options: Any) -> Scenario:
        step = start("{app}/w", script(*urls), **options)
        return case(f"workers/imported-{name}", step, [own, *answers], cookies=jar("app", "api"))

    done = javascript(body=mark("i"))
    yield one("own", at("app", done), urls=("{app}/x",))
    yield one("relative", at("app", done), urls=("x",))
    yield one("foreign", at("api", done))
    yield one("foreign-granted", at("api", javascript(*FULL, body=mark("i"))))
    yield one("shared", at("api", done), shared=True)
    yield one("by-a-module", at("api", done), type="module")
    yield one("credentials-omit", at("api", done), credentials="omit")
    second = at("api", javascript(body=mark("2")), path="/y")
    yield one("two", at("api", done), second, urls=("{api}/x", "{api}/y"))
    yield one("none-and-second", second, urls=("{api}/x", "{api}/y"))
    yield one("first-and-none", at("api", done), urls=("{api}/x", "{api}/none"))
    yield one("twice", at("api", done), urls=("{api}/x", "{api}/x"))
    yield one("nothing", urls=())
    yield one("invalid", urls=("http://",))
    yield one("scheme", urls=("custom:x",))
    yield one("data", urls=("data:text/javascript,self.ran='d'",))
    yield one("data-plain", urls=("data:text/plain,self.ran='d'",))
    for label, first, then in (("out", "app", "api"), ("home", "api", "app"), ("away", "api", "other")):
        routes = [at(first, moved(f"{{{then}}}/y"), path="/r"), at(then, done, path="/y")]
        yield one(f"redirect-{label}", *routes, urls=(f"{{{first}}}/r",))
    for given in TYPES:
        label = given.replace("/", "-").replace("; ", "+") or "empty"
        yield one(f"type-{label}", at("api", typed(given, mark("i"))))
        if given in ("text/javascript", "text/plain", ""):
            yield one(f"type-{label}-nosniff", at("api", typed(given, mark("i"), NOSNIFF)))
    yield one("untyped", at("api", typed(None, mark("i"))))
    yield one("untyped-nosniff", at("api", typed(None, mark("i"), NOSNIFF)))
    yield one("own-plain", at("app", typed("text/plain", mark("i"))), urls=("{app}/x",))
    for status in (201, 404, 500):
        yield one(f"status-{status}", at("api", typed("text/javascript", mark("i"), status=status, reason="Status")))
    yield one("status-204", at("api", typed("text/javascript", "", status=204, reason="Status")))
    for value in ("same-origin", "same-site", "cross-origin"):
        yield one(f"corp-{value}", at("api", javascript(f"{CORP}: {value}", body=mark("i"))))
    yield one("broken", at("api", Answer(action="break")))
    for place in ("app", "api"):
        for label, body in (("throws", "self.ran = 'i'; throw new TypeError('boom')"), ("syntax", "]")):
            yield one(f"{label}-{place}", at(place, javascript(body=body)), urls=(f"{{{place}}}/x",))
    yield one("throws-granted", at("api", javascript(ANY, body="throw new TypeError('boom')")))
    yield one("json", at("api", javascript(body=bodies.JSON)))
    yield one("html", at("api", javascript(body=bodies.HTML)))
    for scheme in ("data:", "blob:"):
        name = f"workers/imported-by-{scheme[:-1]}"
        steps = (script("{app}/x"), script("{api}/x"), script("x"))
        yield case(name, made(scheme, *steps), [at("app", done), at("api", done)], cookies=jar("app", "api"))
    stored = javascript("Cache-Control: max-age=600", body=mark("i"))
    yield one("stored", at("api", stored), urls=("{api}/x", "{api}/x"))
    at_once = worker(body="importScripts('{api}/x'); /*runner*/")
    routes = [at("app", at_once, path="/w"), at("api", done)]
    yield case("workers/imported-at-once", start(), routes, cookies=jar("app", "api"))
    yield case("workers/imported-at-once-missing", start(), [at("app", at_once, path="/w")])


def _imported_modules() -> Iterator[Scenario]:
    for kind, options in (KINDS[1], KINDS[3]):
        for grant, lines in (("none", ()), ("star", (ANY,)), ("exact", FULL)):
            importing = worker(body="import '{api}/x'; " + SCRIPT)
            routes = [at("app", importing, path="/w"), at("api", javascript(*lines, body=mark("i")))]
            step = start(**options)
            yield case(f"workers/static-{kind}-{grant}", step, routes, cookies=jar("app", "api"))
            if kind == "module":
                for credentials in ("omit", "include"):
                    step = start(**options, credentials=credentials)
                    name = f"workers/static-{kind}-{credentials}-{grant}"
                    yield case(name, step, routes, cookies=jar("app", "api"))
        own = [
            at("app", worker(body="import './x'; " + SCRIPT), path="/dir/w"),
            at("app", javascript(body=mark("i", "import '/y'; ")), path="/dir/x"),
            at("app", javascript(body=mark("j")), path="/y"),
        ]
        yield case(f"workers/static-{kind}-own", start("{app}/dir/w", **options), own, cookies=jar("app"))
    chain = [
        at("app", worker("Referrer-Policy: unsafe-url", body="import '{api}/1'; " + SCRIPT), path="/w"),
        at("api", moved("{other}/2", ANY), path="/1"),
        at("other", javascript(ANY, body=mark("i", "import './3'; ")), path="/2"),
        at("other", javascript(ANY, body=mark("j")), path="/3"),
    ]
    yield case("workers/static-chain", start(type="module"), chain)
    for label, answered in (
        ("missing", Answer(status=404, reason="Not Found")),
        ("plain", typed("text/plain", mark("i"), ANY)),
        ("broken", Answer(action="break")),
        ("throws", javascript(ANY, body="throw new Error('boom')")),
    ):
        routes = [at("app", worker(body="import '{api}/x'; " + SCRIPT), path="/w"), at("api", answered)]
        yield case(f"workers/static-{label}", start(type="module"), routes)
    json = worker(body="import data from '{api}/x' with { type: 'json' }; " + SCRIPT)
    routes = [at("app", json, path="/w"), at("api", typed("application/json", bodies.JSON, ANY))]
    yield case("workers/static-json", start(type="module"), routes)
    bare = worker(body="import 'bare'; " + SCRIPT)
    yield case("workers/static-bare", start(type="module"), [at("app", bare, path="/w")])
    by_classic = worker(body="import '{api}/x'; " + SCRIPT)
    yield case("workers/static-in-classic", start(), [at("app", by_classic, path="/w")])
    for scheme in ("data:", "blob:"):
        for place in ("app", "api"):
            step = made(scheme, source=f"import '{{{place}}}/x'; " + SCRIPT, type="module")
            for grant, lines in (("none", ()), ("star", (ANY,))):
                name = f"workers/static-{scheme[:-1]}-{place}-{grant}"
                yield case(name, step, [at(place, javascript(*lines, body=mark("i")))], cookies=jar("app", "api"))
    for kind, options in KINDS:
        for place in ("app", "api"):
            for grant, lines in (("none", ()), ("star", (ANY,)), ("exact", FULL)):
                if (place == "app" or kind != "module") and grant != "star":
                    continue
                routes = [at("app", worker(), path="/w"), at(place, javascript(*lines, body=mark("i")))]
                step = start("{app}/w", module(f"{{{place}}}/x"), **options)
                yield case(f"workers/dynamic-{kind}-{place}-{grant}", step, routes, cookies=jar("app", "api"))
    for label, answered in (
        ("missing", Answer(status=404, reason="Not Found")),
        ("plain", typed("text/plain", mark("i"), ANY)),
        ("throws", javascript(ANY, body="throw new TypeError('boom')")),
    ):
        routes = [at("app", worker(), path="/w"), at("api", answered)]
        yield case(f"workers/dynamic-{label}", start("{app}/w", module(), type="module"), routes)
    for credentials in ("omit", "include"):
        routes = [at("app", worker(), path="/w"), at("api", javascript(*FULL, body=mark("i")))]
        step = start("{app}/w", module(), type="module", credentials=credentials)
        yield case(f"workers/dynamic-{credentials}", step, routes, cookies=jar("app", "api"))
    routes = [at("app", worker(), path="/w"), at("api", javascript(ANY, body=mark("i")))]
    yield case("workers/dynamic-twice", start("{app}/w", module("{api}/x", "{api}/x"), type="module"), routes)
    one_import = worker(body="import '{api}/x'; " + SCRIPT)
    routes = [at("app", one_import, path="/w"), at("api", javascript(ANY, body=mark("i")))]
    yield case("workers/dynamic-after-static", start("{app}/w", module(), type="module"), routes)


def _shared() -> Iterator[Scenario]:
    own = [at("app", worker(), path="/w"), at("app", worker(), path="/v")]
    shared: dict[str, Any] = {"shared": True}
    one = start(**shared)
    for label, other in (
        ("same", one),
        ("name", start(**shared, name="n")),
        ("url", start("{app}/v", **shared)),
        ("query", start("{app}/w?q", **shared)),
        ("fragment", start("{app}/w#f", **shared)),
        ("type", start(**shared, type="module")),
        ("credentials", start(**shared, credentials="include")),
        ("dedicated", start()),
    ):
        yield case(f"workers/shared-then-{label}", [one, other], own)
    named = start(**shared, name="n")
    yield case("workers/shared-named-twice", [named, named], own)
    yield case("workers/shared-named-other-url", [named, start("{app}/v", **shared, name="n")], own)
    module_first = start(**shared, type="module", credentials="omit")
    yield case("workers/shared-module-twice", [module_first, module_first], own)
    yield case("workers/shared-module-credentials", [module_first, start(**shared, type="module")], own)
    yield case("workers/shared-failed-twice", [one, one], [at("app", Answer(status=404), worker(), path="/w")])


def _frames() -> Iterator[Scenario]:
    served = [at("app", worker(), path="/w"), at("api", worker(), path="/w"), at("app", allow(origin=ANY))]
    for kind, options in KINDS:
        sandboxed = Frame(steps=(start(**options),))
        yield case(f"workers/sandboxed-{kind}", sandboxed, served)
        if kind == "classic":
            for scheme in ("data:", "blob:"):
                inside = Frame(steps=(made(scheme, get(url="{app}/x"), **options),))
                yield case(f"workers/sandboxed-{kind}-{scheme[:-1]}", inside, served)
        foreign = Frame(source="{api}/.recorder/frame", sandbox=None, steps=(start("{api}/w", **options),))
        yield case(f"workers/foreign-frame-{kind}", foreign, served, cookies=jar("app", "api"))
    asking = [start("{api}/w", get(url="{app}/x", credentials="include"), get(url="{api}/y"))]
    routes = [at("api", worker(), path="/w"), at("api", allow(), path="/y")]
    routes.append(at("app", allow(CREDENTIALS, origin="Access-Control-Allow-Origin: {api}")))
    frame = Frame(source="{api}/.recorder/frame", sandbox=None, steps=tuple(asking))
    yield case("workers/foreign-frame-fetches", frame, routes, cookies=jar("app", "api"))
    srcdoc = Frame(sandbox=None, steps=(start(),))
    yield case("workers/srcdoc", srcdoc, served)


def _over_tls() -> Iterator[Scenario]:
    own = at("app", worker(), path="/w")
    for kind, options in KINDS:
        yield case(f"workers/secure-{kind}", start(**options), [own], cookies=jar("app"), transports=("tls", "plain"))
    insecure = [own, at("apiplain", allow()), at("apiplain", javascript(body=mark("i")), path="/s")]
    for label, step in (
        ("fetch", get(url="{apiplain}/x")),
        ("xhr", xhr(url="{apiplain}/x")),
        ("no-cors", get(url="{apiplain}/x", mode="no-cors")),
        ("script", script("{apiplain}/s")),
    ):
        yield case(f"workers/mixed-{label}", start("{app}/w", step), insecure, transports=TLS)
    yield case("workers/mixed-blob", made("blob:", get(url="{apiplain}/x")), insecure, transports=TLS)
    yield case("workers/mixed-data", made("data:", get(url="{apiplain}/x")), insecure, transports=TLS)
    yield case("workers/mixed-worker", start("{appplain}/w"), [at("appplain", worker(), path="/w")], transports=TLS)
    inside = Frame(steps=(made("blob:", get(url="{api}/x")),))
    yield case("workers/secure-sandboxed-blob", inside, [at("api", allow(origin=ANY))], transports=TLS)
    for place in ("api", "other"):
        routes = [own, at(place, javascript(body=mark("i"))), at(place, allow(CREDENTIALS), path="/y")]
        steps = (script(f"{{{place}}}/x"), get(url=f"{{{place}}}/y", credentials="include"))
        name = f"workers/secure-fetches-{place}"
        yield case(name, start("{app}/w", *steps), routes, cookies=jar("app", place), transports=("tls", "plain"))
