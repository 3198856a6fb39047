"""
A finding in one sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.words.reasons import Fields, reason_clause
from browsercors.explain.words.templates import Template

if TYPE_CHECKING:
    from browsercors.values.findings import Finding

__all__ = ["FINDINGS", "finding_sentence"]

FINDINGS: Final[dict[tuple[str, str], Template]] = {
    ("validate a header", "3"): Template("the page set {dropped}, which only the browser may set: not sent"),
    ("append a header", "3"): Template('the page set {dropped}, which mode "no-cors" does not allow: not sent'),
    ("main fetch", "12.4"): Template('mode "no-cors" hides the response from the page'),
    ("main fetch", "12.6"): Template("a preflight has to be sent first"),
    ("main fetch", "12.7"): Template("no preflight: this {method} request does not need one"),
    ("main fetch", "14.2"): Template("the page gets a response of type {type}"),
    ("scheme fetch", "3"): Template("the URL contains the response"),
    ("HTTP fetch", "6.3"): Template("a redirect ({status}), which the page asked not to follow"),
    ("HTTP-redirect fetch", "12"): Template("the {status} turns {method} into GET and drops the body"),
    ("HTTP-redirect fetch", "13"): Template("{removed} is not sent to another origin"),
    ("HTTP-redirect fetch", "18"): Template("followed the {status} to {location}"),
    ("TAO check", "2"): Template("an earlier response of the redirect chain hid timing details from the page"),
    ("TAO check", "5"): Template("Timing-Allow-Origin lets the page see timing details"),
    ("TAO check", "6"): Template("the page cannot see timing details of another origin's document"),
    ("TAO check", "7"): Template("the page can see timing details of its own origin"),
    ("TAO check", "8"): Template("without Timing-Allow-Origin the page sees no timing details"),
    ("HTTP Strict Transport Security", "10"): Template("not simulated: by now a browser would use https for {host}"),
    ("Local Network Access check", "1"): Template(
        "not simulated: a browser may ask the user before {page} can reach {host}"
    ),
    ("HTTP-network-or-cache fetch", "8.26.2"): Template("{url} was not requested: the HTTP cache held a response"),
    ("HTTP-network-or-cache fetch", "15"): Template(
        "a browser may ask the user for a password here; the simulation does not"
    ),
    ("append a request `Cookie` header", "5"): Template("cookies sent: {sent}"),
    ("parse and store response `Set-Cookie` headers", "6"): Template("Set-Cookie: {set_cookie} ({outcome})"),
    ("CORS-preflight cache", "1"): Template("the response to a preflight for this {method} is remembered"),
    ("CORS check", "3"): Template("Access-Control-Allow-Origin is *, and the request was made without credentials"),
    ("CORS check", "5"): Template("Access-Control-Allow-Origin is {origin}"),
    ("CORS check", "7"): Template(
        "Access-Control-Allow-Origin is {origin}, Access-Control-Allow-Credentials is {credentials}"
    ),
    ("cross-origin resource policy check", "5"): Template("Cross-Origin-Resource-Policy: {policy}"),
    ("CORS-preflight fetch", "7"): Template("the preflight response has status {status}"),
    ("CORS-preflight fetch", "7.5"): Template("{method} is listed in Access-Control-Allow-Methods: {allowed}"),
    ("CORS-preflight fetch", "7.7"): Template("{names}: listed in Access-Control-Allow-Headers: {allowed}"),
    ("CORS-preflight fetch", "7.11"): Template("the preflight response is not remembered"),
    ("CORS-preflight fetch", "7.15"): Template("the preflight response is remembered for {remembered} s"),
}


def finding_sentence(finding: Finding) -> str:
    """
    Say what a finding found; the caller adds its rule and outcome.
    """
    fields = Fields(finding.evidence)
    if finding.reason is not None:
        return reason_clause(finding.reason, fields)
    template = FINDINGS.get((finding.algorithm.name, finding.step))
    if template is None:
        return ", ".join(f"{name}: {value}" for name, value in fields.items())
    return template.fill(fields)
