"""
Strategies for the pages that a policy is about: those that it allows, all others, and visits of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from browsercors.policy.origins.patterns import AnyOrigin, OriginsWhere, PortsOf, SubdomainsOf
from browsercors.policy.policy import Policy
from browsercors.policy.search_space import search_space_of
from browsercors.policy.sessions import Visit
from browsercors.protections.bad_port import BAD_PORTS
from browsercors.strategies.arguments import checked_origin, strategy_or, when_drawn
from browsercors.strategies.origins import GOOD_PORTS, USUAL_PORTS, labels, origins as any_origins

if TYPE_CHECKING:
    from browsercors.policy.origins.patterns import OriginPattern

__all__ = ["DEFAULT_SERVER", "allowed", "checked_policy", "strangers", "visits"]

DEFAULT_SERVER: Final = "https://api.example.com"
MOST_LABELS: Final = 2


def allowed(policy: Policy, *, path: str = "/", url: str = DEFAULT_SERVER) -> st.SearchStrategy[str]:
    """
    Draw origins of the pages that *policy* is for: those that it lists, and others that its patterns match.

    They shrink to the first that the policy names. What only `at_most` allows is not drawn.

    Args:
        policy: The policy.
        path: For which path, as for `Policy.allows_origin`.
        url: The origin of the server, whose own pages are not drawn.
    """

    def make() -> st.SearchStrategy[str]:
        server = checked_origin("url", url)
        rule = checked_policy(policy).rule_for(_checked_path(path))
        patterns = () if rule is None else rule.origins
        drawn = [_of_pattern(pattern) for pattern in patterns if pattern != server]
        known = [each for each in drawn if each is not None]
        if not known:
            raise InvalidArgument(f"policy allows no page of another origin at {path!r}; give path= where it does")
        return st.one_of(known).filter(lambda origin: origin != server)

    return when_drawn(make)


def strangers(policy: Policy, *, path: str = "/", url: str = DEFAULT_SERVER) -> st.SearchStrategy[str]:
    """
    Draw origins of the pages that *policy* does not allow, `null` among them.

    They are origins that nobody has heard of, near misses of allowed ones, those that people leave behind in
    allow-lists, those that are allowed for other paths only, and any other. They shrink to `https://attacker.example`.

    Args:
        policy: The policy.
        path: For which path, as for `Policy.allows_origin`.
        url: The origin of the server, whose own pages are not drawn.
    """

    def make() -> st.SearchStrategy[str]:
        server = checked_origin("url", url)
        space = search_space_of(
            checked_policy(policy), server, paths=(_checked_path(path),), methods=None, unknown_path=False
        )

        def is_stranger(origin: str) -> bool:
            return origin != server and not policy.allows_origin(origin, path=path)

        pools = [
            [origin for origin in pool if is_stranger(origin)]
            for pool in (space.strangers, space.near, space.left_behind, space.allowed)
        ]
        if not pools[0]:
            raise InvalidArgument(f"policy allows every page at {path!r}; give path= where there are strangers")
        first = pools[0][0]
        # NB: put in the place of what is allowed, so that nothing is discarded.
        others = any_origins().map(lambda origin: origin if is_stranger(origin) else first)
        return st.one_of(*[st.sampled_from(pool) for pool in pools if pool], others)

    return when_drawn(make)


def visits(origins: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Visit]:
    """
    Draw visits: pages that are opened. They shrink to a page of `https://a.example`.

    Args:
        origins: Of the pages, such as `strangers(policy)`; any by default, `null` among them.
    """
    return when_drawn(lambda: strategy_or(lambda: any_origins(allow_null=True), "origins", origins).map(_visit))


def checked_policy(policy: Any) -> Policy:
    """
    Return *policy*.

    Raises:
        InvalidArgument: It is none.
    """
    if not isinstance(policy, Policy):
        raise InvalidArgument(
            f"policy has to be a Policy, such as Policy(origins=['https://app.example.com']), not {policy!r}"
        )
    return policy


def _checked_path(path: Any) -> str:
    if not isinstance(path, str) or not path.startswith("/"):
        raise InvalidArgument(f"path has to be a path such as '/items/7', not {path!r}")
    return path


def _visit(origin: Any) -> Visit:
    try:
        return Visit(origin)
    except (TypeError, ValueError) as error:
        raise InvalidArgument(f"origins has to draw origins: {error}") from None


def _of_pattern(pattern: OriginPattern) -> st.SearchStrategy[str] | None:
    """
    Draw the origins that *pattern* matches; None if browsers load pages from none of them.
    """
    match pattern:
        case str():
            return st.just(pattern)
        case AnyOrigin():
            return any_origins(allow_null=True)
        case OriginsWhere():
            return st.sampled_from(pattern.accepted)
        case SubdomainsOf():
            scheme, _, authority = pattern.origin.partition("://")
            below = labels(max_labels=MOST_LABELS if pattern.depth is None else min(pattern.depth, MOST_LABELS))
            return below.map(lambda names: f"{scheme}://{names}.{authority}")
        case PortsOf():
            scheme, _, host = pattern.origin.partition("://")
            known = [port for port in pattern.ports or () if port not in BAD_PORTS]
            if pattern.ports is not None and not known:
                return None
            ports = st.sampled_from(known) if known else st.sampled_from(USUAL_PORTS) | st.sampled_from(GOOD_PORTS)
            return any_origins(schemes=[scheme], hosts=st.just(host), ports=ports)
