"""
What a scenario says of service workers: the step that registers one, and what its script does with requests.
"""

from pathlib import Path
from typing import Any, ClassVar, Final, Literal

import attrs

SCRIPT: Final = (Path(__file__).parent / "worker.js").read_text()
"""What the script of each worker says after its rules."""


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(text)) for name, text in value)


def _operations(value: Any) -> tuple[Any, ...]:
    return tuple(value)


@attrs.frozen(kw_only=True)
class Rule:
    """
    What the script of a service worker does with the requests for one path, on whichever host.

    Attributes:
        path: The path, without a query.
        does: What the listener of `fetch` does: `ignore` it; `prevent` its default; `synthetic`, a response of its own;
            `fetch` the event's request, with *init* if there is one; `fetch-url`, *url* instead; `wrap` what fetching
            brings into a response of its own; `error`, `redirect`: `Response.error()` and `Response.redirect()`;
            `reject`; `throw` before it responds or `throw-after`; `nothing`, `text`: respond with `undefined` or a
            string; respond `twice`, too `late`, never (`hang`) or `slow`; with a response whose body is `used` or
            breaks off (`broken`); `cache-first`: look into a cache, else fetch and put into it what came; `cache`:
            carry out *operations* and respond with what they brought.
        status: Of the response, or of the redirect.
        headers: Of the response.
        body: Of the response; None for a null body.
        binary: Whether the body is given as bytes, so that it has no type of its own.
        url: What is fetched or redirected to.
        init: What `fetch()` is given beside it.
        operations: Of a cache: lists of a method's name and its arguments.
    """

    path: str = "/x"
    does: str = "synthetic"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)
    body: str | None = "worker"
    binary: bool = False
    url: str = ""
    init: Any = None
    operations: tuple[Any, ...] = attrs.field(default=(), converter=_operations)


@attrs.frozen(kw_only=True)
class Register:
    """
    Register a service worker, and wait until it controls the page; or let go of one.

    Attributes:
        url: Its script.
        scope: The scope; None leaves it out.
        update_via_cache: The option `updateViaCache`; None leaves it out.
        action: `register`; or `update` or `unregister` the registration for the page.
    """

    KIND: ClassVar[str] = "register"
    detail: ClassVar[bool] = True

    url: str = "sw.js"
    scope: str | None = None
    update_via_cache: str | None = None
    action: Literal["register", "update", "unregister"] = "register"


def rules_from_json(data: Any) -> tuple[Rule, ...]:
    """
    Make rules out of what `scenario.to_json` made of them.
    """
    return tuple(rule if isinstance(rule, Rule) else Rule(**rule) for rule in data)
