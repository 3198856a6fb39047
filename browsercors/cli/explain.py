"""
`browsercors explain`: fetch as a page would, and explain the result.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any, Final, get_args

import click

from browsercors.cli.arguments import (
    call_of_page,
    mount,
    open_page,
    read_pattern,
    resolve,
    set_cookie,
    set_permissions,
)
from browsercors.cli.browsers import BrowserName
from browsercors.cli.exit_status import CommandError, bad_value, errors_naming
from browsercors.cli.loads import CROSSORIGIN, ElementKind, load_of_page, refuse_attributes_of_elements
from browsercors.engines.registry import DEFAULT_BROWSER
from browsercors.values.literals import PermissionName, ReferrerPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browsercors.browser.browser import Browser
    from browsercors.browser.loads import LoadResult
    from browsercors.browser.page import Page
    from browsercors.browser.result import FetchResult
    from browsercors.explain.report import Report

__all__ = ["explain"]

FORMATS: Final = ("text", "json", "markdown", "mermaid")
SERVERS: Final = (
    "flask-cors",
    "fastapi",
    "django-cors-headers",
    "express-cors",
    "express",
    "nginx",
    "spring",
    "aspnet-core",
    "s3",
)
PERMISSIONS: Final[tuple[str, ...]] = get_args(PermissionName)
GOOD: Final = frozenset({"readable", "loaded", "restricted"})
"""The verdicts with which the command succeeds: what an element loads is there, even if no script may look into it."""

MODES: Final = ("cors", "no-cors", "same-origin")
CREDENTIALS: Final = ("same-origin", "include", "omit")
CACHE_MODES: Final = ("default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached")
REDIRECT_MODES: Final = ("follow", "error", "manual")
REFERRER_POLICIES: Final[tuple[str, ...]] = tuple(filter(None, get_args(ReferrerPolicy)))


@click.command()
@click.argument("urls", metavar="[URL]", nargs=-1)
@click.option(
    "-X",
    "--request",
    "--method",
    "requests",
    metavar="METHOD|FILE",
    multiple=True,
    help="The method: GET by default, POST with a body. Or a file with a recorded request: raw HTTP, what DevTools "
    "copies, or the output of curl -v. A value that is - (stdin) or has a dot, a slash or an @ is a file. The URL and "
    "the page can then be left out.",
)
@click.option(
    "--response",
    "responses",
    metavar="FILE",
    multiple=True,
    help="A file with a recorded response, as raw HTTP or an entry of a HAR file; no request is sent. Give several in "
    "the order of the exchanges, the preflight's response first. A single one is the response to the request itself. "
    "With neither URL nor --request, an entry's request is taken as well. - is stdin.",
)
@click.option(
    "--preflight-response",
    "preflight_responses",
    metavar="FILE",
    multiple=True,
    help="A file with the recorded response to the preflight.",
)
@click.option("-H", "--header", "headers", metavar="'NAME: VALUE'", multiple=True, help="A request header. Repeatable.")
@click.option(
    "-d",
    "--data",
    "--data-binary",
    metavar="TEXT",
    multiple=True,
    help="A text body; @FILE reads a file, @- stdin. As with fetch(), the type is text/plain;charset=UTF-8 (curl sends "
    "a form) unless -H sets another Content-Type. Several are joined by &.",
)
@click.option("--data-json", metavar="JSON", help="A JSON body (application/json); @FILE reads a file, @- stdin.")
@click.option("--origin", metavar="ORIGIN", help="The page's origin, such as https://app.example.com.")
@click.option("--page", "page_url", metavar="URL", help="The page's full URL, instead of --origin.")
@click.option(
    "--browser",
    type=BrowserName(after=("all",)),
    default=DEFAULT_BROWSER,
    show_default=True,
    help=f"The browser to simulate. With all, {DEFAULT_BROWSER} sends the request, and the report says where the "
    "others would differ, and why.",
)
@click.option("--mode", type=click.Choice(MODES), help="As fetch() has it: cors by default.")
@click.option("--credentials", type=click.Choice(CREDENTIALS), help="As fetch() has it: same-origin by default.")
@click.option("--cache", type=click.Choice(CACHE_MODES), help="As fetch() has it.")
@click.option("--redirect", type=click.Choice(REDIRECT_MODES), help="As fetch() has it: follow by default.")
@click.option("--referrer-policy", type=click.Choice(REFERRER_POLICIES), metavar="POLICY", help="As fetch() has it.")
@click.option("--xhr", is_flag=True, help="Use XMLHttpRequest; --credentials include sets withCredentials.")
@click.option(
    "--as",
    "--destination",
    "as_",
    type=ElementKind(),
    metavar="ELEMENT",
    help="What loads the URL, if no fetch() does: image, script, stylesheet, font, event-source, beacon and so on.",
)
@click.option("--crossorigin", type=click.Choice(CROSSORIGIN), help="The attribute of that element; without it, none.")
@click.option("--integrity", metavar="HASH", help="The attribute of that element, such as sha256-...")
@click.option("--sandboxed", is_flag=True, help="The page is sandboxed: its origin is opaque and sent as null.")
@click.option("--top-level", metavar="URL", help="The page is a frame in the page with this URL.")
@click.option("--allow", metavar="TEXT", help="The allow attribute of that frame, such as local-network-access.")
@click.option(
    "--grant",
    "granted",
    type=click.Choice(PERMISSIONS),
    multiple=True,
    help="A permission that the visitor has given the page. Repeatable.",
)
@click.option(
    "--deny",
    "denied",
    type=click.Choice(PERMISSIONS),
    multiple=True,
    help="A permission that the visitor has refused the page. Repeatable.",
)
@click.option(
    "--page-header",
    "page_headers",
    metavar="'NAME: VALUE'",
    multiple=True,
    help="A header of the page's own response: its Content-Security-Policy. Repeatable.",
)
@click.option(
    "--mount",
    "mounts",
    metavar="ORIGIN=TARGET",
    multiple=True,
    help="The server for an origin: a WSGI or ASGI application, as module:attribute or module:factory(), or the URL of "
    "a live server. Repeatable. Without it, requests go to the live server at the URL's own origin, and to no other.",
)
@click.option(
    "--interface", type=click.Choice(["wsgi", "asgi"]), help="The kind of application, if it cannot be detected."
)
@click.option(
    "--timeout",
    type=float,
    metavar="SECONDS",
    help="How long a response may take.  [default: 10]",
)
@click.option("-k", "--insecure", is_flag=True, help="Do not check the certificates of live servers.")
@click.option(
    "--cacert",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="A PEM file with the certificate authorities to trust for live servers.",
)
@click.option(
    "--cookie",
    "cookies",
    metavar="'NAME=VALUE'",
    multiple=True,
    help="A cookie that the URL's host has set, with its attributes: 'id=1; SameSite=None; Secure'. Repeatable.",
)
@click.option(
    "-b",
    "curl_cookies",
    metavar="'A=1; B=2'",
    multiple=True,
    help="Cookies, as curl takes them. They are sent: --credentials is include unless given.",
)
@click.option(
    "-u",
    "--user",
    metavar="USER:PASSWORD",
    help="A user name and password for Basic authentication.",
)
@click.option("-e", "--referer", metavar="URL", help="The page's URL, if neither --origin nor --page is given.")
@click.option("-I", "--head", "is_head", is_flag=True, help="Use the method HEAD.")
@click.option(
    "-i",
    "-L",
    "-s",
    "-S",
    "--compressed",
    "--fail",
    "--http1.1",
    "--http2",
    "--include",
    "--location",
    "--show-error",
    "--silent",
    "curl_flags",
    is_flag=True,
    expose_value=False,
    help="Options of curl, accepted without effect: browsers follow redirects and decode bodies anyway.",
)
@click.option(
    "--repeat", type=click.IntRange(min=1), metavar="N", help="Fetch N times, for example to see a cached preflight."
)
@click.option("--advance", type=float, metavar="SECONDS", help="How much simulated time passes before each repetition.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="The format of the report on stdout; mermaid is a sequence diagram.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json: one result, or a list with --repeat.")
@click.option(
    "--html", metavar="FILE", help="Also write the report to FILE as a self-contained HTML page; - is stdout."
)
@click.option(
    "--server",
    type=click.Choice(SERVERS),
    metavar="NAME",
    help="Show the fix as configuration of this server, instead of the one detected from the responses: "
    f"{', '.join(SERVERS)}.",
)
@click.option(
    "--allowed-origin",
    "--allow-origin",
    "allowed_origins",
    metavar="ORIGIN",
    multiple=True,
    help="An origin whose pages are meant to read the responses; no change of the server is proposed for other pages. "
    "https://*.example.com means all subdomains, http://localhost:* all ports, and * any origin. Repeatable.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every header line.")
@click.pass_context
def explain(
    context: click.Context,
    /,
    *,
    urls: tuple[str, ...],
    form: str,
    as_json: bool,
    html: str | None,
    server: str | None,
    allowed_origins: tuple[str, ...],
    verbose: bool,
    repeat: int | None,
    advance: float | None,
    browser: str,
    **options: Any,
) -> None:
    """
    Fetch URL as a page in a browser would, and explain whether the page can read the response.

    \b
    browsercors explain https://api.example.com/me \\
        --origin https://app.example.com \\
        --mount https://api.example.com=http://127.0.0.1:8000
    browsercors explain https://api.example.com/items/7 -X PUT \\
        --data-json '{"name": "Widget"}' --credentials include \\
        --origin https://app.example.com \\
        --mount https://api.example.com=shop.web:app

    browsercors explain https://cdn.example.com/logo.png --as image \\
        --crossorigin anonymous --origin https://app.example.com

    Requests go only to mounted servers; without --mount, only to the URL's own
    origin.

    Without URL, the command reads what you paste: a request that DevTools
    copied, a curl command with its output, or a line of the console.

    \b
    browsercors explain --request put.http --response preflight.http \\
        --response put-response.http

    \b
    Exit status:
      0  the page can read the response, or has loaded what --as says
      1  the page cannot read it or has not loaded it, or the server refused the connection
      2  there is no verdict: an argument is wrong, the application cannot be
         imported, fetch() itself refuses the request, no server is mounted
         for an origin on the way, the HTTP client does not accept the
         response, or the paste has no response
    """  # noqa: D301 - click wants the backspace itself
    from browsercors.browser.browser import Browser
    from browsercors.cli.pasted import mount_recorded, refuse_to_ask, set_pasted_cookies, take_request
    from browsercors.cli.pasted_answers import answer_lines, is_preflight_alone, lacks_a_preflight, unused_answers
    from browsercors.cli.report import write_formatted, write_page
    from browsercors.engines.registry import profile_named

    if advance is not None and repeat is None:
        raise bad_value("--advance", "time passes only between repetitions; give --repeat N as well")
    url = _single_url(urls, as_json=as_json)
    compare = browser == "all"
    context.meta["browsercors.stdout"] = sys.stdout
    allowed = [read_pattern("--allowed-origin", text) for text in allowed_origins] or None
    with (
        contextlib.redirect_stdout(sys.stderr),
        _closing(Browser(profile_named(DEFAULT_BROWSER if compare else browser))) as simulated,
    ):
        url = take_request(simulated, url, options)
        page = open_page(simulated, options)
        target = resolve(url, page)
        refuse_to_ask(page, target, options)
        framework = "" if mount_recorded(simulated, options) else mount(simulated, target, options)
        set_pasted_cookies(simulated, target, options)
        for cookie in options["cookies"]:
            set_cookie(simulated, target, cookie)
        assumed = set_permissions(simulated, page, target, options)
        ask: Callable[[], FetchResult | LoadResult]
        if options["as_"] is None:
            refuse_attributes_of_elements(options)
            ask = call_of_page(page, target, options)
        else:
            ask = load_of_page(page, target, options)
        results: list[FetchResult | LoadResult] = []
        for number in range(repeat or 1):
            if number and advance is not None:
                with errors_naming("--advance"):
                    simulated.clock.advance(advance)
            results.append(_fetch_once(ask))
        if lacks_a_preflight(results, options):
            results = _with_assumed_preflight(page, ask, results, options)
        elif is_preflight_alone(results, options):
            click.echo("The preflight passes: it allows this request. What answers the request is not in it", err=True)
    reports = [result.report(compare=compare, allowed_origins=allowed) for result in results]
    if assumed and (as_json or form != "text" or html == "-"):
        click.echo(f"Assumed: {assumed}", err=True)
    if html is not None:
        write_page(html, reports, f"{target.href} from {page.origin}")
    if as_json or form != "text":
        write_formatted(results, reports, form="json" if as_json else form, as_list=repeat is not None)
    elif html != "-":
        _write_text(
            reports, server or framework, assumed, advance=advance, repeated=repeat is not None, verbose=verbose
        )
        unused = unused_answers(results, options) if options["pasted_server"] is not None else ()
        if unused:
            from browsercors.cli.terminal import write
            from browsercors.explain.formats.text import Line

            is_preflight = bool(options["pasted_preflight_responses"]) or options["is_preflight"]
            write([Line(), *answer_lines(unused, target, is_preflight=is_preflight)])
    context.exit(_status(results, reports, has_preflight=options["is_preflight"]))


def _single_url(urls: tuple[str, ...], *, as_json: bool) -> str | None:
    """
    Return the URL that was given, if one was.

    Raises:
        click.UsageError: There is more than one, or what curl's `--json` takes.
    """
    # NB: curl's --json takes a body; here it is a flag.
    if as_json and any(text.startswith(("{", "[")) for text in urls):
        raise bad_value("--json", "it writes the report as JSON; use --data-json for a JSON body")
    if len(urls) > 1:
        raise click.UsageError(f"Got unexpected extra argument ({urls[1]}): give one URL.")
    return urls[0] if urls else None


@contextlib.contextmanager
def _closing(browser: Browser) -> Iterator[Browser]:
    """
    Close the browser. If an application fails to shut down, warn: the verdict stands.
    """
    try:
        yield browser
    finally:
        try:
            browser.close()
        except RuntimeError as error:
            click.echo(f"Warning: {_safe(error)}", err=True)


def _safe(error: object) -> str:
    from browsercors.explain.words.sanitise import shown

    return shown(error)


def _fetch_once(ask: Callable[[], FetchResult | LoadResult]) -> FetchResult | LoadResult:
    from browsercors.initiators.header_guard import FetchTypeError
    from browsercors.servers.applications.lifespan import LifespanError

    try:
        return ask()
    except FetchTypeError as error:
        raise CommandError(f"JavaScript would throw a TypeError, and nothing would be sent: {_safe(error)}") from None
    except LifespanError as error:
        raise CommandError(f"the mounted application did not start: {_safe(error)}") from None


def _with_assumed_preflight(
    page: Page,
    ask: Callable[[], FetchResult | LoadResult],
    results: list[FetchResult | LoadResult],
    options: dict[str, Any],
) -> list[FetchResult | LoadResult]:
    """
    Ask again as if the preflight, whose response was not pasted, allowed the request.

    Returns:
        What came of it; *results* where that is no verdict, since such tools send no preflight.
    """
    from browsercors.cli.pasted_answers import assumed_preflight
    from browsercors.pasted.results import OF_TOOLS

    options["pasted_server"].record_next(assumed_preflight(page, options), is_preflight=True)
    again = _fetch_once(ask)
    is_recorded = options["pasted"].form not in OF_TOOLS or any(
        line.name.lower().startswith("sec-fetch-") for line in options["pasted"].not_sent
    )
    if again.block is None and not is_recorded:
        click.echo("The response to the request itself is readable; tools send no preflight, and browsers do", err=True)
        return results
    click.echo(
        "Not in the paste: the response to the preflight, which this request needs: it is taken to allow the request",
        err=True,
    )
    return [again]


def _status(results: list[FetchResult | LoadResult], reports: list[Report], *, has_preflight: bool) -> int:
    from browsercors.cli.report import has_no_verdict
    from browsercors.values.findings import Reason

    undecided = next((result.block for result in results if has_no_verdict(result)), None)
    if undecided is not None:
        detail = _safe(undecided.finding.evidence.get("detail"))
        if undecided.reason is Reason.NOT_MOUNTED:
            detail = f"{detail.partition(';')[0]}; give its server with --mount ORIGIN=TARGET"
        if undecided.reason is Reason.NOT_RECORDED:
            if has_preflight and not undecided.during_preflight:
                detail = f"the preflight lets the request pass; {detail}"
            option = "--preflight-response" if undecided.during_preflight else "one more --response"
            detail = f"{detail}; give it with {option} FILE"
        if undecided.reason is Reason.LOCAL_NETWORK_ACCESS_PROMPT:
            permission = _safe(undecided.finding.evidence["permission"])
            detail = f"the browser asks the visitor; --grant {permission} or --deny {permission} answers"
        click.echo(f"Error: no verdict: {detail}", err=True)
        return 2
    verdicts = [report.verdict for report in reports]
    verdicts += [difference.verdict for report in reports for difference in report.differences]
    return 0 if set(verdicts) <= GOOD else 1


def _write_text(
    reports: list[Report], server: str, assumed: str, *, advance: float | None, repeated: bool, verbose: bool
) -> None:
    from browsercors.cli.report import configuration_lines
    from browsercors.cli.terminal import write
    from browsercors.explain.formats.text import WIDTH, Line, report_lines, wrapped

    lines: list[Line] = []
    if assumed:
        lines += [*(Line(line, "quiet") for line in wrapped(f"Assumed: {assumed}", WIDTH)), Line()]
    for number, report in enumerate(reports, 1):
        if repeated:
            later = f", {advance:g} s later" if number > 1 and advance is not None else ""
            lines += [Line(), Line(f"Fetch {number} of {len(reports)}{later}", "heading"), Line()]
        lines += report_lines(report, verbose=verbose)
        lines += configuration_lines(report, server)
    write(lines)
