"""
Preload lists of HSTS: hosts that browsers know before anybody has visited them.

https://www.rfc-editor.org/rfc/rfc6797#section-12.3
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
from browsercors.values.sites import is_ip_address
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["parse_preload_list"]


def parse_preload_list(data: Any) -> dict[str, bool]:
    """
    Read a preload list.

    Args:
        data: Hosts, as a mapping to whether hosts below them are meant as well, or the text of Chromium's
            `transport_security_state_static.json`, whose lines that begin with `//` are comments.

    Raises:
        TypeError: It is neither.
        ValueError: The text is no such list, or an entry of it is damaged; the message names it.
    """
    if isinstance(data, str):
        return dict(_read_entry(number, entry) for number, entry in _entries_of(data))
    if not hasattr(data, "items"):
        raise ArgumentTypeError(
            "hsts_preload has to be a mapping such as {'example.com': True}, or the text of Chromium's list, "
            f"not {type(data).__name__}"
        )
    return dict(_checked(f"the entry {host!r}", host, below) for host, below in data.items())


def _entries_of(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    lines = ["" if line.lstrip().startswith("//") else line for line in text.splitlines()]
    right = 'hsts_preload has to be JSON like {"entries": [{"name": "example.com"}]}'
    try:
        data = json.loads("\n".join(lines))
    except (ValueError, RecursionError) as error:
        raise ArgumentValueError(f"{right}: {error}") from None
    if not isinstance(data, dict) or "entries" not in data:
        raise ArgumentValueError(f"{right}: it is no object with entries")
    entries = data["entries"]
    if not isinstance(entries, list):
        raise ArgumentValueError(f"hsts_preload has to have a list as entries, not {type(entries).__name__}")
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            raise ArgumentValueError(f"entry {number} of hsts_preload has to be an object, not {entry!r}")
        # NB: some entries pin keys only.
        if entry.get("mode") == "force-https" or "mode" not in entry:
            yield number, entry


def _read_entry(number: int, entry: dict[str, Any]) -> tuple[str, bool]:
    return _checked(f"entry {number}", entry.get("name"), entry.get("include_subdomains", False))


def _checked(what: str, host: object, below: object) -> tuple[str, bool]:
    url = parse_url(f"https://{host}/") if isinstance(host, str) else None
    # NB: a URL may have a star or empty labels in its host, but no entry with them matches what it was meant for.
    if url is None or url.host != host or "*" in url.host or "" in url.host.split(".") or is_ip_address(url.host):
        raise ArgumentValueError(f"{what} of hsts_preload has to name a host such as 'example.com', not {host!r}")
    if not isinstance(below, bool):
        raise ArgumentValueError(
            f"{what} of hsts_preload has to say True or False for the hosts below it, not {below!r}"
        )
    return url.host, below
