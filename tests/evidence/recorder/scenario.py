"""
What a scenario is: a page, cookies, scripted answers and steps, as data that JSON can hold.

Text stands for bytes throughout (one character is one byte, latin-1), because servers write bytes that are no text and
JSON cannot. Places are symbolic (`{app}`, `{api}`; see `names`).
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, Literal, TypeAlias

import attrs

from tests.evidence.recorder.service_workers import Register, Rule, rules_from_json

Json: TypeAlias = Any

Pairs: TypeAlias = tuple[tuple[str, str], ...]


def _pairs(value: Any) -> Pairs:
    return tuple((str(name), str(text)) for name, text in value)


def _lines(value: Iterable[str]) -> tuple[str, ...]:
    return tuple(value)


def _acts(value: Iterable[Iterable[str | int]]) -> tuple[tuple[str | int, ...], ...]:
    return tuple(tuple(act) for act in value)


def _optional_lines(value: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)


def _entries(value: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(entry) for entry in value)


@attrs.frozen(kw_only=True)
class Body:
    """
    A request body.

    Attributes:
        kind: What JavaScript makes it of: `text`, `bytes` (a Uint8Array), `blob`, `form` (FormData), `params`
            (URLSearchParams) or `stream` (a ReadableStream of one chunk).
        text: Its content, for all but `form` and `params`.
        type: The type of a `blob`.
        fields: The entries of a `form` or `params`: name, value and, for a file, its name and type.
    """

    kind: Literal["text", "bytes", "blob", "form", "params", "stream"] = "text"
    text: str = ""
    type: str = ""
    fields: tuple[tuple[str, ...], ...] = attrs.field(default=(), converter=_entries)


@attrs.frozen(kw_only=True)
class Fetch:
    """
    One call of fetch(). A field left at its default is not put into the init at all.

    Attributes:
        headers: Pairs handed to `new Headers`, or to the init as they are when *raw_headers*, appended in order.
        timeout: Milliseconds after which a promise that is still pending is left alone.
    """

    KIND: ClassVar[str] = "fetch"

    url: str
    method: str | None = None
    headers: Pairs = attrs.field(default=(), converter=_pairs)
    body: Body | None = None
    mode: str | None = None
    credentials: str | None = None
    cache: str | None = None
    redirect: str | None = None
    referrer: str | None = None
    referrer_policy: str | None = None
    integrity: str | None = None
    keepalive: bool = False
    duplex: str | None = None
    priority: str | None = None
    target_address_space: str | None = None
    timeout: int = 3000


@attrs.frozen(kw_only=True)
class Xhr:
    """
    One XMLHttpRequest, asynchronous.

    Attributes:
        upload: Register a listener on `upload`, which makes the request not simple.
        user: What `open()` is given as the name of the user; None is left out.
        password: Likewise.
    """

    KIND: ClassVar[str] = "xhr"

    url: str
    method: str = "GET"
    headers: Pairs = attrs.field(default=(), converter=_pairs)
    body: Body | None = None
    credentials: bool = False
    upload: bool = False
    user: str | None = None
    password: str | None = None
    timeout: int = 3000


@attrs.frozen(kw_only=True)
class Wait:
    """
    Let real time pass.
    """

    KIND: ClassVar[str] = "wait"

    ms: int


@attrs.frozen(kw_only=True)
class Together:
    """
    Start all *steps* at once and wait for all of them.
    """

    KIND: ClassVar[str] = "together"

    steps: "tuple[Step, ...]"


@attrs.frozen(kw_only=True)
class Frame:
    """
    Run *steps* one after another inside a frame.

    Attributes:
        sandbox: The frame's sandbox attribute; without `allow-same-origin` its origin is opaque. None: no sandbox.
        source: `srcdoc`, `data` (a data: URL) or a URL of the server, which then serves the frame.
        headers: Header lines of a frame that the server serves.
        allow: The frame's allow attribute; None leaves it out.
    """

    KIND: ClassVar[str] = "frame"

    steps: "tuple[Step, ...]"
    sandbox: str | None = "allow-scripts"
    source: str = "srcdoc"
    headers: tuple[str, ...] = attrs.field(default=(), converter=_lines)
    allow: str | None = None


@attrs.frozen(kw_only=True)
class Element:
    """
    Let an element, an EventSource or a beacon load something, and see whether it says load or error.

    Attributes:
        tag: `img`, `script`, `module`, `stylesheet`, `font`, `video`, `eventsource` or `beacon`. With *detail* also
            `input` (of type image), `import` (a dynamic import), `audio`, `track` (in a video), the kind of a link
            (`preload`, `modulepreload`, `prefetch`, `manifest`), or `css`: an element whose style has *property*.
            `reconnecting` is an EventSource that is listened to (with *detail*, it reports how long it waits), `ping` a
            link whose `ping` is *url*, and `fetchlater` a call of `fetchLater`.
        crossorigin: The attribute's value; None leaves it out. For an EventSource, `use-credentials` sets
            withCredentials; for a track, it is the attribute of its video.
        detail: Report all that the page can observe, not the event alone: an image's width and whether it taints a
            canvas, what a script did and what its errors told, the rules of a style sheet and whether they apply. The
            console's lines are written down too.
        srcset: An image's candidates; *url* may be empty then.
        destination: The `as` of a link.
        type: The `type` of a script or link, or the type that an `import` asks for.
        property: The property of a `css` element that *url* is put into.
        settle: Milliseconds that pass before the page looks at what became of it, for loads that no event tells of.
        errors: After how many errors a `reconnecting` EventSource is closed.
        href: Where the link of a `ping` leads, in a frame; None for another place in the page.
    """

    KIND: ClassVar[str] = "element"

    tag: str
    url: str
    crossorigin: str | None = None
    referrer_policy: str | None = None
    body: Body | None = None
    timeout: int = 2000
    detail: bool = False
    srcset: str | None = None
    integrity: str | None = None
    destination: str | None = None
    type: str | None = None
    property: str | None = None
    settle: int | None = None
    errors: int | None = None
    href: str | None = None


@attrs.frozen(kw_only=True)
class Worker:
    """
    Start a worker, and let it run *steps* one after another. The console's lines are written down too.

    Attributes:
        url: Of its script, in which `/*runner*/` stands where it begins to listen; `data:` or `blob:` for *source*.
        source: The script itself.
        media_type: Of *source*; `text/javascript` if it is left out.
        shared: Whether it is a SharedWorker, which later steps may connect to.
        type: The option of the constructor, as are *credentials* and *name*.
    """

    KIND: ClassVar[str] = "worker"

    url: str
    source: str | None = None
    media_type: str | None = None
    shared: bool = False
    type: str | None = None
    credentials: str | None = None
    name: str | None = None
    steps: "tuple[Step, ...]" = ()
    timeout: int = 2500

    @property
    def detail(self) -> bool:
        """
        Always true: all of it is reported.
        """
        return True


@attrs.frozen(kw_only=True)
class Imports:
    """
    Inside a worker: import *urls*, by one `importScripts()` or, where *kind* is `module`, by `import()` one by one.
    """

    KIND: ClassVar[str] = "imports"

    urls: tuple[str, ...] = attrs.field(converter=_lines)
    kind: Literal["script", "module"] = "script"
    timeout: int = 2000


@attrs.frozen(kw_only=True)
class Timing:
    """
    Read the resource timing entries of *url*.

    Attributes:
        detail: Report sizes, the type, and which moments are told, not only whether any are.
    """

    KIND: ClassVar[str] = "timing"

    url: str
    detail: bool = False


def _protocols(value: Any) -> str | tuple[str, ...] | None:
    return tuple(value) if isinstance(value, list) else value


@attrs.frozen(kw_only=True)
class Socket:
    r"""
    Open a WebSocket, and see all its events until it is closed. The console's lines are written down too.

    What the page does is a list of acts: `("text", "hi")`, `("bytes", "\x00")` and `("blob", "\x00")` send,
    `("close",)`, `("close", 1000)` and `("close", 1000, "bye")` close, `("type", "blob")` sets `binaryType`.

    Attributes:
        protocols: The second argument, a text or several; None leaves it out.
        early: What the page does at once, before anything has happened.
        opened: What it does when the socket is open.
        answered: What it does at the first message.
        late: What it does when the socket is closed.
        timeout: Milliseconds after which a socket that is not closed is left alone.
    """

    KIND: ClassVar[str] = "socket"

    url: str
    protocols: str | tuple[str, ...] | None = attrs.field(default=None, converter=_protocols)
    early: tuple[tuple[str | int, ...], ...] = attrs.field(default=(), converter=_acts)
    opened: tuple[tuple[str | int, ...], ...] = attrs.field(default=(), converter=_acts)
    answered: tuple[tuple[str | int, ...], ...] = attrs.field(default=(), converter=_acts)
    late: tuple[tuple[str | int, ...], ...] = attrs.field(default=(), converter=_acts)
    timeout: int = 2000


def is_parallel(steps: Iterable[Any]) -> bool:
    """
    Whether some of *steps* run at the same time, so that the order in which their requests arrive means nothing.
    """
    return any(isinstance(step, Together) or is_parallel(getattr(step, "steps", ())) for step in steps)


def is_detailed(steps: Iterable[Any]) -> bool:
    """
    Whether some of *steps* report all that a page can observe of an element, so that the console matters too.
    """
    return any(
        getattr(step, "detail", False) or isinstance(step, Socket) or is_detailed(getattr(step, "steps", ()))
        for step in steps
    )


def has_reconnecting(steps: Iterable[Any]) -> bool:
    """
    Whether an EventSource among *steps* is listened to while it connects again.
    """
    return any(getattr(step, "tag", "") == "reconnecting" for step in steps)


Step: TypeAlias = Fetch | Xhr | Wait | Together | Frame | Element | Worker | Imports | Timing | Socket | Register
_STEPS: Final[Mapping[str, Any]] = {
    c.KIND: c for c in (Fetch, Xhr, Wait, Together, Frame, Element, Worker, Imports, Timing, Socket, Register)
}


@attrs.frozen(kw_only=True)
class Answer:
    """
    What the server does with one request.

    Attributes:
        headers: Header lines exactly as they are written, without their line ends. The server adds none of its own,
            and ends the body by closing the connection.
        action: `answer`; `break` the connection without a word; or `stall`, which keeps it open and silent.
        delay: Milliseconds before anything is written.
        raw: All bytes that are written, in place of a head and a body made of the fields above.
        keep: Take another request over the connection afterwards, rather than close it.
        ranges: Heed a Range header of one range that begins at a byte: answer 206 with a Content-Range and that part of
            the body.
        rules: For the script of a service worker: what it does. *body* does not count then.
        frames: What goes over the connection of a WebSocket after this answer, as `sockets.py` reads it; None for what
            is no such connection. `{accept}` in a header is what the request's key asks for.
    """

    status: int = 200
    reason: str = "OK"
    headers: tuple[str, ...] = attrs.field(default=(), converter=_lines)
    body: str = ""
    action: Literal["answer", "break", "stall"] = "answer"
    delay: int = 0
    raw: str | None = None
    keep: bool = False
    ranges: bool = False
    rules: tuple[Rule, ...] = attrs.field(default=(), converter=rules_from_json)
    frames: tuple[str, ...] | None = attrs.field(default=None, converter=_optional_lines)


@attrs.frozen(kw_only=True)
class Route:
    """
    The answers for one path of one place.

    Attributes:
        origin: The symbolic name of the place.
        path: The path, or path and query, that is asked for. A route with a query wins over one without.
        method: The method, or `*` for any; a route for the method wins.
        answers: One per hit; the last one is repeated.
    """

    origin: str
    path: str
    method: str = "*"
    answers: tuple[Answer, ...]


@attrs.frozen(kw_only=True)
class Cookie:
    """
    A cookie that a visit to *origin* sets before the scenario starts.

    Attributes:
        line: The value of the Set-Cookie header.
    """

    origin: str
    line: str


@attrs.frozen(kw_only=True)
class Page:
    """
    The page that runs the steps.

    Attributes:
        headers: Header lines of the page itself, such as a Referrer-Policy.
    """

    origin: str = "app"
    path: str = "/dir/page?q=1"
    headers: tuple[str, ...] = attrs.field(default=(), converter=_lines)


@attrs.frozen(kw_only=True)
class Scenario:
    """
    One experiment.

    Attributes:
        id: Unique in the corpus, and stable: recordings are found by it.
        family: The family it is counted under.
        transports: Where it is recorded.
        needs: What has to be built before it can be scored: `streams`, `embedder-policy`, ...
        permissions: What the visitor has allowed or forbidden the page's origin before: the name of a permission, and
            `granted` or `denied`.
    """

    id: str
    family: str
    page: Page = Page()
    cookies: tuple[Cookie, ...] = ()
    routes: tuple[Route, ...] = ()
    steps: tuple[Step, ...]
    transports: tuple[str, ...] = ("localhost",)
    needs: tuple[str, ...] = ()
    permissions: Pairs = attrs.field(default=(), converter=_pairs)


def to_json(value: Any) -> Json:
    """
    *value* as JSON data; fields that have their default are left out.
    """
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if not attrs.has(type(value)):
        return value
    result: dict[str, Json] = {}
    kind = getattr(value, "KIND", None)
    if kind is not None:
        result["step"] = kind
    for field in attrs.fields(type(value)):
        item = getattr(value, field.name)
        if field.default is attrs.NOTHING or item != field.default:
            result[field.name] = to_json(item)
    return result


def step_from_json(data: Json) -> Step:
    """
    Make a step out of what `to_json` made of it.
    """
    data = dict(data)
    made = _STEPS[data.pop("step")]
    if "steps" in data:
        data["steps"] = tuple(step_from_json(step) for step in data["steps"])
    if data.get("body") is not None:
        data["body"] = Body(**data["body"])
    step: Step = made(**data)
    return step


def scenario_from_json(data: Json) -> Scenario:
    """
    Make a scenario out of what `to_json` made of it.

    Raises:
        ValueError: What *data* has is no scenario.
    """
    try:
        data = dict(data)
        data["page"] = Page(**data.get("page", {}))
        data["cookies"] = tuple(Cookie(**cookie) for cookie in data.get("cookies", ()))
        data["routes"] = tuple(
            Route(**{**route, "answers": tuple(Answer(**answer) for answer in route["answers"])})
            for route in data.get("routes", ())
        )
        data["steps"] = tuple(step_from_json(step) for step in data["steps"])
        for name in ("transports", "needs"):
            if name in data:
                data[name] = tuple(data[name])
        return Scenario(**data)
    except (KeyError, TypeError, AttributeError) as error:
        message = f"not a scenario: {error}"
        raise ValueError(message) from error
