"""
Policies that are read from what frameworks, files and buckets are told already.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import flask
import flask_cors
import pytest
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from litestar import Litestar
from litestar.config.cors import CORSConfig

from browsercors import ANY, ANY_ORIGIN, Policy, PolicyError, ports_of, subdomains_of
from browsercors.policy.presets.framework_defaults import installed_starlette
from tests.servers.applications.test_frameworks import configure_django

if TYPE_CHECKING:
    from pathlib import Path

APP = "https://app.example.com"
ADMIN = "https://admin.example.com"
ALL = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
SAFE = ("Accept", "Accept-Language", "Content-Language", "Content-Type")
REGULAR = r"https://.*\.example\.com"


def starlette_policy(**options: Any) -> Policy:
    app = FastAPI()
    app.add_middleware(CORSMiddleware, **options)
    return Policy.from_starlette(app)


STARLETTE_CASES: list[tuple[str, dict[str, Any], Policy]] = [
    (
        "defaults",
        {"allow_origins": [APP]},
        Policy(origins=[APP], methods=["GET"], headers=SAFE, max_age=600),
    ),
    (
        "any method and header",
        {"allow_origins": [APP], "allow_methods": ["*"], "allow_headers": ["*"], "allow_credentials": True},
        Policy(origins=[APP], methods=installed_starlette().known_methods, headers=ANY, credentials=True, max_age=600),
    ),
    (
        "all of it",
        {
            "allow_origins": ["*"],
            "allow_methods": ["PUT"],
            "allow_headers": ["X-A", "accept"],
            "expose_headers": ["ETag"],
            "max_age": 5,
        },
        Policy(
            origins=ANY_ORIGIN,
            methods=["PUT"],
            headers=["X-A", "accept", "Accept-Language", "Content-Language", "Content-Type"],
            expose=["ETag"],
            max_age=5,
        ),
    ),
]


@pytest.mark.parametrize(
    ("options", "expected"), [row[1:] for row in STARLETTE_CASES], ids=[row[0] for row in STARLETTE_CASES]
)
def test_the_middleware_of_starlette_is_read(options: dict[str, Any], expected: Policy) -> None:
    assert expected == starlette_policy(**options)


def test_the_configuration_of_litestar_is_read() -> None:
    application = Litestar([], cors_config=CORSConfig(allow_origins=[APP], allow_headers=["X-A"], max_age=5))
    expected = Policy(origins=[APP], methods=ALL, headers=["x-a", *SAFE], max_age=5)

    assert expected == Policy.from_litestar(application)


FLASK = Policy(origins=[APP], methods=["DELETE", "GET"], headers=["X-A"], expose=["ETag"], credentials=True, max_age=5)
FLASK_OPTIONS = {
    "origins": APP,
    "methods": ["GET", "DELETE"],
    "allow_headers": "X-A",
    "expose_headers": ["ETag"],
    "supports_credentials": True,
    "max_age": 5,
}
FLASK_DEFAULT = Policy(origins=ANY_ORIGIN, methods=ALL, headers=ANY)

FLASK_CASES: list[tuple[str, dict[str, Any], Policy]] = [
    ("defaults", {}, FLASK_DEFAULT),
    ("all of it", FLASK_OPTIONS, FLASK),
    (
        "a resource and all below",
        {"resources": {"/api/*": FLASK_OPTIONS}},
        Policy(paths={"/api/*": FLASK, "/api": Policy(origins=[APP], methods=[], at_most=FLASK)}),
    ),
    (
        "the first resource that matches",
        {"resources": {"/me": FLASK_OPTIONS, r"^/api/.*$": FLASK_OPTIONS, r"/.*": {}}},
        FLASK_DEFAULT.evolve(paths={"/me": FLASK, "/api/*": FLASK}),
    ),
    ("one path", {"resources": "/me", **FLASK_OPTIONS}, Policy(paths={"/me": FLASK})),
]


@pytest.mark.parametrize(("options", "expected"), [row[1:] for row in FLASK_CASES], ids=[row[0] for row in FLASK_CASES])
def test_the_options_of_flask_cors_are_read(options: dict[str, Any], expected: Policy) -> None:
    application = flask.Flask("example")
    flask_cors.CORS(application, **options)

    assert expected == Policy.from_flask_cors(application)


DJANGO_CASES: list[tuple[str, dict[str, Any], Policy]] = [
    (
        "defaults",
        {"CORS_ALLOWED_ORIGINS": [APP]},
        Policy(
            origins=[APP],
            methods=["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"],
            headers=["accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"],
            max_age=86400,
        ),
    ),
    (
        "all of it, below a path",
        {
            "CORS_ALLOW_ALL_ORIGINS": True,
            "CORS_ALLOW_METHODS": ["PUT"],
            "CORS_ALLOW_HEADERS": ["x-a"],
            "CORS_EXPOSE_HEADERS": ["ETag"],
            "CORS_PREFLIGHT_MAX_AGE": 0,
            "CORS_URLS_REGEX": r"^/api/.*$",
        },
        Policy(paths={"/api/*": Policy(origins=ANY_ORIGIN, methods=["PUT"], headers=["x-a"], expose=["ETag"])}),
    ),
]


@pytest.mark.parametrize(
    ("settings", "expected"), [row[1:] for row in DJANGO_CASES], ids=[row[0] for row in DJANGO_CASES]
)
def test_the_settings_of_django_are_read(settings: dict[str, Any], expected: Policy) -> None:
    configure_django()
    from django.test import override_settings

    with override_settings(**settings):
        assert expected == Policy.from_django()


DOCUMENT = """
origins = ["https://app.example.com", "http://localhost:*", {subdomains_of = "https://example.com", depth = 1},
           {ports_of = "http://127.0.0.1", first = 3000, last = 3009}]
methods = ["PUT"]
headers = "ANY"
credentials = true
max_age = 60

[paths]
"/internal/*" = false

[paths."/public/{name}"]
origins = "*"

[by_origin."https://app.example.com"]
methods = ["PUT", "DELETE"]

[at_most]
origins = "https://*.example.com"
methods = "ANY"
headers = "ANY"
credentials = true
"""
WRITTEN = Policy(
    origins=[
        APP,
        ports_of("http://localhost"),
        subdomains_of("https://example.com", depth=1),
        ports_of("http://127.0.0.1", ports=range(3000, 3010)),
    ],
    methods=["PUT"],
    headers=ANY,
    credentials=True,
    max_age=60,
    paths={"/internal/*": None, "/public/{name}": Policy(origins=ANY_ORIGIN)},
    by_origin={APP: {"methods": ["PUT", "DELETE"]}},
)


def test_a_file_of_toml_is_read(tmp_path: Path) -> None:
    whole = tmp_path / "policy.toml"
    whole.write_text(DOCUMENT.partition("[at_most]")[0], encoding="utf-8")
    project = tmp_path / "pyproject.toml"
    project.write_text(
        '[project]\nname = "x"\n[tool.browsercors.policy]\norigins = "https://app.example.com"\n', encoding="utf-8"
    )

    assert WRITTEN == Policy.from_toml(whole)
    assert WRITTEN.evolve(max_age=5) == Policy.from_toml(str(whole), max_age=5)
    assert Policy(origins=[APP]) == Policy.from_toml(project)


def test_what_a_file_allows_at_most_is_read(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(
        'origins = "https://app.example.com"\n[at_most]\norigins = "https://*.example.com"\nmethods = "ANY"\n',
        encoding="utf-8",
    )

    assert Policy(origins=[APP], at_most=Policy(origins="https://*.example.com", methods=ANY)) == Policy.from_toml(file)


def test_a_file_of_yaml_is_read(tmp_path: Path) -> None:
    pytest.importorskip("yaml")
    file = tmp_path / "policy.yaml"
    file.write_text("origins: ['https://app.example.com']\npaths: {'/internal/*': null}\n", encoding="utf-8")

    assert Policy(origins=[APP], paths={"/internal/*": None}) == Policy.from_yaml(file)


S3_RULE = {
    "AllowedOrigins": [APP],
    "AllowedMethods": ["GET", "PUT"],
    "AllowedHeaders": ["*"],
    "ExposeHeaders": ["ETag"],
    "MaxAgeSeconds": 3000,
}
S3 = Policy(origins=[APP], methods=["GET", "PUT"], headers=ANY, expose=["ETag"], credentials=True, max_age=3000)
S3_CASES: list[tuple[str, Any, Policy]] = [
    ("one rule", {"CORSRules": [S3_RULE]}, S3),
    ("a list as JSON", json.dumps([S3_RULE]), S3),
    (
        "any origin",
        [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}],
        Policy(origins=ANY_ORIGIN, methods=["GET"]),
    ),
    (
        "two origins",
        [S3_RULE, {"AllowedOrigins": [ADMIN], "AllowedMethods": ["DELETE"], "ID": "admin"}],
        S3.evolve(
            origins=[APP, ADMIN],
            by_origin={
                ADMIN: {"methods": ["DELETE"], "headers": [], "expose": [], "credentials": True, "max_age": None}
            },
        ),
    ),
    (
        "one origin beside any",
        [S3_RULE, {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}],
        Policy(
            origins=ANY_ORIGIN,
            methods=["GET"],
            by_origin={
                APP: {
                    "methods": ["GET", "PUT"],
                    "headers": [ANY],
                    "expose": ["ETag"],
                    "credentials": True,
                    "max_age": 3000,
                }
            },
        ),
    ),
]


@pytest.mark.parametrize(("document", "expected"), [row[1:] for row in S3_CASES], ids=[row[0] for row in S3_CASES])
def test_the_document_of_a_bucket_is_read(document: Any, expected: Policy) -> None:
    assert expected == Policy.from_s3(document)


def with_resources(resources: Any, **options: Any) -> Any:
    application = flask.Flask("example")
    flask_cors.CORS(application, resources=resources, **options)
    return application


def starlette_app(**options: Any) -> FastAPI:
    application = FastAPI()
    application.add_middleware(CORSMiddleware, **options)
    return application


UNREADABLE: list[tuple[str, Any, str]] = [
    ("no middleware", lambda: Policy.from_starlette(FastAPI()), "FastAPI has no CORSMiddleware: no policy can be read"),
    ("no extension", lambda: Policy.from_flask_cors(flask.Flask("x")), "Flask has no Flask-CORS: no policy can be"),
    ("no configuration", lambda: Policy.from_litestar(Litestar([])), "Litestar has no cors_config: no policy can be"),
    ("something else", lambda: Policy.from_starlette(5), "int has no CORSMiddleware"),
    (
        "a regular expression of origins",
        lambda: Policy.from_starlette(starlette_app(allow_origin_regex=REGULAR)),
        f"allow_origin_regex is the pattern {REGULAR!r}; say what it means, as origins=[...]",
    ),
    (
        "the same below a path",
        lambda: Policy.from_flask_cors(with_resources({"/api/.*": {"origins": REGULAR}})),
        f"origins is the pattern {REGULAR!r}; say what it means, as origins=[...]",
    ),
    (
        "a regular expression of headers",
        lambda: Policy.from_flask_cors(with_resources("/.*", allow_headers=["X-.*"])),
        "allow_headers is the pattern 'X-.*'; say what it means, as headers=[...]",
    ),
    (
        "a regular expression of paths",
        lambda: Policy.from_flask_cors(with_resources(r"/v[0-9]/.*")),
        "the pattern of paths '/v[0-9]/.*' cannot be read; write the policy with paths={...}",
    ),
    ("no rules", lambda: Policy.from_s3({}), "the document has no CORSRules; give {'CORSRules':"),
    ("an unknown part", lambda: Policy.from_s3([{"AllowedOrigin": APP}]), "'AllowedOrigin' is not part of a rule"),
    (
        "two rules for one origin",
        lambda: Policy.from_s3([S3_RULE, {**S3_RULE, "AllowedMethods": ["HEAD"]}]),
        f"two rules are for {APP!r}; a policy has one for each origin",
    ),
    (
        "a wildcard in a header",
        lambda: Policy.from_s3([{**S3_RULE, "AllowedHeaders": ["x-amz-*"]}]),
        "AllowedHeaders is the pattern 'x-amz-*'; say what it means, as headers=[...]",
    ),
]


@pytest.mark.parametrize(("read", "message"), [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE])
def test_what_cannot_be_told_as_a_policy_is_refused(read: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - its text is looked at
        read()

    assert str(caught.value).startswith(message)


def test_what_cannot_be_read_can_be_given() -> None:
    subdomains = subdomains_of("https://example.com")
    starlette = Policy.from_starlette(starlette_app(allow_origin_regex=REGULAR), origins=[subdomains])
    below = Policy.from_flask_cors(with_resources({"/api/.*": {"origins": REGULAR}}), origins=[subdomains], max_age=5)

    assert (subdomains,) == starlette.origins
    assert Policy(paths={"/api/*": FLASK_DEFAULT.evolve(origins=[subdomains], max_age=5)}) == below


def test_what_is_given_counts_for_a_resource_and_all_below() -> None:
    policy = Policy.from_flask_cors(with_resources({"/api/*": {"origins": REGULAR}}), origins=[APP])
    below = FLASK_DEFAULT.evolve(origins=[APP])

    assert Policy(paths={"/api/*": below, "/api": Policy(origins=[APP], methods=[], at_most=below)}) == policy


def test_paths_can_be_given_in_place_of_regular_expressions() -> None:
    application = with_resources(r"/v[0-9]/.*")

    assert Policy(paths={"/v1/*": FLASK}) == Policy.from_flask_cors(application, paths={"/v1/*": FLASK})


def test_a_contradiction_of_the_framework_is_named() -> None:
    with pytest.raises(PolicyError, match="credentials: True cannot go with ANY_ORIGIN"):
        starlette_policy(allow_origins=["*"], allow_credentials=True)


FILES = [
    ("", "has no settings of a policy; they are origins, methods"),
    ("origin = 'x'", "has 'origin', which is not a setting of a policy; they are origins"),
    ("origins = [{host = 'x'}]", "has the origin {'host': 'x'}; write a text, or {subdomains_of = ..."),
    ("origins = '*'\n[paths.'/a']\nmethod = 1", "has 'method', which is not a setting"),
]


@pytest.mark.parametrize(("text", "message"), FILES)
def test_a_file_that_says_something_else_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - its text is looked at
        Policy.from_toml(file)

    assert message in str(caught.value)
