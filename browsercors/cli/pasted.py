"""
Turn a paste, curl's options or recorded files into the request that `browsercors explain` makes, and its responses.
"""

from __future__ import annotations

import contextlib
import re
import shlex
from typing import TYPE_CHECKING, Any, Final

import click

from browsercors.cli.exit_status import CommandError, bad_value, errors_naming, stdin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from browsercors.browser.browser import Browser
    from browsercors.browser.page import Page
    from browsercors.explain.formats.text import Line
    from browsercors.pasted.results import Pasted, PastedRequest
    from browsercors.servers.messages import ResponseMessage
    from browsercors.values.urls import URL

__all__ = ["mount_recorded", "refuse_to_ask", "set_pasted_cookies", "take_request"]

LARGEST: Final = 16 * 1024 * 1024
"""How many bytes a message may have. Of a longer paste, the beginning and the end are looked at."""
LARGEST_PASTE: Final = 256 * 1024 * 1024
BLOCK: Final = 1024 * 1024

PASTE_HINT: Final = """\
Paste what you have: a line of the console, a request that DevTools copied (as cURL, fetch or PowerShell),
or a curl command with its output. Then end the input with Ctrl-D (on Windows, Ctrl-Z and Enter).
"""

# A method may contain dots, but nobody uses one that does.
FILE = re.compile(r"-\Z|.*[./\\@]", re.DOTALL)


def take_request(browser: Browser, url: str | None, options: dict[str, Any]) -> str:
    """
    Distinguish a method from a file, and fill in from the recorded request what no option gives.

    Without a URL and a file, the request is read from stdin.

    Args:
        browser: The browser that is simulated.
        url: The URL that was given, if one was.
        options: The options of the command; `method` and what a file says are put in.

    Returns:
        The URL to fetch.

    Raises:
        click.UsageError: Something is missing, or wrong.
    """
    files = [value for value in options["requests"] if FILE.match(value)]
    methods = [value for value in options["requests"] if not FILE.match(value)]
    if len(files) > 1 or len(methods) > 1:
        raise bad_value("--request", f"{(files if len(files) > 1 else methods)[1]!r} is one too many; give one")
    options["method"] = methods[0] if methods else "HEAD" if options["is_head"] else None
    options["recorded_body"] = None
    options["is_preflight"] = False
    options["pasted"] = options["pasted_server"] = None
    options["upload_listeners"] = False
    options["pasted_responses"] = options["pasted_preflight_responses"] = ()
    options["pasted_cookies"] = _take_curl_options(url, options)
    if not files and url is not None:
        return url
    # NB: without anything else, the file with the response is one that has its request as well, such as a HAR entry.
    is_whole = not files and len(options["responses"]) == 1
    name = options["responses"][0] if is_whole else files[0] if files else "-"
    option = "--response" if is_whole else "--request" if files else "stdin"
    pasted = _read(option, name, browser, options)
    if is_whole:
        options["responses"] = ()
    options["pasted"] = pasted
    _say(name, pasted)
    options["is_preflight"] = pasted.is_preflight
    if options["origin"] is None and options["page_url"] is None:
        if pasted.page_url is None:
            _show_answers(pasted, options)
            is_app = any("only pages of http(s) are simulated" in note for note in pasted.notes)
            what = "the paste" if option == "stdin" else name
            problem = "is of a page that is not simulated" if is_app else "does not say which page made the request"
            instead = "for a page of http(s) in its place, give --origin https://app.example.com" if is_app else ""
            raise bad_value(option, f"{what} {problem}; {instead or 'give --origin https://app.example.com as well'}")
        options["page_url"] = pasted.page_url
        options["sandboxed"] = options["sandboxed"] or pasted.is_opaque
    options["method"] = options["method"] or pasted.method
    given = {line.partition(":")[0].strip().lower() for line in options["headers"]}
    recorded = [f"{name}: {value}" for name, value in pasted.headers if name.lower() not in given]
    options["headers"] = (*recorded, *options["headers"])
    options["recorded_body"] = pasted.body
    options["pasted_cookies"] = (*pasted.cookies, *options["pasted_cookies"])
    if not options["xhr"]:
        for option in ("mode", "cache", "redirect", "referrer_policy"):
            options[option] = options[option] or getattr(pasted, option)
    options["credentials"] = options["credentials"] or pasted.credentials[0]
    if pasted.upload_listeners and not options["as_"]:
        options["xhr"] = options["upload_listeners"] = True
        options["recorded_body"] = pasted.body or b"-"
        options.update(mode=None, cache=None, redirect=None, referrer_policy=None)
    return url or pasted.url.href


def _take_curl_options(url: str | None, options: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """
    Read the page and the credentials from curl's options and header lines; return the cookies.
    """
    from browsercors.pasted.drafts import basic_authorization, cookies_of

    cookies = list(options["curl_cookies"])
    kept = []
    for line in options["headers"]:
        name, _, value = line.partition(":")
        if name.strip().lower() == "cookie":
            cookies.append(value.strip())
        elif name.strip().lower() == "origin" and options["origin"] is None and options["page_url"] is None:
            is_opaque = value.strip() == "null"
            options["page_url" if is_opaque else "origin"] = (
                (url or "https://app.example.com/") if is_opaque else value.strip()
            )
            options["sandboxed"] = options["sandboxed"] or is_opaque
        else:
            kept.append(line)
    if options["user"] is not None:
        kept.append(f"Authorization: {basic_authorization(options['user'])}")
    options["headers"] = tuple(kept)
    if options["referer"] is not None and options["origin"] is None and options["page_url"] is None:
        options["page_url"] = options["referer"]
    if cookies and options["credentials"] is None:
        options["credentials"] = "include"
    return cookies_of("; ".join(cookies))


def _read(option: str, name: str, browser: Browser, options: dict[str, Any]) -> PastedRequest:
    """
    Read the request from a file or stdin.

    Raises:
        click.UsageError: It cannot be read.
        CommandError: There is no request in it. What it does say is explained on stdout.
    """
    from browsercors.cli.pasted_answers import answer_lines
    from browsercors.explain.words.sanitise import printable
    from browsercors.pasted.reader import read_pasted
    from browsercors.pasted.results import PastedExchange, PastedMessage, PastedRequest, PastedResponse, Unreadable

    is_option = option != "stdin"
    if not is_option and _is_typed():
        click.echo(PASTE_HINT, err=True, nl=False)
    with errors_naming(option):
        pasted = read_pasted(
            _pasted_bytes(option, name), browser=browser.profile, page=options["page_url"] or options["origin"] or ""
        )
    if isinstance(pasted, PastedExchange):
        options["pasted_responses"] = pasted.responses
        options["pasted_preflight_responses"] = pasted.preflight_responses
        return pasted.request
    if isinstance(pasted, PastedRequest):
        return pasted
    if isinstance(pasted, Unreadable):
        understood = f" Understood so far: {', '.join(pasted.understood)}." if pasted.understood else ""
        what = f"{name}: " if is_option else ""
        raise bad_value(option, printable(f"{what}{pasted.problem}. {pasted.instead}{understood}"))
    if isinstance(pasted, PastedResponse):
        for note in pasted.notes:
            click.echo(f"Note: {printable(note)}", err=True)
        if not is_option:
            _show(answer_lines(pasted.responses))
        raise bad_value(
            option,
            f"{name} is a response without its request; give the URL and --origin, and this as --response {name}",
        )
    if isinstance(pasted, PastedMessage):
        for note in pasted.notes:
            click.echo(f"Note: {printable(note)}", err=True)
    _show_meaning(pasted)
    raise CommandError(
        "no verdict: the paste has no request. For a verdict, paste the request as well, as DevTools copies it."
    )


def _is_typed() -> bool:
    import sys

    return sys.stdin is not None and sys.stdin.isatty()


def _show_meaning(pasted: Pasted) -> None:
    """
    Explain a line of the console, a header or a topic on stdout.
    """
    from browsercors.cli.reason import lines_about

    _show(lines_about(pasted))


def _show_answers(request: PastedRequest, options: dict[str, Any]) -> None:
    """
    Say on stdout what the responses of a paste show by themselves, if there are any.
    """
    from browsercors.cli.pasted_answers import answer_lines

    responses = options["pasted_preflight_responses"] or options["pasted_responses"]
    if responses:
        is_preflight = bool(options["pasted_preflight_responses"]) or request.is_preflight
        # NB: a page that is not simulated did send an Origin.
        has_origin = any("has the origin" in note for note in request.notes)
        is_known = request.method != "OPTIONS" or is_preflight
        _show(
            answer_lines(
                responses,
                request.url,
                is_preflight=is_preflight if is_known else None,
                has_origin=has_origin,
                is_options=request.method == "OPTIONS",
            )
        )


def _show(lines: Iterable[Line]) -> None:
    import sys

    from browsercors.cli.terminal import write

    # NB: while a command runs, stdout is redirected to stderr, since applications may print.
    with _stdout():
        write(lines)
        sys.stdout.flush()


@contextlib.contextmanager
def _stdout() -> Iterator[None]:
    import sys

    context = click.get_current_context()
    with contextlib.redirect_stdout(context.meta.get("browsercors.stdout", sys.stdout)):
        yield


def _say(name: str, request: PastedRequest) -> None:
    """
    Say on stderr what was inferred from the paste, what it lacks, what a page does not send, and what has no effect.
    """
    from browsercors.explain.words.sanitise import shown

    where = "the paste" if name == "-" else shown(name)
    click.echo(f"Inferred from {where}: {'; '.join(map(shown, request.inferred_from))}", err=True)
    for unknown in request.unknown:
        click.echo(f"Not in {where}: {shown(unknown)}", err=True)
    for about, reasons in (
        ("Not sent by the page", [(line.name, line.reason) for line in request.not_sent]),
        ("No effect", [(part.text, part.reason) for part in request.ignored]),
    ):
        by_reason: dict[str, list[str]] = {}
        for text, reason in reasons:
            by_reason.setdefault(reason, []).append(text)
        for reason, texts in by_reason.items():
            click.echo(f"{about}: {shown(', '.join(texts))} ({shown(reason)})", err=True)
    for note in request.notes:
        click.echo(f"Note: {shown(note)}", err=True)


def set_pasted_cookies(browser: Browser, url: URL, options: dict[str, Any]) -> None:
    """
    Put the cookies of a paste into the browser. They were sent, so the browser is assumed to allow that.
    """
    from browsercors.explain.words.sanitise import shown

    attributes = "; SameSite=None; Secure" if url.scheme == "https" else ""
    for name, value in options["pasted_cookies"]:
        line = f"{name}={value}{attributes}".encode("utf-8", "surrogateescape")
        refusal = browser.cookies.store(line, url, now=browser.clock.now).refusal
        if refusal is not None:
            click.echo(f"Note: the cookie {shown(name)} is not used: {refusal.value}", err=True)


def refuse_to_ask(page: Page, url: URL, options: dict[str, Any]) -> None:
    """
    End the command if the paste has no response and nothing is mounted: nobody allowed a request to the server.

    Raises:
        CommandError: It is so. The message says how to get the responses.
    """
    if options["pasted"] is None or options["mounts"]:
        return
    if options["pasted_responses"] or options["pasted_preflight_responses"]:
        return
    if options["responses"] or options["preflight_responses"]:
        return
    from browsercors.browser.questions import preflight_request
    from browsercors.explain.words.sanitise import printable

    origin = page.origin
    headers = [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in options["headers"])]
    preflight = None
    if options["mode"] != "no-cors" and url.is_http:
        with errors_naming("--request"):
            preflight = preflight_request(options["method"], headers, url=url.href, origin=origin)
    commands = []
    if preflight is not None:
        names = ("Access-Control-Request-Method", "Access-Control-Request-Headers")
        asked = [
            part for name in names if name in preflight.headers for part in ("-H", f"{name}: {preflight.headers[name]}")
        ]
        commands.append(["curl", "-i", "-X", "OPTIONS", url.href, "-H", f"Origin: {origin}", *asked])
    sent = [part for line in options["headers"] for part in ("-H", line)]
    body = options["recorded_body"]
    data = ["--data-raw", body.decode("utf-8", "replace")] if body else []
    method = [] if options["method"] == ("POST" if data else "GET") else ["-X", options["method"]]
    commands.append(["curl", "-i", *method, url.href, "-H", f"Origin: {origin}", *sent, *data])
    lines = "\n".join(f"  {printable(shlex.join(command))}" for command in commands)
    server = url.origin.serialized
    raise CommandError(
        "no verdict: the paste has no response, and no request was sent. Either save the output of these commands and "
        f"give each as --response FILE:\n{lines}\nor allow requests to the server: --mount {server}={server}"
    )


def mount_recorded(browser: Browser, options: dict[str, Any]) -> bool:
    """
    Mount the recorded responses for every origin; return whether there are any.

    Raises:
        click.UsageError: They cannot be read, or --mount is given as well.
    """
    from browsercors.servers.recorded import RecordedServer

    responses, preflight_responses = options["responses"], options["preflight_responses"]
    if not responses and not preflight_responses:
        return _mount_pasted(browser, options)
    if options["mounts"]:
        raise bad_value("--mount", "recorded responses stand for all servers; leave out --mount or --response")
    server = RecordedServer()
    for path in preflight_responses:
        for response, _ in _responses("--preflight-response", path):
            server.record_next(response, is_preflight=True)
    # NB: a single file has the response to one request. Several come in the order of the exchanges.
    is_preflight = options["is_preflight"] if len(responses) == 1 else None
    for path in responses:
        for response, is_of_preflight in _responses("--response", path):
            expected = False if preflight_responses else is_preflight
            server.record_next(response, is_preflight=expected if is_of_preflight is None else is_of_preflight)
    browser.mount("*", server, address_space="public")
    return True


def _mount_pasted(browser: Browser, options: dict[str, Any]) -> bool:
    """
    Mount the responses that were pasted with their request, unless something else is mounted.
    """
    from browsercors.servers.recorded import RecordedServer

    has_responses = options["pasted_responses"] or options["pasted_preflight_responses"]
    if not has_responses or options["mounts"]:
        return False
    server = RecordedServer()
    for response in options["pasted_preflight_responses"]:
        server.record_next(response, is_preflight=True)
    # NB: they are the responses to one request. A preflight's response may be in another paste.
    for response in options["pasted_responses"]:
        server.record_next(response, is_preflight=options["is_preflight"])
    browser.mount("*", server, address_space="public")
    options["pasted_server"] = server
    return True


def _responses(option: str, path: str) -> list[tuple[ResponseMessage, bool | None]]:
    """
    Return the responses in a file, and of each whether it is that of a preflight: None if the file does not say.
    """
    from browsercors.pasted.har_entries import recorded_responses
    from browsercors.pasted.results import PasteError
    from browsercors.servers.messages import MessageError, read_responses

    text = _text(option, path)
    try:
        recorded = recorded_responses(text)
        return [(response, None) for response in read_responses(text)] if recorded is None else recorded
    except (MessageError, PasteError) as error:
        raise bad_value(option, f"{path}: {error}") from None


def _text(option: str, path: str) -> str:
    from browsercors.pasted.reader import text_of

    return text_of(_bytes(option, path))


def _bytes(option: str, path: str) -> bytes:
    data, size = _head_and_tail(option, path, at_most=LARGEST)
    if size > LARGEST:
        raise _too_large(option, path, LARGEST)
    return data


def _pasted_bytes(option: str, path: str) -> bytes:
    """
    Read a paste; the middle of a very long one is left out.
    """
    data, size = _head_and_tail(option, path, at_most=LARGEST_PASTE)
    if size > LARGEST_PASTE:
        raise _too_large(option, path, LARGEST_PASTE)
    return data


def _too_large(option: str, path: str, size: int) -> click.UsageError:
    return bad_value(
        option, f"the file {path.removeprefix('@')!r} has more than {size:,} bytes; give the message alone"
    )


def _head_and_tail(option: str, path: str, *, at_most: int) -> tuple[bytes, int]:
    """
    Read a file, but no further than *at_most* bytes.

    Returns:
        What was read, without the middle where it is longer than `LARGEST`; and its size.
    """
    name = path.removeprefix("@")
    if name == "-":
        stdin(option)
    try:
        with click.open_file(name, "rb") as file:
            head = file.read(LARGEST)
            size, tail = len(head), b""
            while size <= at_most and (block := file.read(BLOCK)):
                size += len(block)
                tail = (tail + block)[-LARGEST // 2 :]
    except OSError as error:
        raise bad_value(option, f"the file {name!r} cannot be read: {error.strerror}") from None
    return head + tail, size
