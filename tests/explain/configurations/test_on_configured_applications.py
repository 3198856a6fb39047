"""
Configurations on applications that have a policy already: what stays in force, and what is gone once it is removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import fastapi
import flask
import flask_cors
import pytest
from fastapi.middleware.cors import CORSMiddleware

from browsercors import Browser
from browsercors.explain.configurations.choose import SERVERS, configuration
from browsercors.explain.report import Needs
from tests.explain.configurations.real_servers import PLACE, START
from tests.servers.applications.test_frameworks import configure_django, django_application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

API = "https://api.example.com"
PAGE = "https://app.example.com"
OTHER = "https://other.example"
ITEM = "/items/7"
NEEDS = Needs(PAGE, API, ITEM, method="PUT", methods=("PUT",), headers=("x-a",))


def _applied(server: str, names: dict[str, Any]) -> dict[str, Any]:
    (file,) = configuration(server, NEEDS).files
    exec(compile(file.text, file.name, "exec"), names)  # noqa: S102 - it is the configuration that is tried
    return names


def _flask(policy: dict[str, Any] | None) -> Any:
    app = flask.Flask("example")
    app.add_url_rule(ITEM, view_func=lambda: "x", methods=["GET", "PUT"])
    if policy is not None:
        flask_cors.CORS(app, **policy)
    return _applied("flask-cors", {"app": app})["app"]


def _fastapi(policy: dict[str, Any] | None) -> Any:
    app = fastapi.FastAPI()
    app.api_route(ITEM, methods=["GET", "PUT"])(lambda: "x")
    if policy is not None:
        app.add_middleware(CORSMiddleware, **policy)
    return _applied("fastapi", {"app": app})["app"]


def _django(policy: dict[str, Any] | None) -> Any:
    configure_django()
    from django.http import HttpResponse
    from django.urls import path

    above: dict[str, Any] = {"INSTALLED_APPS": [], "MIDDLEWARE": ["django.middleware.common.CommonMiddleware"]}
    if policy is not None:
        above["INSTALLED_APPS"] = ["corsheaders"]
        above["MIDDLEWARE"] = [*above["MIDDLEWARE"], "corsheaders.middleware.CorsMiddleware"]
    names = _applied("django-cors-headers", {**above, **(policy or {})})
    settings = {name: value for name, value in names.items() if name.isupper()}
    settings["ROOT_URLCONF"] = (path(ITEM[1:], lambda _request: HttpResponse("x")),)
    return django_application(settings)


def _may_read(application: Any, page: str, *, method: str, credentials: Any) -> bool:
    with Browser(public_suffix_list=["com", "example"]) as browser:
        browser.mount(API, application)
        headers = {"X-A": "1"} if method == "PUT" else None
        result = browser.open(page).fetch(f"{API}{ITEM}", method=method, headers=headers, credentials=credentials)
        return result.readable


CARELESS = {
    "flask-cors": {"origins": ".*", "supports_credentials": True},
    "fastapi": {"allow_origin_regex": ".*", "allow_credentials": True, "allow_methods": ["*"], "allow_headers": ["*"]},
    "django-cors-headers": {
        "CORS_ALLOW_ALL_ORIGINS": True,
        "CORS_ALLOW_CREDENTIALS": True,
        "CORS_ALLOWED_ORIGIN_REGEXES": [".*"],
    },
}
STRICT = {
    "flask-cors": {"origins": ["https://admin.example.com"]},
    "fastapi": {"allow_origins": ["https://admin.example.com"]},
    "django-cors-headers": {"CORS_ALLOWED_ORIGINS": ["https://admin.example.com"]},
}
IN_PROCESS: dict[str, Callable[[dict[str, Any] | None], Any]] = {
    "flask-cors": _flask,
    "fastapi": _fastapi,
    "django-cors-headers": _django,
}
EXPRESS_CARELESS = "app.use(require('cors')({ origin: true, credentials: true }));\n"
EXPRESS_STRICT = "app.use(require('cors')({ origin: ['https://admin.example.com'] }));\n"
NGINX_CARELESS = """
    add_header Access-Control-Allow-Origin $http_origin always;
    add_header Access-Control-Allow-Credentials true always;
"""
NGINX_STRICT = "\n    add_header Access-Control-Allow-Origin https://admin.example.com always;\n"
TEXTS = {
    "express-cors": ("app.js", EXPRESS_STRICT, EXPRESS_CARELESS),
    "express": ("app.js", EXPRESS_STRICT, EXPRESS_CARELESS),
    "nginx": ("the server block", NGINX_STRICT, NGINX_CARELESS),
}
"""By server: the file that has the policy, a strict one, and a careless one."""

SERVERS_HERE = (*IN_PROCESS, *TEXTS)
STAYS = {*IN_PROCESS, *TEXTS} - {"django-cors-headers"}
"""Where a careless policy stays in force beside the configuration; for Django the later settings count."""

IN_ITS_WAY: dict[str, frozenset[str]] = {
    "express-cors": frozenset({"PUT"}),
    "express": frozenset({"PUT"}),
    "nginx": frozenset({"GET", "PUT"}),
}
"""What a strict policy keeps out until it is removed: cors() above answers preflights, nginx sends the header twice."""


class Applications(NamedTuple):
    """
    The configuration on an application without a policy, beside a strict one, and beside a careless one.
    """

    alone: Any
    strict: Any
    careless: Any


@pytest.fixture(scope="module", params=SERVERS_HERE)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Applications]]:
    name: str = request.param
    if name in IN_PROCESS:
        make = IN_PROCESS[name]
        yield name, Applications(make(None), make(STRICT[name]), make(CARELESS[name]))
        return
    where, *policies = TEXTS[name]
    texts = {file.name: file.text for file in configuration(name, NEEDS).files}
    beside = [
        # NB: in nginx a policy stands in the location, behind what the configuration leaves room for.
        {**texts, where: texts[where].replace(PLACE, f"{PLACE}{policy}") if name == "nginx" else policy + texts[where]}
        for policy in policies
    ]
    with START[name]([texts, *beside], tmp_path_factory.mktemp(name)) as started:
        yield name, Applications(*started)


def test_alone_it_lets_in_its_page_and_no_other(server: tuple[str, Applications]) -> None:
    _, applications = server

    for method in ("GET", "PUT"):
        assert _may_read(applications.alone, PAGE, method=method, credentials="omit")
        assert not _may_read(applications.alone, OTHER, method=method, credentials="omit")
        assert not _may_read(applications.alone, PAGE, method=method, credentials="include")


def test_beside_a_strict_policy_it_lets_in_its_page_or_says_to_remove_that(server: tuple[str, Applications]) -> None:
    name, applications = server
    kept_out = IN_ITS_WAY.get(name, frozenset())

    for method in ("GET", "PUT"):
        assert (method not in kept_out) is _may_read(applications.strict, PAGE, method=method, credentials="omit")
        assert not _may_read(applications.strict, OTHER, method=method, credentials="omit")
        assert not _may_read(applications.strict, PAGE, method=method, credentials="include")
    assert bool(kept_out) is any(word in configuration(name, NEEDS).note for word in ("preflights first", "twice"))


def test_a_careless_policy_stays_in_force_only_where_it_says_to_remove_it(server: tuple[str, Applications]) -> None:
    name, applications = server

    is_open = _may_read(applications.careless, OTHER, method="GET", credentials="include")

    assert (name in STAYS) is is_open
    says = ("allows stays", "allow stays", "Remove other add_header")
    assert any(words in part for part in _removes(name) for words in says) is is_open


def _removes(server: str) -> list[str]:
    return [
        part for part in configuration(server, NEEDS).note.split(". ") if "emove" in part or "takes the place" in part
    ]


@pytest.mark.parametrize("name", SERVERS)
def test_every_configuration_says_what_has_to_go(name: str) -> None:
    assert _removes(name)
