"""
An audit under way: what is asked, what was hit so far, and how hits become findings, one for each cause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from browsercors.audits.checks import CHECKS, KEEP_OUT
from browsercors.audits.findings import AuditFinding, Severity
from browsercors.audits.prober import Reading, last_answer, signature
from browsercors.engines.registry import profile_named
from browsercors.explain.words.sanitise import shown
from browsercors.explain.words.templates import Template
from browsercors.policy.problems import AuditProblem
from browsercors.policy.runner import was_authenticated
from browsercors.values.responses import REDIRECT_STATUSES
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from browsercors.audits.prober import Prober
    from browsercors.audits.scope import Scope
    from browsercors.browser.result import FetchResult, PageResult
    from browsercors.explain.report import ServerCause

__all__ = ["Hit", "Run", "findings_of"]

MOST_PROOFS: Final = 4
MOST_CAUSES: Final = 4

ABSORBED: Final[tuple[tuple[set[str], str, set[str]], ...]] = (
    ({"substring", "prefix"}, "substring", {"suffix", "special-character", "unescaped-dot", "port", "trailing-dot"}),
    ({"prefix"}, "prefix", {"special-character", "port", "trailing-dot"}),
    ({"suffix", "public-suffix-sibling"}, "public-suffix-sibling", {"unescaped-dot", "superdomain", "shared-hosting"}),
    ({"public-suffix-sibling", "shared-hosting"}, "public-suffix-sibling", {"tunnel"}),
    ({"suffix"}, "suffix", {"substring", "subdomain", "unescaped-dot", "staging"}),
    ({"subdomain"}, "subdomain", {"staging"}),
    ({"address", "loopback"}, "address", {"development-server"}),
    ({"loopback", "development-server"}, "loopback", set()),
)
"""Where the first are all there, the second is the fault, and neither they nor the third are another one."""

NEEDS_SPECIAL_HOST: Final = "special-character"
"""What only pages can do whose host has characters that not every browser was seen to load."""

NOT_AVAILABLE: Final = "Nobody can have a page under this name today."
ERROR_READ: Final = Template(
    "What was read here is an error ({status}). Name paths that respond, to see what else is readable."
)
MOST_NOTES: Final = 3
WITHOUT_COOKIE: Final = "The browser does not send the cookie that was given: its SameSite attribute keeps it back."


class Hit(NamedTuple):
    """
    Who gains something at one path.

    Attributes:
        code: The code of the finding.
        severity: How bad it is.
        origins: Who gains.
        path: Where.
        proof: The fetches that show it.
        notes: What there is to add to the gain.
    """

    code: str
    severity: Severity
    origins: tuple[str, ...]
    path: str
    proof: tuple[PageResult, ...]
    notes: tuple[str, ...] = ()


@attrs.define(eq=False, slots=False, kw_only=True)
class Run:
    """
    What the stages of an audit share.

    Attributes:
        scope: What the audit ranges over.
        prober: Makes the fetches.
        levels: By path, what both strangers read.
        first: By path, what the first page read, to compare with at the end.
        hits: What was found.
        problems: What went wrong.
    """

    scope: Scope
    prober: Prober
    levels: dict[str, int] = attrs.field(factory=dict)
    first: dict[str, Reading] = attrs.field(factory=dict)
    hits: list[Hit] = attrs.field(factory=list)
    problems: dict[tuple[str, str], AuditProblem] = attrs.field(factory=dict)

    def readers(self, path: str) -> list[Reading]:
        """
        Return what pages read that are meant to: those of the origins that are named, or else of any that can.
        """
        asking = self.scope.promised or ((self.scope.strangers[0],) if self.levels.get(path) else ())
        readings = (self.prober.read(origin, path) for origin in asking)
        return [reading for reading in readings if reading.level]

    def hit(
        self,
        code: str,
        origin: str,
        path: str,
        *proof: PageResult,
        credentials: bool = False,
        notes: tuple[str, ...] = (),
        severity: Severity | None = None,
    ) -> None:
        """
        Keep what was found, as bad as the table says if nothing else is.
        """
        if severity is None:
            severity = CHECKS[code].severities.choose(credentials=credentials, is_said=self.scope.is_said)
        self.hits.append(Hit(code, severity, (origin,), path, proof, notes))

    def hit_by_reading(
        self, code: str, reading: Reading, *others: FetchResult, notes: tuple[str, ...] = (), is_available: bool = True
    ) -> None:
        """
        Keep that a page reads, if it does so a second time.

        Args:
            code: The code.
            reading: What it reads.
            others: Further proofs.
            notes: What there is to add.
            is_available: Whether somebody can have a page there today.
        """
        origin, path = reading.probe.origin, reading.probe.path
        if not self.is_confirmed(reading):
            return
        credentials = reading.level == 2
        severity = CHECKS[code].severities.choose(credentials=credentials, is_said=self.scope.is_said)
        told = [*notes]
        if credentials and self.scope.knows_visitor and not was_authenticated(reading.proof):
            severity = severity.lowered()
            told.append(WITHOUT_COOKIE)
        if reading.proof.status >= 400:
            told.append(ERROR_READ.fill({"status": reading.proof.status}))
            severity = _at_most_low(severity)
        if not is_available:
            told.append(NOT_AVAILABLE)
            severity = _at_most_low(severity)
        # NB: whoever is redirected is "null" to the server as well.
        origins = (origin,) if origin == "null" else (origin, *(other.page_origin for other in others))
        self.hits.append(Hit(code, severity, origins, path, (reading.proof, *others), tuple(told)))

    def goes_with_credentials(self, result: PageResult) -> bool:
        """
        Whether credentials went along, or would have if cookies or a login had been given.
        """
        return not self.scope.knows_visitor or was_authenticated(result)

    def is_confirmed(self, reading: Reading) -> bool:
        """
        Whether the same request gets the same answer once more; it is a problem if not.
        """
        again = self.prober.ask(reading.probe, again=True)
        if signature(again) == signature(reading.proof):
            return True
        self.tell_two_answers(reading.probe.path, reading.proof, again)
        return False

    def tell_two_answers(self, path: str, first: FetchResult, second: FetchResult) -> None:
        """
        Keep that two equal requests got different answers.
        """
        sentence = (
            f"two equal requests of {first.page_origin} got different responses: first {_told(first)}; "
            f"then {_told(second)}. The next audit may find something else here"
        )
        self.problems.setdefault(
            ("not-deterministic", path),
            AuditProblem(code="not-deterministic", sentence=sentence, path=path, answers=(first, second)),
        )

    def tell_unasked(self, path: str, result: FetchResult) -> None:
        """
        Keep that the browser itself sent nothing, as to a port that browsers keep away from.
        """
        if not result.exchanges and result.block is not None:
            sentence = f"is not asked by browsers ({result.block.reason.value})"
            self.problems.setdefault(
                ("not-asked", path), AuditProblem(code="not-asked", sentence=sentence, path=path, answers=(result,))
            )

    def tell_redirect_away(self, path: str, result: FetchResult) -> None:
        """
        Keep that the server sends pages to another one, which is not asked.
        """
        answer = last_answer(result)
        location = None if answer is None else answer.response_headers.get("location")
        if answer is None or location is None or answer.status not in REDIRECT_STATUSES:
            return
        target = parse_url(location, answer.http_request.url)
        if target is not None and not target.origin.same_origin(self.scope.url.origin):
            sentence = f"redirects to {shown(location)}, which is another origin; it was not asked"
            self.problems.setdefault(
                ("redirects-away", path),
                AuditProblem(code="redirects-away", sentence=sentence, path=path, answers=(result,)),
            )


def _at_most_low(severity: Severity) -> Severity:
    return min(severity, Severity.LOW, key=lambda each: each.rank)


def _told(result: FetchResult) -> str:
    answer = result.exchanges[-1] if result.exchanges else None
    if answer is None or answer.http_response is None:
        return "no response"
    headers = [
        f"{name}: {value}"
        for name, value in answer.response_headers.lines
        if name.lower().startswith("access-control-")
    ]
    return shown(f"{answer.status} with {', '.join(headers) or 'no header of CORS'}")


def findings_of(
    hits: Iterable[Hit], browsers: Sequence[str], fixes: Mapping[str, str] | None = None
) -> tuple[AuditFinding, ...]:
    """
    Return hits as findings, one for each cause, the worst first.

    Args:
        hits: In the order in which they were found.
        browsers: In which browsers to try the proof.
        fixes: What else to change, by the code of a finding.
    """
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.code, []).append(hit)
    for needed, code, others in ABSORBED:
        if needed <= groups.keys():
            for other in (needed | others) - {code}:
                groups[code] += groups.pop(other, [])
    findings = [_finding(code, group, browsers, (fixes or {}).get(code, "")) for code, group in groups.items()]
    # NB: sorting is stable, so that among equals the order is that of the stages.
    return tuple(sorted(findings, key=lambda finding: -finding.severity.rank))


def _finding(code: str, hits: list[Hit], browsers: Sequence[str], fix: str) -> AuditFinding:
    check = CHECKS[code]
    worst = max((hit.severity for hit in hits), key=lambda severity: severity.rank)
    # NB: the proof is that of the worst, and of each note.
    hits = sorted(hits, key=lambda hit: -hit.severity.rank)
    telling: dict[tuple[str, ...], Hit] = {}
    for hit in hits:
        telling.setdefault(hit.notes, hit)
    proof = list(dict.fromkeys(result for hit in (*telling.values(), *hits) for result in hit.proof))
    notes = list(dict.fromkeys(note for hit in hits if hit.severity is worst for note in hit.notes))
    return AuditFinding(
        code=code,
        severity=worst,
        title=check.title,
        gain=" ".join([check.gain, *notes[:MOST_NOTES]]),
        origins=tuple(dict.fromkeys(origin for hit in hits for origin in hit.origins)),
        paths=tuple(dict.fromkeys(hit.path for hit in hits)),
        proof=tuple(proof[:MOST_PROOFS]),
        fix=f"{check.fix} {fix}".rstrip(),
        browsers=_where(code, proof[0], browsers),
        causes=_causes(proof[:MOST_PROOFS]) if code in KEEP_OUT else (),
    )


def _causes(proofs: Iterable[PageResult]) -> tuple[ServerCause, ...]:
    """
    Return who answered, one for each row of the table of causes.
    """
    causes: dict[str, ServerCause] = {}
    for proof in proofs:
        for cause in proof.report(browsers=()).causes:
            causes.setdefault(cause.code, cause)
    return tuple(causes.values())[:MOST_CAUSES]


def _where(code: str, proof: PageResult, browsers: Sequence[str]) -> tuple[str, ...]:
    """
    Return the browsers in which the proof comes to the same, by replay.
    """
    if code == NEEDS_SPECIAL_HOST:
        return tuple(name for name in browsers if profile_named(name).loads_special_hosts)
    report = proof.report(browsers=[*map(profile_named, browsers)], compare=True, allowed_origins=())
    same = {proof.browser_name, *(each.browser for each in report.differences if each.verdict == report.verdict)}
    return tuple(name for name in browsers if name in same)
