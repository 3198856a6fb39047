"""
What is known to differ in random scenarios, and is no finding.

It is a row of `tests/agreement/exceptions.py` that random scenarios meet again and again; there it names scenarios of
the corpus, and here it is said once more as a question about a disagreement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.agreement.comparison import Disagreement

HEADER_REFUSED: Final = ": HeaderDisallowedByPreflightResponse ("


def is_known(disagreement: Disagreement, engine: str) -> bool:
    """
    Whether *disagreement* is only about which of several refused headers Chromium's hash map names first.

    Or about the scheme that it says it disabled, when integrity refuses a keepalive request that hides a redirect.
    """
    texts = (disagreement.browser, disagreement.simulator)
    return (
        engine == "chromium"
        and disagreement.aspect == "reason"
        and (all(HEADER_REFUSED in text for text in texts) or texts == ("['step 0: CorsDisabledScheme']", "[]"))
    )
