"""
What a line of the console tells of its own case: which header, which server, which redirect, which status.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

from browsercors.explain.catalogue.console_messages import folded
from browsercors.explain.causes.added_headers import ADDED, OF_RESPONSES
from browsercors.explain.causes.near_misses import near_miss
from browsercors.explain.causes.sign import Evidence
from browsercors.explain.causes.stories import Redirect, redirect_stories
from browsercors.explain.causes.table import SIGNS
from browsercors.explain.fixes.page_changes import leads_to_login
from browsercors.explain.words.templates import Template
from browsercors.pasted.told_configurations import Shown, told_by_configuration
from browsercors.pasted.told_likely import likely_of
from browsercors.pasted.told_statuses import OF_PREFLIGHTS, OF_REQUESTS, PROXY_STATUSES
from browsercors.pasted.told_values import of_several_values
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.pasted.told_case import Case

__all__ = ["told_by"]

_NAME: Final = r"[`'\"]?([\w!#$%&*+.^|~-]{1,100}?)[`'\"]?"
_HEADER: Final = (
    re.compile(rf"request header field {_NAME} is not allowed"),
    re.compile(rf"header {_NAME} is not allowed according to"),
    re.compile(rf"token {_NAME} in cors header"),
    re.compile(rf"header {_NAME} (?:aus der|n'est pas autoris|no est\u00e1 permitida)"),
    re.compile(rf"(?:kopfzeile|en-t\u00eate|cabecera) {_NAME} (?:ist|laut|n'est pas|no est)"),
)
_METHOD: Final = re.compile(r"method ([a-z]{3,10}) is not allowed")
_VALUE: Final = re.compile(r"header has a value '([^'\s]{0,300})' that is not equal")
_INVALID_VALUE: Final = re.compile(r"header contains the invalid value '([^']{0,300})'")
_REDIRECTED_FROM: Final = re.compile(r"at '([^'\s]{1,2000})' \(redirected from '([^'\s]{1,2000})'\)", re.IGNORECASE)
_REDIRECT_TO: Final = re.compile(r"redirect from '([^'\s]{1,2000})' to '([^'\s]{1,2000})'", re.IGNORECASE)
_REDIRECTED_TO: Final = re.compile(
    r"cannot load ([^'\s]{1,2000}?)\. .{0,200}redirected to '([^'\s]{1,2000})'", re.IGNORECASE
)
_REDIRECTS: Final = (_REDIRECTED_FROM, _REDIRECT_TO, _REDIRECTED_TO)
_LOADED: Final = re.compile(
    r"access to (font|image|script|css stylesheet|audio|video|manifest)[\w ]{0,20} at '", re.IGNORECASE
)

_ANY_REDIRECT: Final = 302
_ALWAYS_CORS: Final = (
    "Fonts always take CORS: the server of the font has to send the header with this very file, so see that its rule "
    "covers this extension."
)
_MANIFEST: Final = (
    "Browsers ask for a manifest without cookies, so a log-in in front of it redirects. Give the link crossorigin="
    '"use-credentials", or let the manifest pass without a log-in.'
)
_ONLY_WITH_CROSSORIGIN: Final = Template(
    "The element asks with CORS because it has a crossorigin attribute (or is a module). Without it the {thing} loads "
    "as it is{but}."
)
_FONTS: Final = (".woff2", ".woff", ".ttf", ".otf", ".eot")
_BUT: Final = {
    "image": ", but a canvas that it is drawn on cannot be read",
    "script": ", but its errors are hidden from the page",
    "css stylesheet": ", but scripts cannot read its rules",
}
_JSON: Final = "Content-Type needs permission because the body is JSON (or another type than a form or plain text)."
_OWN_HEADER: Final = (
    "The page, or a library in it, sets it. List it in Access-Control-Allow-Headers, or stop sending it."
)
_KNOWN_HEADERS: Final = {
    "content-type": _JSON,
    "authorization": "Authorization has to be listed by name: * does not cover it.",
    "cache-control": "Cache-Control is no header that a GET needs: leave it out, or use fetch's cache option.",
    "pragma": "Pragma is no header that a GET needs: leave it out, or use fetch's cache option.",
    "x-requested-with": "X-Requested-With is set by the page or an older library, and is of no use across origins "
    "unless the server looks for it.",
    "mcp-protocol-version": "MCP clients send it with every request after the first: list it beside Mcp-Session-Id, "
    "Last-Event-ID, Authorization and Content-Type, and expose Mcp-Session-Id.",
    "mcp-session-id": "MCP clients send it: list it beside Mcp-Protocol-Version and Last-Event-ID, and expose it.",
    "x-client-info": "supabase-js sets it: list authorization, x-client-info, apikey and content-type.",
    "apikey": "supabase-js sets it: list authorization, x-client-info, apikey and content-type.",
}


def told_by(case: Case) -> tuple[str, ...]:
    """
    Return what the line tells of its own case, each in a sentence or two.
    """
    # NB: one thing is said once, and what is surest first.
    return tuple(dict.fromkeys(text for tell in _TELLERS for text in tell(case)))


def _of_the_configuration(case: Case) -> Iterable[str]:
    path = "" if case.url is None else case.url.path
    is_preflight = case.is_preflight or "preflight" in folded(case.line)
    # NB: the line names the page's origin itself, in quotes as settings do.
    beside = case.text.replace(case.line, "")
    yield from told_by_configuration(Shown(beside, case.meanings, case.origin, path, case.status, is_preflight))


def _of_the_redirect(case: Case) -> Iterable[str]:
    plain = _plain(case.line)
    match, order = _REDIRECTED_FROM.search(plain), (2, 1)
    if match is None:
        match, order = _REDIRECT_TO.search(plain) or _REDIRECTED_TO.search(plain), (1, 2)
    asked, target = (None, None) if match is None else (parse_url(match[order[0]]), parse_url(match[order[1]]))
    if asked is None or target is None or asked.href == target.href:
        return
    redirect = Redirect(_ANY_REDIRECT, asked, target)
    evidence = Evidence("preflight" in plain.lower(), _ANY_REDIRECT, {}, b"", target.href.partition("?")[0])
    logins = [sign for sign in SIGNS if sign.location and sign.match(evidence) is not None]
    if logins:
        yield f"{logins[0].who[:1].upper()}{logins[0].who[1:]}: {logins[0].meaning} {logins[0].remedy}"
    elif leads_to_login(asked, target):
        yield (
            f"The server redirects to a log-in, {target.href.partition('?')[0]}: the page is not logged in there, or a "
            "preflight, which carries no session, is asked for one. Answer scripts with 401, and let OPTIONS pass."
        )
    is_sent_away = asked.origin.serialized == case.origin and not target.origin.same_origin(asked.origin)
    if is_sent_away:
        yield (
            f"The page asked its own server, which sent it to {target.host}: mostly a session that has ended, or a "
            "request without the cookies of the log-in. Load the page anew; and let scripts get 401 in place of a "
            "redirect."
        )
    stories = list(redirect_stories(redirect))
    yield from (f"{story.meaning} {story.remedy}" for story in stories)
    if not (is_sent_away or logins or stories or leads_to_login(asked, target) or asked.host == target.host):
        yield (
            f"{asked.origin.serialized} redirects to {target.origin.serialized}, whose response has to allow the page "
            "as well. If no data is there (an error page, a log-in), see why the first server redirects."
        )


def _of_the_header(case: Case) -> Iterable[str]:
    if "header-not-allowed" not in case.meanings:
        return
    text = folded(case.line)
    name = next((match[1] for pattern in _HEADER for match in (pattern.search(text),) if match is not None), "")
    if not name:
        return
    if name.startswith("access-control-"):
        yield f"The header is {name}. {OF_RESPONSES[2]} {OF_RESPONSES[3]}"
        return
    row = next((row for row in ADDED if name.startswith(row.begins)), None)
    if row is not None:
        yield (
            f"The header is {name}, which {row.who} adds, whether the server knows it or not. List it in "
            f"Access-Control-Allow-Headers; or {row.remedy}."
        )
        return
    yield f"The header is {name}. {_KNOWN_HEADERS.get(name, _OWN_HEADER)}"


def _of_the_method(case: Case) -> Iterable[str]:
    match = _METHOD.search(folded(case.line)) if "method-not-allowed" in case.meanings else None
    if match is not None:
        yield f"The method is {match[1].upper()}: list it in Access-Control-Allow-Methods, in capitals."


def _of_the_value(case: Case) -> Iterable[str]:
    plain = _plain(case.line)
    match = _VALUE.search(plain) or _INVALID_VALUE.search(plain)
    if match is None or case.origin in {None, "null"}:
        return
    value = match[1]
    miss = near_miss(value, case.origin or "")
    if miss is not None:
        yield f"{miss.meaning} {miss.remedy}"
    elif parse_url(value) is not None:
        yield (
            f"The server allows {value}, which has nothing of the page's origin. Either that origin is fixed in its "
            "settings, or a cache in between kept the answer to a page of that origin: then the server has to send "
            "Vary: Origin, and the cache to heed it."
        )


def _of_the_status(case: Case) -> Iterable[str]:
    if case.status in PROXY_STATUSES:
        yield PROXY_STATUSES[case.status]
    elif case.status in OF_PREFLIGHTS and (
        case.is_preflight or case.meanings[:1] == ("preflight-status-not-ok",) or "preflight" in folded(case.line)
    ):
        yield OF_PREFLIGHTS[case.status]
    elif case.status in OF_REQUESTS and case.meanings[:1] == ("allow-origin-missing",):
        yield OF_REQUESTS[case.status]


def _of_two_origins_of_one_host(case: Case) -> Iterable[str]:
    if case.meanings[:1] != ("allow-origin-missing",):
        return
    page = None if case.origin is None or not _is_about_the_origin(case) else parse_url(case.origin)
    if page is None or case.url is None or page.host != case.url.host or page.origin.same_origin(case.url.origin):
        return
    if page.scheme != case.url.scheme:
        yield (
            f"Page and server have one host, and differ in the scheme: the page is on {page.scheme}, and asks for "
            f"{case.url.scheme}. Serve the page over https (redirect http to it), or ask by a URL without host."
        )
    else:
        yield "Page and server have one host, and differ in the port: that makes two origins."


def _of_two_names_of_one_machine(case: Case) -> Iterable[str]:
    page = None if case.origin is None or not _is_about_the_origin(case) else parse_url(case.origin)
    if page is None or case.url is None or page.host == case.url.host:
        return
    if {page.host, case.url.host} <= _LOOPBACK and page.port != case.url.port:
        yield (
            f"{page.host} and {case.url.host} are one machine, and two names in a list of origins: the server's needs "
            f"the name and the port that the page has, {case.origin}."
        )
    elif {page.host, case.url.host} <= _LOOPBACK:
        yield (
            f"{page.host} and {case.url.host} are one machine, and two origins. Use one of the names for the page and "
            f"in the code, or let the server allow {case.origin}."
        )
    elif page.host.removeprefix("www.") == case.url.host.removeprefix("www."):
        yield (
            "With and without www. are two origins. Let the page ask its own host, or redirect people to one of the "
            "two names."
        )


_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "0.0.0.0"})  # noqa: S104 - nothing listens there


def _of_a_page_for_people(case: Case) -> Iterable[str]:
    is_of_cors = bool(case.meanings) and case.meanings[0].startswith(("allow-origin-", "preflight-"))
    if is_of_cors and not case.is_known and case.url is not None and _FOR_PEOPLE.search(case.url.path) is not None:
        yield (
            f"{case.url.path} is where people log in and give their consent: a page for people, which takes no part in "
            "CORS. Let the browser go there (location.assign(...), or a link), and fetch the token behind it."
        )


_FOR_PEOPLE: Final = re.compile(
    r"/(?:authorize|oauth2?/(?:v\d(?:\.\d)?/)?auth|connect/authorize|saml2?)/?\Z", re.IGNORECASE
)


def _of_a_file(case: Case) -> Iterable[str]:
    if "scheme-not-supported" in case.meanings and re.search(r"\bfile:/{2,3}", case.line) is not None:
        yield (
            "The page was opened from a file, and browsers load no modules, JSON or other data from file: URLs. Serve "
            "the folder by a local web server, such as python -m http.server, and open http://localhost:8000/."
        )


def _of_the_load(case: Case) -> Iterable[str]:
    match = _LOADED.search(_plain(case.line))
    if not _is_about_the_origin(case):
        return
    thing = "" if match is None else match[1].lower()
    thing = thing or ("font" if case.line.lower().startswith("font from origin") else "")
    is_font = case.url is not None and case.url.path.lower().endswith(_FONTS)
    if thing == "manifest":
        yield _MANIFEST
    elif thing == "font" or (not thing and is_font):
        yield _ALWAYS_CORS
    elif thing:
        name = "style sheet" if thing == "css stylesheet" else thing
        yield _ONLY_WITH_CROSSORIGIN.fill({"thing": name, "but": _BUT.get(thing, "")})


def _of_who_sends_it(case: Case) -> Iterable[str]:
    if case.meanings[:1] != ("allow-origin-missing",) or case.url is None or case.origin in {None, "null"}:
        return
    # NB: where a redirect leads, such as to a log-in, the header is often of no use.
    is_redirected = any(pattern.search(_plain(case.line)) for pattern in _REDIRECTS)
    is_for_people = _FOR_PEOPLE.search(case.url.path) is not None
    is_elsewhere = is_redirected or is_for_people or case.url.host in ALLOW_ALL
    if not (case.is_known or is_elsewhere or case.status in PROXY_STATUSES):
        what = "to the preflight" if "preflight" in folded(case.line) else "to this request"
        lacks = "has no Access-Control-Allow-Origin"
        if len(case.meanings) > 1:
            lacks = f"does not allow {case.origin}: Access-Control-Allow-Origin is missing, or says something else"
        yield (
            f"The response of {case.url.origin.serialized} {what} {lacks}. That server, or what answers in front of "
            f"it, has to send it, with the value {case.origin}; what the server of the page sends does not count."
            f"{'' if case.url.host in _LOOPBACK else ' If it is not yours, ask it from a server of your own.'}"
        )


def _of_who_allows_all(case: Case) -> Iterable[str]:
    if case.meanings[:1] == ("allow-origin-missing",) and case.url is not None and case.url.host in ALLOW_ALL:
        yield (
            f"{case.url.host} itself allows every page: so something else answered. Try it without extensions (a "
            "blocker), without a proxy or VPN, and with the cache switched off: a response that was fetched without "
            "CORS before may be kept there."
        )


ALLOW_ALL: Final = frozenset(
    {
        "cdn.jsdelivr.net",
        "cdnjs.cloudflare.com",
        "esm.sh",
        "fonts.googleapis.com",
        "fonts.gstatic.com",
        "raw.githubusercontent.com",
        "unpkg.com",
    }
)
"""Hosts of public files that send `Access-Control-Allow-Origin: *` with each of them."""


def _of_an_unseen_answer(case: Case) -> Iterable[str]:
    """
    Say how to see what answered without the header, where nothing else tells it.
    """
    is_of_this = case.meanings[:1] in {("allow-origin-missing",), ("preflight-status-not-ok",)}
    if is_of_this and case.url is None and case.status is None and "preflight request" in case.line:
        yield f"{_OF_A_PREFLIGHT} The network panel has it."
    if not is_of_this or case.url is None or case.status is not None or case.is_known:
        return
    if case.url.host in ALLOW_ALL or _REDIRECTED_FROM.search(_plain(case.line)) or not case.origin:
        return
    url, origin = shlex.quote(case.url.href[:1000]), shlex.quote(f"Origin: {case.origin}")
    if "preflight" in folded(case.line):
        yield (
            f"{_OF_A_PREFLIGHT} See it by curl -i -X OPTIONS -H {origin} -H 'Access-Control-Request-Method: POST' {url}"
        )
    else:
        yield (
            "The error pages of a server that crashed, and of a proxy in front of it, have no such header either. See "
            f"what answers: curl -i -H {origin} {url}"
        )


_OF_A_PREFLIGHT: Final = (
    "It is the preflight that failed. If its status is 401 or 403, a log-in answered, which has to let OPTIONS pass; "
    "if 404 or 405, nothing takes OPTIONS there; if 500 or more, the server failed."
)


def _of_no_answer(case: Case) -> Iterable[str]:
    if case.meanings[:1] == ("connection-failed",) and case.url is not None:
        yield (
            f"Open {case.url.origin.serialized} in a tab of the same browser. If it warns of the certificate, accept "
            "it there, or use one that is trusted; if nothing comes, no server listens there (see scheme and "
            "port); if it "
            "loads, an extension or a protection of the browser stops the request."
        )


def _of_the_wildcard(case: Case) -> Iterable[str]:
    if case.meanings[:1] == ("allow-origin-wildcard-with-credentials",):
        page = case.origin if case.origin not in {None, "null"} else "the page's origin"
        yield (
            f"The server sends * and the request carries credentials: let the server send {page} in place of *, with "
            "Access-Control-Allow-Credentials: true; or send the request without credentials."
        )
        if _has_configuration(case):
            return
        yield (
            "If the server has a list of origins, the * is of another layer: a proxy, a gateway or its filter, or the "
            "application behind it. Take it away there."
        )


def _of_two_slashes(case: Case) -> Iterable[str]:
    is_of_this = case.meanings[:1] in {("allow-origin-missing",), ("preflight-status-not-ok",)}
    if is_of_this and case.url is not None and case.url.path.startswith("//"):
        yield (
            "The path begins with //: the base URL ends in a slash, and the path begins with one. Most servers have no "
            "such path, and answer with an error page or a redirect that has no CORS header. Join them with one slash."
        )


def _of_the_likely_product(case: Case) -> Iterable[str]:
    is_of_this = case.meanings[:1] in {("allow-origin-missing",), ("preflight-status-not-ok",)}
    if not is_of_this or case.is_known or case.url is None or case.origin in {None, "null"}:
        return
    # NB: what is shown goes before what is likely.
    if case.status in PROXY_STATUSES or _has_configuration(case):
        return
    likely = likely_of(case.url, case.origin or "")
    if likely:
        yield likely


def _has_configuration(case: Case) -> bool:
    """
    Whether the configuration beside the line tells something.
    """
    return any(True for _ in _of_the_configuration(case))


def _of_a_private_address(case: Case) -> Iterable[str]:
    match = _INSECURE.search(case.line) if case.meanings[:1] == ("mixed-content",) else None
    if match is not None:
        yield (
            f"{match[1]} is an address inside a private network, where visitors from elsewhere find nothing. It "
            "stands in the settings of the application: put its public https URL there."
        )


_INSECURE: Final = re.compile(r"http://((?:10|192\.168|172\.(?:1[6-9]|2[0-9]|3[01]))\.[0-9.]+)\b")


def _of_an_unseen_redirect(case: Case) -> Iterable[str]:
    """
    Say what a redirect of a preflight mostly is: the line does not say where it leads.
    """
    if case.meanings != ("preflight-redirected",) or case.url is None or "redirect" in case.url.path:
        return
    if any(pattern.search(_plain(case.line)) for pattern in _REDIRECTS):
        return
    if "//" in case.url.path:
        yield "The path has // in it, and many servers redirect that to one slash: join the parts of the URL with one."
    elif case.url.scheme == "http" and case.url.host not in _LOOPBACK:
        yield "The page asks by http: servers that take https only redirect that. Ask by https."
    origin = case.origin or "https://app.example.com"
    yield (
        "The line does not say where the redirect leads: to https, to the path with or without a slash at the end, to "
        "www., or to a log-in. The Location line says it: curl -i -X OPTIONS -H 'Origin: "
        f"{origin}' -H 'Access-Control-Request-Method: POST' {shlex.quote(case.url.href[:1000])}"
    )


def _of_the_local_network(case: Case) -> Iterable[str]:
    if case.meanings[:1] == ("local-network-access-denied",):
        yield (
            "The browser asks the visitor, and no header of the server helps: allow the page the local network in its "
            'site settings, and ask by fetch only after that. A frame also needs allow="local-network-access". Or '
            "open the page itself from the local server, which needs no permission."
        )


def _of_a_null_origin(case: Case) -> Iterable[str]:
    if case.origin == "null" and "file:" not in case.line:
        yield (
            "The page has no origin of its own, so the browser sends null: it was opened from a file (file://), stands "
            "in a sandboxed frame, or was redirected across origins. Serve it over http, such as by a local server."
        )


_TELLERS: Final = (
    of_several_values,
    _of_the_configuration,
    _of_the_status,
    _of_the_redirect,
    _of_two_slashes,
    _of_who_sends_it,
    _of_the_header,
    _of_the_method,
    _of_the_value,
    _of_an_unseen_redirect,
    _of_the_local_network,
    _of_a_page_for_people,
    _of_a_file,
    _of_a_null_origin,
    _of_two_origins_of_one_host,
    _of_two_names_of_one_machine,
    _of_the_load,
    _of_no_answer,
    _of_the_wildcard,
    _of_a_private_address,
    _of_who_allows_all,
    _of_the_likely_product,
    _of_an_unseen_answer,
)
"""In the order in which they are said."""


def _is_about_the_origin(case: Case) -> bool:
    return bool(case.meanings) and case.meanings[0].startswith("allow-origin-")


def _plain(line: str) -> str:
    return line.translate(_QUOTES)


_QUOTES: Final = str.maketrans(dict.fromkeys('\u2018\u2019\u201a\u201b\u201c\u201d\u201e"`', "'"))
