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
    ("validate a header", "3"): Template("the page set {dropped}, which is the browser's business: left out"),
    ("append a header", "3"): Template('the page set {dropped}, which mode "no-cors" does not allow: left out'),
    ("main fetch", "12.4"): Template('in mode "no-cors" the page will see nothing of the response'),
    ("main fetch", "12.6"): Template("a preflight has to come first"),
    ("main fetch", "12.7"): Template("no preflight: nothing in this {method} needs one"),
    ("main fetch", "14.2"): Template("the page is given a response of type {type}"),
    ("scheme fetch", "3"): Template("the URL holds the response"),
    ("HTTP fetch", "6.3"): Template("a redirect ({status}), which the page asked not to follow"),
    ("HTTP-redirect fetch", "12"): Template("the {status} turns {method} into GET, without a body"),
    ("HTTP-redirect fetch", "13"): Template("{removed} does not go along to another origin"),
    ("HTTP-redirect fetch", "18"): Template("followed the {status} to {location}"),
    ("TAO check", "2"): Template("an earlier response of the chain kept timing details from the page"),
    ("TAO check", "5"): Template("Timing-Allow-Origin shows the page timing details"),
    ("TAO check", "6"): Template("timing details of another origin's document are not for the page"),
    ("TAO check", "7"): Template("timing details of its own origin are the page's"),
    ("TAO check", "8"): Template("without Timing-Allow-Origin the page sees no timing details"),
    ("HTTP Strict Transport Security", "10"): Template("not simulated: a browser would ask {host} over https by now"),
    ("Local Network Access check", "1"): Template(
        "not simulated: a browser may ask its user before {page} reaches {host}"
    ),
    ("HTTP-network-or-cache fetch", "8.26.2"): Template("{url} was not asked for: the HTTP cache held an answer"),
    ("HTTP-network-or-cache fetch", "15"): Template(
        "a browser may ask its user for a password here; the simulation does not"
    ),
    ("append a request `Cookie` header", "5"): Template("cookies sent: {sent}"),
    ("parse and store response `Set-Cookie` headers", "6"): Template("Set-Cookie: {set_cookie} ({outcome})"),
    ("CORS-preflight cache", "1"): Template("the answer to a preflight for this {method} is remembered"),
    ("CORS check", "3"): Template("Access-Control-Allow-Origin is *, and the request is without credentials"),
    ("CORS check", "5"): Template("Access-Control-Allow-Origin is {origin}"),
    ("CORS check", "7"): Template(
        "Access-Control-Allow-Origin is {origin}, Access-Control-Allow-Credentials is {credentials}"
    ),
    ("cross-origin resource policy check", "5"): Template("Cross-Origin-Resource-Policy: {policy}"),
    ("CORS-preflight fetch", "7"): Template("the preflight's status is {status}"),
    ("CORS-preflight fetch", "7.5"): Template("{method} is listed in Access-Control-Allow-Methods: {allowed}"),
    ("CORS-preflight fetch", "7.7"): Template("{names}: listed in Access-Control-Allow-Headers: {allowed}"),
    ("CORS-preflight fetch", "7.11"): Template("the answer is not remembered"),
    ("CORS-preflight fetch", "7.15"): Template("the answer is remembered for {remembered} s"),
}


def finding_sentence(finding: Finding) -> str:
    """
    Say what a finding found, without its rule and outcome.
    """
    fields = Fields(finding.evidence)
    if finding.reason is not None:
        return reason_clause(finding.reason, fields)
    template = FINDINGS.get((finding.algorithm.name, finding.step))
    if template is None:
        return ", ".join(f"{name}: {value}" for name, value in fields.items())
    return template.fill(fields)
