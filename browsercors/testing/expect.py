"""
`expect(result)`: what a test expects of a fetch, with the explanation as the message where it is not so.
"""

from __future__ import annotations

from typing import Any, Final, Self

from browsercors.browser.result import FetchResult
from browsercors.testing.explaining import explanation_of
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError, checked_text
from browsercors.values.findings import Reason

__all__ = ["Expectation", "ExpectationFailed", "expect"]

NOTHING: Final = object()


class ExpectationFailed(AssertionError):  # noqa: N818 - it is what has happened
    """
    A fetch did not come to what a test expects.

    Attributes:
        expected: What was expected, and what came, in one sentence.
        result: The result of the fetch.
    """

    __module__ = "browsercors"  # where its users find it

    def __init__(self, expected: str, result: FetchResult) -> None:
        super().__init__(expected, result)
        self.expected = expected
        self.result = result

    def __str__(self) -> str:
        # NB: put into words when somebody reads it, and as long as it is asked for then.
        return "\n".join([self.expected, *explanation_of(self.result)])


def expect(result: FetchResult) -> Expectation:
    """
    Say what a test expects of the result of a fetch: `expect(result).to_be_readable().to_expose("X-Request-Id")`.

    Raises:
        TypeError: *result* is no result of a fetch.
    """
    if not isinstance(result, FetchResult):
        raise ArgumentTypeError(f"result has to be what page.fetch() or page.xhr() returns, not {result!r:.80}")
    return Expectation(result)


class Expectation:
    """
    What is expected of a result; `expect` makes it. Each method returns it again, or raises `ExpectationFailed`.
    """

    def __init__(self, result: FetchResult) -> None:
        self._result = result

    def __repr__(self) -> str:
        return f"<Expectation of {self._result!r}>"

    def to_be_readable(self) -> Self:
        """
        Expect that the page may read the response.
        """
        __tracebackhide__ = True
        return self._check(self._result.readable, "that the page may read the response")

    def to_be_blocked(self, reason: str | None = None) -> Self:
        """
        Expect that the fetch fails, and for *reason* if that is given: a `Reason`, or its code.

        Raises:
            ValueError: There is no such reason.
        """
        __tracebackhide__ = True
        block = self._result.block
        if reason is None:
            return self._check(block is not None, "that the fetch is blocked")
        if reason not in [each.value for each in Reason]:
            raise ArgumentValueError(
                f"reason has to be a Reason or its code, such as 'allow-origin-missing', not {reason!r}"
            )
        return self._check(block is not None and block.reason == reason, f"that the fetch is blocked ({reason})")

    def to_be_blocked_by_cors(self) -> Self:
        """
        Expect that the CORS protocol keeps the page from reading, whatever the reason.
        """
        __tracebackhide__ = True
        block = self._result.block
        return self._check(block is not None and block.is_cors, "that CORS blocks the fetch")

    def to_be_opaque(self) -> Self:
        """
        Expect that nothing fails, and that the page sees nothing of the response.
        """
        __tracebackhide__ = True
        is_opaque = not self._result.readable and self._result.block is None
        return self._check(is_opaque, "that the response is opaque")

    def to_have_status(self, status: int) -> Self:
        """
        Expect that the page reads a response of this status.
        """
        __tracebackhide__ = True
        is_it = self._result.readable and self._result.status == status
        return self._check(is_it, f"that the page reads a response with status {status}")

    def to_have_json(self, value: Any) -> Self:
        """
        Expect that the page reads JSON that equals *value*.
        """
        __tracebackhide__ = True
        try:
            found = self._result.json() if self._result.readable else NOTHING
        except ValueError as error:
            found = error
        said = "" if found is NOTHING else f", not {found!r:.200}"
        return self._check(
            found is not NOTHING and found == value, f"that the page reads the JSON {value!r:.200}{said}"
        )

    def to_expose(self, *names: str) -> Self:
        """
        Expect that the page may read the response and sees these headers.
        """
        __tracebackhide__ = True
        self.to_be_readable()
        for name in names:
            why = self._result.why_hidden(checked_text("names", name, "X-Request-Id"))
            hidden = f"; {why}" if why else "; the response does not have it"
            self._check(name in self._result.headers, f"that the page sees the header {name}{hidden}", is_told=True)
        return self

    def not_to_expose(self, *names: str) -> Self:
        """
        Expect that the page sees none of these headers.
        """
        __tracebackhide__ = True
        for name in names:
            is_seen = checked_text("names", name, "X-Request-Id") in self._result.headers
            self._check(not is_seen, f"that the page does not see the header {name}", is_told=True)
        return self

    def to_send_preflight(self) -> Self:
        """
        Expect that a preflight goes over the wire.
        """
        __tracebackhide__ = True
        return self._check(self._result.preflighted, "that a preflight is sent")

    def not_to_send_preflight(self) -> Self:
        """
        Expect that no preflight goes over the wire.
        """
        __tracebackhide__ = True
        return self._check(not self._result.preflighted, "that no preflight is sent")

    def to_send(self, *methods: str) -> Self:
        """
        Expect that requests with exactly these methods go over the wire, in this order.
        """
        __tracebackhide__ = True
        sent = [exchange.method for exchange in self._result.exchanges]
        expected = f"that {', '.join(methods) or 'nothing'} is sent, not {', '.join(sent) or 'nothing'}"
        return self._check(sent == [*methods], expected)

    def _check(self, is_so: bool, expected: str, *, is_told: bool = False) -> Self:
        __tracebackhide__ = True
        if not is_so:
            came = "" if is_told else f": {self._result!r}"
            raise ExpectationFailed(f"Expected {expected}{came}", self._result)
        return self
