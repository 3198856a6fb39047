"""
The beginning of a fetch: from the page's call to the request and what it carries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.fetch.main_fetch import fetch
from browsercors.initiators.bodies.readable_stream import ReadableStream
from browsercors.initiators.fetch_method import create_fetch_request
from browsercors.initiators.page_call import PageFetchParams
from browsercors.initiators.xhr import create_xhr_request

if TYPE_CHECKING:
    from browsercors.fetch.effects import Fetching
    from browsercors.fetch.params import UserAgent
    from browsercors.initiators.page_call import PageCall
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Environment
    from browsercors.values.responses import FilteredResponse, Response

__all__ = ["SCRIPT_APIS", "prepare", "start"]

SCRIPT_APIS: Final[frozenset[str]] = frozenset({"fetch", "XMLHttpRequest"})
"""By which of the names of a `PageCall` a script asks."""


def prepare(call: PageCall, environment: Environment, user_agent: UserAgent, now: float) -> PageFetchParams:
    """
    Make what the page said into a fetch that can begin.

    Raises:
        FetchTypeError: What JavaScript would throw for it, or an element's URL that cannot be parsed.
        TypeError: An attribute of an element has the wrong type.
    """
    findings: list[Finding] = []
    if call.api not in SCRIPT_APIS:
        # NB: imported late, since many pages only fetch.
        from browsercors.initiators.elements.load import create_element_request

        request = create_element_request(environment, user_agent.profile, call)
        return PageFetchParams(user_agent, request, now, findings, page_call=call)
    create = create_fetch_request if call.api == "fetch" else create_xhr_request
    request = create(
        environment,
        user_agent.profile,
        call.url,
        findings,
        method=call.method,
        headers=call.headers,
        body=call.body,
        **call.options,
    )
    if isinstance(call.body, ReadableStream) and call.body.disturbed:
        call = call._replace(body=ReadableStream((request.body or b"",)))
    return PageFetchParams(user_agent, request, now, findings, page_call=call)


def start(params: PageFetchParams) -> Fetching[FilteredResponse | Response]:
    """
    Return the algorithm of a fetch: that of an element, or the fetch alone.
    """
    if params.page_call is None or params.page_call.api in SCRIPT_APIS:
        return fetch(params)
    from browsercors.initiators.elements.load import load

    return load(params)
