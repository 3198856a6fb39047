"""
A finding in one sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.words.reasons import Fields, reason_clause
from browsercors.explain.words.templates import Template
from browsercors.fetch.checks import CORS_CHECK, TAO_CHECK
from browsercors.fetch.cookie_headers import APPEND_COOKIE_HEADER, STORE_SET_COOKIE_HEADERS
from browsercors.fetch.http_fetch import HTTP_FETCH
from browsercors.fetch.http_redirect_fetch import HTTP_REDIRECT_FETCH
from browsercors.fetch.loads.preloads import CONSUME
from browsercors.fetch.main_fetch import MAIN_FETCH, SCHEME_FETCH
from browsercors.fetch.network_or_cache_fetch import HTTP_NETWORK_OR_CACHE_FETCH
from browsercors.fetch.preflight_cache.entries import CORS_PREFLIGHT_CACHE
from browsercors.fetch.preflight_response import CORS_PREFLIGHT_FETCH
from browsercors.fetch.service_workers.handle_fetch import HANDLE_FETCH
from browsercors.initiators.elements.image import UPDATE_THE_IMAGE_DATA
from browsercors.initiators.elements.script import FETCH_A_SINGLE_MODULE_SCRIPT, RESOLVE
from browsercors.initiators.elements.stylesheet import PROCESS_THE_STYLESHEET
from browsercors.initiators.header_guard import APPEND_HEADER, CLIENT_HEADER, VALIDATE_HEADER
from browsercors.protections.clear_site_data import CLEAR_SITE_DATA
from browsercors.protections.content_security_policy.checks import IGNORED, REPORT
from browsercors.protections.cross_origin_resource_policy import CROSS_ORIGIN_RESOURCE_POLICY_CHECK
from browsercors.protections.hsts import HSTS
from browsercors.protections.local_network_access import LOCAL_NETWORK_ACCESS_CHECK
from browsercors.protections.mime_type import MIME_TYPE
from browsercors.protections.mixed_content import UPGRADE_MIXED_CONTENT
from browsercors.protections.nosniff import NOSNIFF
from browsercors.protections.private_network_access import PRIVATE_NETWORK_PREFLIGHT
from browsercors.protections.upgrade_insecure_requests import UPGRADE_REQUEST

if TYPE_CHECKING:
    from browsercors.values.findings import Algorithm, Finding

__all__ = ["FINDINGS", "finding_sentence"]

FINDINGS: Final[dict[tuple[Algorithm, str], Template]] = {
    (VALIDATE_HEADER, "3"): Template("the page set {dropped}, which only the browser may set: not sent"),
    (CLIENT_HEADER, "1"): Template("the HTTP client set {dropped}, which the browser says for itself: not sent"),
    (APPEND_HEADER, "3"): Template('the page set {dropped}, which mode "no-cors" does not allow: not sent'),
    (MAIN_FETCH, "12.4"): Template('mode "no-cors" hides the response from the page'),
    (MAIN_FETCH, "12.6"): Template("a preflight has to be sent first"),
    (MAIN_FETCH, "12.7"): Template("no preflight: this {method} request does not need one"),
    (MAIN_FETCH, "14.2"): Template("the page gets a response of type {type}"),
    (SCHEME_FETCH, "3"): Template("the URL contains the response"),
    (HTTP_FETCH, "4.1"): Template("the service worker let the network respond, and no preflight is sent for that"),
    (HTTP_FETCH, "6.3"): Template("a redirect ({status}), which the page asked not to follow"),
    (HANDLE_FETCH, "25"): Template("the service worker {worker} let the network respond"),
    (HANDLE_FETCH, "28"): Template("the service worker {worker} responded to {url}, with a response of type {type}"),
    (HTTP_REDIRECT_FETCH, "12"): Template("the {status} turns {method} into GET and drops the body"),
    (HTTP_REDIRECT_FETCH, "13"): Template("{removed} is not sent to another origin"),
    (HTTP_REDIRECT_FETCH, "18"): Template("followed the {status} to {location}"),
    (TAO_CHECK, "2"): Template("an earlier response of the redirect chain hid timing details from the page"),
    (TAO_CHECK, "5"): Template("Timing-Allow-Origin lets the page see timing details"),
    (TAO_CHECK, "6"): Template("the page cannot see timing details of another origin's document"),
    (TAO_CHECK, "7"): Template("the page can see timing details of its own origin"),
    (TAO_CHECK, "8"): Template("without Timing-Allow-Origin the page sees no timing details"),
    (IGNORED, "3"): Template("the page's Content-Security-Policy: {warning}; ignored"),
    (REPORT, "2.3"): Template("the page's report-only policy would block {url}: {directive} does not list it"),
    (UPGRADE_REQUEST, "5"): Template("{url} is requested over https: the page's policy upgrades insecure requests"),
    (UPGRADE_MIXED_CONTENT, "2"): Template("{url} is requested over https: the page is, and this can be upgraded"),
    (HSTS, "8.1"): Template("Strict-Transport-Security: {value} ({outcome})"),
    (HSTS, "8.3"): Template("{url} is requested over https: {host} has promised to be reached that way only"),
    (CLEAR_SITE_DATA, "2"): Template("Clear-Site-Data: {value} (ignored)"),
    (CLEAR_SITE_DATA, "8"): Template("Clear-Site-Data: {value} (cleared: {cleared})"),
    (PRIVATE_NETWORK_PREFLIGHT, "4.1"): Template("Access-Control-Allow-Private-Network is {allowed}"),
    (PRIVATE_NETWORK_PREFLIGHT, "4.2"): Template(
        "a warning in the console: the preflight response should have Access-Control-Allow-Private-Network: true, "
        "and has {allowed}"
    ),
    (PRIVATE_NETWORK_PREFLIGHT, "5"): Template(
        "a warning in the console: the preflight for the private network failed ({problem})"
    ),
    (LOCAL_NETWORK_ACCESS_CHECK, "4"): Template("{page} may reach {host}, which is in the {space} address space"),
    (LOCAL_NETWORK_ACCESS_CHECK, "4.4.1"): Template(
        "{host} is in the {space} address space; the visitor has allowed {page} to reach it"
    ),
    (HTTP_NETWORK_OR_CACHE_FETCH, "8.26.2"): Template("{url} was not requested: the HTTP cache held a response"),
    (HTTP_NETWORK_OR_CACHE_FETCH, "15"): Template(
        'the browser asks the visitor for a password ({scheme}, realm {realm}); this is what follows on "Cancel"'
    ),
    (HTTP_NETWORK_OR_CACHE_FETCH, "15.1"): Template(
        "the browser does not answer the challenge ({scheme}, realm {realm}), and asks nobody"
    ),
    (HTTP_NETWORK_OR_CACHE_FETCH, "15.4"): Template(
        "the browser answers the challenge ({scheme}, realm {realm}): the page never sees this 401"
    ),
    (PROCESS_THE_STYLESHEET, "1"): Template("{url} was not requested: the page had loaded this style sheet before"),
    (UPDATE_THE_IMAGE_DATA, "7"): Template("{url} was not requested: the page had loaded this image before"),
    (FETCH_A_SINGLE_MODULE_SCRIPT, "4"): Template("{url} was not requested: the page had loaded this module before"),
    (RESOLVE, "12"): Template("{unresolved} is no URL, and without an import map no module is meant by it"),
    (CONSUME, "3"): Template("the preload of {url} asked in another way ({differs}) and does not serve this load"),
    (CONSUME, "7"): Template("the preload of {url} was not asked to have this integrity, and does not serve this load"),
    (CONSUME, "10"): Template("{url} was not requested: the page had preloaded it"),
    (APPEND_COOKIE_HEADER, "5"): Template("cookies sent: {sent}"),
    (STORE_SET_COOKIE_HEADERS, "6"): Template("Set-Cookie: {set_cookie} ({outcome})"),
    (CORS_PREFLIGHT_CACHE, "1"): Template("the response to a preflight for this {method} is remembered"),
    (CORS_CHECK, "3"): Template("Access-Control-Allow-Origin is *, and the request was made without credentials"),
    (CORS_CHECK, "5"): Template("Access-Control-Allow-Origin is {origin}"),
    (CORS_CHECK, "7"): Template(
        "Access-Control-Allow-Origin is {origin}, Access-Control-Allow-Credentials is {credentials}"
    ),
    (CROSS_ORIGIN_RESOURCE_POLICY_CHECK, "5"): Template("Cross-Origin-Resource-Policy: {policy}"),
    (NOSNIFF, "1"): Template("without nosniff any Content-Type will do"),
    (NOSNIFF, "6"): Template("X-Content-Type-Options: nosniff, and Content-Type: {content_type}"),
    (MIME_TYPE, "2"): Template("without a Content-Type nothing speaks against it"),
    (MIME_TYPE, "5"): Template("its Content-Type does not keep it from being used"),
    (CORS_PREFLIGHT_FETCH, "7"): Template("the preflight response has status {status}"),
    (CORS_PREFLIGHT_FETCH, "7.5"): Template("{method} is listed in Access-Control-Allow-Methods: {allowed}"),
    (CORS_PREFLIGHT_FETCH, "7.7"): Template("{names}: listed in Access-Control-Allow-Headers: {allowed}"),
    (CORS_PREFLIGHT_FETCH, "7.11"): Template("the preflight response is not remembered"),
    (CORS_PREFLIGHT_FETCH, "7.15"): Template("the preflight response is remembered for {remembered} s"),
}


def finding_sentence(finding: Finding) -> str:
    """
    Say what a finding found; the caller adds its rule and outcome.
    """
    fields = Fields(finding.evidence)
    if finding.reason is not None:
        return reason_clause(finding.reason, fields)
    template = FINDINGS.get((finding.algorithm, finding.step))
    if template is None:
        return ", ".join(f"{name}: {value}" for name, value in fields.items())
    return template.fill(fields)
