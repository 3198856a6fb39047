"""
What is known to differ in random scenarios, and is no finding.

What `tests/evidence/agreement/exceptions.py` says of scenarios of the corpus, and what only chains of unusual steps
reach, is said here as a question about a disagreement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.values.formats.http_dates import parse_http_date
from browsercors.values.responses import REDIRECT_STATUSES
from tests.evidence.recorder.scenario import Fetch, Frame, Xhr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.evidence.agreement.comparison import Disagreement
    from tests.evidence.recorder.scenario import Answer, Scenario, Step

ABOUT_STORING: Final = ("cache-control:", "etag:", "expires:", "last-modified:")
HEADER_REFUSED: Final = ": HeaderDisallowedByPreflightResponse ("


def is_known(disagreement: Disagreement, scenario: Scenario, engine: str) -> bool:
    """
    Whether a *disagreement* in *scenario* is one of those that are known of *engine*.
    """
    return any(question(disagreement, scenario) for question in KNOWN[engine])


def names_another_refused_header(disagreement: Disagreement, scenario: Scenario) -> bool:
    """
    Whether it is only about which of several refused headers Chromium's hash map names first.
    """
    return disagreement.aspect == "reason" and all(HEADER_REFUSED in text for text in _texts(disagreement))


def disables_a_scheme(disagreement: Disagreement, scenario: Scenario) -> bool:
    """
    Whether it is about the scheme that Chromium says it disabled, as it does when a keepalive request hides a redirect.
    """
    return disagreement.aspect == "reason" and _texts(disagreement) == ("['step 0: CorsDisabledScheme']", "[]")


def tells_of_frames_in_any_order(disagreement: Disagreement, scenario: Scenario) -> bool:
    """
    Whether it is about what failed first in a frame: Chromium tells of refusals before and after sending in any order.
    """
    return disagreement.aspect == "reason" and any(isinstance(step, Frame) for step in scenario.steps)


def states_late(disagreement: Disagreement, scenario: Scenario) -> bool:
    """
    Whether it is about when Firefox says that the page may not load something: at times after the next step has begun.
    """
    return disagreement.aspect == "reason" and any(text.endswith(": SOP") for text in _texts(disagreement))


def redirects_a_body_of_xml_http_request(disagreement: Disagreement, scenario: Scenario) -> bool:
    """
    Whether it is about the type of a body in a chain of redirects, which Firefox keeps apart for XMLHttpRequest.
    """
    with_body = any(isinstance(step, Xhr) and step.body is not None for step in _steps(scenario.steps))
    return disagreement.aspect == "headers" and with_body and "content-type" in "".join(_texts(disagreement))


def shows_the_whole_url_again(disagreement: Disagreement, scenario: Scenario) -> bool:
    """
    Whether it is about the referrer of a chain under "unsafe-url" that comes home: Firefox has cut it for others only.
    """
    policies = {getattr(step, "referrer_policy", None) for step in _steps(scenario.steps)}
    return "unsafe-url" in policies and all("referer: " in text for text in _texts(disagreement))


def has_a_part_made(disagreement: Disagreement, scenario: Scenario) -> bool:
    """
    Whether a part is asked for, which Chromium makes out of what it has, or asks about what it has.
    """
    return any(name == "Range" for step in _steps(scenario.steps) for name, _ in getattr(step, "headers", ()))


def asks_about_the_body_by_head(disagreement: Disagreement, scenario: Scenario) -> bool:
    """
    Whether it is about a GET after a HEAD by which Chromium asked about what was stored: 200 makes it forget that.
    """
    methods = [getattr(step, "method", None) or "GET" for step in _steps(scenario.steps)]
    return "HEAD" in methods[:-1] and "if-none-match" in disagreement.simulator


def is_asked_again_over_another_connection(disagreement: Disagreement, scenario: Scenario) -> bool:
    """
    Whether it is about a 408 over a kept connection: Chromium keeps those for requests with credentials apart.
    """
    return any(each.status == 408 and each.keep for each in _answers(scenario))


def moves_in_public(disagreement: Disagreement, scenario: Scenario) -> bool:
    """
    Whether a redirect is `public` and stale, about which Firefox does not ask.
    """
    return any(
        each.status in REDIRECT_STATUSES and any("public, max-age=0" in line for line in each.headers)
        for each in _answers(scenario)
    )


def asks_about_no_date(disagreement: Disagreement, scenario: Scenario) -> bool:
    """
    Whether a `Last-Modified` is no date, about which Firefox does not ask.
    """
    dates = [
        line.partition(":")[2].strip()
        for each in _answers(scenario)
        for line in each.headers
        if line.lower().startswith("last-modified:")
    ]
    return any(parse_http_date(date.encode("latin-1")) is None for date in dates)


def is_redirected_again(disagreement: Disagreement, scenario: Scenario) -> bool:
    """
    Whether redirects and what is stored meet.

    WebKit asks the first URL of a redirect that it has stored about the last one, and takes the headers of the first
    request for those of a later one.
    """
    again = sum(isinstance(step, Fetch | Xhr) for step in _steps(scenario.steps)) > 1
    stored = any(line.lower().startswith(ABOUT_STORING) for each in _answers(scenario) for line in each.headers)
    return again and stored and any(each.status in REDIRECT_STATUSES for each in _answers(scenario))


def is_told_not_to_store(disagreement: Disagreement, scenario: Scenario) -> bool:
    """
    Whether a 304 forbids to store what it confirms, which WebKit does not heed.
    """
    return any(each.status == 304 and any("no-store" in line for line in each.headers) for each in _answers(scenario))


KNOWN: Final = {
    "chromium": (
        names_another_refused_header,
        disables_a_scheme,
        tells_of_frames_in_any_order,
        has_a_part_made,
        is_asked_again_over_another_connection,
        asks_about_the_body_by_head,
    ),
    "firefox": (
        states_late,
        redirects_a_body_of_xml_http_request,
        shows_the_whole_url_again,
        moves_in_public,
        asks_about_no_date,
    ),
    "webkit": (is_redirected_again, is_told_not_to_store),
}


def _answers(scenario: Scenario) -> Iterable[Answer]:
    return (answer for route in scenario.routes for answer in route.answers)


def _texts(disagreement: Disagreement) -> tuple[str, str]:
    return disagreement.browser, disagreement.simulator


def _steps(steps: Iterable[Step]) -> Iterable[Step]:
    for step in steps:
        yield step
        if isinstance(step, Frame):
            yield from _steps(step.steps)
