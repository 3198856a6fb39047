"""
An HTTPie command (`http`, `https`, and `xh`, which takes the same).

https://httpie.io/docs/cli/request-items
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from browsercors.pasted.drafts import Draft, basic_authorization, excerpt
from browsercors.pasted.results import Ignored, PasteError, PasteForm
from browsercors.pasted.shell_words import words_of

if TYPE_CHECKING:
    from browsercors.pasted.shell_words import Word

__all__ = ["HTTPIE_START", "read_httpie"]

HTTPIE_START: Final = re.compile(
    r"(?:http|https|xh|xhs)[ \t]+(?=-|(?:(?:[A-Z]{3,8}|get|head|post|put|patch|delete|options)[ \t]+)?['\"]?(?:https?://|:|localhost\b|[\w-]+\.[\w.-]+))"
)
"""How such a command begins; "http error" does not, since it is no URL."""

METHOD: Final = re.compile(r"[A-Za-z]+\Z")
# NB: the first separator counts, and of those that begin at the same place the longest.
ITEM: Final = re.compile(r"(?P<name>(?:[^\\:=@]|\\.)*?)(?P<separator>:=@|:=|==|=@|=|:|@)(?P<value>.*)\Z", re.DOTALL)
UNESCAPED: Final = re.compile(r"\\(.)")

WITH_VALUE: Final = frozenset(
    """
        --auth -a --auth-type -A --raw --session --session-read-only --timeout --verify --proxy --cert
        --cert-key --output -o --print -p --pretty --style -s --max-redirects --max-headers --ssl --ciphers
        --boundary --format-options --response-charset --response-mime --default-scheme --bearer
    """.split()  # noqa: SIM905 - easier to read
)
FORM: Final = frozenset({"--form", "-f", "--multipart"})
NO_PAGE: Final = "it is about the client, not about what a page sends"


def read_httpie(text: str) -> tuple[Draft, int]:
    """
    Read an HTTPie command.

    Returns:
        The request, and where the text goes on behind it.

    Raises:
        PasteError: A quote is not closed, or there is no URL.
    """
    command = words_of(text)
    draft = Draft(PasteForm.HTTPIE, notes=list(command.notes))
    options, words = _options(command.words, draft)
    if words and METHOD.match(words[0]) and len(words) > 1 and not words[0].lower().startswith("localhost"):
        draft.method = words.pop(0).upper()
        draft.understood.append(draft.method)
    if not words:
        raise PasteError("there is no URL in it", tuple(draft.understood))
    scheme = "https" if command.words[0].text in {"https", "xhs"} else options.get("--default-scheme", "http")
    draft.url = _url(words[0], scheme)
    draft.understood.append(draft.url)
    _items(draft, words[1:], options)
    return draft, command.end


def _options(words: tuple[Word, ...], draft: Draft) -> tuple[dict[str, str], list[str]]:
    """
    Return the options, and the other words.
    """
    options: dict[str, str] = {}
    others: list[str] = []
    rest = iter(words[1:])
    for word in rest:
        draft.notes.extend(f"{excerpt(text)} is for the shell: it is not expanded" for text in word.expansions)
        if not word.text.startswith("-") or len(word.text) < 2:
            others.append(word.text)
            continue
        name, equals, value = word.text.partition("=")
        if name in WITH_VALUE and not equals:
            following = next(rest, None)
            if following is None:
                raise PasteError(f"the value of {name} is missing: the paste ends there", tuple(draft.understood))
            value = following.text
        options[name] = value
        if name not in FORM | {"--auth", "-a", "--raw", "--json", "-j", "--bearer", "--auth-type", "-A"}:
            draft.ignored.append(Ignored(word.text, NO_PAGE))
        else:
            draft.understood.append(name)
    return options, others


def _url(text: str, scheme: str) -> str:
    """
    Return the URL; `:8000/me` is short for one of localhost (https://httpie.io/docs/cli/url-shortcuts-for-localhost).
    """
    if text.startswith("://"):
        return f"{scheme}{text}"
    if text.startswith(":"):
        port, slash, path = text[1:].partition("/")
        return f"{scheme}://localhost{':' + port if port else ''}{slash}{path}"
    return text if "://" in text else f"{scheme}://{text}"


def _items(draft: Draft, items: list[str], options: dict[str, str]) -> None:
    is_form = bool(FORM & options.keys())
    fields: list[tuple[str, object]] = []
    query: list[str] = []
    for item in items:
        match = ITEM.match(item)
        if match is None:
            raise PasteError(
                f"{excerpt(item)} is no item of HTTPie: Name:value, name=value, name:=json or name==value",
                tuple(draft.understood),
            )
        name, separator, value = UNESCAPED.sub(r"\1", match["name"]), match["separator"], match["value"]
        if separator == ":":
            if value:
                draft.headers.append((name, value))
        elif separator == "==":
            query.append(f"{quote(name)}={quote(value)}")
        elif "@" in separator:
            draft.notes.append(f"the file {excerpt(value)} is not read: paste its content in its place")
            fields.append((name, ""))
        else:
            fields.append((name, _json(value, draft) if separator == ":=" else value))
        draft.understood.append(f"{name}{separator}")
    if query:
        draft.url += ("&" if "?" in draft.url else "?") + "&".join(query)
    user = options.get("--auth", options.get("-a", ""))
    if options.get("--auth-type", options.get("-A")) == "bearer" or "--bearer" in options:
        draft.add_header("Authorization", f"Bearer {options.get('--bearer') or user}")
    elif user:
        draft.add_header("Authorization", basic_authorization(user))
    if "--raw" in options:
        draft.body = options["--raw"].encode("utf-8", "surrogateescape")
    elif fields and is_form:
        draft.body = urlencode(fields).encode()
    elif fields:
        draft.body = json.dumps(dict(fields), ensure_ascii=False).encode("utf-8", "replace")
    if draft.body is not None:
        draft.add_header("Content-Type", "application/x-www-form-urlencoded" if is_form else "application/json")


def _json(value: str, draft: Draft) -> object:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise PasteError(f"{excerpt(value)} is no JSON, which := wants", tuple(draft.understood)) from None
