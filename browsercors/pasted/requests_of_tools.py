"""
Requests that Postman and Insomnia exported.

Postman Collection v2.1: https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html. Insomnia export 4
is JSON, and 5 is YAML, which takes PyYAML to read.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from browsercors.pasted.drafts import Draft, basic_authorization, excerpt
from browsercors.pasted.results import PasteError, PasteForm
from browsercors.servers.messages import ResponseMessage
from browsercors.values.headers import is_header_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["INSOMNIA_5_START", "read_insomnia_5", "read_tool_request"]

INSOMNIA_5_START: Final = re.compile(r"type: *[\"']?(?:collection|spec)\.insomnia\.rest/5")
"""How an export of Insomnia 5 begins."""

MOST_ITEMS: Final = 10_000
MOST_YAML: Final = 1_000_000
MOST_NAMED: Final = 5
VARIABLE: Final = re.compile(r"\{\{\s*(?:_\.)?([\w.$-]{1,100})\s*\}\}")
PATH_VARIABLE: Final = re.compile(r"(?<=/):([A-Za-z_]\w*)(?=[/?#]|\Z)")


def read_tool_request(data: object) -> tuple[Draft, tuple[ResponseMessage, ...]] | None:
    """
    Read the first request of what Postman or Insomnia exported.

    Args:
        data: The export as JSON has it.

    Returns:
        The request, and the responses that were kept with it; None if it is of neither.

    Raises:
        PasteError: It is, and there is no request in it.
    """
    if not isinstance(data, dict):
        return None
    if isinstance(data.get("resources"), list) and "__export_format" in data:
        return _insomnia(data["resources"]), ()
    if isinstance(data.get("collection"), list) and "insomnia" in str(data.get("type")):
        return _insomnia([*_flat(data["collection"], "children"), *_environments_5(data)]), ()
    if isinstance(data.get("item"), list) or isinstance(data.get("request"), (dict, str)):
        return _postman(data)
    return None


def read_insomnia_5(text: str) -> Draft:
    """
    Read the first request of an export of Insomnia 5.

    Raises:
        PasteError: It cannot be read, or there is no request in it.
    """
    instead = "copy the request as cURL (its menu: Generate Code)"
    try:
        import yaml
    except ImportError:
        raise PasteError(f"Insomnia 5 exports YAML, and PyYAML is not installed: install it, or {instead}") from None
    if len(text) > MOST_YAML:
        raise PasteError(f"the export has more than {MOST_YAML:,} characters; {instead}")
    try:
        found = read_tool_request(yaml.safe_load(text))
    except (yaml.YAMLError, RecursionError):
        raise PasteError(f"the export is no YAML that can be read; {instead}") from None
    if found is None:
        raise PasteError(f"there is no request in the export; {instead}")
    return found[0]


def _postman(data: dict[str, Any]) -> tuple[Draft, tuple[ResponseMessage, ...]]:
    items = [item for item in _flat([data], "item") if isinstance(item.get("request"), (dict, str))]
    if not items:
        raise PasteError("the Postman collection has no request in it")
    item = items[0]
    request = item["request"] if isinstance(item["request"], dict) else {"url": item["request"]}
    draft = Draft(PasteForm.POSTMAN, understood=[f"the request {_text(item.get('name'))[:80]}"])
    variables = {_text(each.get("key")): _text(each.get("value")) for each in _dicts(data.get("variable"))}
    url = request.get("url")
    if isinstance(url, dict):
        paths = {_text(each.get("key")): _text(each.get("value")) for each in _dicts(url.get("variable"))}
        raw = PATH_VARIABLE.sub(lambda match: paths.get(match[1]) or match[0], _text(url.get("raw")))
    else:
        raw = _text(url)
    draft.url = _filled_url(raw, variables, draft)
    draft.method = _text(request.get("method")) or "GET"
    for header in _enabled(request.get("header")):
        draft.headers.append((_text(header.get("key")), _filled(_text(header.get("value")), variables, draft)))
    _postman_body(draft, request.get("body"), variables)
    authorization = request.get("auth")
    if isinstance(authorization, dict):
        kind = _text(authorization.get("type"))
        values = {_text(each.get("key")): _text(each.get("value")) for each in _dicts(authorization.get(kind))}
        _authorization(draft, kind, {name: _filled(value, variables, draft) for name, value in values.items()})
    _name_the_others(draft, [_text(other.get("name")) for other in items[1:]])
    responses = tuple(
        ResponseMessage(
            status=response["code"],
            reason=_text(response.get("status")),
            headers=_lines(response.get("header")),
            body=_text(response.get("body")).encode("utf-8", "replace"),
        )
        for response in _dicts(item.get("response"))[:1]
        if isinstance(response.get("code"), int) and 100 <= response["code"] <= 999
    )
    return draft, responses


def _postman_body(draft: Draft, body: object, variables: Mapping[str, str]) -> None:
    if not isinstance(body, dict) or body.get("disabled") is True:
        return
    kind = _text(body.get("mode"))
    if kind == "raw":
        text = _filled(_text(body.get("raw")), variables, draft)
        draft.body = text.encode("utf-8", "replace") if text else None
        options = body.get("options")
        raw = options.get("raw") if isinstance(options, dict) else None
        language = _text(raw.get("language")) if isinstance(raw, dict) else ""
        types = {"json": "application/json", "xml": "application/xml", "html": "text/html"}
        if draft.body is not None:
            draft.add_header("Content-Type", types.get(language, "text/plain"))
    elif kind == "urlencoded":
        fields = [(_text(each.get("key")), _text(each.get("value"))) for each in _enabled(body.get(kind))]
        draft.body = urlencode(fields).encode()
        draft.add_header("Content-Type", "application/x-www-form-urlencoded")
    elif kind == "graphql":
        draft.body = json.dumps(body.get(kind)).encode()
        draft.add_header("Content-Type", "application/json")
    elif kind in {"formdata", "file"}:
        draft.notes.append(f"the body is {kind}, which is left empty")
        draft.body = b""
        if kind == "formdata":
            draft.add_header("Content-Type", "multipart/form-data; boundary=----browsercors")


def _insomnia(resources: Iterable[object]) -> Draft:
    members = _dicts(list(resources)[:MOST_ITEMS])
    requests = [each for each in members if each.get("_type", "request") == "request" and _text(each.get("url"))]
    if not requests:
        raise PasteError("the Insomnia export has no request in it")
    variables = {
        name: _text(value)
        for each in members
        if each.get("_type") == "environment" and isinstance(each.get("data"), dict)
        for name, value in each["data"].items()
    }
    request = requests[0]
    draft = Draft(PasteForm.INSOMNIA, understood=[f"the request {_text(request.get('name'))[:80]}"])
    draft.url = _filled_url(_text(request.get("url")), variables, draft)
    query = [(_text(each.get("name")), _text(each.get("value"))) for each in _enabled(request.get("parameters"))]
    if query:
        draft.url += ("&" if "?" in draft.url else "?") + urlencode(query, quote_via=quote)
    draft.method = _text(request.get("method")) or "GET"
    for header in _enabled(request.get("headers")):
        if _text(header.get("name")):
            draft.headers.append((_text(header.get("name")), _filled(_text(header.get("value")), variables, draft)))
    body = request.get("body")
    if isinstance(body, dict) and (body.get("text") or body.get("params")):
        fields = [(_text(each.get("name")), _text(each.get("value"))) for each in _enabled(body.get("params"))]
        text = _filled(_text(body.get("text")), variables, draft) or urlencode(fields)
        draft.body = text.encode("utf-8", "replace")
        if _text(body.get("mimeType")):
            draft.add_header("Content-Type", _text(body.get("mimeType")))
    authorization = request.get("authentication")
    if isinstance(authorization, dict) and authorization.get("disabled") is not True:
        values = {str(name): _filled(_text(value), variables, draft) for name, value in authorization.items()}
        _authorization(draft, _text(authorization.get("type")), values)
    _name_the_others(draft, [_text(other.get("name")) for other in requests[1:]])
    return draft


def _environments_5(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    environments = data.get("environments")
    if isinstance(environments, dict):
        yield {"_type": "environment", "data": environments.get("data")}


def _authorization(draft: Draft, kind: str, values: Mapping[str, str]) -> None:
    if kind == "bearer":
        draft.add_header("Authorization", f"{values.get('prefix') or 'Bearer'} {values.get('token', '')}")
    elif kind == "basic":
        draft.add_header(
            "Authorization", basic_authorization(f"{values.get('username', '')}:{values.get('password', '')}")
        )
    elif kind == "apikey" and values.get("in", values.get("addTo", "header")) == "header":
        draft.headers.append((values.get("key", ""), values.get("value", "")))
    elif kind not in {"", "noauth", "none"}:
        draft.notes.append(f"the log-in is of the kind {excerpt(kind)}, which is left out")
    draft.headers = [line for line in draft.headers if line[0]]


def _name_the_others(draft: Draft, names: list[str]) -> None:
    if names:
        rest = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        draft.notes.append(
            f"other requests of the export are left out: {', '.join(name[:60] for name in names[:MOST_NAMED])}{rest}"
        )


def _filled(text: str, variables: Mapping[str, str], draft: Draft) -> str:
    """
    Put the variables of the export in; others stay as they are written, and are named.
    """

    def value(match: re.Match[str]) -> str:
        if match[1] in variables:
            return variables[match[1]]
        draft.notes.append(f"the variable {excerpt(match[1])} is not in the export: write its value in its place")
        return match[0]

    return VARIABLE.sub(value, text)


def _filled_url(text: str, variables: Mapping[str, str], draft: Draft) -> str:
    filled = _filled(text, variables, draft)
    before_host, scheme_end, rest = filled.partition("://")
    if "{{" in (rest.partition("/")[0] if scheme_end else before_host.partition("/")[0]):
        raise PasteError(
            f"the URL {excerpt(text)} begins with a variable that the export does not have: write the URL whole",
            tuple(draft.understood),
        )
    return filled


def _flat(items: object, children: str) -> list[dict[str, Any]]:
    """
    Return items with all that stand in folders, in their order.
    """
    found: list[dict[str, Any]] = []
    waiting = list(reversed(_dicts(items)))
    while waiting and len(found) < MOST_ITEMS:
        item = waiting.pop()
        found.append(item)
        waiting.extend(reversed(_dicts(item.get(children))))
    return found


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _enabled(value: object) -> list[dict[str, Any]]:
    return [each for each in _dicts(value) if each.get("disabled") is not True]


def _lines(value: object) -> tuple[tuple[str, str], ...]:
    return tuple(
        (_text(line.get("key")), _text(line.get("value")).strip())
        for line in _dicts(value)
        if is_header_name(_text(line.get("key")).encode("utf-8", "replace"))
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None or isinstance(value, (dict, list)) else str(value)
