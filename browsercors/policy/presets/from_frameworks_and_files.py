"""
The settings of a policy, read from where they are written down already: a framework's configuration, a file, a bucket.

What is returned are arguments of `Policy`, with mappings in place of the policies of `paths`. No framework is imported
that is not there already: an application brings its own.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from browsercors.policy.names import ANY
from browsercors.policy.origins.patterns import ports_of, subdomains_of
from browsercors.policy.presets.framework_defaults import (
    DJANGO_CORS_HEADERS,
    FLASK_CORS,
    LITESTAR,
    installed_starlette,
    with_defaults,
)

__all__ = [
    "check_readable",
    "settings_of_django",
    "settings_of_flask_cors",
    "settings_of_litestar",
    "settings_of_s3",
    "settings_of_starlette",
    "settings_of_toml",
    "settings_of_yaml",
]

EVERYTHING: Final = frozenset({".*", "^.*$", "^.*", "/*", r"/.*", r"^/.*$", r"^/.*"})
PREFIX: Final = re.compile(r"\^?(?P<base>(?:/[\w~-]+)+)(?P<end>/\*|/\.\*|\.\*|/|)\$?")
S3_NAMES: Final = ("AllowedMethods", "AllowedHeaders", "ExposeHeaders", "MaxAgeSeconds")
SETTINGS: Final = (
    "origins",
    "methods",
    "headers",
    "expose",
    "credentials",
    "max_age",
    "paths",
    "by_origin",
    "at_most",
)

Settings = dict[str, Any]


def settings_of_starlette(application: Any) -> Settings:
    """
    Read the `CORSMiddleware` of an application of Starlette or FastAPI.

    Raises:
        ValueError: It has none, or says who is allowed with a regular expression.
    """
    for middleware in getattr(application, "user_middleware", ()):
        cls = getattr(middleware, "cls", None)
        if getattr(cls, "__name__", "") != "CORSMiddleware":
            continue
        given = {**getattr(middleware, "kwargs", getattr(middleware, "options", {}))}
        settings = _renamed(
            given,
            origins="allow_origins",
            methods="allow_methods",
            headers="allow_headers",
            expose="expose_headers",
            credentials="allow_credentials",
            max_age="max_age",
        )
        if given.get("allow_origin_regex"):
            settings["origins"] = _Unreadable("allow_origin_regex", given["allow_origin_regex"])
        return with_defaults(installed_starlette(), settings)
    raise ValueError(f"{type(application).__name__} has no CORSMiddleware: no policy can be read from it")


def settings_of_litestar(application: Any) -> Settings:
    """
    Read the `cors_config` of an application of Litestar.

    Raises:
        ValueError: It has none, or says who is allowed with a regular expression.
    """
    config = getattr(application, "cors_config", None)
    if config is None:
        raise ValueError(f"{type(application).__name__} has no cors_config: no policy can be read from it")
    settings = {
        "origins": config.allow_origins,
        "methods": config.allow_methods,
        "headers": config.allow_headers,
        "expose": config.expose_headers,
        "credentials": config.allow_credentials,
        "max_age": config.max_age,
    }
    if config.allow_origin_regex:
        settings["origins"] = _Unreadable("allow_origin_regex", config.allow_origin_regex)
    return with_defaults(LITESTAR, settings)


def settings_of_flask_cors(application: Any, changes: Mapping[str, Any]) -> Settings:
    """
    Read what `CORS(app)` of Flask-CORS was given; `@cross_origin` at single views is not seen.

    Args:
        application: The application.
        changes: Settings that take the place of those of each resource.

    Raises:
        ValueError: It has none, or says with a regular expression what a policy cannot say.
    """
    functions = [each for group in getattr(application, "after_request_funcs", {}).values() for each in group]
    for function in functions:
        variables = getattr(getattr(function, "__code__", None), "co_freevars", ())
        if getattr(function, "__module__", "").startswith("flask_cors") and "resources" in variables:
            resources = function.__closure__[variables.index("resources")].cell_contents
            found = [(_text(pattern), _of_flask_options(options)) for pattern, options in resources]
            return _of_resources(found, changes)
    raise ValueError(f"{type(application).__name__} has no Flask-CORS: no policy can be read from it")


def _of_flask_options(options: Any) -> Settings:
    def option(name: str) -> Any:
        return options.get(name) if isinstance(options, Mapping) else getattr(options, name)

    origins = [_text(pattern) for pattern in option("origins")]
    wild = [origin for origin in origins if _is_expression(origin) and origin != ".*"]
    headers = [_text(pattern) for pattern in option("allow_headers")]
    odd = [name for name in headers if _is_expression(name) and name != ".*"]
    max_age = option("max_age")
    settings = {
        "origins": _Unreadable("origins", wild[0]) if wild else "*" if ".*" in origins else origins,
        "methods": _split(option("methods")),
        "headers": _Unreadable("allow_headers", odd[0]) if odd else [ANY] if ".*" in headers else headers,
        "expose": _split(option("expose_headers")),
        "credentials": bool(option("supports_credentials")),
        "max_age": None if max_age is None else int(max_age),
    }
    return with_defaults(FLASK_CORS, settings)


def settings_of_django(changes: Mapping[str, Any]) -> Settings:
    """
    Read the settings of django-cors-headers, as the configured Django project has them.

    Args:
        changes: Settings that take the place of those that are read.

    Raises:
        ImportError: django-cors-headers is not installed.
        ValueError: They say with a regular expression what a policy cannot say.
    """
    conf = import_module("corsheaders.conf").conf
    expressions = [_text(pattern) for pattern in conf.CORS_ALLOWED_ORIGIN_REGEXES]
    origins: Any = _Unreadable("CORS_ALLOWED_ORIGIN_REGEXES", expressions[0]) if expressions else ()
    settings = {
        "origins": "*" if conf.CORS_ALLOW_ALL_ORIGINS else origins or [*conf.CORS_ALLOWED_ORIGINS],
        "methods": [*conf.CORS_ALLOW_METHODS],
        "headers": [*conf.CORS_ALLOW_HEADERS],
        "expose": [*conf.CORS_EXPOSE_HEADERS],
        "credentials": bool(conf.CORS_ALLOW_CREDENTIALS),
        # NB: it sends no header for 0.
        "max_age": conf.CORS_PREFLIGHT_MAX_AGE or None,
    }
    return _of_resources([(_text(conf.CORS_URLS_REGEX), with_defaults(DJANGO_CORS_HEADERS, settings))], changes)


def settings_of_toml(path: str | Path) -> Settings:
    """
    Read a TOML file: the table `tool.browsercors.policy` if it is there, or else the whole file.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not a TOML, or holds what is not a setting of a policy.
    """
    with Path(path).open("rb") as file:
        return _of_document(_table(tomllib.load(file)), str(path))


def settings_of_yaml(path: str | Path) -> Settings:
    """
    Read a YAML file, in the form of `settings_of_toml`.

    Raises:
        ImportError: PyYAML is not installed.
        OSError: The file cannot be read.
        ValueError: It is not a YAML, or holds what is not a setting of a policy.
    """
    yaml = import_module("yaml")
    try:
        document = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not a YAML: {error}") from None
    return _of_document(_table(document), str(path))


def settings_of_s3(document: Any) -> Settings:
    """
    Read the CORS document of a bucket: `{"CORSRules": [...]}`, its list of rules, or either as JSON.

    Raises:
        ValueError: It is none, or says what a policy cannot say.
    """
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
    parsed = json.loads(document) if isinstance(document, (str, bytes)) else document
    rules = parsed.get("CORSRules") if isinstance(parsed, Mapping) else parsed
    if not isinstance(rules, list) or not rules or not all(isinstance(rule, Mapping) for rule in rules):
        raise ValueError("the document has no CORSRules; give {'CORSRules': [{'AllowedOrigins': [...], ...}]}")
    by_origin: dict[str, Settings] = {}
    for rule in rules:
        settings = _of_s3_rule(rule)
        for origin in rule.get("AllowedOrigins", ()):
            if by_origin.setdefault(origin, settings) != settings:
                raise ValueError(f"two rules are for {origin!r}; a policy has one for each origin")
    origins = [*by_origin]
    first = by_origin[origins[0]] if origins else {}
    if len(origins) > 1 and "*" in origins:
        first = by_origin["*"]
    others = {origin: settings for origin, settings in by_origin.items() if settings != first}
    return {**first, "origins": "*" if "*" in origins else origins, "by_origin": others}


def _of_s3_rule(rule: Mapping[str, Any]) -> Settings:
    unknown = [name for name in rule if name not in {*S3_NAMES, "AllowedOrigins", "ID"}]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not part of a rule; its parts are AllowedOrigins, {', '.join(S3_NAMES)}")
    headers = rule.get("AllowedHeaders", ())
    odd = [name for name in headers if "*" in name and name != "*"]
    return {
        "methods": [*rule.get("AllowedMethods", ())],
        "headers": _Unreadable("AllowedHeaders", odd[0]) if odd else [ANY] if "*" in headers else [*headers],
        "expose": [*rule.get("ExposeHeaders", ())],
        # NB: S3 allows credentials wherever it repeats an origin.
        "credentials": "*" not in rule.get("AllowedOrigins", ()),
        "max_age": rule.get("MaxAgeSeconds"),
    }


class _Unreadable:
    """
    A setting that cannot be told as a policy; it does no harm where another one takes its place.
    """

    def __init__(self, name: str, expression: str) -> None:
        self.name = name
        self.expression = expression

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Unreadable) and (self.name, self.expression) == (other.name, other.expression)

    __hash__ = None  # type: ignore[assignment]


def check_readable(settings: Mapping[str, Any]) -> None:
    """
    Refuse what could not be read.

    Raises:
        ValueError: There is such a setting, and nothing was given in its place.
    """
    for name, value in settings.items():
        if isinstance(value, _Unreadable):
            raise ValueError(  # noqa: TRY004 - what is wrong is the framework's setting
                f"{value.name} is the pattern {value.expression!r}; say what it means, as {name}=[...]"
            )
        if name in ("paths", "by_origin") and isinstance(value, Mapping):
            for inner in value.values():
                check_readable(inner if isinstance(inner, Mapping) else {})


def _renamed(given: Mapping[str, Any], **names: str) -> Settings:
    return {name: given[theirs] for name, theirs in names.items() if theirs in given}


def _text(pattern: Any) -> str:
    return pattern.pattern if isinstance(pattern, re.Pattern) else str(pattern)


def _is_expression(text: str) -> bool:
    return not frozenset("*\\]?$^[]()").isdisjoint(text)


def _split(names: str | Iterable[str] | None) -> list[str]:
    if isinstance(names, str):
        return [name.strip() for name in names.split(",") if name.strip()]
    return [*(names or ())]


def _of_resources(resources: list[tuple[str, Settings]], changes: Mapping[str, Any]) -> Settings:
    """
    Return the settings for regular expressions of paths, of which the first that matches rules.
    """
    paths: dict[str, Settings] = {}
    for pattern, read in resources:
        settings = {**read, **changes}
        if pattern in EVERYTHING:
            return {"paths": paths, **settings}
        if "paths" in changes:
            continue
        found = PREFIX.fullmatch(pattern)
        if found is None:
            raise ValueError(f"the pattern of paths {pattern!r} cannot be read; write the policy with paths={{...}}")
        base, end = found["base"], found["end"]
        paths.setdefault(f"{base}/*" if end else base, settings)
        if end == "/*":
            # NB: the `*` repeats the slash, so that `/api/*` opens `/api` too; few applications have anything there.
            paths.setdefault(base, _promising_nothing(settings))
    return {"paths": changes.get("paths", paths)}


def _promising_nothing(settings: Settings) -> Settings:
    """
    Return settings that allow the same, and promise nothing of it.
    """
    return {"origins": settings["origins"], "methods": (), "at_most": settings}


def _table(document: Any) -> Any:
    for name in ("tool", "browsercors", "policy"):
        inner = document.get(name) if isinstance(document, Mapping) else None
        if inner is None:
            return document if name == "tool" else {}
        document = inner
    return document


def _of_document(document: Any, where: str) -> Settings:
    if not isinstance(document, Mapping) or not document:
        raise ValueError(f"{where} has no settings of a policy; they are {', '.join(SETTINGS)}")
    unknown = [name for name in document if name not in SETTINGS]
    if unknown:
        raise ValueError(
            f"{where} has {unknown[0]!r}, which is not a setting of a policy; they are {', '.join(SETTINGS)}"
        )
    settings = dict(document)
    for name in ("methods", "headers", "expose"):
        if settings.get(name) in ("ANY", ["ANY"]):
            settings[name] = ANY
    if isinstance(settings.get("origins"), list):
        settings["origins"] = [_pattern(origin, where) for origin in settings["origins"]]
    if isinstance(settings.get("at_most"), Mapping):
        settings["at_most"] = _of_document(settings["at_most"], f"at_most of {where}")
    for name in ("paths", "by_origin"):
        if isinstance(settings.get(name), Mapping):
            # NB: TOML has no null, so that a path that no page may read is false.
            settings[name] = {
                key: _of_document(inner, f"{name} {key!r} of {where}") if isinstance(inner, Mapping) else inner or None
                for key, inner in settings[name].items()
            }
    return settings


def _pattern(origin: Any, where: str) -> Any:
    """
    Return the pattern that a table stands for: `{subdomains_of = "https://example.com", depth = 1}`.
    """
    if not isinstance(origin, Mapping):
        return origin
    match dict(origin):
        case {"subdomains_of": base, **rest} if rest.keys() <= {"depth"}:
            return subdomains_of(base, **rest)
        case {"ports_of": base, "first": int(first), "last": int(last), **rest} if not rest:
            return ports_of(base, ports=range(first, last + 1))
    forms = "{subdomains_of = ..., depth = ...} or {ports_of = ..., first = ..., last = ...}"
    raise ValueError(f"{where} has the origin {origin!r}; write a text, or {forms}")
