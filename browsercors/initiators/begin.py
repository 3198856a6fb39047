"""
The beginning of a fetch: from the page's call to the request and what it carries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.initiators.bodies.readable_stream import ReadableStream
from browsercors.initiators.fetch_method import create_fetch_request
from browsercors.initiators.page_call import PageFetchParams
from browsercors.initiators.xhr import create_xhr_request

if TYPE_CHECKING:
    from browsercors.fetch.params import UserAgent
    from browsercors.initiators.page_call import PageCall
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Environment

__all__ = ["prepare"]


def prepare(call: PageCall, environment: Environment, user_agent: UserAgent, now: float) -> PageFetchParams:
    """
    Make what the page's script said into a fetch that can begin.

    Raises:
        FetchTypeError: What JavaScript would throw for it.
    """
    findings: list[Finding] = []
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
