"""
What a piece of configuration or code tells that was pasted beside a line of the console.

A row speaks only where the words stand there and the line is about what they decide.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.explain.causes.near_misses import near_miss

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Shown", "is_about_a_bucket", "told_by_configuration"]

MOST: Final = 100_000
"""How much of a paste is looked at."""


class Shown(NamedTuple):
    """
    What is known beside the configuration.

    Attributes:
        text: All that was pasted.
        meanings: The codes that the line may stand for.
        origin: The page's origin; None if it is not known.
        path: The path that was asked for; empty if it is not known.
        status: The status; None if it is not known.
        is_preflight: Whether it is the preflight that failed.
    """

    text: str
    meanings: tuple[str, ...]
    origin: str | None
    path: str
    status: int | None
    is_preflight: bool


def told_by_configuration(shown: Shown) -> tuple[str, ...]:
    """
    Return what the configuration in a paste tells, each in a sentence or two.
    """
    if "\n" not in shown.text:
        return ()
    shown = shown._replace(text=shown.text[:MOST])
    return tuple(dict.fromkeys(text for tell in _TELLERS for text in tell(shown)))


def _is_missing(shown: Shown) -> bool:
    return shown.meanings[:1] in {("allow-origin-missing",), ("preflight-status-not-ok",)}


def _is_wildcard(shown: Shown) -> bool:
    return shown.meanings[:1] == ("allow-origin-wildcard-with-credentials",)


def _page(shown: Shown) -> str:
    origin = shown.origin or ""
    return "the origin of the page" if origin in {"", "null"} else origin


_LITERALS: Final = re.compile(r"""(["'])((?:https?://)?[\w.-]{1,200}(?::\d{1,5})?/?)\1""")
_ADJACENT: Final = re.compile(r"""["']https?://[\w.:-]{1,200}/?["'][ \t]*\n[ \t]*["']https?://""")
_LISTS: Final = re.compile(
    r"CORS_ALLOWED_ORIGINS|CORS_ORIGIN_WHITELIST|allow_origins|WithOrigins|allowed_?[oO]rigins|[oO]rigins\s*[:=(\[]|"
    r"origin\s*[:=]|_origins\b"
)


def _of_the_list(shown: Shown) -> Iterable[str]:
    if not shown.meanings or not shown.meanings[0].startswith("allow-origin-m") or not shown.origin:
        return
    if _LISTS.search(shown.text) is None:
        return
    if _ADJACENT.search(shown.text) is not None and re.search(r"CORS_|allow_origins|origins\s*=", shown.text):
        yield (
            "In the list two origins stand one below the other without a comma: Python joins them to one text, which "
            "is no origin of any page. Put a comma between them."
        )
        return
    values = [match[2] for match in _LITERALS.finditer(shown.text)]
    if shown.origin in values or "Rack::Cors" in shown.text:
        return
    for value in values:
        miss = near_miss(value, shown.origin)
        is_meant = value.rstrip("/") == shown.origin or value == shown.origin.partition("://")[2]
        if miss is not None and (is_meant or value.partition("://")[2] == shown.origin.partition("://")[2]):
            yield f"The configuration names {value}, and the page's origin is {shown.origin}. {miss.remedy}"
            return


def _of_express(shown: Shown) -> Iterable[str]:
    call = re.search(r"\bcors\(([^)]{0,600})\)", shown.text)
    if call is None or re.search(r"require\(|\bimport\b|\.use\(|\bexpress\b", shown.text) is None:
        return
    if re.search(r"CORSMiddleware|flask|Flask|HttpSecurity", shown.text):
        return
    is_named = re.search(r"\borigin\b\s*[:,]", shown.text) and not re.search(r"origin\s*:\s*['\"]\*['\"]", shown.text)
    if _is_wildcard(shown) and not is_named:
        yield (
            f"cors() sends * unless it is told an origin. Name it: cors({{ origin: {_page(shown)!r}, credentials: true "
            "})."
        )
    elif _is_wildcard(shown):
        yield (
            "The cors() that is shown names an origin, so the * is of another layer: a second cors() such as "
            "app.options('*', cors()), a line that sets the header, or a proxy. Take it away there."
        )
    elif _is_missing(shown) and _GIVES_ERRORS.search(shown.text) is not None:
        yield (
            "The origin function answers with an error for an origin that it does not find; that ends in an error "
            "page without CORS headers. See by a log line what origin it gets, and call callback(null, true) for "
            "those that are allowed, callback(null, false) for the others."
        )


_GIVES_ERRORS: Final = re.compile(r"callback\(\s*[^,()]{1,80}\?\s*null\s*:|\(\s*new Error\(")


def _of_spring(shown: Shown) -> Iterable[str]:
    if not _is_missing(shown):
        return
    if re.search(
        r"HttpSecurity|WebSecurityConfigurerAdapter|SecurityFilterChain|antMatchers|authorizeRequests", shown.text
    ):
        if re.search(r"\.cors\(|<cors\b", shown.text) is None:
            yield (
                "Spring Security is asked before the CORS settings of Spring MVC, and refuses the preflight. Add "
                "http.cors(...), with a CorsConfigurationSource bean or the mappings of MVC."
            )
        else:
            yield (
                "http.cors() is there, so see whether its CorsConfigurationSource lists the page "
                f"({_page(shown)}) for this path, and whether another filter chain, or a filter before it, answers "
                "first."
            )


def _of_starlette(shown: Shown) -> Iterable[str]:
    if "CORSMiddleware" not in shown.text:
        return
    if _is_missing(shown) and shown.is_preflight and "allow_methods" not in shown.text:
        yield (
            "CORSMiddleware allows GET alone unless allow_methods says more, and no header of one's own unless "
            'allow_headers does; it answers other preflights with 400. Set both, such as to ["*"].'
        )
    elif _is_missing(shown) and not shown.is_preflight and shown.status in {None, 500}:
        yield (
            "If the status is 500, the application failed: the error page is made outside of CORSMiddleware and has "
            "no CORS header. Its log has the error."
        )


def _of_django(shown: Shown) -> Iterable[str]:
    if not _is_missing(shown) or re.search(r"\bMIDDLEWARE(?:_CLASSES)?\b|CORS_URLS_REGEX", shown.text) is None:
        return
    if "corsheaders" not in shown.text:
        return
    cors = shown.text.find("corsheaders.middleware.CorsMiddleware")
    common = shown.text.find("django.middleware.common.CommonMiddleware")
    if cors < 0:
        yield "corsheaders is named, and its middleware, corsheaders.middleware.CorsMiddleware, is not shown: add it."
    elif 0 <= common < cors:
        yield "CorsMiddleware stands behind CommonMiddleware, whose redirects then lack the header: move it to the top."
    if "CORS_URLS_REGEX" in shown.text:
        yield "CORS_URLS_REGEX is set: paths that it does not match get no CORS header."


def _of_aspnet(shown: Shown) -> Iterable[str]:
    text = shown.text
    if not re.search(r"\bUseCors\(|\bAddCors\(|WithOrigins\(|AllowAnyOrigin\(", text):
        return
    if "AllowAnyOrigin(" in text and _is_wildcard(shown):
        yield f"AllowAnyOrigin() sends *: write WithOrigins({_page(shown)!r}).AllowCredentials() in its place."
    use = text.find("UseCors(")
    ends = [at for at in (text.find(name) for name in ("UseMvc(", "UseEndpoints(", "MapControllers(")) if at >= 0]
    if use >= 0 and ends and min(ends) < use:
        yield "UseCors stands behind the endpoints, which have answered by then: call it before them."
    elif use < 0 and "AddCors(" in text and ends:
        yield "AddCors alone adds no header: call app.UseCors(...) before the endpoints."
    bare = re.search(r'WithOrigins\(\s*"((?!https?://|\*)[^"]{1,100})"', text)
    if bare is not None:
        yield f"WithOrigins takes whole origins: {bare[1]} lacks the scheme, https:// or http://."


def _of_nginx(shown: Shown) -> Iterable[str]:
    line = re.search(
        r"^[ \t]*add_header\s+['\"]?Access-Control-Allow-Origin['\"]?[^;\n]{1,200};",
        shown.text,
        re.IGNORECASE | re.MULTILINE,
    )
    # NB: a preflight with an error status fails whatever its headers.
    is_error = not shown.is_preflight and (shown.status or 400) >= 400
    if line is not None and "always" not in line[0] and _is_missing(shown) and is_error:
        if_error = "" if shown.status else "If the status is 400 or more: "
        yield f"{if_error}add_header without always is left out of error responses. Write always at its end."


def _of_apache(shown: Shown) -> Iterable[str]:
    line = re.search(
        r"^\s*Header\s+(?:set|add)\s+[\"']?Access-Control-Allow-Origin", shown.text, re.IGNORECASE | re.MULTILINE
    )
    if line is not None and _is_missing(shown) and not shown.is_preflight and (shown.status or 400) >= 400:
        if_error = "" if shown.status else "If the status is 400 or more: "
        yield f"{if_error}Header set leaves out error responses. Write Header always set."


_APACHE: Final = re.compile(
    r"^\s*Header\s+(?:set|add)\s+[\"']?Access-Control-Allow-Origin", re.IGNORECASE | re.MULTILINE
)


def _of_iis(shown: Shown) -> Iterable[str]:
    if "<system.webServer" in shown.text and _is_missing(shown) and shown.is_preflight:
        yield (
            "IIS has a handler of its own for OPTIONS, which answers before the application does: <remove "
            'name="OPTIONSVerbHandler" /> under handlers, or let the IIS CORS module answer.'
        )


def _of_gin(shown: Shown) -> Iterable[str]:
    is_of_gin = re.search(r"\bgin\.Default\(|gin-contrib/cors", shown.text) is not None
    if shown.meanings[:1] != ("header-not-allowed",) or not is_of_gin:
        return
    if re.search(r"cors\.Default(?:Config)?\(", shown.text) and "AllowHeaders" not in shown.text:
        yield (
            "The default configuration of gin-contrib/cors allows Origin, Content-Length and Content-Type alone: add "
            "the header by AddAllowHeaders on cors.DefaultConfig(), and give that to cors.New."
        )


def _of_traefik(shown: Shown) -> Iterable[str]:
    named = re.search(r"traefik\.http\.middlewares\.([\w-]{1,60})\.headers\.accesscontrol", shown.text, re.IGNORECASE)
    if named is None or not _is_missing(shown):
        return
    if re.search(r"traefik\.http\.routers\.[\w-]{1,60}\.middlewares", shown.text, re.IGNORECASE) is None:
        yield (
            f"The labels define the middleware {named[1]}, and none of those shown gives it to a router: "
            f"traefik.http.routers.NAME.middlewares={named[1]}."
        )


def _of_laravel(shown: Shown) -> Iterable[str]:
    keys = re.search(r"['\"](?:allowed_origins|allowedOrigins)['\"]\s*=>", shown.text)
    if keys is None:
        return
    if shown.meanings[:1] == ("allow-credentials-not-true",):
        yield "In config/cors.php set supports_credentials to true, and name the origins."
    elif _is_wildcard(shown):
        yield (
            f"In config/cors.php set allowed_origins to [{_page(shown)!r}] in place of *, and supports_credentials to "
            "true."
        )
    elif _is_missing(shown) and shown.status == 403:
        yield (
            "Older versions of laravel-cors answer 403 to what their lists lack: see that allowedOrigins holds "
            f"{_page(shown)} as the application reads it (php artisan config:clear, and no empty env())."
        )
    elif _is_missing(shown):
        yield (
            "If config/cors.php allows this page and path, the response was not made behind the CORS middleware: "
            "mostly an error (see storage/logs), a dd() or exit, or HandleCors not first in the global middleware; "
            "after a change, php artisan config:clear."
        )


_RULES: Final = re.compile(r"<CORSRule>|[\"']AllowedOrigins[\"']\s*:")


def is_about_a_bucket(text: str) -> bool:
    """
    Whether the CORS rules of a bucket stand in *text*.
    """
    return _RULES.search(text[:MOST]) is not None


def _of_a_bucket(shown: Shown) -> Iterable[str]:
    if not is_about_a_bucket(shown.text) or not _is_missing(shown):
        return
    if re.search(r"<AllowedMethod>\s*\*|[\"']AllowedMethods[\"']\s*:\s*\[\s*[\"']\*", shown.text):
        yield "A rule takes no * as a method: name them, GET, PUT, POST, DELETE, HEAD."
        return
    rules = re.findall(r"<CORSRule>(.*?)</CORSRule>", shown.text, re.DOTALL)
    narrow = [rule for rule in rules if not re.search(r"<AllowedHeader>\s*\*", rule)]
    is_narrow = bool(narrow) or (not rules and not re.search(r"AllowedHeaders[\"']\s*:\s*\[\s*[\"']\*", shown.text))
    if is_narrow and shown.is_preflight:
        yield (
            "One rule has to cover the origin, the method and every header that the preflight asks for, or the store "
            "refuses it. Among the rules shown is one that does not allow all headers: give the rule for this method "
            "AllowedHeader *, or each name that Access-Control-Request-Headers has."
        )
    elif shown.is_preflight:
        yield (
            "The rules shown allow any header, so see whether they are those of this bucket, list the page's origin "
            "and this method, and whether the URL goes to the bucket's own region."
        )


def _of_haproxy(shown: Shown) -> Iterable[str]:
    if re.search(r"http-response\s+set-header\s+Access-Control", shown.text) and shown.meanings[:1] in {
        ("header-not-allowed",),
        ("allow-origin-missing",),
        ("method-not-allowed",),
    }:
        yield (
            "http-response rules leave out responses that HAProxy makes itself, such as a preflight answered by a Lua "
            "module or http-request return: set the header there, or by http-after-response set-header."
        )


def _of_flask(shown: Shown) -> Iterable[str]:
    if re.search(r"\bCORS\(\s*app", shown.text) is None:
        return
    if shown.meanings[:1] == ("header-not-allowed",) and re.search(r"allow_headers\s*=\s*['\"][^'\"]*,", shown.text):
        yield "allow_headers is one text there, which flask-cors takes for one name or pattern: give a list of names."
    if shown.meanings[:1] == ("allow-credentials-not-true",) or _is_wildcard(shown):
        yield f"Write CORS(app, origins=[{_page(shown)!r}], supports_credentials=True)."


def _of_two_layers(shown: Shown) -> Iterable[str]:
    if (
        "allow-credentials-not-true" in shown.meanings[:1]
        and re.search(r"nginx|proxy", shown.text, re.IGNORECASE)
        and re.search(r"credentials:\s*true|supports_credentials|AllowCredentials|allow_credentials", shown.text)
    ):
        yield (
            "The application sends Access-Control-Allow-Credentials, and a proxy is named as well: if both add it, the "
            "browser gets true, true, which is not true. Let one of them send it."
        )


def _of_a_log_in(shown: Shown) -> Iterable[str]:
    match = _LOG_IN.search(shown.text) if _is_missing(shown) and shown.is_preflight else None
    if match is not None:
        yield (
            f"The configuration asks for a log-in ({match[0].strip()}), and a preflight carries none. Answer OPTIONS "
            "before that, with the CORS headers and 204, or except OPTIONS from it."
        )


_LOG_IN: Final = re.compile(
    r"^[ \t]*(?:basic_?auth|authorize with [\w-]{1,40}|forward_auth|auth_request|auth_basic|Require valid-user)\b",
    re.IGNORECASE | re.MULTILINE,
)


_TELLERS: Final = (
    _of_the_list,
    _of_a_log_in,
    _of_express,
    _of_spring,
    _of_starlette,
    _of_django,
    _of_aspnet,
    _of_nginx,
    _of_apache,
    _of_iis,
    _of_gin,
    _of_traefik,
    _of_laravel,
    _of_a_bucket,
    _of_haproxy,
    _of_flask,
    _of_two_layers,
)
"""In the order in which they are said."""
