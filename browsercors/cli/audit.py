"""
`browsercors audit`: let pages try to read what they should not.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from browsercors.cli.arguments import check_cookie, read_pattern, trusted_certificates
from browsercors.cli.audit_in_ci import (
    PLACE_OF_TARGET,
    accepted_findings,
    audit_targets,
    authenticated_as,
    check_wanted,
    only,
    read_targets,
    settings_of_audit,
    told_how_known,
    told_of,
    with_baseline,
    write_forms,
)
from browsercors.cli.browsers import BrowserName
from browsercors.cli.exit_status import CommandError, bad_value
from browsercors.engines.registry import real_browser_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from browsercors.audits.findings import AuditReport

__all__ = ["audit"]

SEVERITIES: Final = ("info", "low", "medium", "high", "critical")
BUDGET: Final = 600
SCHEMES: Final = ("http://", "https://")


class _AuditCommand(click.Command):
    """
    A command whose options have their defaults from `[tool.browsercors.audit]` of the project.
    """

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """
        Read the project's settings before the command line, which comes before them.
        """
        if not {"-h", "--help"} & {*args}:
            settings, defaults = settings_of_audit(self, Path.cwd())
            extra = {**extra, "default_map": {**(extra.get("default_map") or {}), **defaults}}
            extra["obj"] = settings
        return super().make_context(info_name, args, parent, **extra)


@click.command(cls=_AuditCommand)
@click.argument("target", required=False)
@click.option(
    "--allowed-origin",
    "--allow-origin",
    "allowed_origins",
    metavar="ORIGIN",
    multiple=True,
    help="An origin whose pages are meant to read the responses. https://*.example.com means all subdomains, "
    "http://localhost:* all ports, and * any origin. Repeatable.",
)
@click.option(
    "--path",
    "paths",
    metavar="/PATH",
    multiple=True,
    help="A path that pages request. Without it, the routes that an application tells, the path of a URL, or /. "
    "Repeatable.",
)
@click.option(
    "--method",
    "methods",
    metavar="METHOD",
    multiple=True,
    help="A method that the pages are meant to use; its preflight is tried. Repeatable.",
)
@click.option(
    "--header",
    "-H",
    "headers",
    metavar="'NAME: VALUE'",
    multiple=True,
    help="A request header that the pages are meant to set; the name alone is enough. Repeatable.",
)
@click.option(
    "--cookie",
    "cookies",
    metavar="'NAME=VALUE'",
    multiple=True,
    help="A cookie that the visitor has, with its attributes: 'id=1; SameSite=None; Secure'. Repeatable.",
)
@click.option(
    "--url", metavar="ORIGIN", help="The origin at which an application is served.  [default: https://api.example.com]"
)
@click.option(
    "--browser",
    "browsers",
    type=BrowserName(),
    multiple=True,
    help="A browser to simulate. The first one makes the requests; the others judge the same responses. "
    "Repeatable.  [default: "
    f"{', '.join(real_browser_names())}]",
)
@click.option(
    "--interface", type=click.Choice(["wsgi", "asgi"]), help="The kind of application, if it cannot be detected."
)
@click.option(
    "--budget",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"The most requests that the server gets: preflights, redirects and repetitions count, what a cache answers "
    f"does not. The most important ones come first.  [default: {BUDGET} for a live server, no limit for an "
    "application]",
)
@click.option("--delay", type=float, default=0.0, metavar="SECONDS", help="The pause before each request.")
@click.option(
    "--timeout", type=float, default=10.0, metavar="SECONDS", help="How long a response may take.  [default: 10]"
)
@click.option("--insecure", is_flag=True, help="Do not check the certificate of a live server.")
@click.option(
    "--cacert",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="A PEM file with the certificate authorities to trust for a live server.",
)
@click.option(
    "--unsafe-methods",
    is_flag=True,
    help="Also send requests with methods other than GET, HEAD and OPTIONS. By default only their preflights are sent.",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="low",
    show_default=True,
    help="The lowest severity for which the exit status is 1.",
)
@click.option(
    "--untried",
    type=click.Choice(["warn", "fail", "ignore"]),
    default="warn",
    show_default=True,
    help="What to do if nothing is found, but parts of the plan were not tried: warn on stderr, or exit with status 2.",
)
@click.option(
    "--authenticated-as",
    metavar="'KIND:VALUE'",
    help="How the visitor is known to the server: 'cookie:session=1; SameSite=None; Secure', 'basic:USER:PASSWORD', "
    "which the browser sends, or 'bearer:TOKEN', which the pages set. The report says in how many requests it was "
    "sent.",
)
@click.option(
    "--targets",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Audit every target in FILE, one a line, each in a process of its own; those of one host come one by one. "
    "Options that name a file have {target} in it then, for a name made of each target.",
)
@click.option(
    "--baseline",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Findings that are known: only what is new or worse counts for the exit status, and what has gone is said.",
)
@click.option("--update-baseline", is_flag=True, help="Write what is found now to the file of --baseline.")
@click.option(
    "--accept",
    "accept_lines",
    metavar="'CODE@/PATH:DAY=REASON'",
    multiple=True,
    help="A finding to live with, with the reason; /PATH, a pattern, and the last DAY (2030-12-31) may be left out. "
    "Repeatable.",
)
@click.option("--explain-plan", is_flag=True, help="Show what would be tried, and send nothing.")
@click.option("--json", "as_json", is_flag=True, help="Write the findings to stdout as JSON.")
@click.option("--sarif", metavar="FILE", help="Also write the findings to FILE as SARIF 2.1.0; - is stdout.")
@click.option("--html", metavar="FILE", help="Also write the findings to FILE as an HTML page; - is stdout.")
@click.option("--junit", metavar="FILE", help="Also write the findings to FILE as JUnit XML; - is stdout.")
@click.option(
    "--gitlab", metavar="FILE", help="Also write the findings to FILE for GitLab's code quality; - is stdout."
)
@click.option("--github", is_flag=True, help="Write the findings to stdout as annotations of GitHub.")
@click.option("-v", "--verbose", is_flag=True, help="Show every proof, with every header line.")
@click.pass_context
def audit(
    context: click.Context,
    /,
    *,
    target: str | None,
    targets: str | None,
    as_json: bool,
    sarif: str | None,
    html: str | None,
    junit: str | None,
    gitlab: str | None,
    github: bool,
    baseline: str | None,
    update_baseline: bool,
    accept_lines: tuple[str, ...],
    fail_on: str,
    untried: str,
    explain_plan: bool,
    verbose: bool,
    **options: Any,
) -> None:
    """
    Let pages in simulated browsers try to read what they should not, and report what they can read.

    \b
    browsercors audit myproject.web:app --allowed-origin https://app.example.com
    browsercors audit https://api.example.com --path /me --cookie 'id=1; SameSite=None; Secure'

    TARGET is a WSGI or ASGI application, as module:attribute or
    module:factory(), or the URL of a live server. The server gets one request
    at a time, and by default none that changes anything. No other host is
    contacted.

    \b
    Exit status:
      0  nothing of the severity in --fail-on or above was found
      1  something was found
      2  the audit could not run, or stopped before it found anything; with
         --untried fail, also if a part of the plan was not tried
    """  # noqa: D301 - click wants the backspace itself
    from browsercors.audits.formats.text import audit_lines
    from browsercors.cli.terminal import write, write_file, write_text

    if [sarif, html, junit, gitlab].count("-") + as_json + github > 1:
        raise click.UsageError(
            "Only one of --json, --github, --sarif -, --html -, --junit - and --gitlab - can write to stdout."
        )
    check_wanted(update_baseline, baseline)
    if (target is None) is (targets is None):
        raise click.UsageError(
            "Give TARGET or --targets FILE." if target is None else "Give TARGET or --targets, not both."
        )
    if target is None:
        for option, path in {
            "--sarif": sarif,
            "--html": html,
            "--junit": junit,
            "--gitlab": gitlab,
            "--baseline": baseline,
        }.items():
            if path is not None and PLACE_OF_TARGET not in path:
                raise click.UsageError(
                    f"With --targets each target has a file of its own: write its place as in "
                    f"{option} 'reports/{PLACE_OF_TARGET}.txt'."
                )
        context.exit(audit_targets(read_targets(str(targets)), _arguments_without_targets()))
    accepted = accepted_findings(accept_lines, context.obj.table("audit").get("accept", []))
    if explain_plan:
        with contextlib.redirect_stdout(sys.stderr):
            plan = _plan(target, options)
        write_text(f"{plan}\n")
        return
    with contextlib.redirect_stdout(sys.stderr):
        whole = _run_audit(target, options)
    judged = with_baseline(whole, baseline, update=update_baseline, accepted=accepted)
    for sentence in told_of(judged):
        click.echo(sentence, err=True)
    report = only(whole, judged)
    write_forms(report, {"junit": junit, "gitlab": gitlab}, fail_on)
    if github:
        from browsercors.audits.formats.ci import audit_as_github

        write_text(audit_as_github(report))
    if sarif is not None:
        _write_sarif(sarif, report)
    if html is not None:
        from browsercors.audits.formats.html import audit_as_html

        write_file("--html", html, audit_as_html(report))
    if as_json:
        from browsercors.audits.formats.json import audit_as_data

        write_text(json.dumps(audit_as_data(report), indent=2) + "\n")
    elif not github and "-" not in (sarif, html, junit, gitlab):
        write(audit_lines(report, verbose=verbose))
    context.exit(_status(report, fail_on, untried))


def _arguments_without_targets() -> list[str]:
    """
    Return the options of this command as they were written, but for --targets.
    """
    arguments = sys.argv[1:]
    arguments = arguments[arguments.index("audit") + 1 :] if "audit" in arguments else arguments
    kept = []
    skip = False
    for argument in arguments:
        if not skip and not argument.startswith("--targets="):
            skip = argument == "--targets"
            kept += [] if skip else [argument]
        else:
            skip = False
    return kept


def _plan(target: str, options: dict[str, Any]) -> str:
    from browsercors.audits.audit import audit_plan

    what, shared = _shared_arguments(target, options)
    with _naming_options([]):
        return audit_plan(what, **shared)


def _shared_arguments(target: str, options: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """
    Return what to audit, and the arguments that an audit and its plan have in common.
    """
    allowed = [read_pattern("--allowed-origin", text) for text in options["allowed_origins"]]
    headers = [_header(line) for line in options["headers"]]
    cookies = [*options["cookies"]]
    options["login"] = None
    if options["authenticated_as"] is not None:
        _, given = authenticated_as(options["authenticated_as"])
        headers += given.get("headers", [])
        cookies += given.get("cookies", [])
        options["login"] = given.get("login")
    options["cookies"] = tuple(cookies)
    what, paths = _target(target, options)
    return what, {
        "url": options["url"],
        "allowed_origins": allowed,
        "paths": options["paths"] or paths,
        "interface": options["interface"],
        "methods": options["methods"],
        "headers": headers,
        "budget": options["budget"],
        "unsafe_methods": options["unsafe_methods"],
    }


def _run_audit(target: str, options: dict[str, Any]) -> AuditReport:
    from browsercors.audits.audit import audit as carry_out
    from browsercors.explain.words.sanitise import shown
    from browsercors.servers.applications.lifespan import LifespanError

    verify = trusted_certificates(options)
    for option in ("timeout", "delay"):
        if not (options[option] > 0 or (option == "delay" and options[option] == 0)):
            raise bad_value(f"--{option}", f"{options[option]!r} is not a valid number of seconds")
    for cookie in options["cookies"]:
        check_cookie(cookie)
    what, shared = _shared_arguments(target, options)
    begun: list[str] = []
    try:
        with _progress() as show, _naming_options(begun):

            def on_stage(name: str, requests: int) -> None:
                begun.append(name)
                if show is not None:
                    show(name, requests)

            report = carry_out(
                what,
                **shared,
                cookies=options["cookies"],
                login=options["login"],
                browsers=options["browsers"] or None,
                delay=options["delay"],
                timeout=options["timeout"],
                verify=verify,
                # NB: the command says it itself, without a line of code.
                untried="ignore",
                on_stage=on_stage,
            )
            return told_how_known(report, options["authenticated_as"])
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
"""The option that each argument of `audit` comes from; all other arguments come from TARGET."""


@contextlib.contextmanager
def _naming_options(begun: Sequence[str]) -> Iterator[None]:
    """
    Name the option whose argument the library's message begins with, until a stage has *begun*.
    """
    try:
        yield
    except (TypeError, ValueError) as error:
        # NB: by then the arguments have been checked, so the mistake is ours.
        if begun:
            raise
        name = str(error).partition(" ")[0].rstrip(":")
        raise bad_value(OPTIONS.get(name, "TARGET"), str(error)) from None


def _target(target: str, options: dict[str, Any]) -> tuple[Any, tuple[str, ...] | None]:
    """
    Return what to audit, and the path of its URL; None for an application, whose routes are found out.
    """
    from browsercors.cli.applications import load_application
    from browsercors.values.urls import parse_url

    if target.lower().startswith(("http:", "https:")):
        url = parse_url(target) if target.lower().startswith(SCHEMES) else None
        if url is None or url.includes_credentials:
            raise bad_value("TARGET", f"{target!r} is not the URL of a server; write it as https://api.example.com")
        for option in ("url", "interface"):
            if options[option] is not None:
                raise bad_value(f"--{option}", "it is for applications, but TARGET is a URL")
        return url.origin.serialized, (url.target,)
    if "://" in target:
        raise bad_value("TARGET", f"{target!r} is not an http(s) URL; write it as https://api.example.com")
    if _looks_like_a_host(target):
        raise bad_value("TARGET", f"{target!r} has no scheme; write https://{target.lstrip('/')}, or module:attribute")
    return load_application("TARGET", target), None


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


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[str, int], None] | None]:
    """
    Show a progress bar on stderr, if that is a terminal.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from browsercors.audits.plan import PARTS

    names = [stage.name for stage in PARTS]
    with click.progressbar(
        names, file=sys.stderr, show_eta=False, show_percent=False, item_show_func=lambda stage: stage
    ) as bar:

        def show(name: str, requests: int) -> None:
            bar.update(names.index(name) - bar.pos, f"{name} ({requests} requests so far)")

        yield show
        bar.update(len(names) - bar.pos, "done")


def _write_sarif(path: str, report: AuditReport) -> None:
    from browsercors import __version__
    from browsercors.audits.formats.sarif import audit_as_sarif
    from browsercors.cli.terminal import write_file

    write_file("--sarif", path, json.dumps(audit_as_sarif(report, version=__version__), indent=2) + "\n")


def _status(report: AuditReport, fail_on: str, untried: str) -> int:
    """
    Return the exit status; findings from before the audit stopped count.
    """
    if report.at_least(fail_on):
        return 1
    gave_up = any(problem.code == "gave-up" for problem in report.problems)
    if report.answered and not gave_up:
        return _status_of_untried(report, untried)
    problem = "the server did not answer" if not report.answered else "the server stopped answering"
    click.echo(f"Error: no audit: {problem}", err=True)
    return 2


def _status_of_untried(report: AuditReport, untried: str) -> int:
    if not report.not_tried or untried == "ignore":
        return 0
    count = len({*report.tried, *report.not_tried})
    told = f"{len(report.not_tried)} of {count} cells of the plan were not fully tried, as {report.ended_early}"
    click.echo(f"{'Error' if untried == 'fail' else 'Warning'}: {told}. Raise --budget, or give fewer paths.", err=True)
    return 2 if untried == "fail" else 0
