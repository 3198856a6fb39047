"""
What keeps a check or an audit from seeing clearly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from browsercors.browser.result import FetchResult

__all__ = ["AuditProblem"]


@attrs.frozen(kw_only=True)
class AuditProblem:
    """
    Something that kept the audit from seeing clearly; no finding, and no finding is lost by it.

    Attributes:
        code: "not-deterministic", "no-answer", "server-error", "not-asked", "redirects-away", "gave-up" or "budget".
        sentence: What happened, with the values; may hold text of the server's.
        path: Where; empty where it is about no path.
        answers: What was seen, such as two answers to equal requests.
    """

    code: str
    sentence: str
    path: str = ""
    answers: tuple[FetchResult, ...] = attrs.field(default=(), repr=False)
