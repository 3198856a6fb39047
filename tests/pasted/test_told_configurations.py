"""
What a configuration beside a line of the console tells: told where it decides, and left out beside it.
"""

# ruff: noqa: E501 - configurations stand as people write them

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.pasted.test_told import MISSING, NOT_ALLOWED, PREFLIGHT, line, message_of

WILDCARD = "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'."
NO_CREDENTIALS = "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'."
REFUSED = f"{PREFLIGHT}{MISSING}"


class Beside(NamedTuple):
    """
    A line, the configuration beside it, the words that are told, and a configuration that tells nothing of the kind.
    """

    line: str
    configuration: str
    words: str
    other: str


CONFIGURATIONS = {
    "a slash in the list": Beside(
        line(MISSING),
        'origins = ["https://app.example.com/"]',
        "names https://app.example.com/",
        'origins = ["https://app.example.com"]',
    ),
    "no scheme in the list": Beside(
        line(MISSING), 'WithOrigins("app.example.com")', "lacks the scheme", 'WithOrigins("https://app.example.com")'
    ),
    "no comma in the list": Beside(
        line(MISSING),
        'CORS_ALLOWED_ORIGINS = [\n    "https://a.example"\n    "https://app.example.com"\n]',
        "without a comma",
        'CORS_ALLOWED_ORIGINS = [\n    "https://a.example",\n    "https://app.example.com"\n]',
    ),
    "cors() without an origin": Beside(
        line(WILDCARD),
        "app.use(cors({ credentials: true }));",
        "cors() sends * unless",
        "app.use(cors({ origin: 'https://app.example.com' }));",
    ),
    "cors() with an origin": Beside(
        line(WILDCARD),
        "app.use(cors({ origin: 'https://app.example.com' }));",
        "the * is of another layer",
        "app.use(cors({ credentials: true }));",
    ),
    "an origin function that fails": Beside(
        line(MISSING),
        "app.use(cors({ origin: (o, callback) => callback(list[o] ? null : 'no', true) }));",
        "The origin function answers with an error",
        "app.use(cors({ origin: (o, callback) => callback(null, list[o]) }));",
    ),
    "Spring Security without cors()": Beside(
        line(REFUSED),
        "void configure(HttpSecurity http) { http.authorizeRequests(); }",
        "Add http.cors(...)",
        "void addCorsMappings(CorsRegistry registry) {}",
    ),
    "Spring Security with cors()": Beside(
        line(REFUSED),
        "void configure(HttpSecurity http) { http.cors().and(); }",
        "http.cors() is there",
        "void addCorsMappings(CorsRegistry registry) {}",
    ),
    "CORSMiddleware without methods": Beside(
        line(REFUSED),
        "app.add_middleware(CORSMiddleware, allow_origins=['*'])",
        "allows GET alone",
        "app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_methods=['*'])",
    ),
    "Django's middleware behind another": Beside(
        line(MISSING),
        "MIDDLEWARE = ['django.middleware.common.CommonMiddleware', 'corsheaders.middleware.CorsMiddleware']",
        "stands behind CommonMiddleware",
        "MIDDLEWARE = ['corsheaders.middleware.CorsMiddleware', 'django.middleware.common.CommonMiddleware']",
    ),
    "UseCors behind the endpoints": Beside(
        line(MISSING),
        "app.UseMvc();\napp.UseCors(p => p.AllowAnyOrigin());",
        "stands behind the endpoints",
        "app.UseCors(p => p.AllowAnyOrigin());\napp.UseMvc();",
    ),
    "AddCors alone": Beside(
        line(MISSING),
        "services.AddCors();\napp.MapControllers();",
        "AddCors alone adds no header",
        "services.AddCors();\napp.UseCors();\napp.MapControllers();",
    ),
    "nginx without always": Beside(
        line(MISSING),
        "add_header Access-Control-Allow-Origin *;",
        "without always",
        "add_header Access-Control-Allow-Origin * always;",
    ),
    "Apache without always": Beside(
        line(MISSING),
        'Header set Access-Control-Allow-Origin "*"',
        "Write Header always set",
        'Header always set Access-Control-Allow-Origin "*"',
    ),
    "a log-in before the preflight": Beside(
        line(REFUSED), "  basicauth / user pass", "asks for a log-in", "  root * /srv"
    ),
    "a handler of IIS": Beside(line(REFUSED), "<system.webServer>", "OPTIONSVerbHandler", "<system.web>"),
    "Laravel without credentials": Beside(
        line(NO_CREDENTIALS), "'allowed_origins' => ['*'],", "supports_credentials to true", "'paths' => ['*'],"
    ),
    "an older Laravel that refuses": Beside(
        f"{line(MISSING)} The response had HTTP status code 403.",
        "'allowedOrigins' => ['*'],",
        "answer 403",
        "'paths' => ['*'],",
    ),
    "a rule without headers": Beside(
        line(REFUSED),
        "<CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule>",
        "AllowedHeader *",
        "<CORSRule><AllowedMethod>GET</AllowedMethod><AllowedHeader>*</AllowedHeader></CORSRule>",
    ),
    "a rule for any method": Beside(
        line(REFUSED),
        "<CORSRule><AllowedMethod>*</AllowedMethod></CORSRule>",
        "takes no * as a method",
        "<CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule>",
    ),
    "HAProxy's own responses": Beside(
        line(f"Request header field x-a {NOT_ALLOWED}"),
        'http-response set-header Access-Control-Allow-Headers "x-a"',
        "http-after-response",
        'http-after-response set-header Access-Control-Allow-Headers "x-a"',
    ),
    "one text for many names": Beside(
        line(f"Request header field x-a {NOT_ALLOWED}"),
        "CORS(app, allow_headers='Accept, x-a')",
        "give a list",
        "CORS(app, allow_headers=['Accept', 'x-a'])",
    ),
    "a middleware of Traefik that no router has": Beside(
        line(MISSING),
        "traefik.http.middlewares.corsheaders.headers.accesscontrolalloworiginlist=*",
        "none of those shown gives it to a router",
        "traefik.http.middlewares.c.headers.accesscontrolalloworiginlist=*\ntraefik.http.routers.r.middlewares=c",
    ),
    "a middleware of that name is not Django's": Beside(
        line(MISSING),
        "MIDDLEWARE = ['corsheaders']",
        "corsheaders is named",
        "traefik.http.middlewares.corsheaders.headers.accesscontrolalloworiginlist=*",
    ),
    "a line that is commented out": Beside(
        line(MISSING),
        "  add_header Access-Control-Allow-Origin *;",
        "without always",
        "  #add_header Access-Control-Allow-Origin *;",
    ),
    "the defaults of gin": Beside(
        line(f"Request header field authorization {NOT_ALLOWED}"),
        "r := gin.Default()\nr.Use(cors.Default())",
        "AddAllowHeaders",
        'r := gin.Default()\nconfig := cors.DefaultConfig()\nconfig.AllowHeaders = []string{"Accept"}',
    ),
    "credentials from two layers": Beside(
        line(NO_CREDENTIALS),
        "enableCors({ credentials: true })  // nginx sets it too",
        "true, true",
        "enableCors({ credentials: true })",
    ),
}


@pytest.mark.parametrize("row", CONFIGURATIONS.values(), ids=list(CONFIGURATIONS))
def test_a_configuration_tells_what_decides(row: Beside) -> None:
    assert row.words in " ".join(message_of(f"{row.line}\n\n{row.configuration}\n").told)


@pytest.mark.parametrize("row", CONFIGURATIONS.values(), ids=list(CONFIGURATIONS))
def test_another_configuration_tells_nothing_of_it(row: Beside) -> None:
    assert row.words not in " ".join(message_of(f"{row.line}\n\n{row.other}\n").told)


def test_the_rules_of_a_bucket_are_not_taken_for_missing() -> None:
    asked = line(REFUSED, "https://b.s3.amazonaws.com/k")

    assert message_of(asked).usual
    assert () == message_of(f"{asked}\n<CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule>").usual
