"""
What an audit in CI adds: a baseline, accepted findings, forms that services read, and many targets in one run.
"""

from __future__ import annotations

import datetime
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import click

from browsercors.cli.exit_status import CommandError, bad_value
from browsercors.testing.project_settings import ProjectSettings, SettingsError, check_keys, find_settings
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping, Sequence

    from browsercors.audits.baseline import Accepted, Judged
    from browsercors.audits.findings import AuditReport

__all__ = [
    "PLACE_OF_TARGET",
    "accepted_findings",
    "audit_targets",
    "authenticated_as",
    "check_wanted",
    "only",
    "read_targets",
    "settings_of_audit",
    "told_how_known",
    "told_of",
    "with_baseline",
    "write_forms",
]

OWN_KEYS: Final = ("accept",)
"""Keys of the table `audit` beside the options of the command."""

KEYS_OF_ACCEPTED: Final = ("code", "path", "reason", "until")
PLACE_OF_TARGET: Final = "{target}"
"""What stands for the target in the names of files, where there are many targets."""

NO_SHOUTING: Final = 4
"""How many servers are audited at a time at most."""


def settings_of_audit(command: click.Command, start: Path) -> tuple[ProjectSettings, dict[str, Any]]:
    """
    Return the settings of the project, and those of its table `audit` as defaults of the options of *command*.

    Raises:
        CommandError: The table is wrong.
    """
    known = {name: parameter for parameter in command.params for name in _names_of(parameter)}
    try:
        settings = find_settings(start)
        table = settings.table("audit")
        check_keys(f"{settings.path}: [tool.browsercors.audit]", table, {*known, *OWN_KEYS})
    except SettingsError as error:
        raise CommandError(str(error)) from None
    return settings, {str(known[key].name): value for key, value in table.items() if key not in OWN_KEYS}


def _names_of(parameter: click.Parameter) -> Iterator[str]:
    """
    Yield what a setting for *parameter* may be called: its name, and its options with underscores.
    """
    yield str(parameter.name)
    for option in parameter.opts:
        if option.startswith("--"):
            yield option[2:].replace("-", "_")


def accepted_findings(lines: Sequence[str], table: Any) -> tuple[Accepted, ...]:
    """
    Return what is accepted: by `--accept`, and by `[[tool.browsercors.audit.accept]]`.

    Raises:
        click.BadParameter: One of them says nothing that can be accepted.
    """
    from browsercors.audits.baseline import Accepted

    entries: list[tuple[str, dict[str, Any]]] = [("--accept", _accepted_line(line)) for line in lines]
    if not isinstance(table, list) or not all(isinstance(entry, dict) for entry in table):
        raise bad_value("accept", f"it has to be a list of tables, [[tool.browsercors.audit.accept]], not {table!r}")
    entries += [("[[tool.browsercors.audit.accept]]", dict(entry)) for entry in table]
    found = []
    for where, entry in entries:
        if "code" not in entry or "reason" not in entry:
            raise bad_value(where, f"it has to have a code and a reason, not {entry!r}")
        until = entry.get("until")
        if until is not None and not isinstance(until, str) and type(until) is not datetime.date:
            raise bad_value(where, f"until has to be a day such as 2030-12-31, not {until!r}")
        try:
            check_keys(where, entry, KEYS_OF_ACCEPTED)
            if isinstance(until, str):
                entry["until"] = datetime.date.fromisoformat(until)
            found.append(Accepted(**entry))
        except (TypeError, ValueError) as error:
            raise bad_value(where, str(error)) from None
    return tuple(found)


def _accepted_line(line: str) -> dict[str, Any]:
    """
    Read `CODE[@/PATH][:YYYY-MM-DD]=REASON`.
    """
    what, equals, reason = line.partition("=")
    if not equals:
        raise bad_value(
            "--accept", f"{line!r} has no reason; write CODE=REASON, CODE@/PATH=REASON or CODE:2030-12-31=REASON"
        )
    entry: dict[str, Any] = {"reason": reason.strip()}
    what, colon, until = what.partition(":")
    if colon:
        entry["until"] = until.strip()
    code, at, path = what.partition("@")
    entry["code"] = code.strip()
    if at:
        entry["path"] = path.strip()
    return entry


def with_baseline(report: AuditReport, baseline: str | None, *, update: bool, accepted: tuple[Accepted, ...]) -> Judged:
    """
    Sort the findings of *report* by what is known of them; write the baseline first if that is asked for.

    Raises:
        click.BadParameter: The baseline is not there, or is none.
    """
    from browsercors.audits.baseline import Baseline, baseline_of, judge_findings, read_baseline

    known = Baseline()
    if baseline is not None:
        path = Path(baseline)
        if update:
            known = baseline_of(report)
            path.write_text(known.as_text(), "utf-8")
        elif not path.is_file():
            raise bad_value("--baseline", f"there is no file {baseline!r}; --update-baseline writes it")
        else:
            try:
                known = read_baseline(path.read_text("utf-8"))
            except ValueError as error:
                raise bad_value("--baseline", f"{baseline!r}: {error}") from None
    # NB: the day on which it is read: what is accepted for a time is a promise to people.
    return judge_findings(report, known, accepted, today=datetime.datetime.now(datetime.UTC).date())


def told_of(judged: Judged) -> Iterator[str]:
    """
    Yield what there is to say of findings that are known, in sentences.
    """
    if judged.known:
        yield f"Known from the baseline: {', '.join(f'{each.code} at {_paths(each.paths)}' for each in judged.known)}."
    for finding, reason in judged.accepted:
        until = "" if reason.until is None else f", until {reason.until.isoformat()}"
        yield f"Accepted: {finding.code} at {_paths(finding.paths)}: {reason.reason}{until}."
    if judged.gone:
        gone = ", ".join(f"{each.code} at {each.path}" for each in judged.gone)
        yield f"Gone since the baseline: {gone}. --update-baseline takes it out."
    for each in judged.expired:
        yield f"No longer accepted: {each.code} at {each.path}, since {each.until} is over ({each.reason})."
    for each in judged.unused:
        yield f"Accepted, but not found: {each.code} at {each.path}."


def _paths(paths: Sequence[str]) -> str:
    return ", ".join(paths)


def write_forms(report: AuditReport, forms: Mapping[str, str | None], fail_on: str) -> None:
    """
    Write *report* to the files that are asked for, in the forms of CI services.
    """
    from browsercors.audits.formats.ci import audit_as_gitlab, audit_as_junit
    from browsercors.cli.terminal import write_file

    junit, gitlab = forms["junit"], forms["gitlab"]
    if junit is not None:
        write_file("--junit", junit, audit_as_junit(report, fail_on=fail_on))
    if gitlab is not None:
        write_file("--gitlab", gitlab, audit_as_gitlab(report))


def authenticated_as(text: str) -> tuple[str, dict[str, Any]]:
    """
    Return how a visitor is known to the server, in words, and the headers, cookies or login that say so.

    Args:
        text: `cookie:NAME=VALUE; ...`, `basic:USER:PASSWORD` or `bearer:TOKEN`.

    Raises:
        click.BadParameter: It is none of these.
    """
    kind, colon, value = text.partition(":")
    value = value.strip()
    if colon and value and kind == "cookie":
        return "a cookie", {"cookies": [value]}
    if colon and kind == "basic" and ":" in value:
        user, _, password = value.partition(":")
        return "Authorization (Basic)", {"login": (user, password)}
    if colon and value and kind == "bearer":
        return "Authorization (bearer)", {"headers": [("Authorization", f"Bearer {value}")]}
    right = "'cookie:session=1; SameSite=None; Secure', 'basic:USER:PASSWORD' or 'bearer:TOKEN'"
    # NB: not the value, which may be a secret.
    raise bad_value("--authenticated-as", f"it has to be {right}")


def told_how_known(report: AuditReport, text: str | None) -> AuditReport:
    """
    Return *report* with how the visitor was known to the server, and in how many requests that was sent.
    """
    if text is None:
        return report
    kind, _ = authenticated_as(text)
    sent = f"{report.authenticated} of {report.requests} requests carried it"
    return attrs.evolve(report, assumed=(*report.assumed, f"The visitor is known by {kind}; {sent}."))


def read_targets(path: str) -> tuple[str, ...]:
    """
    Return the targets of a file: one a line; blank lines and lines that begin with # are left out.

    Raises:
        click.BadParameter: It has no targets.
    """
    lines = [line.strip() for line in Path(path).read_text("utf-8").splitlines()]
    targets = tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    if not targets:
        raise bad_value("--targets", f"{path!r} names no target; write one a line")
    return targets


def audit_targets(targets: Sequence[str], arguments: Sequence[str]) -> int:
    """
    Audit each of *targets* in a process of its own, with the same options; return the worst exit status.

    Targets of one host come one after the other, and few hosts at a time.
    """
    # NB: imported late here and below, as every command imports this module.
    import concurrent.futures

    by_host: dict[str, list[str]] = {}
    for target in targets:
        url = parse_url(target) if target.startswith(("http:", "https:")) else None
        by_host.setdefault(target if url is None else url.host, []).append(target)
    statuses: dict[str, int] = {}
    with concurrent.futures.ThreadPoolExecutor(NO_SHOUTING) as pool:
        for done in concurrent.futures.as_completed(
            pool.submit(_audit_one_by_one, group, arguments) for group in by_host.values()
        ):
            for target, run in done.result():
                click.echo(f"== {target}")
                click.echo(run.stdout, nl=False)
                click.echo(run.stderr, nl=False, err=True)
                statuses[target] = run.returncode
    for target in targets:
        click.echo(f"{statuses[target]}  {target}")
    worst = max(statuses.values())
    # NB: a target without a verdict must not hide what was found at another one, nor the other way round.
    return 1 if 1 in statuses.values() and worst in {1, 2} else worst


def _audit_one_by_one(
    targets: Sequence[str], arguments: Sequence[str]
) -> list[tuple[str, subprocess.CompletedProcess[str]]]:
    import subprocess

    command = [sys.executable, "-m", "browsercors", "audit"]
    runs = []
    for target in targets:
        words = [*command, target, *_arguments_for(target, arguments)]
        runs.append((target, subprocess.run(words, capture_output=True, text=True, check=False)))  # noqa: S603 - ours
    return runs


def _arguments_for(target: str, arguments: Sequence[str]) -> list[str]:
    # NB: nothing of a target leads out of the directory that was meant.
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", target.partition("://")[2] or target).strip("-._") or "target"
    return [argument.replace(PLACE_OF_TARGET, name) for argument in arguments]


def only(report: AuditReport, judged: Judged) -> AuditReport:
    """
    Return *report* with the new findings alone.
    """
    return attrs.evolve(report, findings=judged.new)


def check_wanted(update: bool, baseline: str | None) -> None:
    """
    Refuse to write a baseline that has no file.

    Raises:
        CommandError: There is none.
    """
    if update and baseline is None:
        raise CommandError("--update-baseline writes the file of --baseline; give it too")
