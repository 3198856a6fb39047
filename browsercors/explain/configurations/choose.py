"""
Which configuration of a server meets what a fix needs, and nothing more.

What holds for every server is decided here: what cannot be allowed at all, and which names are invalid. The other
modules of this package write the configuration of each server.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import attrs

from browsercors.explain.configurations.aspnet_core import aspnet_core
from browsercors.explain.configurations.configuration_text import ConfigurationText
from browsercors.explain.configurations.django import django
from browsercors.explain.configurations.express import express, express_cors
from browsercors.explain.configurations.fastapi import fastapi
from browsercors.explain.configurations.flask_cors import flask_cors
from browsercors.explain.configurations.nginx import nginx
from browsercors.explain.configurations.s3 import s3
from browsercors.explain.configurations.spring import spring
from browsercors.explain.report import Needs
from browsercors.explain.words.sanitise import shown
from browsercors.values.arguments import checked_instance
from browsercors.values.headers import is_header_name

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SERVERS", "Configuration", "ConfigurationFile", "configuration", "recognise_server"]


@attrs.frozen
class ConfigurationFile:
    """
    A file, or a part of one.

    Attributes:
        name: The file's name, or where the part goes.
        language: Its language, as highlighters call it: "python", "javascript", "nginx", "java", "csharp", "json".
        text: What it says.
    """

    name: str
    language: str
    text: str


@attrs.frozen
class Configuration:
    """
    The configuration of a server that meets some needs.

    Attributes:
        server: The server, a name of `SERVERS`.
        label: Its name in words.
        files: What to write where; empty if this server cannot meet the needs, and `note` then says why.
        note: Where it goes, and what it allows beyond the needs or leaves unmet.
        source: The vendor's documentation.
        is_run: Whether this wording is run by the tests of this library, on the real server.
    """

    server: str
    label: str
    files: tuple[ConfigurationFile, ...]
    note: str
    source: str
    is_run: bool


_Writer: TypeAlias = Callable[[Needs], ConfigurationText]


class _Server(NamedTuple):
    label: str
    write: _Writer
    is_run: bool
    source: str
    removes: str
    """What was configured before and has to go, or what this takes the place of."""


_TABLE: Final = {
    "flask-cors": _Server(
        "Flask with flask-cors",
        flask_cors,
        True,
        "https://corydolphin.github.io/flask-cors/",
        "Remove an earlier CORS(app, ...), and @cross_origin on this route: what they allow stays allowed.",
    ),
    "fastapi": _Server(
        "FastAPI",
        fastapi,
        True,
        "https://fastapi.tiangolo.com/tutorial/cors/",
        "Remove an earlier add_middleware(CORSMiddleware, ...): what it allows stays allowed.",
    ),
    "django-cors-headers": _Server(
        "Django with django-cors-headers",
        django,
        True,
        "https://github.com/adamchainz/django-cors-headers#configuration",
        "It takes the place of CORS_ settings above it; remove those, and receivers of check_request_enabled, which "
        "can allow more.",
    ),
    "express-cors": _Server(
        "Express with cors",
        express_cors,
        True,
        "https://expressjs.com/en/resources/middleware/cors.html",
        "Remove an earlier app.use(cors(...)): it answers preflights first, and what it allows stays allowed.",
    ),
    "express": _Server(
        "Express by hand",
        express,
        True,
        "https://expressjs.com/en/4x/api.html",
        "Remove an earlier app.use(cors(...)): it answers preflights first, and what it allows stays allowed.",
    ),
    "nginx": _Server(
        "nginx",
        nginx,
        True,
        "https://nginx.org/en/docs/http/ngx_http_headers_module.html",
        "Remove other add_header Access-Control-... lines of the location, and what the application behind it sends.",
    ),
    "spring": _Server(
        "Spring",
        spring,
        False,
        "https://docs.spring.io/spring-framework/reference/web/webmvc-cors.html",
        "Remove @CrossOrigin and addCorsMappings for this path. The filter answers requests of other origins with 403, "
        "and not only their preflights.",
    ),
    "aspnet-core": _Server(
        "ASP.NET Core",
        aspnet_core,
        False,
        "https://learn.microsoft.com/en-us/aspnet/core/security/cors",
        "Remove an earlier UseCors and other policies for this path.",
    ),
    "s3": _Server(
        "Amazon S3",
        s3,
        False,
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html",
        "It takes the place of all rules of the bucket: add the rules that others need.",
    ),
}

SERVERS: Final = tuple(_TABLE)
"""The servers for which there is a configuration."""

# NB: what an application says of itself comes first: a server in front of it says less of where CORS is configured.
_SIGNS: Final = (
    ("x-powered-by", re.compile(r"Express\b", re.IGNORECASE), "express-cors"),
    ("server", re.compile(r"Werkzeug/", re.IGNORECASE), "flask-cors"),
    ("server", re.compile(r"uvicorn\b", re.IGNORECASE), "fastapi"),
    ("server", re.compile(r"WSGIServer/", re.IGNORECASE), "django-cors-headers"),
    ("server", re.compile(r"Kestrel\b", re.IGNORECASE), "aspnet-core"),
    ("server", re.compile(r"AmazonS3\b", re.IGNORECASE), "s3"),
    ("server", re.compile(r"(?:nginx|openresty)\b", re.IGNORECASE), "nginx"),
)

_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[!-~]+")
_NOT_IN_AN_ORIGIN: Final = re.compile(r"://.*[/?#@\\<>^|%]")

_NOT_RUN: Final = "This configuration follows the vendor's documentation; it was not run on this server."


def configuration(server: str, needs: Needs) -> Configuration:
    """
    Return the least permissive configuration of *server* that meets *needs*.

    Raises:
        ValueError: *server* is none of `SERVERS`.
    """
    row = _TABLE.get(server) if isinstance(server, str) else None
    if row is None:
        raise ValueError(f"server has to be one of {', '.join(map(repr, SERVERS))}, not {server!r}")
    checked_instance("needs", needs, Needs, "the needs of a fix, as in report.fixes[0].needs")
    refusal = _refusal(needs)
    wordable, left_out = _without_what_is_no_name(needs)
    wording = ConfigurationText((), (refusal,)) if refusal else row.write(wordable)
    notes = [*wording.notes]
    if wording.files and left_out:
        notes.append(f"Left out, because no header can allow it without allowing more: {shown(left_out)}.")
    if wording.files:
        notes.append(row.removes)
    if wording.files and not row.is_run:
        notes.append(_NOT_RUN)
    files = tuple(ConfigurationFile(*file) for file in wording.files)
    return Configuration(server, row.label, files, " ".join(notes), row.source, row.is_run)


def recognise_server(response_headers: Iterable[tuple[str, str]]) -> str:
    """
    Return the name of `SERVERS` that `Server` or `X-Powered-By` tells of; empty if they tell of none.
    """
    lines = [(name.lower(), value.strip()) for name, value in response_headers]
    for header, pattern, server in _SIGNS:
        if any(name == header and pattern.match(value) for name, value in lines):
            return server
    return ""


def _refusal(needs: Needs) -> str:
    """
    Return why no server should or can be configured for *needs*; empty if one can.
    """
    if needs.origin == "null":
        return (
            "The page's origin is opaque and is sent as null, as every sandboxed frame of every site sends it: "
            "allowing it allows all of them. Give the page an origin of its own."
        )
    if needs.origin == "*":
        if needs.credentials:
            return "Credentials cannot be allowed to any origin (*): name the origin."
    elif not _ORIGIN.fullmatch(needs.origin) or _NOT_IN_AN_ORIGIN.search(needs.origin):
        return f"This is not an origin that a browser sends: {shown(needs.origin)}."
    if not needs.path.startswith("/"):
        return f"This is not a path that a browser requests: {shown(needs.path)}."
    if not _is_name(needs.method):
        return f"This is not a method that can be allowed by its name: {shown(needs.method)}."
    return ""


def _without_what_is_no_name(needs: Needs) -> tuple[Needs, tuple[str, ...]]:
    """
    Return *needs* with the names that a header can list, and the others.

    A list of names has no quotes: what is no token cannot be in it, and a * in it stands for everything.
    """
    wordable = attrs.evolve(
        needs,
        methods=tuple(filter(_is_name, needs.methods)),
        headers=tuple(filter(_is_name, needs.headers)),
        expose=tuple(filter(_is_name, needs.expose)),
    )
    left_out = (name for name in (*needs.methods, *needs.headers, *needs.expose) if not _is_name(name))
    return wordable, tuple(left_out)


def _is_name(name: str) -> bool:
    return name != "*" and name.isascii() and is_header_name(name.encode("ascii"))
