"""
`browsercors explain`: fetch as a page would, and say what came of it.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from browsercors.cli.errors import CommandError, bad_value, naming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browsercors.browser.browser import Browser
    from browsercors.browser.page import Page
    from browsercors.browser.result import FetchResult
    from browsercors.values.urls import URL

__all__ = ["explain"]

# NB: written out, so that help needs no engine; a test compares.
BROWSERS: Final = ("chromium", "firefox", "webkit", "standard")
MODES: Final = ("cors", "no-cors", "same-origin")
CREDENTIALS: Final = ("same-origin", "include", "omit")
CACHE_MODES: Final = ("default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached")
REDIRECT_MODES: Final = ("follow", "error", "manual")
REFERRER_POLICIES: Final = (
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
)

SAME_SITE_OF_THE_PAGE: Final = "https://app.example.com"


@click.command()
@click.argument("url")
@click.option("-X", "--request", "--method", "method", metavar="METHOD", help="GET by default, POST with a body.")
@click.option("-H", "--header", "headers", metavar="'NAME: VALUE'", multiple=True, help="A request header. Repeatable.")
@click.option(
    "-d",
    "--data",
    metavar="TEXT",
    multiple=True,
    help="A text body, @FILE or @- for stdin. fetch() sends text as text/plain;charset=UTF-8 (curl: as a form) unless "
    "-H gives another Content-Type. Repeated ones are joined by &.",
)
@click.option("--data-json", metavar="JSON", help="A JSON body, @FILE or @- for stdin, sent as application/json.")
@click.option("--origin", metavar="ORIGIN", help="The page's origin, such as https://app.example.com.")
@click.option("--page", "page_url", metavar="URL", help="The page's whole URL, in place of --origin.")
@click.option("--browser", type=click.Choice(BROWSERS), default="chromium", show_default=True, help="Who asks.")
@click.option("--mode", type=click.Choice(MODES), help="As fetch() has it: cors by default.")
@click.option("--credentials", type=click.Choice(CREDENTIALS), help="As fetch() has it: same-origin by default.")
@click.option("--cache", type=click.Choice(CACHE_MODES), help="As fetch() has it.")
@click.option("--redirect", type=click.Choice(REDIRECT_MODES), help="As fetch() has it: follow by default.")
@click.option("--referrer-policy", type=click.Choice(REFERRER_POLICIES), metavar="POLICY", help="As fetch() has it.")
@click.option("--xhr", is_flag=True, help="Ask by XMLHttpRequest; --credentials include is its withCredentials.")
@click.option("--sandboxed", is_flag=True, help="The page is sandboxed: its origin is opaque, and sent as null.")
@click.option("--top-level", metavar="URL", help="The page is a frame of the page with this URL.")
@click.option(
    "--mount",
    "mounts",
    metavar="ORIGIN=TARGET",
    multiple=True,
    help="Who answers for an origin: module:attribute or module:factory() of a WSGI or ASGI application, or the URL of "
    "a live server. Repeatable. Without it the URL's own origin is asked live, and no other.",
)
@click.option(
    "--interface", type=click.Choice(["wsgi", "asgi"]), help="What the mounted application is, if it cannot be told."
)
@click.option("--timeout", type=float, metavar="SECONDS", help="How long a live server may take.  [default: 10]")
@click.option("--insecure", is_flag=True, help="Do not check the certificates of live servers.")
@click.option(
    "--cacert",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="The certificate authorities of live servers, as PEM.",
)
@click.option(
    "--cookie",
    "cookies",
    metavar="'NAME=VALUE'",
    multiple=True,
    help="A cookie that the URL's host has set before, with attributes if any: 'id=1; SameSite=None; Secure'. "
    "Repeatable.",
)
@click.option("--repeat", type=click.IntRange(min=1), metavar="N", help="Fetch N times, as to see a cached preflight.")
@click.option("--advance", type=float, metavar="SECONDS", help="How much time passes before each repetition.")
@click.option(
    "--json", "as_json", is_flag=True, help="Write one JSON document: a result, with --repeat a list of them."
)
@click.option("-v", "--verbose", is_flag=True, help="Show every header line.")
@click.pass_context
def explain(
    context: click.Context,
    /,
    *,
    url: str,
    as_json: bool,
    verbose: bool,
    repeat: int | None,
    advance: float | None,
    browser: str,
    **options: Any,
) -> None:
    """
    Fetch URL as a page in a browser would, and say whether the page can read the response, and why.

    \b
    browsercors explain http://127.0.0.1:8000/me --origin https://app.example.com
    browsercors explain https://api.example.com/items/7 -X PUT \\
        --data-json '{"name": "Widget"}' --credentials include \\
        --origin https://app.example.com \\
        --mount https://api.example.com=shop.web:app

    Of all origins only the mounted ones answer; nothing else is ever contacted.

    \b
    Exit status:
      0  the page can read the response
      1  it cannot; a server that refuses the connection is a reason too
      2  there is no verdict: a wrong argument, an application that cannot be
         imported, a request that fetch() itself refuses, an origin on the
         way that nothing is mounted for, a response that the HTTP client
         does not take
    """  # noqa: D301 - click wants the backspace itself
    from browsercors.browser.browser import Browser

    if advance is not None and repeat is None:
        raise bad_value("--advance", "time passes between repetitions only; give --repeat N as well")
    with contextlib.redirect_stdout(sys.stderr), _closing(Browser(browser)) as simulated:
        page = _open(simulated, options)
        target = _resolve(url, page)
        _mount(simulated, target, options)
        for cookie in options["cookies"]:
            _set_cookie(simulated, target, cookie)
        ask = _asker(page, target, options)
        results: list[FetchResult] = []
        for number in range(repeat or 1):
            if number and advance is not None:
                with naming("--advance"):
                    simulated.clock.advance(advance)
            results.append(_asked(ask))
    _write(results, target, advance=advance, repeated=repeat is not None, as_json=as_json, verbose=verbose)
    context.exit(_status(results))


@contextlib.contextmanager
def _closing(browser: Browser) -> Iterator[Browser]:
    """
    Close the browser; an application that fails at its shutdown is a warning, for the verdict stands.
    """
    try:
        yield browser
    finally:
        try:
            browser.close()
        except RuntimeError as error:
            click.echo(f"Warning: {_safe(error)}", err=True)


def _safe(error: object) -> str:
    from browsercors.explain.as_text import shown

    return shown(error)


def _open(browser: Browser, options: dict[str, Any]) -> Page:
    """
    Open the page that asks.
    """
    from browsercors.values.urls import parse_url

    origin, page_url = options["origin"], options["page_url"]
    if (origin is None) == (page_url is None):
        raise click.UsageError(
            f"The page that asks is needed: --origin {SAME_SITE_OF_THE_PAGE}, or --page with its whole URL (one of the "
            "two)."
        )
    if page_url is None:
        parsed = parse_url(origin)
        right = f"scheme, host and port alone, such as {SAME_SITE_OF_THE_PAGE}"
        if parsed is None or not parsed.is_http:
            hint = "; for the origin null give --sandboxed as well" if origin == "null" else ""
            raise bad_value("--origin", f"{origin!r} is no origin; give {right}{hint}")
        if parsed.href not in {parsed.origin.serialized, f"{parsed.origin.serialized}/"}:
            raise bad_value("--origin", f"{origin!r} has more than {right}; --page takes whole URLs")
        page_url = parsed.href
    hint = "--page" if options["top_level"] is None else "--page or --top-level"
    with naming(hint):
        return browser.open(page_url, sandboxed=options["sandboxed"], top_level=options["top_level"])


def _resolve(url: str, page: Page) -> URL:
    """
    Parse the URL to fetch.

    NB: to a page, `api.example.com/me` is a path; here it is more likely a URL that lacks its scheme.
    """
    from browsercors.values.urls import parse_url

    parsed = parse_url(url, page.environment.base_url if url.startswith("/") else None)
    if parsed is None:
        raise bad_value("URL", f"{url!r} is no URL; write it whole, such as https://api.example.com/me, or as a /path")
    return parsed


def _mount(browser: Browser, url: URL, options: dict[str, Any]) -> None:
    """
    Mount what was named, or the URL's own origin live.
    """
    from browsercors.cli.applications import load_application

    if options["insecure"] and options["cacert"] is not None:
        raise bad_value("--insecure", "certificates are checked against --cacert, or not at all; give one of the two")
    verify: bool | str = options["cacert"] or not options["insecure"]
    timeout = 10.0 if options["timeout"] is None else options["timeout"]
    interface = options["interface"]
    if not timeout > 0:
        raise bad_value("--timeout", f"{timeout!r} is no number of seconds above 0")
    mounts: tuple[str, ...] = options["mounts"]
    if not mounts and url.is_http:
        origin = url.origin.serialized
        mounts = (f"{origin}={origin}",)
    has_application = False
    for mount in mounts:
        origin, equals, target = mount.partition("=")
        if not (equals and target):
            raise bad_value("--mount", f"{mount!r} is not ORIGIN=TARGET, such as https://api.example.com=shop.web:app")
        if target.lower().startswith(("http://", "https://")):
            with naming("--mount" if options["cacert"] is None else "--mount or --cacert"):
                browser.mount(origin, target, timeout=timeout, verify=verify)
            continue
        has_application = True
        application = load_application("--mount", target)
        with naming("--mount"):
            _mount_application(browser, origin, target, application, interface)
    if interface is not None and not has_application:
        raise bad_value("--interface", "it is for mounted applications, and none is mounted")


def _mount_application(browser: Browser, origin: str, target: str, application: Any, interface: Any) -> None:
    try:
        browser.mount(origin, application, interface=interface)
    except TypeError:
        if interface is not None or not callable(application):
            raise TypeError(f"{target!r} is no WSGI or ASGI application, but {application!r}") from None
        raise TypeError(
            f"{target!r} cannot be told to be a WSGI or an ASGI application: {application!r}; say which by "
            f"--interface, or, if it makes one, write {target}()"
        ) from None


def _set_cookie(browser: Browser, url: URL, cookie: str) -> None:
    """
    Put a cookie into the browser as if the URL's host had set it.
    """
    if "=" not in cookie.partition(";")[0]:
        raise bad_value("--cookie", f"{cookie!r} is not NAME=VALUE, with attributes if any")
    result = browser.cookies.store(cookie.encode("utf-8", "surrogateescape"), url, now=browser.clock.now)
    if result.refusal is not None:
        raise bad_value("--cookie", f"{cookie!r} is refused by the browser for {url.href}: {result.refusal.value}")


def _asker(page: Page, url: URL, options: dict[str, Any]) -> Callable[[], FetchResult]:
    """
    Return the call that the page makes.
    """
    headers = [_header(line) for line in options["headers"]]
    body = _body(options)
    method = options["method"] or ("GET" if body is None else "POST")
    names = ("mode", "credentials", "cache", "redirect", "referrer_policy")
    given = {name: options[name] for name in names if options[name] is not None}
    if not options["xhr"]:
        return lambda: page.fetch(url.href, method=method, headers=headers, body=body, **given)
    credentials = given.pop("credentials", "same-origin")
    if given:
        raise bad_value("--xhr", f"an XMLHttpRequest has no {next(iter(given)).replace('_', '-')}; leave it out")
    if credentials == "omit":
        raise bad_value("--xhr", "an XMLHttpRequest cannot omit credentials; give same-origin or include")
    return lambda: page.xhr(method, url.href, headers=headers, body=body, with_credentials=credentials == "include")


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        raise bad_value("--header", f"{line!r} is not 'NAME: VALUE', such as 'Content-Type: application/json'")
    return name.strip(), value.strip()


def _body(options: dict[str, Any]) -> Any:
    """
    Return the body as the page's JavaScript would give it to fetch(), or None.
    """
    import json

    from browsercors.fetch.bodies import Blob

    data, data_json = options["data"], options["data_json"]
    if data and data_json is not None:
        raise bad_value("--data-json", "a request has one body; give --data or --data-json")
    if data:
        return "&".join(_text("--data", text) for text in data)
    if data_json is None:
        return None
    text = _text("--data-json", data_json)
    try:
        json.loads(text)
    except ValueError as error:
        raise bad_value(
            "--data-json", f"{text[:60]!r} is no JSON: {error}; text of any kind goes with --data"
        ) from None
    return Blob(text, "application/json")


def _text(option: str, text: str) -> str:
    """
    Return the text itself, or the content of `@FILE`.
    """
    if not text.startswith("@"):
        return text
    try:
        with click.open_file(text[1:], encoding="utf-8") as file:
            content: str = file.read()
    except OSError as error:
        raise bad_value(option, f"the file {text[1:]!r} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise bad_value(option, f"the file {text[1:]!r} is not UTF-8 text") from None
    return content


def _asked(ask: Callable[[], FetchResult]) -> FetchResult:
    from browsercors.fetch.request_class import FetchTypeError
    from browsercors.servers.lifespan import LifespanError

    try:
        return ask()
    except FetchTypeError as error:
        raise CommandError(f"JavaScript would throw a TypeError, and nothing would be sent: {_safe(error)}") from None
    except LifespanError as error:
        raise CommandError(f"the mounted application did not start: {_safe(error)}") from None


def _status(results: list[FetchResult]) -> int:
    from browsercors.cli.report import has_no_verdict
    from browsercors.fetch.findings import Reason

    undecided = next((result.block for result in results if has_no_verdict(result)), None)
    if undecided is not None:
        detail = _safe(undecided.finding.evidence["detail"])
        if undecided.reason is Reason.NOT_MOUNTED:
            detail = f"{detail.partition(';')[0]}; --mount ORIGIN=TARGET says who answers for it"
        click.echo(f"Error: no verdict: {detail}", err=True)
        return 2
    return 0 if all(result.readable for result in results) else 1


def _write(
    results: list[FetchResult], url: URL, *, advance: float | None, repeated: bool, as_json: bool, verbose: bool
) -> None:
    if as_json:
        import json

        from browsercors.cli.terminal import say

        data = [result.to_dict() for result in results]
        say(json.dumps(data if repeated else data[0], indent=2) + "\n")
        return
    from browsercors.cli.report import report
    from browsercors.cli.terminal import Line, write

    lines: list[Line] = []
    for number, result in enumerate(results, 1):
        if repeated:
            later = f", {advance:g} s later" if number > 1 and advance is not None else ""
            lines += [Line(), Line(f"Fetch {number} of {len(results)}{later}", "heading"), Line()]
        lines += report(result, url.href, verbose=verbose)
    write(lines)
