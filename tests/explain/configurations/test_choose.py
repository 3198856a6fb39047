"""
The configurations as text: what they say, what they never say, and that foreign text stays inside its literals.
"""

from __future__ import annotations

import ast
import json
import re
from typing import Any, Final

import attrs
import pytest

from browsercors.explain.configurations.choose import SERVERS, Configuration, configuration, recognise_server
from browsercors.explain.report import Needs

PAGE: Final = "https://app.example.com"
ITEM: Final = Needs(PAGE, "https://api.example.com", "/items/7")
EVERYTHING: Final = attrs.evolve(
    ITEM,
    method="PUT",
    methods=("PUT", "DELETE"),
    headers=("content-type", "x-request-id"),
    expose=("X-Total",),
    credentials=True,
    max_age=600,
    on_errors=True,
)


def text_of(configured: Configuration) -> str:
    return "\n".join(file.text for file in configured.files)


def test_an_unknown_server_is_refused_with_the_names_of_the_others() -> None:
    with pytest.raises(ValueError, match=r"server has to be one of 'flask-cors', .*'s3', not 'apache'"):
        configuration("apache", ITEM)


SPRING: Final = """\
import java.util.List;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

@Configuration
public class CorsForPages {

    @Bean
    public CorsFilter corsFilter() {
        CorsConfiguration cors = new CorsConfiguration();
        cors.setAllowedOrigins(List.of("https://app.example.com"));
        cors.setAllowedMethods(List.of("PUT", "DELETE"));
        cors.setAllowedHeaders(List.of("content-type", "x-request-id"));
        cors.setExposedHeaders(List.of("X-Total"));
        cors.setAllowCredentials(true);
        cors.setMaxAge(600L);
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration("/items/7", cors);
        return new CorsFilter(source);
    }
}
"""
ASPNET_CORE: Final = """\
// Above builder.Build():
builder.Services.AddCors(options => options.AddPolicy("pages", policy => policy
    .WithOrigins("https://app.example.com")
    .WithMethods("PUT", "DELETE")
    .WithHeaders("content-type", "x-request-id")
    .WithExposedHeaders("X-Total")
    .AllowCredentials()
    .SetPreflightMaxAge(TimeSpan.FromSeconds(600))));

// Below app.UseRouting(), above app.UseAuthentication() and app.UseAuthorization():
app.UseWhen(context => context.Request.Path == "/items/7", branch =>
{
    // With one origin the policy sends no Vary.
    branch.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.Append("Vary", "Origin");
            return Task.CompletedTask;
        });
        return next(context);
    });
    branch.UseCors("pages");
});
"""
S3_RULE: Final = {
    "AllowedOrigins": ["https://app.example.com"],
    "AllowedMethods": ["PUT", "DELETE"],
    "AllowedHeaders": ["content-type", "x-request-id"],
    "ExposeHeaders": ["X-Total"],
    "MaxAgeSeconds": 600,
}


@pytest.mark.parametrize(("server", "expected"), [("spring", SPRING), ("aspnet-core", ASPNET_CORE)])
def test_what_is_not_run_is_at_least_written_as_the_documentation_does(server: str, expected: str) -> None:
    configured = configuration(server, EVERYTHING)

    assert expected == text_of(configured)
    assert not configured.is_run
    assert configured.note.endswith("it was not run on this server.")


def test_the_rule_of_a_bucket_has_the_elements_of_the_documentation() -> None:
    configured = configuration("s3", EVERYTHING)

    assert {"CORSRules": [S3_RULE]} == json.loads(text_of(configured))
    assert configured.note.endswith("it was not run on this server.")


WHOLE: Final = {"fastapi", "s3"}
"""What cannot be limited to a path."""

UNNEEDED: Final = re.compile(r"credentials|expose|max.?age(?!=5,|( =)? 0)|x-|\*|null|PUT|DELETE", re.IGNORECASE)


@pytest.mark.parametrize("server", SERVERS)
def test_what_is_not_needed_is_not_said(server: str) -> None:
    # NB: Django's settings unpack the names of middleware, and switch off what earlier settings may have allowed.
    unpacked_or_off = re.compile(r"\*\(name for|^CORS_\w+ = (?:False|\[\])$", re.MULTILINE)
    text = unpacked_or_off.sub("", text_of(configuration(server, ITEM)))

    assert [] == [match[0] for match in UNNEEDED.finditer(text)]
    assert PAGE in text
    assert (server in WHOLE) is ("/items/7" not in text)


ANY_ORIGIN_CASES: Final = [
    # server                what says any origin
    ("flask-cors", 'origins="*",\n    send_wildcard=True,'),
    ("fastapi", 'allow_origins=["*"]'),
    ("django-cors-headers", "CORS_ALLOW_ALL_ORIGINS = True"),
    ("express-cors", 'origin: "*"'),
    ("express", 'response.set("Access-Control-Allow-Origin", "*")'),
    ("nginx", "add_header Access-Control-Allow-Origin * always;"),
    ("spring", 'setAllowedOrigins(List.of("*"))'),
    ("aspnet-core", "AllowAnyOrigin()"),
    ("s3", '"AllowedOrigins": [\n        "*"\n      ]'),
]


@pytest.mark.parametrize(("server", "expected"), ANY_ORIGIN_CASES)
def test_any_origin_is_said_if_any_is_needed_and_caches_need_not_know(server: str, expected: str) -> None:
    text = text_of(configuration(server, attrs.evolve(ITEM, origin="*")))

    assert expected in text
    assert "vary" not in text.lower()


REFUSED_CASES: Final = [
    # needs                                                    words of the note
    ({"origin": "null"}, "allowing it allows all of them"),
    ({"origin": "*", "credentials": True}, "name the origin"),
    ({"origin": "https://app.example.com/"}, "not an origin that a browser sends: https://app.example.com/."),
    ({"origin": "https://a.example\r\nX: 1"}, r"not an origin that a browser sends: https://a.example\r\nX: 1."),
    ({"origin": "https://a.example b"}, "not an origin that a browser sends"),
    ({"origin": "https://user@a.example"}, "not an origin that a browser sends"),
    ({"origin": r"https://a\b.example"}, "not an origin that a browser sends"),
    ({"origin": "https://ä.example"}, "not an origin that a browser sends"),
    ({"origin": "app.example.com"}, "not an origin that a browser sends"),
    ({"origin": ""}, "not an origin that a browser sends"),
    ({"path": "items/\x1b[7m"}, r"not a path that a browser requests: items/\x1b[7m."),
    ({"method": "PUT\n"}, r"not a method that can be allowed by its name: PUT\n."),
    ({"method": "*"}, "not a method that can be allowed by its name"),
]


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize(("changes", "expected"), REFUSED_CASES)
def test_what_no_server_should_allow_has_a_note_and_no_text(
    server: str, changes: dict[str, Any], expected: str
) -> None:
    configured = configuration(server, attrs.evolve(ITEM, **changes))

    assert () == configured.files
    assert expected in configured.note


NO_NAMES: Final = ("X-A\r\nSet-Cookie: a=1", "*", "", "x b", '"x"', "ä", "x\x1b[7m,y")


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("field", ["methods", "headers", "expose"])
def test_what_cannot_stand_in_a_list_of_names_is_left_out_and_said(server: str, field: str) -> None:
    names: dict[str, Any] = {field: ("PUT",)}
    more: dict[str, Any] = {field: (*NO_NAMES, "PUT")}
    configured = configuration(server, attrs.evolve(ITEM, **more))

    assert text_of(configuration(server, attrs.evolve(ITEM, **names))) == text_of(configured)
    assert (
        r"Left out, because no header can allow it without allowing more: X-A\r\nSet-Cookie: a=1, *" in configured.note
    )
    assert configured.note.isprintable()


STRING: Final = re.compile(r"""r?"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""")

# NB: of each pair both take the same form, as a word that needs quotes, or a path that needs a pattern.
HARMLESS: Final = attrs.evolve(
    EVERYTHING, origin="https://a$b{,*.example", path="/items/$a,%7B*b", headers=("x-$a", "x-*b"), expose=("x-$c",)
)
HOSTILE_CASES: Final[dict[str, dict[str, Any]]] = {
    "quotes": {"origin": "https://'a\"$b{};,*.example", "path": "/items/'\"$a;,%7B*b%22;%7D"},
    "code": {"path": '/items/$a,%7B*b");process.exit();("', "origin": 'https://"+(1)+"$b{,*.example'},
    "a backslash at the end": {"path": "/items/$a,%7B*b%5C"},
    "comments": {"path": "/items/$a,%7B*b*//*#--", "origin": "https://--$b{,*.example"},
    "variables": {"path": "/items/$host,%7B*$%7Bhost%7D", "headers": ("x-$host", "x-*$request_uri")},
    "a shell": {"path": "/items/$a,%7B*b';rm%20-rf%20/;'`id`$(id)", "expose": ("x-$c`id`",)},
    "escapes of Java": {"path": "/items/$a,%7B*b%5Cu0022%5Cu000a"},
    "names": {"headers": ("x-'$a", "x-*b`"), "methods": ("PUT", "D$E'L|")},
}


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("name", HOSTILE_CASES)
def test_hostile_values_stay_inside_their_literals(server: str, name: str) -> None:
    hostile = configuration(server, attrs.evolve(HARMLESS, **HOSTILE_CASES[name]))
    harmless = configuration(server, HARMLESS)

    assert STRING.sub('""', text_of(harmless)) == STRING.sub('""', text_of(hostile))


LINE_BREAKS: Final = "/items/$%0A%0D%0Dimport%20os%0A%E2%80%A8%E2%80%A9%C2%85%00%F0%9F%92%A5%22"


@pytest.mark.parametrize("server", [name for name in SERVERS if name != "nginx"])
def test_line_breaks_of_all_kinds_stay_inside_their_literals(server: str) -> None:
    text = text_of(configuration(server, attrs.evolve(EVERYTHING, path=LINE_BREAKS)))
    harmless = text_of(configuration(server, attrs.evolve(EVERYTHING, path="/items/$a,%7B*b%7F%22")))

    assert text.isascii()
    assert STRING.sub('""', harmless) == STRING.sub('""', text)


@pytest.mark.parametrize("server", ["flask-cors", "fastapi", "django-cors-headers"])
@pytest.mark.parametrize("path", [LINE_BREAKS, "/items/7", "/a%5C", '/""")', "/'", "/%F0%9F%92%A5"])
def test_python_reads_its_literals_as_the_path_and_the_origin(server: str, path: str) -> None:
    tree = ast.parse(text_of(configuration(server, attrs.evolve(ITEM, path=path, origin="https://'\"{}.example"))))
    literals = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    decoded = {
        LINE_BREAKS: '/items/$\n\r\rimport os\n\u2028\u2029\x85\0\U0001f4a5"',
        "/a%5C": "/a\\",
        "/%F0%9F%92%A5": "/\U0001f4a5",
    }.get(path, path)

    assert "https://'\"{}.example" in literals
    assert server == "fastapi" or any(
        re.fullmatch(literal, decoded) if literal.endswith(r"\Z") else literal == decoded for literal in literals
    )


LITERAL_CASES: Final = [
    # server        path                 literal
    ("spring", "/a%22%5Cb/%7Bc%7D*", r'"/a\"\\b/?c??"'),
    ("spring", "/%5Cu0022%0A", r'"/\\u0022\n"'),
    ("aspnet-core", "/a%22%5C%0A%E2%80%A8", r'"/a\"\\\n\u2028"'),
    ("express", "/items/7", 'app.all("/items/7"'),
    ("express", "/items/", 'app.all("/items/"'),
    ("express", "/", 'app.all("/"'),
    ("express", "//a", r'app.all(new RegExp("^\\/\\/a$")'),
    ("express", "/:id(.*)", r'app.all(new RegExp("^\\/:id\\(\\.\\*\\)$")'),
    ("express", "/$a|b^[c]{d}+e?\\", r'app.all(new RegExp("^\\/\\$a\\|b\\^\\[c\\]\\{d\\}\\+e\\?\\\\$")'),
    ("nginx", "/items/7", "location = /items/7 {"),
    ("nginx", "//items///7", "location = /items/7 {"),
    ("nginx", "/a%20b%22%5C$c;%7B", 'location = "/a b\\"\\\\$c;{" {'),
    ("nginx", "/a%0A.%C3%A9%22%FF", r'location ~ "^/a\x0A\x2E\xC3\xA9\x22\xFF\z" {'),
    ("flask-cors", "/items/7", 'resources=["/items/7"]'),
    ("flask-cors", "/a%252Ab", r'resources=[r"/a\*b\Z"]'),
    ("flask-cors", "/a%252Ab", 'request.path == "/a%2Ab"'),
    ("django-cors-headers", "/items/7.json", r'CORS_URLS_REGEX = r"/items/7\.json\Z"'),
]


@pytest.mark.parametrize(("server", "path", "expected"), LITERAL_CASES)
def test_a_path_is_written_as_the_server_will_see_it(server: str, path: str, expected: str) -> None:
    assert expected in text_of(configuration(server, attrs.evolve(ITEM, path=path)))


LIMIT_CASES: Final = [
    # server                needs                                   words of the note             whether there is text
    ("flask-cors", {"method": "patch", "methods": ("patch",)}, "one in lower case cannot be allowed", True),
    ("fastapi", {}, "cannot be limited to a path", True),
    ("fastapi", {}, "always allows the header Content-Type", True),
    ("fastapi", {"on_errors": True}, "goes to the end of the module", True),
    ("django-cors-headers", {"max_age": 0}, "browsers then take 5 seconds", True),
    ("nginx", {"path": "/a/%2E%2E%2Fb"}, "refuses or rewrites this path", False),
    ("nginx", {"path": "/a%00"}, "refuses or rewrites this path", False),
    ("spring", {"path": "/a*"}, "cannot be literal in a path pattern", True),
    ("aspnet-core", {"on_errors": True}, "app.UseExceptionHandler()", True),
    ("s3", {}, "cannot be limited to a path", True),
    ("s3", {}, "no setting for credentials", True),
    ("s3", {"method": "PATCH", "methods": ("PATCH",)}, "PATCH is none of these", False),
    ("s3", {"origin": "https://*.example.com"}, "for a wildcard", False),
    ("s3", {"headers": ("x-*", "x-a"), "methods": ("PUT", "PATCH")}, "S3 cannot allow PATCH, x-*.", True),
    ("s3", {"headers": ("x-*",)}, "S3 cannot allow x-*.", True),
]


@pytest.mark.parametrize(("server", "changes", "expected", "is_worded"), LIMIT_CASES)
def test_what_a_server_cannot_do_is_said(server: str, changes: dict[str, Any], expected: str, is_worded: bool) -> None:
    configured = configuration(server, attrs.evolve(ITEM, **changes))

    assert expected in configured.note
    assert is_worded is bool(configured.files)


@pytest.mark.parametrize("server", SERVERS)
def test_a_configuration_says_which_server_it_is_for_and_where_it_is_documented(server: str) -> None:
    configured = configuration(server, EVERYTHING)

    assert server == configured.server
    assert configured.source.startswith("https://")
    assert all(file.name and file.language and file.text.endswith("\n") for file in configured.files)


RECOGNISED_CASES: Final = [
    # headers                                                                    server
    ([("Server", "nginx/1.22.1")], "nginx"),
    ([("server", "nginx")], "nginx"),
    ([("Server", "openresty/1.25.3.1")], "nginx"),
    ([("X-Powered-By", "Express")], "express-cors"),
    ([("Server", "nginx"), ("X-Powered-By", "Express")], "express-cors"),
    ([("Server", "Werkzeug/3.1.3 Python/3.12.4")], "flask-cors"),
    ([("Server", "uvicorn")], "fastapi"),
    ([("Server", "WSGIServer/0.2 CPython/3.12.4")], "django-cors-headers"),
    ([("Server", "Kestrel")], "aspnet-core"),
    ([("Server", "AmazonS3")], "s3"),
    ([("Server", "gunicorn")], ""),
    ([("Server", "nginx-like")], "nginx"),
    ([("Server", "nginxy")], ""),
    ([("Server", "Apache/2.4 (for nginx)")], ""),
    ([("X-Powered-By", "PHP/8.3")], ""),
    ([("X-Server", "nginx")], ""),
    ([("Server", "")], ""),
    ([], ""),
]


@pytest.mark.parametrize(("headers", "expected"), RECOGNISED_CASES)
def test_a_server_is_recognised_by_what_it_says_of_itself(headers: list[tuple[str, str]], expected: str) -> None:
    assert expected == recognise_server(headers)
    assert expected in {"", *SERVERS}
