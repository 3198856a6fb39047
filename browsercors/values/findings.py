"""
What the engine found: which rule was applied, on what, and how it ended.

A finding is data. Sentences are made from it elsewhere, on demand.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

import attrs

from browsercors.values.records import quick

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["SERVICE_WORKER_REASONS", "Algorithm", "Block", "Finding", "Outcome", "Reason", "failure_among"]


@quick
class Outcome(enum.Enum):
    """
    How the application of a rule ended.
    """

    PASSED = "passed"
    FAILED = "failed"
    NOTED = "noted"
    """Nothing to pass or fail: something that happened, and that the page's author would want to know."""


@quick
class Reason(str, enum.Enum):  # noqa: UP042 - `StrEnum` takes longer to make
    """
    Why a page may not read a response: the closed set of causes, each with a stable code, which it is equal to.
    """

    # The CORS check, on a response or on the response to a preflight.
    ALLOW_ORIGIN_MISSING = "allow-origin-missing"
    ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS = "allow-origin-wildcard-with-credentials"
    ALLOW_ORIGIN_REPEATED = "allow-origin-repeated"
    ALLOW_ORIGIN_LIST = "allow-origin-list"
    ALLOW_ORIGIN_SPACE_SEPARATED = "allow-origin-space-separated"
    ALLOW_ORIGIN_INVALID = "allow-origin-invalid"
    ALLOW_ORIGIN_MISMATCH = "allow-origin-mismatch"
    ALLOW_CREDENTIALS_NOT_TRUE = "allow-credentials-not-true"

    # The preflight.
    PREFLIGHT_REDIRECTED = "preflight-redirected"
    PREFLIGHT_STATUS_NOT_OK = "preflight-status-not-ok"
    ALLOW_METHODS_INVALID = "allow-methods-invalid"
    ALLOW_HEADERS_INVALID = "allow-headers-invalid"
    PRIVATE_NETWORK_NOT_ALLOWED = "private-network-not-allowed"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    HEADER_NOT_ALLOWED = "header-not-allowed"

    # Redirects.
    REDIRECT_WITH_CREDENTIALS = "redirect-with-credentials"
    REDIRECT_LOCATION_INVALID = "redirect-location-invalid"
    REDIRECT_SCHEME_NOT_HTTP = "redirect-scheme-not-http"
    REDIRECT_LIMIT = "redirect-limit"
    REDIRECT_MODE_ERROR = "redirect-mode-error"
    REDIRECT_OF_STREAM = "redirect-of-stream"

    # Modes, schemes, policies.
    SAME_ORIGIN_MODE = "same-origin-mode"
    NO_CORS_REDIRECT_MODE = "no-cors-redirect-mode"
    SCHEME_NOT_SUPPORTED = "scheme-not-supported"
    DATA_URL_INVALID = "data-url-invalid"
    MIXED_CONTENT = "mixed-content"
    LOCAL_NETWORK_ACCESS_DENIED = "local-network-access-denied"
    LOCAL_NETWORK_ACCESS_INSECURE = "local-network-access-insecure"
    LOCAL_NETWORK_ACCESS_NOT_DELEGATED = "local-network-access-not-delegated"
    LOCAL_NETWORK_ACCESS_PROMPT = "local-network-access-prompt"
    LOCAL_NETWORK_ACCESS_SPACE = "local-network-access-space"
    BAD_PORT = "bad-port"
    ONLY_IF_CACHED = "only-if-cached"
    KEEPALIVE_BODY_TOO_LARGE = "keepalive-body-too-large"
    STREAM_UPLOAD_NOT_SUPPORTED = "stream-upload-not-supported"
    CROSS_ORIGIN_RESOURCE_POLICY = "cross-origin-resource-policy"
    OPAQUE_RESPONSE_BLOCKED = "opaque-response-blocked"
    MIME_TYPE_BLOCKED = "mime-type-blocked"
    NOSNIFF = "nosniff"
    STATUS_NOT_OK = "status-not-ok"
    CONTENT_NOT_USABLE = "content-not-usable"
    URL_INVALID = "url-invalid"
    URL_WITH_CREDENTIALS = "url-with-credentials"
    LOAD_NOT_SUPPORTED = "load-not-supported"
    SHARED_WORKER_MISMATCH = "shared-worker-mismatch"
    PROXY_AUTHENTICATION = "proxy-authentication"
    AUTHENTICATION_PROMPT = "authentication-prompt"
    INTEGRITY_MISMATCH = "integrity-mismatch"
    INTEGRITY_POLICY = "integrity-policy"
    CONTENT_SECURITY_POLICY = "content-security-policy"

    # Service workers.
    SERVICE_WORKER_ERROR = "service-worker-error"
    SERVICE_WORKER_FETCH_FAILED = "service-worker-fetch-failed"
    SERVICE_WORKER_OPAQUE = "service-worker-opaque"
    SERVICE_WORKER_CORS = "service-worker-cors"
    SERVICE_WORKER_REDIRECTED = "service-worker-redirected"
    SERVICE_WORKER_OPAQUE_REDIRECT = "service-worker-opaque-redirect"
    SERVICE_WORKER_SCOPE = "service-worker-scope"
    SERVICE_WORKER_NOT_ALLOWED = "service-worker-not-allowed"

    # WebSockets.
    WEBSOCKET_STATUS = "websocket-status"
    WEBSOCKET_HANDSHAKE_INVALID = "websocket-handshake-invalid"
    WEBSOCKET_PROTOCOL_MISMATCH = "websocket-protocol-mismatch"
    WEBSOCKET_EXTENSION_MISMATCH = "websocket-extension-mismatch"
    WEBSOCKET_FRAME_INVALID = "websocket-frame-invalid"

    # The network.
    NOT_MOUNTED = "not-mounted"
    NOT_RECORDED = "not-recorded"
    CONNECTION_FAILED = "connection-failed"
    TIMED_OUT = "timed-out"
    INVALID_RESPONSE = "invalid-response"
    TOO_LARGE = "too-large"
    BODY_INTERRUPTED = "body-interrupted"

    def __str__(self) -> str:
        return self.value

    @property
    def is_cors(self) -> bool:
        """
        Whether the CORS protocol decided, so that CORS headers of the server could have decided otherwise.
        """
        return self in CORS_REASONS


# NB: equal to its code, a reason has the hash of its code; `quick` would hash it by identity.
type.__setattr__(Reason, "__hash__", str.__hash__)

CORS_CHECK_REASONS: Final = frozenset(
    {
        Reason.ALLOW_ORIGIN_MISSING,
        Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
        Reason.ALLOW_ORIGIN_REPEATED,
        Reason.ALLOW_ORIGIN_LIST,
        Reason.ALLOW_ORIGIN_SPACE_SEPARATED,
        Reason.ALLOW_ORIGIN_INVALID,
        Reason.ALLOW_ORIGIN_MISMATCH,
        Reason.ALLOW_CREDENTIALS_NOT_TRUE,
    }
)
"""The reasons of the CORS check, on a response or on the response to a preflight."""

CORS_REASONS: Final = CORS_CHECK_REASONS | {
    Reason.PREFLIGHT_REDIRECTED,
    Reason.PREFLIGHT_STATUS_NOT_OK,
    Reason.ALLOW_METHODS_INVALID,
    Reason.ALLOW_HEADERS_INVALID,
    Reason.METHOD_NOT_ALLOWED,
    Reason.HEADER_NOT_ALLOWED,
    Reason.REDIRECT_WITH_CREDENTIALS,
}
"""The reasons of the CORS protocol."""


SERVICE_WORKER_REASONS: Final = frozenset(
    {
        Reason.SERVICE_WORKER_ERROR,
        Reason.SERVICE_WORKER_FETCH_FAILED,
        Reason.SERVICE_WORKER_OPAQUE,
        Reason.SERVICE_WORKER_CORS,
        Reason.SERVICE_WORKER_REDIRECTED,
        Reason.SERVICE_WORKER_OPAQUE_REDIRECT,
    }
)
"""The reasons of responses that a page may not be given by its service worker."""


class Finding(NamedTuple):
    """
    One rule applied once.

    NB: a tuple and not an attrs class: a preflighted fetch records some twenty, and a frozen attrs instance costs
    three times as much.

    Attributes:
        algorithm: The rule.
        step: The step of it that decided, numbered as in the standard ("7.5" is a step within a step).
        outcome: How it ended.
        reason: For a failure that blocks, its cause; otherwise None.
        evidence: What was compared, by name: bytes for header values, text for what the standard calls strings.
    """

    algorithm: Algorithm
    step: str
    outcome: Outcome
    reason: Reason | None
    evidence: Mapping[str, object]

    @property
    def ok(self) -> bool:
        """
        Whether the fetch could go on.
        """
        return self.outcome is not FAILED


# NB: half the price of calling the class, which checks nothing more.
NEW: Final = tuple.__new__
# NB: nor is a member looked up in its enumeration each time, which Python 3.11 takes as long for.
PASSED: Final = Outcome.PASSED
NOTED: Final = Outcome.NOTED
FAILED: Final = Outcome.FAILED


class Algorithm:
    """
    A named algorithm of a standard, with the address of its section.

    Attributes:
        name: As the standard names it.
        url: Where its steps stand.
    """

    __slots__ = ("name", "url")

    _known: ClassVar[dict[tuple[str, str], Algorithm]] = {}

    def __new__(cls, name: str, url: str) -> Algorithm:
        """
        Return the algorithm of that name: there is one, which a finding that comes from another process has too.
        """
        return cls._known.setdefault((name, url), super().__new__(cls))

    def __reduce__(self) -> tuple[type[Algorithm], tuple[str, str]]:
        return Algorithm, (self.name, self.url)

    def __init__(self, name: str, url: str) -> None:
        self.name: str = name
        self.url: str = url

    def passed(self, step: str, **evidence: object) -> Finding:
        """
        Record that *step* let the fetch go on.
        """
        return NEW(Finding, (self, step, PASSED, None, evidence))

    def failed(self, step: str, reason: Reason, **evidence: object) -> Finding:
        """
        Record that *step* ended the fetch, and why.
        """
        return Finding(self, step, FAILED, reason, evidence)

    def noted(self, step: str, **evidence: object) -> Finding:
        """
        Record that *step* did something that the page's author would want to know.
        """
        return NEW(Finding, (self, step, NOTED, None, evidence))

    def __repr__(self) -> str:
        return f"<Algorithm {self.name}>"


@attrs.frozen(eq=False, repr=False)
class Block:
    """
    The one rule that kept a page from reading a response.

    Attributes:
        finding: The finding that decided; the last failure recorded.
        reason: Its cause.
        during_preflight: Whether the preflight failed, not the request itself.
        identifiers: What each browser calls it, by engine name: Chromium's `CorsError`, `blockedReason` or network
            error, Firefox's console category, WebKit's kind of message. An engine that keeps silent is left out.
        parameters: What a browser names with it, by engine name: Chromium's `failedParameter`, such as the header that
            is not allowed. An engine that names nothing is left out.
    """

    finding: Finding
    reason: Reason
    during_preflight: bool
    identifiers: Mapping[str, str]
    parameters: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def is_cors(self) -> bool:
        """
        Whether the CORS protocol decided.
        """
        return self.reason.is_cors

    def __repr__(self) -> str:
        # NB: short, for `assert result.block is None`.
        return f"<Block {self.reason.value}>"


def failure_among(findings: Sequence[Finding]) -> tuple[Finding, Reason]:
    """
    Return the finding that failed a fetch, with its reason: the last one that says so.
    """
    finding = next(finding for finding in reversed(findings) if finding.outcome is FAILED)
    assert finding.reason is not None, "what fails a fetch has a reason"
    return finding, finding.reason
