"""
Surprises about what protects pages beside CORS: policies of the page, requests over TLS, data that is cleared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.explain.report import Surprise
from browsercors.explain.surprises.codes import SurpriseCode
from browsercors.explain.words.sanitise import shown
from browsercors.protections.clear_site_data import CLEAR_SITE_DATA
from browsercors.protections.content_security_policy.checks import IGNORED, REPORT
from browsercors.protections.hsts import HSTS
from browsercors.protections.mixed_content import UPGRADE_MIXED_CONTENT
from browsercors.protections.upgrade_insecure_requests import UPGRADE_REQUEST
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.explain.fixes.proof import FinishedFetch

__all__ = ["policy_ignored", "policy_would_block", "site_data_cleared", "upgraded_to_https"]

OTHER_ORIGIN = (
    "For CORS the https URL is what is requested, and it has another origin than the http URL. Write https:// in the "
    "page, and serve the page itself over https."
)


def policy_would_block(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report requests that a report-only policy of the page would block if it were enforced.
    """
    for finding in fetch.found(REPORT, "2.3"):
        directive, url = shown(finding.evidence["directive"]), shown(finding.evidence["url"])
        yield Surprise(
            SurpriseCode.POLICY_WOULD_BLOCK.value,
            f"The page's Content-Security-Policy-Report-Only would block {url}: {directive} does not list it.",
            f"Add its origin to {directive} before the policy is enforced.",
        )


def policy_ignored(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report what browsers ignore of the page's policies, because it does not parse.
    """
    for finding in fetch.found(IGNORED, "3"):
        yield Surprise(
            SurpriseCode.POLICY_IGNORED.value,
            f"Browsers ignore a part of the page's Content-Security-Policy: {shown(finding.evidence['warning'])}.",
            "Correct the policy: directives are separated by semicolons, sources by spaces, and keywords such as "
            "'self' stand in single quotes.",
        )


def upgraded_to_https(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report http requests that the browser sent over TLS instead.
    """
    for finding in (
        *fetch.found(UPGRADE_REQUEST, "5"),
        *fetch.found(UPGRADE_MIXED_CONTENT, "2"),
        *fetch.found(HSTS, "8.3"),
    ):
        url = parse_url(str(finding.evidence["url"]))
        assert url is not None, "it was requested"
        if finding.algorithm is HSTS:
            host = shown(finding.evidence["host"])
            preloaded = finding.evidence["preloaded"]
            why = f"{host} is in the HSTS preload list" if preloaded else f"{host} has sent Strict-Transport-Security"
        elif finding.algorithm is UPGRADE_MIXED_CONTENT:
            why = "the page was, and browsers do so for images, audio and video"
        else:
            why = "the page's policy has upgrade-insecure-requests"
        yield Surprise(
            SurpriseCode.UPGRADED_TO_HTTPS.value,
            f"{shown(url.href)} was requested over https, since {why}.",
            OTHER_ORIGIN,
        )


def site_data_cleared(fetch: FinishedFetch) -> Iterable[Surprise]:
    """
    Report what a response had cleared.
    """
    for finding in fetch.found(CLEAR_SITE_DATA, "8"):
        cleared = finding.evidence["cleared"]
        if cleared:
            yield Surprise(
                SurpriseCode.SITE_DATA_CLEARED.value,
                f"Clear-Site-Data made the browser forget: {shown(cleared)}.",
                'Name only what has to go, each in double quotes. "cookies" is for the whole site, and "cache" for the '
                "origin; preflights stay remembered.",
            )
