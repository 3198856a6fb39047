"""
What an audit says: findings by severity, problems on the way, and what was not tried.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, ClassVar, Final

import attrs

from browsercors.values.arguments import ArgumentValueError, checked_instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.browser.result import PageResult
    from browsercors.explain.report import ServerCause
    from browsercors.policy.plan import Cell
    from browsercors.policy.problems import AuditProblem

__all__ = ["AuditFinding", "AuditReport", "Severity", "checked_audit"]

UNREACHABLE: Final = frozenset({"no-answer", "redirects-away", "not-asked"})


class Severity(enum.Enum):
    """
    How bad a finding is, by what a page gains.
    """

    INFO = "info"
    """No page gains anything: it works against your own pages, or depends on what is meant."""

    LOW = "low"
    """A page gains little (the text of an error), or only in rare circumstances; or a cache keeps your pages out."""

    MEDIUM = "medium"
    """A page that is not meant reads what needs no credentials; or one that is hard to come by reads what does."""

    HIGH = "high"
    """A foreign page under a name of a certain form reads what needs credentials; or any page has it changed."""

    CRITICAL = "critical"
    """Every site reads what needs credentials."""

    @property
    def rank(self) -> int:
        """
        The severity as a number: 0 for "info", 4 for "critical".
        """
        return list(type(self)).index(self)

    def lowered(self) -> Severity:
        """
        Return the next lower severity; that of INFO is INFO.
        """
        return list(type(self))[max(0, self.rank - 1)]


@attrs.frozen(kw_only=True)
class AuditFinding:
    """
    Something that a page gains, or that works against your own pages; one for each cause.

    Attributes:
        code: Its code, such as "any-origin-credentials"; those of `CHECKS`.
        severity: How bad it is.
        title: What is found, in one line.
        gain: What a page gains by it, in plain words.
        origins: Of which origins the pages are, as the `Origin` header has them.
        paths: Where it was found.
        proof: What the pages did: fetches and loads that really were made.
        fix: What to change.
        browsers: In which browsers it is so, by name.
        causes: Who answered, as the responses show it, and what to change there; empty where nothing shows it, and
            where no page is kept out that is meant to read.
    """

    code: str
    severity: Severity
    title: str
    gain: str
    origins: tuple[str, ...]
    paths: tuple[str, ...]
    proof: tuple[PageResult, ...] = attrs.field(repr=False)
    fix: str
    browsers: tuple[str, ...]
    causes: tuple[ServerCause, ...] = ()

    @property
    def origin(self) -> str:
        """
        The first of its origins.
        """
        return self.origins[0]


@attrs.frozen(kw_only=True)
class AuditReport:
    """
    The outcome of an audit.

    Attributes:
        url: The origin that was audited.
        paths: The paths.
        findings: The worst first.
        problems: What kept the audit from seeing clearly.
        untried: The parts of the plan that were not gone through to the end, by name.
        requests: How many requests reached the server, preflights and all.
        authenticated: How many of these had cookies or `Authorization`.
        budget: How many it was to get at most; None for no limit.
        browsers: The browsers that were simulated, by name.
        answered: Whether the server responded at all.
        tried: The cells of the plan of which something was tried, in order.
        not_tried: The cells of which something was not tried; a cell can be in both.
        ended_early: Why the plan was not followed to its end; empty if it was.
        seconds: How long the audit took.
        assumed: What was assumed, such as a permission of the visitor or the values of parameters in paths, and which
            routes could not be read; each in one sentence.
    """

    url: str
    paths: tuple[str, ...]
    findings: tuple[AuditFinding, ...]
    problems: tuple[AuditProblem, ...] = ()
    untried: tuple[str, ...] = ()
    requests: int = 0
    authenticated: int = 0
    budget: int | None = None
    browsers: tuple[str, ...] = ()
    answered: bool = True
    tried: tuple[Cell, ...] = attrs.field(default=(), repr=False)
    not_tried: tuple[Cell, ...] = attrs.field(default=(), repr=False)
    ended_early: str = ""
    seconds: float = 0.0
    assumed: tuple[str, ...] = ()

    @property
    def unreachable(self) -> tuple[AuditProblem, ...]:
        """
        What could not be reached, with the reason: paths without a response, and those that lead elsewhere.
        """
        return tuple(problem for problem in self.problems if problem.code in UNREACHABLE)

    @property
    def is_complete(self) -> bool:
        """
        Whether everything was tried.
        """
        return self.answered and not self.untried

    def at_least(self, severity: Severity | str) -> tuple[AuditFinding, ...]:
        """
        Return the findings of this severity and of those above.

        Raises:
            ValueError: There is no such severity.
        """
        levels = [level.value for level in Severity]
        if not isinstance(severity, Severity) and severity not in levels:
            raise ArgumentValueError(f"severity has to be one of {', '.join(map(repr, levels))}, not {severity!r:.80}")
        least = Severity(severity).rank
        return tuple(finding for finding in self.findings if finding.severity.rank >= least)

    written: ClassVar[Callable[[AuditReport], str] | None] = None
    """How `str` writes it: as `audit_as_text` does, which stands above this module; `audit` puts it here."""

    def __str__(self) -> str:
        write = AuditReport.written
        return repr(self) if write is None else write(self)


def checked_audit(report: object) -> AuditReport:
    """
    Return *report*, which users hand over.

    Raises:
        ArgumentTypeError: It is no report of an audit.
    """
    return checked_instance("report", report, AuditReport, "an AuditReport, which audit() makes")
