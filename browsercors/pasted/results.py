"""
What a paste can turn out to be: a closed union of records.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

if TYPE_CHECKING:
    from browsercors.servers.messages import ResponseMessage
    from browsercors.values.urls import URL

__all__ = [
    "OF_TOOLS",
    "Ignored",
    "Meaning",
    "Missing",
    "NotSent",
    "PasteError",
    "PasteForm",
    "Pasted",
    "PastedExchange",
    "PastedHeader",
    "PastedMessage",
    "PastedRequest",
    "PastedResponse",
    "PastedTopic",
    "Unreadable",
]


class PasteError(ValueError):
    """
    A paste of a known form cannot be read to its end.

    Args:
        message: What is wrong, and what would be right.
        understood: What was understood before that.
    """

    def __init__(self, message: str, understood: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.understood = understood


class PasteForm(enum.Enum):
    """
    In what form a request or a response was pasted.
    """

    CURL = "a cURL command"
    FETCH = "a fetch() call"
    POWERSHELL = "an Invoke-WebRequest command"
    HTTPIE = "an HTTPie command"
    RAW_HTTP = "raw HTTP"
    CURL_OUTPUT = "what curl wrote"
    HAR_ENTRY = "an entry of a HAR file"
    PANEL = "the headers of a network panel"
    POSTMAN = "a Postman request"
    INSOMNIA = "an Insomnia request"


OF_TOOLS: Final = frozenset(
    {PasteForm.CURL, PasteForm.CURL_OUTPUT, PasteForm.HTTPIE, PasteForm.POSTMAN, PasteForm.INSOMNIA}
)
"""Forms of tools that send what they are told to, and no preflight before it."""


@attrs.frozen
class Ignored:
    """
    A part of a paste that changes nothing here.

    Attributes:
        text: The part, such as `--compressed`.
        reason: Why it changes nothing.
    """

    text: str
    reason: str


@attrs.frozen
class NotSent:
    """
    A header of a paste that a page does not send.

    Attributes:
        name: Its name.
        value: Its value.
        reason: Why a page does not send it.
    """

    name: str
    value: str
    reason: str


@attrs.frozen
class Missing:
    """
    Something that the paste does not say and that the verdict needs.

    Attributes:
        name: What is missing, such as `page`.
        question: The question that asks for it.
    """

    name: str
    question: str


@attrs.frozen(kw_only=True)
class PastedRequest:
    """
    A request, as a page would make it.

    Attributes:
        form: In what form it was pasted.
        method: The method.
        url: The URL.
        headers: The headers that the page sets.
        body: The body; None for none.
        cookies: The cookies that go along, by name and value.
        page_url: The URL of the page that asks, or its origin; None if the paste does not say.
        is_opaque: Whether the page's origin is opaque, and sent as `null`.
        mode: The mode of `fetch()`; None if the paste does not say.
        credentials: The credentials modes that fit, the likeliest first.
        cache: The cache mode; None if the paste does not say.
        redirect: The redirect mode; None if the paste does not say.
        referrer_policy: The referrer policy; None if the paste does not say.
        is_preflight: Whether a CORS preflight was pasted. Method and headers are then those that it asks for.
        upload_listeners: Whether nothing but listeners of an upload explains the preflight that was pasted.
        understood: The parts of the paste that were understood.
        ignored: The parts that change nothing here.
        not_sent: The headers that a page does not send.
        missing: What the verdict needs and the paste does not say.
        inferred_from: What page, mode and credentials were inferred from, each in a sentence.
        unknown: What cannot be told from the paste.
        notes: What else there is to know, such as a shell variable that was not expanded.
    """

    form: PasteForm
    method: str
    url: URL
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    cookies: tuple[tuple[str, str], ...] = ()
    page_url: str | None = None
    is_opaque: bool = False
    mode: str | None = None
    credentials: tuple[str, ...] = ("same-origin",)
    cache: str | None = None
    redirect: str | None = None
    referrer_policy: str | None = None
    is_preflight: bool = False
    upload_listeners: bool = False
    understood: tuple[str, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    not_sent: tuple[NotSent, ...] = ()
    missing: tuple[Missing, ...] = ()
    inferred_from: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class PastedResponse:
    """
    One or more responses in the order in which they came, without the request.

    Attributes:
        form: In what form they were pasted.
        responses: The responses.
        notes: What else there is to know.
    """

    form: PasteForm
    responses: tuple[ResponseMessage, ...]
    notes: tuple[str, ...] = ()


@attrs.frozen
class PastedExchange:
    """
    A request with its responses: several where it was redirected.

    Attributes:
        request: The request.
        responses: The responses in the order in which they came.
        preflight_responses: The responses to its preflights, where the paste has them.
    """

    request: PastedRequest
    responses: tuple[ResponseMessage, ...]
    preflight_responses: tuple[ResponseMessage, ...] = ()


@attrs.frozen
class Meaning:
    """
    What a message may stand for.

    Attributes:
        name: A code (`allow-origin-missing`) or the name of a topic (`preflight`).
        is_topic: Whether it is the name of a topic.
    """

    name: str
    is_topic: bool = False


@attrs.frozen(kw_only=True)
class PastedMessage:
    """
    A line of a browser's console, or an exception.

    Attributes:
        line: The line, or what of it fits.
        said_by: Who says so: "Chromium", "Firefox", "axios" and so on.
        meanings: What it may stand for, the likeliest first.
        question: What tells the meanings apart; empty where there is nothing to tell apart.
        hint: What else there is to know; may be empty.
        source: Where the words and the order of the meanings are from.
        urls: The URLs in it.
        origin: The origin of the page, if the line has it.
        status: The status, if the line has it.
        hosted: What the host of the URL tells: codes of rows of the table of causes, and names of products.
        usual: Codes of rows of the table of causes that fit most often there, though nothing shows it.
        told: What the line tells of its own case: the header, the server, the redirect, the status.
        further: Other lines of the paste that say something of their own.
        notes: What else there is to know of the paste.
    """

    line: str
    said_by: str
    meanings: tuple[Meaning, ...]
    question: str = ""
    hint: str = ""
    source: str = ""
    urls: tuple[str, ...] = ()
    origin: str | None = None
    status: int | None = None
    hosted: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    further: tuple[PastedMessage, ...] = ()
    notes: tuple[str, ...] = ()


@attrs.frozen
class PastedHeader:
    """
    The name of a header, with or without a value.

    Attributes:
        name: Its name, as it is usually written.
        value: Its value; None if the name stands alone.
        topic: The name of the topic that is about it; None if there is none.
    """

    name: str
    value: str | None = None
    topic: str | None = None


@attrs.frozen
class PastedTopic:
    """
    The name of a topic.

    Attributes:
        name: Its name.
    """

    name: str


@attrs.frozen(kw_only=True)
class Unreadable:
    """
    Nothing that could be used.

    Attributes:
        problem: What is wrong, in a sentence.
        understood: What was understood before that.
        instead: What to paste in its place.
    """

    problem: str
    understood: tuple[str, ...] = ()
    instead: str


Pasted: TypeAlias = (
    PastedRequest | PastedExchange | PastedResponse | PastedMessage | PastedHeader | PastedTopic | Unreadable
)
"""All that a paste can turn out to be."""
