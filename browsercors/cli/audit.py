"""
`browsercors audit`: let pages try what they are not to.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from browsercors.cli.arguments import read_pattern
from browsercors.cli.browsers import BrowserName
from browsercors.cli.errors import CommandError, bad_value
from browsercors.engines.registry import real_browser_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from browsercors.policy.audit_findings import AuditReport

__all__ = ["audit"]

SEVERITIES: Final = ("info", "low", "medium", "high", "critical")
BUDGET: Final = 300
SCHEMES: Final = ("http://", "https://")


@click.command()
@click.argument("target")
@click.option(
    "--allowed-origin",
    "--allow-origin",
    "allowed_origins",
    metavar="ORIGIN",
    multiple=True,
    help="An origin whose pages are meant to read. https://*.example.com are all subdomains, http://localhost:* all "
    "ports, * is everybody. Repeatable.",
)
@click.option("--path", "paths", metavar="/PATH", multiple=True, help="What pages ask for.  [default: /]  Repeatable.")
@click.option(
    "--method",
    "methods",
    metavar="METHOD",
    multiple=True,
    help="A method that the pages are meant to use. Its preflight is tried. Repeatable.",
)
@click.option(
    "--header",
    "-H",
    "headers",
    metavar="'NAME: VALUE'",
    multiple=True,
    help="A request header that the pages are meant to set; the name alone will do. Repeatable.",
)
@click.option(
    "--cookie",
    "cookies",
    metavar="'NAME=VALUE'",
    multiple=True,
    help="A cookie of the visitor's, with attributes if any: 'id=1; SameSite=None; Secure'. Repeatable.",
)
@click.option(
    "--url", metavar="ORIGIN", help="Where an application is to be found.  [default: https://api.example.com]"
)
@click.option(
    "--browser",
    "browsers",
    type=BrowserName(),
    multiple=True,
    help="Which browser is simulated; the first one asks, the others judge the same answers. Repeatable.  [default: "
    f"{', '.join(real_browser_names())}]",
)
@click.option("--interface", type=click.Choice(["wsgi", "asgi"]), help="What the application is, if it cannot be told.")
@click.option(
    "--budget",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"How many requests the server gets at most; what matters most is tried first.  [default: {BUDGET} for a live "
    "server, no limit for an application]",
)
@click.option("--delay", type=float, default=0.0, metavar="SECONDS", help="How long to wait before each request.")
@click.option(
    "--timeout", type=float, default=10.0, metavar="SECONDS", help="How long an answer may take.  [default: 10]"
)
@click.option("--insecure", is_flag=True, help="Do not check the certificate of a live server.")
@click.option(
    "--cacert",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="The certificate authorities of a live server, as PEM.",
)
@click.option(
    "--unsafe-methods",
    is_flag=True,
    help="Send requests with other methods than GET, HEAD and OPTIONS as well. Without it they end with the preflight.",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="low",
    show_default=True,
    help="From which severity on the exit status is 1.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the findings to stdout as JSON.")
@click.option("--sarif", metavar="FILE", help="Write them as SARIF 2.1.0 as well; - for stdout.")
@click.option("--html", metavar="FILE", help="Write them as an HTML page as well; - for stdout.")
@click.option("-v", "--verbose", is_flag=True, help="Show every proof, with every header line.")
@click.pass_context
def audit(
    context: click.Context,
    /,
    *,
    target: str,
    as_json: bool,
    sarif: str | None,
    html: str | None,
    fail_on: str,
    verbose: bool,
    **options: Any,
) -> None:
    """
    Let pages of simulated browsers try to read what they are not to, and say what they gain.

    \b
    browsercors audit myproject.web:app --allowed-origin https://app.example.com
    browsercors audit https://api.example.com --path /me --cookie 'id=1; SameSite=None; Secure'

    TARGET is module:attribute or module:factory() of a WSGI or ASGI
    application, or the URL of a live server, which gets one request at a time
    and none that changes anything. No other host is contacted.

    \b
    Exit status:
      0  nothing found that is as bad as --fail-on says
      1  something was found
      2  the audit could not be carried out, or broke off before it found
         anything
    """  # noqa: D301 - click wants the backspace itself
    from browsercors.cli.terminal import say, write
    from browsercors.policy.audit_as_text import audit_lines

    if [sarif, html].count("-") + as_json > 1:
        raise click.UsageError("stdout is for one of them: --json, --sarif - or --html -.")
    with contextlib.redirect_stdout(sys.stderr):
        report = _audited(target, options)
    if sarif is not None:
        _write_sarif(sarif, report)
    if html is not None:
        from browsercors.policy.audit_as_html import audit_as_html

        _write("--html", html, audit_as_html(report))
    if as_json:
        from browsercors.policy.audit_as_data import audit_as_data

        say(json.dumps(audit_as_data(report), indent=2) + "\n")
    elif "-" not in (sarif, html):
        write(audit_lines(report, verbose=verbose))
    context.exit(_status(report, fail_on))


def _audited(target: str, options: dict[str, Any]) -> AuditReport:
    from browsercors.explain.sanitise import shown
    from browsercors.policy.audit import audit as carry_out
    from browsercors.servers.lifespan import LifespanError

    if options["insecure"] and options["cacert"] is not None:
        raise bad_value("--insecure", "certificates are checked against --cacert, or not at all; give one of the two")
    for option in ("timeout", "delay"):
        if not (options[option] > 0 or (option == "delay" and options[option] == 0)):
            raise bad_value(f"--{option}", f"{options[option]!r} is no number of seconds that can pass")
    allowed = [read_pattern("--allowed-origin", text) for text in options["allowed_origins"]]
    headers = [_header(line) for line in options["headers"]]
    what, path = _target(target, options)
    paths = options["paths"] or (path,)
    begun: list[str] = []
    try:
        with _progress() as show, _naming_options(begun):

            def on_stage(name: str, requests: int) -> None:
                begun.append(name)
                if show is not None:
                    show(name, requests)

            return carry_out(
                what,
                url=options["url"],
                allowed_origins=allowed,
                paths=paths,
                methods=options["methods"],
                headers=headers,
                cookies=_cookies(options["cookies"]),
                browsers=options["browsers"] or None,
                interface=options["interface"],
                budget=options["budget"],
                delay=options["delay"],
                timeout=options["timeout"],
                verify=options["cacert"] or not options["insecure"],
                unsafe_methods=options["unsafe_methods"],
                on_stage=on_stage,
            )
    except LifespanError as error:
        raise CommandError(f"the application did not start: {shown(error)}") from None


OPTIONS: Final = {
    "paths": "--path",
    "methods": "--method",
    "headers": "--header",
    "cookies": "--cookie",
    "url": "--url",
    "verify": "--cacert",
    "timeout": "--timeout",
    "delay": "--delay",
}
"""Which option an argument of `audit` comes from; all others are the target's."""


@contextlib.contextmanager
def _naming_options(begun: Sequence[str]) -> Iterator[None]:
    """
    Blame the option of the argument with which the library's message begins, until a stage has *begun*.
    """
    try:
        yield
    except (TypeError, ValueError) as error:
        # NB: the arguments are right by then, and what is wrong is ours.
        if begun:
            raise
        name = str(error).partition(" ")[0].rstrip(":")
        raise bad_value(OPTIONS.get(name, "TARGET"), str(error)) from None


def _target(target: str, options: dict[str, Any]) -> tuple[Any, str]:
    """
    Return what is to be audited, and the path that its URL has.
    """
    from browsercors.cli.applications import load_application
    from browsercors.values.urls import parse_url

    if target.lower().startswith(("http:", "https:")):
        url = parse_url(target) if target.lower().startswith(SCHEMES) else None
        if url is None or url.includes_credentials:
            raise bad_value("TARGET", f"{target!r} is no URL of a server; write it as https://api.example.com")
        for option in ("url", "interface"):
            if options[option] is not None:
                raise bad_value(f"--{option}", "it is for applications, and TARGET is a URL")
        return url.origin.serialized, url.target
    if "://" in target:
        raise bad_value("TARGET", f"{target!r} is no http(s) URL; write it as https://api.example.com")
    if _looks_like_a_host(target):
        raise bad_value("TARGET", f"{target!r} has no scheme; write https://{target.lstrip('/')}, or module:attribute")
    return load_application("TARGET", target), "/"


def _looks_like_a_host(target: str) -> bool:
    """
    Whether *target* is an address without scheme, as `api.example.com/me`, `localhost:8000` and `[::1]:8000` are.
    """
    if target.startswith(("[", "//")):
        return True
    host, _, rest = target.partition("/")[0].partition(":")
    return rest.isdigit() or (rest == "" and ("/" in target or "." in host))


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip() or "1"


def _cookies(cookies: tuple[str, ...]) -> tuple[str, ...]:
    for cookie in cookies:
        if "=" not in cookie.partition(";")[0]:
            raise bad_value("--cookie", f"{cookie!r} is not NAME=VALUE, with attributes if any")
    return cookies


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[str, int], None] | None]:
    """
    Show a bar on stderr, where somebody sees it.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from browsercors.policy.audit import STAGES

    names = [stage.name for stage in STAGES]
    with click.progressbar(
        names, file=sys.stderr, show_eta=False, show_percent=False, item_show_func=lambda told: told
    ) as bar:

        def show(name: str, requests: int) -> None:
            bar.update(names.index(name) - bar.pos, f"{name} ({requests} requests so far)")

        yield show
        bar.update(len(names) - bar.pos, "done")


def _write_sarif(path: str, report: AuditReport) -> None:
    from browsercors import __version__
    from browsercors.policy.audit_as_sarif import audit_as_sarif

    _write("--sarif", path, json.dumps(audit_as_sarif(report, version=__version__), indent=2) + "\n")


def _write(option: str, path: str, text: str) -> None:
    from browsercors.cli.terminal import say

    if path == "-":
        say(text)
        return
    try:
        Path(path).write_text(text, "utf-8")
    except OSError as error:
        raise bad_value(option, f"the file {path!r} cannot be written: {error.strerror}") from None


def _status(report: AuditReport, fail_on: str) -> int:
    """
    Return the exit status; what was found before the audit broke off counts.
    """
    if report.at_least(fail_on):
        return 1
    gave_up = any(problem.code == "gave-up" for problem in report.problems)
    if report.answered and not gave_up:
        return 0
    told = "the server did not answer" if not report.answered else "the server did not answer any more"
    click.echo(f"Error: no audit: {told}", err=True)
    return 2
