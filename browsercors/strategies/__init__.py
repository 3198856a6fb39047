"""
Hypothesis strategies: origins, the pages that a policy is about, requests, loads, answers, policies, and sessions.

They draw what a browser can do and nothing else, shrink to the simplest page and request, and discard nothing. An
argument that is wrong is an `InvalidArgument` when the strategy is first drawn from.
"""

from browsercors.hypothesis_entry import register
from browsercors.strategies.loads import loads
from browsercors.strategies.origins import near_misses, origins
from browsercors.strategies.pages import allowed, strangers, visits
from browsercors.strategies.policies import policies
from browsercors.strategies.requests import fetches, methods, request_headers
from browsercors.strategies.responses import cors_headers, responses
from browsercors.strategies.security_policies import content_security_policies
from browsercors.strategies.sessions import sessions, sessions_for

__all__ = (
    "allowed",
    "content_security_policies",
    "cors_headers",
    "fetches",
    "loads",
    "methods",
    "near_misses",
    "origins",
    "policies",
    "request_headers",
    "responses",
    "sessions",
    "sessions_for",
    "strangers",
    "visits",
)

register()
