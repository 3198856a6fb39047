"""
A cURL command as people write it and as browsers copy it ("Copy as cURL", for POSIX shells, cmd and PowerShell).

The options are those of curl 8.11, https://curl.se/docs/manpage.html. The command is never run, and files are not read
unless the caller says how.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote

import attrs

from browsercors.pasted.drafts import Draft, basic_authorization, excerpt
from browsercors.pasted.results import Ignored, PasteError, PasteForm
from browsercors.pasted.shell_words import words_of

if TYPE_CHECKING:
    from browsercors.pasted.shell_words import Word

__all__ = ["IGNORED_FLAGS", "ReadFile", "read_curl"]

ReadFile: TypeAlias = Callable[[str], bytes]
"""Returns the content of a file by its name; raises OSError."""

BOUNDARY: Final = "----------------browsercors"
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"

SHORT: Final = {
    "A": "user-agent", "b": "cookie", "c": "cookie-jar", "C": "continue-at", "d": "data", "D": "dump-header",
    "e": "referer", "E": "cert", "f": "fail", "F": "form", "g": "globoff", "G": "get", "H": "header", "i": "include",
    "I": "head", "j": "junk-session-cookies", "J": "remote-header-name", "k": "insecure", "K": "config",
    "L": "location", "m": "max-time", "n": "netrc", "N": "no-buffer", "o": "output", "O": "remote-name", "q": "disable",
    "r": "range", "s": "silent", "S": "show-error", "T": "upload-file", "u": "user", "U": "proxy-user", "v": "verbose",
    "w": "write-out", "x": "proxy", "X": "request", "y": "speed-time", "Y": "speed-limit", "Z": "parallel",
    "z": "time-cond", "#": "progress-bar", "0": "http1.0", "1": "tlsv1", "2": "sslv2", "3": "sslv3", "4": "ipv4",
    "6": "ipv6",
}  # fmt: skip
"""What the letters stand for."""

_OUTPUT: Final = "it is about what curl prints or keeps"
_CONNECTION: Final = "it is about curl's connection; a browser makes its own"
_FOLLOWS: Final = "fetch() follows redirects unless told otherwise"
_DECODES: Final = "browsers always ask for compressed responses, and decode them"

IGNORED_FLAGS: Final = {
    **dict.fromkeys(["compressed", "compressed-ssh", "tr-encoding"], _DECODES),
    **dict.fromkeys(["location", "location-trusted", "post301", "post302", "post303"], _FOLLOWS),
    **dict.fromkeys(
        """
            include silent show-error verbose fail fail-with-body fail-early no-buffer remote-name
            remote-header-name remote-name-all progress-bar junk-session-cookies show-headers
            no-progress-meter trace-time trace-ids styled-output create-dirs parallel disable globoff
            netrc netrc-optional no-clobber xattr metalink
        """.split(),  # noqa: SIM905 - easier to read
        _OUTPUT,
    ),
    **dict.fromkeys(
        """
            insecure http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only http0.9 ipv4 ipv6
            tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 sslv2 sslv3 tcp-nodelay tcp-fastopen no-keepalive
            no-alpn no-npn no-sessionid path-as-is anyauth basic digest ntlm negotiate proxy-insecure
            proxytunnel ssl-no-revoke ssl-reqd ssl cert-status ca-native ssl-revoke-best-effort
        """.split(),  # noqa: SIM905 - easier to read
        _CONNECTION,
    ),
}
"""Options without a value that change nothing for a page, with the reason."""

IGNORED_WITH_VALUE: Final = {
    **dict.fromkeys(
        """
            output dump-header cookie-jar write-out stderr trace trace-ascii output-dir config
        """.split(),  # noqa: SIM905 - easier to read
        _OUTPUT,
    ),
    **dict.fromkeys(
        """
            max-time connect-timeout retry retry-delay retry-max-time max-redirs speed-time speed-limit
            limit-rate keepalive-time cert cert-type key key-type pass cacert capath ciphers
            tls13-ciphers tls-max proxy proxy-user noproxy socks4 socks4a socks5 socks5-hostname resolve
            connect-to interface dns-servers unix-socket doh-url max-filesize local-port curves
            pinnedpubkey alt-svc hsts continue-at time-cond expect100-timeout happy-eyeballs-timeout-ms
            proxy-header proxy-cacert preproxy abstract-unix-socket delegation engine proto
            proto-default proto-redir rate request-target aws-sigv4 crlfile egd-file random-file
            login-options service-name
        """.split(),  # noqa: SIM905 - easier to read
        _CONNECTION,
    ),
}
"""Options with a value that change nothing for a page, with the reason."""

DATA: Final = frozenset({"data", "data-ascii", "data-raw", "data-binary", "data-urlencode", "json", "url-query"})
WITH_VALUE: Final = (
    frozenset(
        """
            request header cookie form form-string user user-agent referer url upload-file range
            oauth2-bearer variable
        """.split()  # noqa: SIM905 - easier to read
    )
    | DATA
    | IGNORED_WITH_VALUE.keys()
)
WITHOUT_VALUE: Final = frozenset({"get", "head", "next"}) | IGNORED_FLAGS.keys()

NOT_READ: Final = "is not read: paste its content in its place"


@attrs.define
class _Given:
    """
    What the options said.
    """

    draft: Draft
    read_file: ReadFile | None
    data: list[bytes] = attrs.field(factory=list)
    form: list[tuple[str, bytes, str, str]] = attrs.field(factory=list)
    query: list[str] = attrs.field(factory=list)
    cookies: list[str] = attrs.field(factory=list)
    cleared: set[str] = attrs.field(factory=set)
    is_json: bool = False
    is_get: bool = False
    is_head: bool = False
    is_upload: bool = False

    def file(self, name: str, *, is_text: bool = False) -> bytes:
        """
        Return the content of a file if it may be read.
        """
        if self.read_file is None:
            self.draft.notes.append(f"the file {excerpt(name)} {NOT_READ}")
            return b""
        try:
            content = self.read_file(name)
        except OSError as error:
            raise PasteError(
                f"the file {excerpt(name)} cannot be read: {error.strerror}", tuple(self.draft.understood)
            ) from None
        return content.translate(None, b"\r\n\0") if is_text else content


def read_curl(text: str, read_file: ReadFile | None = None) -> tuple[Draft, int]:
    """
    Read a cURL command.

    Args:
        text: What begins with the command.
        read_file: Reads the files that `@NAME` names; without it they are named and not read.

    Returns:
        The request, and where the text goes on behind the command.

    Raises:
        PasteError: A quote is not closed, an option is unknown or lacks its value, or there is no URL.
    """
    command = words_of(text)
    words = list(command.words)
    given = _Given(Draft(PasteForm.CURL), read_file)
    given.draft.notes.extend(command.notes)
    place = 1
    while place < len(words):
        place = _option(words, place, given)
    _finish(given)
    return given.draft, command.end


def _option(words: list[Word], place: int, given: _Given) -> int:
    """
    Take the option or the URL at *place*; return the place behind it.
    """
    draft, word = given.draft, words[place]
    _say_expansions(word, given)
    if word.text.startswith("--") and len(word.text) > 2:
        name, equals, value = word.text[2:].partition("=")
        name = _full_name(name, draft)
        if name in WITHOUT_VALUE:
            _flag(f"--{name}", name, given)
            return place + 1
        if equals:
            # NB: curl itself knows no `--name=value`, but everybody's habit does.
            _value(f"--{name}", name, value, given)
            return place + 1
        return _with_next(f"--{name}", name, words, place, given)
    if word.text.startswith("-") and word.text not in {"-", "--"}:
        return _letters(words, place, given)
    if word.text and word.text != "--":
        _url(word.text, given)
    return place + 1


def _say_expansions(word: Word, given: _Given) -> None:
    for expansion in word.expansions:
        given.draft.notes.append(f"{excerpt(expansion)} is for the shell: it is not expanded; write its value instead")


def _letters(words: list[Word], place: int, given: _Given) -> int:
    """
    Take letters that stand together, such as `-sSLk`, `-XPOST` and `-H'a: b'`.
    """
    letters = words[place].text[1:]
    for at, letter in enumerate(letters):
        name = SHORT.get(letter)
        if name is None:
            raise PasteError(f"curl has no option -{letter}", tuple(given.draft.understood))
        if name in WITHOUT_VALUE:
            _flag(f"-{letter}", name, given)
            continue
        rest = letters[at + 1 :]
        if rest:
            _value(f"-{letter}", name, rest, given)
            return place + 1
        return _with_next(f"-{letter}", name, words, place, given)
    return place + 1


def _with_next(written: str, name: str, words: list[Word], place: int, given: _Given) -> int:
    if place + 1 >= len(words):
        raise PasteError(f"the value of {written} is missing: the paste ends there", tuple(given.draft.understood))
    _say_expansions(words[place + 1], given)
    _value(written, name, words[place + 1].text, given)
    return place + 2


def _full_name(name: str, draft: Draft) -> str:
    """
    Return the name of an option; curl takes beginnings of names that are of one option only, and `--no-` before any.
    """
    if name in WITH_VALUE or name in WITHOUT_VALUE:
        return name
    if name.startswith("no-") and name[3:] in WITHOUT_VALUE:
        return name[3:]
    near = sorted(known for known in WITH_VALUE | WITHOUT_VALUE if known.startswith(name))
    if len(near) == 1:
        return near[0]
    several = f"; it may be --{' or --'.join(near[:4])}" if near else ""
    raise PasteError(f"curl's option {excerpt('--' + name)} is not known here{several}", tuple(draft.understood))


def _flag(written: str, name: str, given: _Given) -> None:
    if name == "get":
        given.is_get = True
    elif name == "head":
        given.is_head = True
    elif name == "next":
        given.draft.notes.append("what follows --next is a second request; it is left out")
    else:
        given.draft.ignored.append(Ignored(written, IGNORED_FLAGS[name]))
        return
    given.draft.understood.append(written)


def _value(written: str, name: str, value: str, given: _Given) -> None:
    if name in IGNORED_WITH_VALUE:
        given.draft.ignored.append(Ignored(f"{written} {value}", IGNORED_WITH_VALUE[name]))
        return
    given.draft.understood.append(f"{written} {value if len(value) <= 60 else value[:60] + '...'}")
    if name in DATA:
        _data(name, value, given)
    else:
        VALUES[name](value, given)


def _data(name: str, value: str, given: _Given) -> None:
    """
    Add to the body, as each of the options has it: which read files, and which encode.
    """
    if name == "url-query":
        given.query.append(_urlencoded(value, given) if not value.startswith("+") else value[1:])
    elif name == "data-urlencode":
        given.data.append(_urlencoded(value, given).encode())
    elif name != "data-raw" and value.startswith("@"):
        given.data.append(given.file(value[1:], is_text=name in {"data", "data-ascii"}))
    else:
        given.data.append(value.encode("utf-8", "surrogateescape"))
    if name == "json":
        given.is_json = True
        given.draft.add_header("Content-Type", JSON)
        given.draft.add_header("Accept", JSON)


def _urlencoded(value: str, given: _Given) -> str:
    """
    Encode `CONTENT`, `=CONTENT`, `NAME=CONTENT`, `@FILE` or `NAME@FILE`.
    """
    at = min((place for place in (value.find("="), value.find("@")) if place >= 0), default=-1)
    if at < 0:
        return quote(value, safe="-._~")
    name, content = value[:at], value[at + 1 :]
    encoded = quote(content, safe="-._~") if value[at] == "=" else quote(given.file(content), safe="-._~")
    return f"{name}={encoded}" if name else encoded


def _url(value: str, given: _Given) -> None:
    if given.draft.url:
        given.draft.notes.append(f"a second URL, {excerpt(value)}, is left out: one request is read")
    else:
        given.draft.url = value


def _header(value: str, given: _Given) -> None:
    """
    Take `NAME: VALUE`, `NAME;` for an empty value, or `NAME:` for a header that curl is not to send.
    """
    name, colon, content = value.partition(":")
    if value.startswith("@"):
        given.file(value[1:])
    elif colon and not name:
        # NB: a pseudo header that was copied along.
        return
    elif colon and not content.strip():
        given.cleared.add(name.strip().lower())
    elif colon:
        given.draft.headers.append((name.strip(), content.strip()))
    elif value.endswith(";"):
        given.draft.headers.append((value[:-1].strip(), ""))
    else:
        given.draft.ignored.append(Ignored(f"-H {value}", "it is no header line: a name, a colon and a value"))


def _cookie(value: str, given: _Given) -> None:
    # NB: without an equals sign it is the name of a file with cookies.
    if "=" in value:
        given.cookies.append(value)
    else:
        given.file(value)


def _form(value: str, given: _Given, *, is_string: bool = False) -> None:
    name, equals, content = value.partition("=")
    if not equals:
        raise PasteError(f"-F {excerpt(value)} is not NAME=CONTENT", tuple(given.draft.understood))
    if is_string or content[:1] not in {"@", "<"}:
        text, _, media_type = (content, "", "") if is_string else content.partition(";type=")
        given.form.append((name, text.strip('"').encode("utf-8", "surrogateescape"), "", media_type))
        return
    file, *rest = content[1:].strip('"').split(";")
    media_type = next((part[5:] for part in rest if part.startswith("type=")), "application/octet-stream")
    file_name = next((part[9:].strip('"') for part in rest if part.startswith("filename=")), file.rpartition("/")[2])
    is_file = content[0] == "@"
    given.form.append((name, given.file(file), file_name if is_file else "", media_type if is_file else ""))


def _method(value: str, given: _Given) -> None:
    given.draft.method = value


def _user(value: str, given: _Given) -> None:
    given.draft.add_header("Authorization", basic_authorization(value if ":" in value else f"{value}:"))
    given.draft.notes.append(
        "-u: a page sets Authorization itself, which takes a preflight; or the browser asks for the password, and "
        "sends "
        'it along with credentials: "include"'
    )


def _bearer(value: str, given: _Given) -> None:
    given.draft.add_header("Authorization", f"Bearer {value}")


def _user_agent(value: str, given: _Given) -> None:
    given.draft.add_header("User-Agent", value)


def _referer(value: str, given: _Given) -> None:
    given.draft.add_header("Referer", value.removesuffix(";auto"))


def _range(value: str, given: _Given) -> None:
    given.draft.add_header("Range", f"bytes={value}")


def _upload(value: str, given: _Given) -> None:
    given.is_upload = True
    given.data.append(given.file(value))


def _variable(value: str, given: _Given) -> None:
    given.draft.notes.append(f"--variable {excerpt(value)}: curl's variables are not expanded")


VALUES: Final[dict[str, Callable[[str, _Given], None]]] = {
    "cookie": _cookie,
    "form": _form,
    "form-string": lambda value, given: _form(value, given, is_string=True),
    "header": _header,
    "oauth2-bearer": _bearer,
    "range": _range,
    "referer": _referer,
    "request": _method,
    "upload-file": _upload,
    "url": _url,
    "user": _user,
    "user-agent": _user_agent,
    "variable": _variable,
}
"""What the options with a value do, but for those that make the body."""

HOST: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?([^/?#]*)", re.IGNORECASE)
# NB: who writes "curl works" writes no command. A host of one word alone is written with its port or its scheme.
LIKE_A_URL: Final = re.compile(r"[.:/$`]|localhost")
GLOB: Final = re.compile(r"\{[^{}]*,[^{}]*\}|\[[A-Za-z0-9]+-[A-Za-z0-9]+(?::[0-9]+)?\]")


def _finish(given: _Given) -> None:
    """
    Put together what only all of the options say: the method, the body, the query and the cookies.
    """
    draft = given.draft
    if draft.url and not LIKE_A_URL.search(draft.url):
        raise PasteError(
            f"{excerpt(draft.url)} is no URL; write it whole, as in https://api.example.com/me", tuple(draft.understood)
        )
    host = HOST.match(draft.url)
    if host is not None and any(sign in host[1] for sign in "$`"):
        raise PasteError(
            f"the URL {excerpt(draft.url)} begins with something that a shell would replace: write the URL whole",
            tuple(draft.understood),
        )
    if GLOB.search(draft.url):
        draft.notes.append("curl makes several requests of braces and brackets in a URL; the URL is taken as it is")
    if given.cookies and not draft.has_header("cookie"):
        draft.headers.append(("Cookie", "; ".join(given.cookies)))
    # NB: `-H 'Accept:'` takes away what curl itself would add, and here that is no more than the type of the body.
    draft.headers = [line for line in draft.headers if line[0].lower() not in given.cleared or line[1]]
    if given.form:
        draft.body = _multipart(given.form)
        _type_of_body(given, f"multipart/form-data; boundary={BOUNDARY}")
    elif given.data:
        body = (b"" if given.is_json else b"&").join(given.data)
        if given.is_get:
            given.query.append(body.decode("utf-8", "surrogateescape"))
        else:
            draft.body = body
            if not given.is_upload:
                _type_of_body(given, FORM)
    if given.query:
        url, hash_sign, fragment = draft.url.partition("#")
        draft.url = f"{url}{'&' if '?' in url else '?'}{'&'.join(given.query)}{hash_sign}{fragment}"
    usual = "HEAD" if given.is_head else "PUT" if given.is_upload else "GET" if draft.body is None else "POST"
    draft.method = draft.method or usual


def _type_of_body(given: _Given, media_type: str) -> None:
    if "content-type" not in given.cleared:
        given.draft.add_header("Content-Type", media_type)


def _multipart(parts: list[tuple[str, bytes, str, str]]) -> bytes:
    """
    Return the body of a form (https://www.rfc-editor.org/rfc/rfc7578).
    """
    lines = []
    for name, content, file_name, media_type in parts:
        file = f'; filename="{file_name}"' if file_name else ""
        kind = f"\r\nContent-Type: {media_type}" if media_type else ""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}{kind}\r\n\r\n'
        lines.append(head.encode("utf-8", "surrogateescape") + content + b"\r\n")
    return b"".join(lines) + f"--{BOUNDARY}--\r\n".encode()
