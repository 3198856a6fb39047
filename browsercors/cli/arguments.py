"""
Turn options into a page, a URL, servers and a request. Errors name the option and say what would be right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from browsercors.cli.exit_status import bad_value, errors_naming, stdin

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.browser.browser import Browser
    from browsercors.browser.page import Page
    from browsercors.browser.result import FetchResult
    from browsercors.policy.origins.patterns import OriginPattern
    from browsercors.values.urls import URL

__all__ = [
    "body_of",
    "call_of_page",
    "check_cookie",
    "mount",
    "open_page",
    "read_origin",
    "read_pattern",
    "resolve",
    "set_cookie",
    "set_permissions",
    "trusted_certificates",
]

AN_ORIGIN: Final = "https://app.example.com"
PRODUCTION: Final = "https://api.example.com"


def open_page(browser: Browser, options: dict[str, Any]) -> Page:
    """
    Open the page that makes the request.
    """
    from browsercors.values.urls import parse_url

    origin, page_url = options["origin"], options["page_url"]
    if (origin is None) == (page_url is None):
        raise click.UsageError(
            f"Say which page makes the request: give either --origin, such as {AN_ORIGIN}, or --page with its full URL."
        )
    if page_url is None:
        parsed = parse_url(origin)
        right = f"scheme, host and port alone, such as {AN_ORIGIN}"
        if parsed is None or not parsed.is_http:
            hint = "; for the origin null give --sandboxed as well" if origin == "null" else ""
            raise bad_value("--origin", f"{origin!r} is not an origin; give {right}{hint}")
        if parsed.href not in {parsed.origin.serialized, f"{parsed.origin.serialized}/"}:
            raise bad_value("--origin", f"{origin!r} has more than {right}; --page takes full URLs")
        page_url = parsed.href
    if options["allow"] and options["top_level"] is None:
        raise bad_value("--allow", "it is an attribute of frames; give --top-level with the page that has the frame")
    headers = [_header(line, "--page-header") for line in options["page_headers"]]
    given = ["--page"]
    given += ["--top-level"] if options["top_level"] is not None else []
    given += ["--page-header"] if headers else []
    with errors_naming(" or ".join(given)):
        return browser.open(
            page_url,
            sandboxed=options["sandboxed"],
            top_level=options["top_level"],
            headers=headers or None,
            allow=options["allow"] or "",
        )


def resolve(url: str, page: Page) -> URL:
    """
    Parse the URL to fetch.

    A page would take `api.example.com/me` for a path. Here it is likely a URL without its scheme: refuse it.
    """
    from browsercors.values.urls import parse_url

    parsed = parse_url(url, page.environment.base_url if url.startswith("/") else None)
    if parsed is None:
        raise bad_value("URL", f"{url!r} is not a URL; give a full one, such as https://api.example.com/me, or a /path")
    return parsed


def set_permissions(browser: Browser, page: Page, url: URL, options: dict[str, Any]) -> str:
    """
    Set what the visitor has allowed and refused; where nothing is said of a server on this machine, it is allowed.

    Returns:
        What was assumed, in words; empty if nothing was.
    """
    from browsercors.explain.words.permission_notice import permission_notice
    from browsercors.protections.local_network_access import permission_for
    from browsercors.values.address_spaces import AddressSpace

    for permission in options["granted"]:
        if permission in options["denied"]:
            raise bad_value("--grant", f"--deny has {permission} as well; give one of the two")
        browser.grant(permission)
    for permission in options["denied"]:
        browser.deny(permission)
    space = browser.user_agent.address_spaces.of(url.origin)
    environment, rules = page.environment, browser.profile.local_network_access
    is_asked = space in rules.checked.get(environment.address_space, ()) and (
        environment.is_secure_context or environment.address_space not in rules.secure_contexts_only
    )
    # NB: another machine of the private network is hardly the developer's; there the browser asks.
    if not is_asked or space is not AddressSpace.LOOPBACK or options["granted"] or options["denied"]:
        return ""
    browser.grant(permission_for(space))  # type: ignore[arg-type]
    origin = url.origin.serialized
    return permission_notice(url.origin, f"explain {PRODUCTION} --mount {PRODUCTION}={origin}")


def mount(browser: Browser, url: URL, options: dict[str, Any]) -> str:
    """
    Mount the targets of `--mount`, or else the live server at the URL's own origin.

    Returns:
        The framework of the first mounted application, as in `configurations.SERVERS`; empty if unknown.
    """
    from browsercors.cli.applications import framework_of, load_application

    verify = trusted_certificates(options)
    timeout = 10.0 if options["timeout"] is None else options["timeout"]
    interface = options["interface"]
    if not timeout > 0:
        raise bad_value("--timeout", f"{timeout!r} is not a number of seconds above 0")
    mounts: tuple[str, ...] = options["mounts"]
    if not mounts and url.is_http:
        origin = url.origin.serialized
        mounts = (f"{origin}={origin}",)
    has_application = False
    framework = ""
    for mounted in mounts:
        origin, equals, target = mounted.partition("=")
        if not (equals and target):
            raise bad_value(
                "--mount", f"{mounted!r} is not ORIGIN=TARGET, such as https://api.example.com=shop.web:app"
            )
        if target.lower().startswith(("http://", "https://")):
            with errors_naming("--mount" if options["cacert"] is None else "--mount or --cacert"):
                browser.mount(origin, target, timeout=timeout, verify=verify)
            continue
        has_application = True
        application = load_application("--mount", target)
        with errors_naming("--mount"):
            _mount_application(browser, origin, target, application, interface, timeout)
        framework = framework or framework_of(application)
    if interface is not None and not has_application:
        raise bad_value("--interface", "it is for mounted applications, but none is mounted")
    return framework


def _mount_application(
    browser: Browser, origin: str, target: str, application: Any, interface: Any, timeout: float
) -> None:
    from browsercors.values.arguments import ArgumentTypeError

    try:
        browser.mount(origin, application, interface=interface, timeout=timeout)
    except ArgumentTypeError:
        if interface is not None or not callable(application):
            raise ArgumentTypeError(f"{target!r} is not a WSGI or ASGI application: {application!r}") from None
        raise ArgumentTypeError(
            f"{target!r} could be a WSGI or an ASGI application: {application!r}; say which with --interface. If it "
            f"is a factory, write {target}()"
        ) from None


def trusted_certificates(options: dict[str, Any]) -> bool | str:
    """
    Return the file of `--cacert`, or whether the certificates of live servers are checked.

    Raises:
        click.BadParameter: `--insecure` and `--cacert` are both given.
    """
    if options["insecure"] and options["cacert"] is not None:
        raise bad_value(
            "--insecure", "it cannot be combined with --cacert: certificates are checked or not; give one of the two"
        )
    return options["cacert"] or not options["insecure"]


def read_origin(option: str, text: str, *, may_be_null: bool = False) -> str:
    """
    Return an origin as a browser writes it.

    Raises:
        click.BadParameter: *text* is not one.
    """
    from browsercors.values.urls import parse_url

    url = parse_url(text)
    if may_be_null and text == "null":
        return text
    if url is None or not url.is_http or url.href != f"{url.origin.serialized}/":
        or_null = ", or null" if may_be_null else ""
        raise bad_value(option, f"{text!r} is not an origin; give one such as {AN_ORIGIN}{or_null}")
    return url.origin.serialized


def read_pattern(option: str, text: str) -> OriginPattern:
    """
    Return a pattern of origins.

    Raises:
        click.BadParameter: *text* is not one.
    """
    from browsercors.policy.origins.patterns import pattern_of, problem_with_pattern
    from browsercors.values.urls import parse_url

    pattern = pattern_of(text)
    url = None if "*" in text else parse_url(text)
    # NB: as with `--origin`, the origin need not be written as browsers write it.
    if url is not None and url.is_http and url.href == f"{url.origin.serialized}/":
        return url.origin.serialized
    problem = problem_with_pattern(pattern)
    if problem is not None:
        raise bad_value(option, f"{text!r} {problem}")
    return pattern


def check_cookie(cookie: str) -> None:
    """
    Check that *cookie* has a name and a value.

    Raises:
        click.BadParameter: It has not.
    """
    if "=" not in cookie.partition(";")[0]:
        raise bad_value("--cookie", f"{cookie!r} is not NAME=VALUE, optionally with attributes")


def set_cookie(browser: Browser, url: URL, cookie: str) -> None:
    """
    Put a cookie into the browser, as if the URL's host had set it.
    """
    check_cookie(cookie)
    result = browser.cookies.store(cookie.encode("utf-8", "surrogateescape"), url, now=browser.clock.now)
    if result.refusal is not None:
        raise bad_value("--cookie", f"{cookie!r} is refused by the browser for {url.href}: {result.refusal.value}")


def call_of_page(page: Page, url: URL, options: dict[str, Any]) -> Callable[[], FetchResult]:
    """
    Return the call that the page makes.
    """
    headers = [_header(line, "--header") for line in options["headers"]]
    body = body_of(options)
    method = options["method"] or ("GET" if body is None else "POST")
    names = ("mode", "credentials", "cache", "redirect", "referrer_policy")
    given = {name: options[name] for name in names if options[name] is not None}
    if not options["xhr"]:
        return lambda: page.fetch(url.href, method=method, headers=headers, body=body, **given)
    credentials = given.pop("credentials", "same-origin")
    if given:
        raise bad_value("--xhr", f"an XMLHttpRequest has no {next(iter(given)).replace('_', '-')}; leave it out")
    if credentials == "omit":
        raise bad_value("--xhr", "an XMLHttpRequest cannot omit credentials; give same-origin or include")
    return lambda: page.xhr(
        method,
        url.href,
        headers=headers,
        body=body,
        with_credentials=credentials == "include",
        upload_listeners=options["upload_listeners"],
    )


def _header(line: str, option: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        raise bad_value(option, f"{line!r} is not 'NAME: VALUE', such as 'Content-Type: application/json'")
    return name.strip(), value.strip()


def body_of(options: dict[str, Any]) -> Any:
    """
    Return the body as the page's JavaScript would give it to fetch(), or None.
    """
    from browsercors.initiators.bodies.blob import Blob
    from browsercors.values.formats.json_text import parse_json

    data, data_json = options["data"], options["data_json"]
    if options["recorded_body"] is not None and not data and data_json is None:
        return options["recorded_body"]
    if data and data_json is not None:
        raise bad_value("--data-json", "a request has one body; give either --data or --data-json")
    if data:
        return "&".join(_text("--data", text) for text in data)
    if data_json is None:
        return None
    text = _text("--data-json", data_json)
    try:
        parse_json(text)
    except ValueError as error:
        raise bad_value("--data-json", f"{text[:60]!r} is not JSON: {error}; use --data for other text") from None
    return Blob(text, "application/json")


def _text(option: str, text: str) -> str:
    """
    Return the text itself, or the content of `@FILE`.
    """
    if not text.startswith("@"):
        return text
    if text == "@-":
        stdin(option)
    try:
        with click.open_file(text[1:], encoding="utf-8") as file:
            content: str = file.read()
    except OSError as error:
        raise bad_value(option, f"the file {text[1:]!r} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise bad_value(option, f"the file {text[1:]!r} is not UTF-8 text") from None
    return content
