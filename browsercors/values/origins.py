"""
Origins, as HTML defines them: a tuple of scheme, host and port, or opaque.

https://html.spec.whatwg.org/#concept-origin
"""

from __future__ import annotations

from functools import lru_cache

import attrs

__all__ = ["Origin", "tuple_origin"]

DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}


@attrs.frozen(eq=False, repr=False)
class Origin:
    """
    An origin; without a scheme it is opaque, the same origin as itself and nothing else.

    Attributes:
        scheme: Lower-case, without the colon; None for an opaque origin.
        host: Serialised as the URL Standard does (punycode, IPv6 in brackets); empty for an opaque origin.
        port: None stands for the scheme's default port.
        serialized: The ASCII serialisation, `null` for an opaque origin.
        byte_serialized: The same as bytes.
    """

    scheme: str | None = None
    host: str = ""
    port: int | None = None
    serialized: str = attrs.field(init=False)
    byte_serialized: bytes = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        serialized = "null" if self.scheme is None else f"{self.scheme}://{self.host}"
        if self.scheme is not None and self.port is not None:
            serialized += f":{self.port}"
        object.__setattr__(self, "serialized", serialized)
        object.__setattr__(self, "byte_serialized", serialized.encode("ascii"))

    @property
    def is_opaque(self) -> bool:
        """
        Whether this is an opaque origin, as sandboxed frames and `data:` documents have.
        """
        return self.scheme is None

    def same_origin(self, other: Origin) -> bool:
        """
        Whether the two are same origin (https://html.spec.whatwg.org/#same-origin).
        """
        return self is other or (self.scheme is not None and self.serialized == other.serialized)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin) and self.same_origin(other)

    def __hash__(self) -> int:
        return id(self) if self.scheme is None else hash(self.serialized)

    def __repr__(self) -> str:
        return "<Origin null (opaque)>" if self.scheme is None else f"<Origin {self.serialized}>"


@lru_cache(maxsize=4096)
def tuple_origin(scheme: str, host: str, port: int | None) -> Origin:
    """
    Return the tuple origin of these parts; a default port is left out.

    NB: cached, so that comparing two origins is most often comparing two references.
    """
    return Origin(scheme, host, None if port == DEFAULT_PORTS.get(scheme) else port)
