"""
nginx, by maps and a location.

An `add_header` whose value is empty adds nothing; so a map that is empty for all other origins does the comparing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.explain.configurations.configuration_text import ONE_PATH, ConfigurationText
from browsercors.values.formats.data_urls import percent_decode

if TYPE_CHECKING:
    from browsercors.explain.report import Needs

__all__ = ["nginx"]

BARE: Final = re.compile(r"[A-Za-z0-9/_.:-]+")
PRINTABLE: Final = re.compile(rb"[!-~][ -~]*")
SPECIAL: Final = re.compile(r"[^A-Za-z0-9/:_-]")
SPECIAL_BYTE: Final = re.compile(rb"[^A-Za-z0-9/_-]")
LONGEST_KEY: Final = 46
"""What fits into a map, or nginx does not start (`map_hash_bucket_size` is 64); patterns have no limit."""
DOT_SEGMENT: Final = re.compile(rb"/\.\.?(?:/|\Z)")

WHERE: Final = (
    "The first part goes into the http block, where Debian and the packages of nginx.org include conf.d; the second is "
    "the location for this path."
)
UPSTREAM: Final = (
    "What an upstream server says of CORS itself has to be taken out with proxy_hide_header, or it is there twice."
)

DOLLAR: Final = """\
# In a value, a dollar sign always begins a variable: this is the one that holds it.
geo $cors_dollar {
    default "$";
}
"""


def nginx(needs: Needs) -> ConfigurationText:
    """
    Write *needs* as a part of the http block and a location.
    """
    path = re.sub(rb"/+", b"/", percent_decode(needs.path.encode("utf-8", "replace")))
    if b"\0" in path or DOT_SEGMENT.search(path):
        return ConfigurationText((), ("nginx refuses or rewrites this path before it looks for a location.",))
    http, location = _http(needs), _location(needs, path)
    if "cors_dollar" in location:
        http = f"{DOLLAR}\n{http}"
    files = (("conf.d/cors.conf", "nginx", http), ("the server block", "nginx", location))
    return ConfigurationText(files, (WHERE, UPSTREAM, ONE_PATH))


def _http(needs: Needs) -> str:
    allowed = "1"
    lines = []
    if needs.origin != "*":
        allowed = "$cors_origin"
        lines = [
            "# The origin, if it may ask; otherwise nothing, and then no header is added.",
            "map $http_origin $cors_origin {",
            '    default "";',
            f"    {_key(needs.origin)} $http_origin;",
            "}",
            "",
        ]
    lines += [
        "# Whether this is a preflight that may be allowed.",
        'map "$request_method:$http_access_control_request_method" $cors_preflight {',
        '    default "";',
        f'    "~^OPTIONS:." {allowed};',
        "}",
        "",
    ]
    return "\n".join(lines)


def _location(needs: Needs, path: bytes) -> str:
    is_for_all = needs.origin == "*"
    common = [
        *([] if is_for_all else _header("Vary", "Origin")),
        f"add_header Access-Control-Allow-Origin {'*' if is_for_all else '$cors_origin'} always;",
        *(_header("Access-Control-Allow-Credentials", "true") if needs.credentials else []),
    ]
    preflight = [
        *_header("Access-Control-Allow-Methods", ", ".join(needs.methods)),
        *_header("Access-Control-Allow-Headers", ", ".join(needs.headers)),
        *(_header("Access-Control-Max-Age", str(needs.max_age)) if needs.max_age is not None else []),
    ]
    lines = [
        f"location {_matching(path)} {{",
        *(f"    {line}" for line in [*common, *_header("Access-Control-Expose-Headers", ", ".join(needs.expose))]),
        "",
        "    if ($cors_preflight) {",
        *(["        # With an add_header of its own, a block has none of those around it."] if preflight else []),
        *(f"        {line}" for line in ([*common, *preflight] if preflight else [])),
        "        return 204;",
        "    }",
        "",
        "    # What the server does for this path already stays here, such as proxy_pass.",
        "}",
        "",
    ]
    return "\n".join(lines)


def _header(name: str, value: str) -> list[str]:
    """
    Return the line for a header, on errors too; none without a value.
    """
    return [f"add_header {name} {_word(value).replace('$', '${cors_dollar}')} always;"] if value else []


def _matching(path: bytes) -> str:
    """
    Return what a location says to be for *path* alone, which nginx has decoded by then.
    """
    if PRINTABLE.fullmatch(path):
        return f"= {_word(path.decode('ascii'))}"
    pattern = SPECIAL_BYTE.sub(lambda match: b"\\x%02X" % match[0][0], path).decode("ascii")
    return rf'~ "^{pattern}\z"'


def _key(origin: str) -> str:
    """
    Return what a map says to be for *origin* alone.
    """
    if len(origin) <= LONGEST_KEY:
        return _word(origin)
    pattern = SPECIAL.sub(r"\\\g<0>", origin)
    return rf'"~^{pattern}\z"'


def _word(text: str) -> str:
    """
    Return *text* as one word of a configuration file.
    """
    if BARE.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
