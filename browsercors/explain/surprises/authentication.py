"""
Surprises about HTTP authentication.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.explain.report import Surprise
from browsercors.explain.surprises.codes import SurpriseCode
from browsercors.explain.words.sanitise import shown
from browsercors.fetch.network_or_cache_fetch import HTTP_NETWORK_OR_CACHE_FETCH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.explain.fixes.proof import FinishedFetch

__all__ = ["password_prompt"]


def password_prompt(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report where the browser shows the visitor a password prompt before the page gets the 401.
    """
    for finding in fetch.found(HTTP_NETWORK_OR_CACHE_FETCH, "15"):
        host, realm = shown(finding.evidence["host"]), shown(finding.evidence["realm"])
        label = fetch.params.user_agent.profile.label
        yield Surprise(
            SurpriseCode.PASSWORD_PROMPT.value,
            f"{label[:1].upper()}{label[1:]} first shows the visitor a password prompt for {host}"
            f'{f" ({realm})" if realm else ""}; the page gets the 401 after "Cancel".',
            "An API that pages call should not send WWW-Authenticate: Basic or Digest with a 401. Where the visitor "
            "knows the password, say so with browser.authenticate(origin, user, password).",
        )
