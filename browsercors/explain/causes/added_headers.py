"""
Request headers that libraries add to what a page asks for, and that its author may know nothing of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.explain.report import ServerCause
from browsercors.explain.words.sanitise import shown
from browsercors.values.findings import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.explain.causes.sign import Sure
    from browsercors.explain.fixes.proof import FetchFailure

__all__ = ["ADDED", "OF_RESPONSES", "AddedHeader", "added_header"]


class AddedHeader(NamedTuple):
    """
    A header that a library adds.

    Attributes:
        begins: What its name begins with, in lower case.
        who: The library.
        remedy: How to keep the library from adding it; the server can allow it as well.
        sure: How that is known.
        source: Where it can be checked.
    """

    begins: str
    who: str
    remedy: str
    sure: Sure
    source: str


ADDED: Final = (
    AddedHeader(
        "sentry-trace",
        "Sentry",
        "limit it by tracePropagationTargets to the servers that expect it",
        "documented",
        "https://docs.sentry.io/platforms/javascript/tracing/instrumentation/automatic-instrumentation/",
    ),
    AddedHeader(
        "baggage",
        "Sentry or OpenTelemetry",
        "limit it to the servers that expect it (tracePropagationTargets, propagateTraceHeaderCorsUrls)",
        "documented",
        "https://docs.sentry.io/platforms/javascript/tracing/distributed-tracing/",
    ),
    AddedHeader(
        "trace",
        "OpenTelemetry, or another library for tracing",
        "limit it by propagateTraceHeaderCorsUrls to the servers that expect it",
        "documented",
        "https://www.w3.org/TR/trace-context/",
    ),
    AddedHeader(
        "x-datadog-",
        "the browser SDK of Datadog",
        "limit it by allowedTracingUrls to the servers that expect it",
        "documented",
        "https://docs.datadoghq.com/real_user_monitoring/correlate_with_other_telemetry/apm/",
    ),
    AddedHeader(
        "newrelic",
        "the browser agent of New Relic",
        "limit it by the allowed origins of its distributed tracing",
        "documented",
        "https://docs.newrelic.com/docs/browser/new-relic-browser/configuration/distributed-tracing-browser/",
    ),
    AddedHeader(
        "x-stainless-",
        "a client library that Stainless generates, such as that of OpenAI or Anthropic",
        "set these names to null in defaultHeaders of the client",
        "read in source",
        "openai/openai-node src/client.ts",
    ),
    AddedHeader(
        "x-amz-user-agent",
        "the AWS SDK for JavaScript",
        "use a rule of the bucket or of the API that allows it",
        "read in source",
        "aws/aws-sdk-js-v3 packages/middleware-user-agent",
    ),
    AddedHeader(
        "x-ms-client-request-id",
        "an Azure SDK",
        'allow "x-ms-*" in the CORS rule of the service',
        "documented",
        "https://learn.microsoft.com/en-us/rest/api/storageservices/preflight-blob-request",
    ),
)
"""
Every row; the first one that a name begins with counts.

`X-Requested-With` and `X-XSRF-TOKEN` are none of these: jQuery, axios and Angular leave them out across origins.
"""


SHOWN: Final = "shown by the response"
STANDARD: Final = "https://fetch.spec.whatwg.org/#http-responses"
OF_RESPONSES: Final = (
    "response-header-on-request",
    "the page's own code",
    "It sets a header of responses on the request, where it allows nothing and only needs permission itself.",
    "Take it out of the request; the server sends it.",
)
"""A mistake that no library makes."""


def added_header(failure: FetchFailure, entry: int) -> Iterable[ServerCause]:
    """
    Yield what added the header that the preflight response does not allow.

    Args:
        failure: What failed.
        entry: The number of the preflight in the timeline.
    """
    if failure.reason is not Reason.HEADER_NOT_ALLOWED:
        return
    name = shown(failure.finding.evidence.get("name")).lower()
    if name.startswith("access-control-"):
        yield ServerCause(*OF_RESPONSES, f"Access-Control-Request-Headers: {name}", SHOWN, STANDARD, entry)
    row = next((row for row in ADDED if name.startswith(row.begins)), None)
    if row is not None:
        yield ServerCause(
            "header-set-by-library",
            f"{row.who}, in the page",
            f"It adds the header {name} to requests, whether the server knows it or not.",
            f"List it in Access-Control-Allow-Headers; or {row.remedy}.",
            f"Access-Control-Request-Headers: {name}",
            row.sure,
            row.source,
            entry,
        )
