"""
Policies, audits and what tries to break them, as users write them.
"""

from __future__ import annotations

from typing import Any, assert_type

from browsercors import (
    ANY_ORIGIN,
    Answer,
    AuditReport,
    Browser,
    CheckReport,
    Fetch,
    Policy,
    PolicyMachine,
    ScriptedServer,
    Session,
    SharedCache,
    Visit,
    audit,
    audit_plan,
    check_laws,
    check_policy,
    find_violations,
    ports_of,
    subdomains_of,
)
from browsercors.strategies import allowed, fetches, near_misses, policies, sessions, sessions_for, strangers, visits

POLICY = Policy(
    origins=["https://app.example.com", subdomains_of("https://example.org"), ports_of("http://localhost")],
    methods=["GET", "PUT"],
    headers=("Content-Type",),
    credentials=True,
    max_age=600,
    paths={
        "/public/*": Policy(origins=ANY_ORIGIN),
        "/internal/*": None,
        "/site": Policy(origins="https://*.a.example"),
    },
)

fetches(credentials=["include"], modes=["cors", "no-cors"])
near_misses("https://app.example.com")
policies(credentials=False)
sessions(max_size=3)
sessions_for(POLICY, paths=["/me"], methods=("GET",))
visits(strangers(POLICY, path="/me"))
visits(allowed(POLICY))


def try_it(app: Any) -> AuditReport:
    check_policy(app, POLICY.evolve(origins="*", credentials=False), paths=["/me"], caches=["varnish"], budget=10)
    check_laws(app, allowed_origins=POLICY.origins, browsers=("chromium",))
    assert_type(check_laws(app, caches=["cdn-with-options"], untried="fail"), CheckReport)
    assert_type(audit_plan(app, allowed_origins="https://app.example.com", budget=50), str)
    assert_type(find_violations(app, POLICY)[0].session, Session)
    return audit(
        app, allowed_origins="https://app.example.com", interface="asgi", browsers=["webkit"], untried="ignore"
    )


def step_by_step(browser: Browser) -> bool:
    server = ScriptedServer({"*": Answer(200, {"Access-Control-Allow-Origin": "*"})})
    browser.mount("https://api.example.com", SharedCache.like("nginx", server, vary="ignored", keep=5))
    page = Visit("https://app.example.com").open(browser)
    return Fetch("https://api.example.com/", credentials="include").run(page).readable


class Machine(PolicyMachine):
    policy = POLICY
    browsers = ("firefox",)
    paths = ("/", "/me")

    def make_app(self) -> Any:
        return ScriptedServer()


class WithFactory(PolicyMachine):
    policy = POLICY
    factory = "shop:create_app()"

    def close_shop(self) -> None:
        self.policy = POLICY.evolve(origins=())
