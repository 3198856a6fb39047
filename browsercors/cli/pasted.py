"""
From files with recorded requests and responses to what `browsercors explain` asks, and who answers.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any, Final

import click

from browsercors.cli.errors import bad_value, stdin

if TYPE_CHECKING:
    from browsercors.browser.browser import Browser
    from browsercors.har.inference import InferredCall
    from browsercors.servers.messages import RequestMessage

__all__ = ["mount_recorded", "take_request"]

LARGEST: Final = 16 * 1024 * 1024
"""How many bytes of a file are read; what people paste is far smaller."""

# A method is a token; those with dots that are no file names have yet to be seen.
FILE = re.compile(r"-\Z|.*[./\\@]", re.DOTALL)


def take_request(browser: Browser, url: str | None, options: dict[str, Any]) -> str:
    """
    Tell a method from a file with a request, and put what the request says where nothing else was said.

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
    options["method"] = methods[0] if methods else None
    options["recorded_body"] = None
    options["is_preflight"] = False
    if not files:
        if url is None:
            raise click.UsageError(
                "Missing argument 'URL': the URL to fetch, or --request FILE with a recorded request."
            )
        return url
    request = _request(files[0])
    call = _call(files[0], request, browser, options)
    options["is_preflight"] = request.is_preflight
    if options["origin"] is None and options["page_url"] is None:
        options["page_url"] = call.page_url
        options["sandboxed"] = options["sandboxed"] or call.is_opaque
    options["method"] = options["method"] or call.method
    given = {line.partition(":")[0].strip().lower() for line in options["headers"]}
    recorded = [f"{name}: {value}" for name, value in call.headers if name.lower() not in given]
    options["headers"] = (*recorded, *options["headers"])
    options["recorded_body"] = call.body
    options["mode"] = options["mode"] or (None if options["xhr"] else call.mode)
    options["credentials"] = options["credentials"] or call.credentials[0]
    return url or call.url.href


def mount_recorded(browser: Browser, options: dict[str, Any]) -> bool:
    """
    Let recorded responses answer for every origin; return whether there are any.

    Raises:
        click.UsageError: They cannot be read, or something else is to answer as well.
    """
    from browsercors.servers.recorded import RecordedServer

    responses, preflight_responses = options["responses"], options["preflight_responses"]
    if not responses and not preflight_responses:
        return False
    if options["mounts"]:
        raise bad_value("--mount", "recorded responses answer for all origins; leave --mount or --response out")
    server = RecordedServer()
    for path in preflight_responses:
        for answer in _responses("--preflight-response", path):
            server.record_next(answer, is_preflight=True)
    # NB: one file is what somebody got for one request. Who has the answers to several says so by their order.
    is_preflight = options["is_preflight"] if len(responses) == 1 else None
    for path in responses:
        for answer in _responses("--response", path):
            server.record_next(answer, is_preflight=False if preflight_responses else is_preflight)
    browser.mount("*", server)
    return True


def _request(path: str) -> RequestMessage:
    from browsercors.servers.messages import MessageError, read_request

    try:
        return read_request(_text("--request", path))
    except MessageError as error:
        raise bad_value("--request", f"{path}: {error}") from None


def _responses(option: str, path: str) -> list[Any]:
    from browsercors.servers.messages import MessageError, read_responses

    try:
        return list(read_responses(_text(option, path)))
    except MessageError as error:
        raise bad_value(option, f"{path}: {error}") from None


def _call(path: str, request: RequestMessage, browser: Browser, options: dict[str, Any]) -> InferredCall:
    """
    Return what the page did, and say what that was read off.
    """
    from browsercors.explain.words.sanitise import shown
    from browsercors.har.inference import Circumstances, InferenceError, page_call, preflight_call

    given = options["page_url"] or options["origin"] or ""
    ask = preflight_call if request.is_preflight else page_call
    try:
        call = ask(request, browser.profile, Circumstances(page_url=given))
    except InferenceError as error:
        raise bad_value("--request", f"{path}: {error}; give --origin https://app.example.com as well") from None
    click.echo(f"Read off {shown(path)}: {'; '.join(map(shown, call.grounds))}", err=True)
    for unknown in call.unknown:
        click.echo(f"Not in {shown(path)}: {shown(unknown)}", err=True)
    return call


def _text(option: str, path: str) -> str:
    """
    Return the text of a file: UTF-8 or UTF-16 as it says, else ISO 8859-1.
    """
    name = path.removeprefix("@")
    if name == "-":
        stdin(option)
    try:
        with click.open_file(name, "rb") as file:
            data: bytes = file.read(LARGEST + 1)
    except OSError as error:
        raise bad_value(option, f"the file {name!r} cannot be read: {error.strerror}") from None
    if len(data) > LARGEST:
        raise bad_value(option, f"the file {name!r} has more than {LARGEST:,} bytes; give the message alone")
    is_utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
