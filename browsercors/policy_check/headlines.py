"""
Headlines of violations: who got in, and what such a page can do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.words.sanitise import shown
from browsercors.explain.words.templates import Template
from browsercors.policy.redirector import led_to
from browsercors.policy.search_space import ATTACKERS, INSECURE_ATTACKERS, path_of
from browsercors.policy.sessions import Load
from browsercors.policy.snippets import SCRIPT_INCLUSION
from browsercors.policy_check.judge import last_asker_of
from browsercors.policy_check.violations import ORIGIN_KINDS, ViolationKind

if TYPE_CHECKING:
    from browsercors.policy.sessions import Asked, Session

__all__ = ["WHO", "headline_of"]

ANY_PAGE: Final = "Any page on the web"
REDIRECTED: Final = "Any page on the web, through a redirect that makes its origin null,"
UNKNOWN: Final = "A page whose origin is like no allowed one"

WHO: Final = {
    "null": "Any page on the web, from a sandboxed frame whose origin is null,",
    "prefix": "A page whose origin begins like an allowed one",
    "suffix": "A page whose origin ends like an allowed one",
    "substring": "A page whose origin is a part of an allowed one, or the other way round,",
    "unescaped-dot": "A page whose domain has another character where an allowed one has a dot",
    "subdomain": "A page on a subdomain of an allowed origin",
    "superdomain": "A page on the parent domain of an allowed origin",
    "sibling": "A page on another subdomain of the same domain",
    "public-suffix-sibling": "A page of another customer of the same hosting service",
    "scheme": "A page of an allowed host with another scheme, such as http,",
    "port": "A page on another port of an allowed host",
    "trailing-dot": "A page of an allowed host with a dot at its end",
    "idna": "A page whose domain looks like an allowed one",
    "address": "A page of the same machine under another address",
    "special-character": "A page whose domain begins like an allowed one, up to a special character,",
    "development-server": "A page of a development server",
    "staging": "A page of a staging deployment",
    "shared-hosting": "A page that anyone can publish at a hosting service",
    "tunnel": "A page behind a tunnel that anyone can open",
    "local-network": "A page of a machine in the visitor's local network",
    "loopback": "A page of a program on the visitor's own machine",
    "app": "The WebView of an app",
    "extension": "A browser extension",
}
"""Who asks, by the code of a violation that is about an origin."""

READS: Final = Template("{who} can read the response to {what}{with_credentials}.")
SENDS: Final = Template("{who} can send {what}{with_credentials}.")
CLOSED_TO_ALL: Final = {
    True: Template("A page can send {what}, which the policy opens to no other origin."),
    False: Template("A page can read {path}, which the policy opens to no other origin."),
}
"""What a page can do at a path that is closed, by whether it sends or reads."""

INCLUDES: Final = Template("{who} can read the data in {path} by running it as a script.")

NAMES_OF_LOADS: Final = {
    "image": "an image",
    "script": "a script",
    "import_module": "a module",
    "stylesheet": "a style sheet",
    "font": "a font",
    "media": "audio or video",
    "track": "a track",
    "manifest": "a manifest",
    "websocket": "a WebSocket",
}
"""How a sentence calls what a page loads."""

HEADLINES: Final = {
    ViolationKind.HEADER_READ: Template("An allowed page can read the header {code}, which is not exposed."),
    ViolationKind.TIMING_READ: Template("{who} learns how large the answer of {path} to a visitor is."),
    ViolationKind.REMEMBERED_LONGER: Template("Browsers remember a preflight for {path} for longer than is allowed."),
    ViolationKind.CREDENTIALS_WIDEN: Template("Credentials let a page read {path} that it cannot read without them."),
    ViolationKind.ELEMENT_READS_MORE: Template("{initiator} reveals {path} to a page whose fetch cannot read it."),
    ViolationKind.CROSSORIGIN_WIDENS: Template(
        "{initiator} with crossorigin reveals {path}, which allows no such page."
    ),
    ViolationKind.PRELOAD_CHANGES: Template("What a page gets from {path} depends on whether it has preloaded it."),
    ViolationKind.SLOW: Template("A page can keep the server busy by the name of its origin alone."),
    ViolationKind.PREFLIGHT_DISAGREES: Template("The preflight for {what} allows what the response then does not."),
    ViolationKind.ORDER_MATTERS: Template("What a page gets from {path} depends on who asked before."),
    ViolationKind.REFUSED: Template("An allowed page is refused {what}{with_credentials}, which it is promised."),
    ViolationKind.HEADER_HIDDEN: Template("An allowed page does not see the header {code}, which it is promised."),
    ViolationKind.NOT_DETERMINISTIC: Template("Equal requests to {path} are answered differently."),
    ViolationKind.NO_ANSWER: Template("The server gives {what} no answer that can be judged."),
}
"""What happens, by the kind of a violation that is not about an origin."""

BEYOND: Final = {
    "credentials": Template("An allowed page can use credentials for {what}, which the policy does not allow."),
    "method": Template("An allowed page can send {what}, a method that the policy does not list."),
    "header": Template("An allowed page can send request headers that the policy does not list."),
}
"""What an allowed page can do beyond what it may, by the code of the violation."""


def headline_of(kind: ViolationKind, code: str, session: Session) -> str:
    """
    Return who got in and what it can do, or what else is wrong, in one sentence.

    Args:
        kind: The kind of the violation.
        code: Its code.
        session: What shows it, with its last fetch.
    """
    origin, asked = last_asker_of(session)
    url = led_to(asked.url)
    path = shown(path_of(url or asked.url))
    with_credentials = asked.credentials == "include"
    loaded = NAMES_OF_LOADS.get(asked.initiator, asked.initiator) if isinstance(asked, Load) else ""
    values = {
        "who": _who(code, origin, is_redirected=url is not None),
        "what": f"{shown(asked.method)} {path}{_with_headers(asked)}{f' as {loaded}' if loaded else ''}",
        "path": path,
        "code": shown(code),
        "initiator": loaded.capitalize(),
        "with_credentials": f" {'and' if asked.headers else 'with'} credentials" if with_credentials else "",
    }
    if kind not in ORIGIN_KINDS:
        return HEADLINES[kind].fill(values)
    if code == SCRIPT_INCLUSION:
        return INCLUDES.fill(values)
    if code == "path":
        return CLOSED_TO_ALL[kind is ViolationKind.SENT].fill(values)
    template = BEYOND.get(code, SENDS if kind is ViolationKind.SENT else READS)
    return template.fill(values)


def _with_headers(asked: Asked) -> str:
    names = [shown(name) for name, _ in asked.headers]
    return f" with the header{'s' if len(names) > 1 else ''} {' and '.join(names)}" if names else ""


def _who(code: str, origin: str, *, is_redirected: bool) -> str:
    """
    Return whose page it is; what a page gets whose origin nobody can guess, every page gets.
    """
    if code == "null" or origin == "null" or is_redirected:
        return REDIRECTED if is_redirected else WHO["null"]
    return WHO.get(code, ANY_PAGE if origin in (*ATTACKERS, *INSECURE_ATTACKERS) else UNKNOWN)
