"""Every endpoint x everybody: let in or turned away as the document declares."""

import re

import requests

from conftest import ROLES, Person, Token, make_token


def operations(server):
    document = requests.get(server.url + "/api/v1/openapi.json", timeout=30).json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def url_of(path):
    """What names nothing that is there, so that nobody who is let in changes anything."""
    return re.sub(r"\{[^}]*\}", "999999", path)


# Where an empty object would be taken and begin long work.
REFUSED = {("POST", "/api/v1/demo"): {"customers": 0}}


def ask(session, method, path):
    # An empty object as the body: let in, it is refused for what it lacks, or changes nothing.
    body = REFUSED.get((method, path), {})
    return session.request(method, url_of(path), json=body if method != "GET" else None)


def is_turned_away(answer):
    return answer.status_code == 401 or (
        answer.status_code == 403 and answer.json()["code"] in ("E-FORBIDDEN", "E-CSRF", "E-AUTH"))


# What would end the other tests' sessions of the same user.
NOT_ASKED = {("DELETE", "/api/v1/account/sessions")}
# What ends the session that asks.
ENDS_SESSION = {("DELETE", "/api/v1/session")}


def test_every_endpoint_lets_in_whom_it_declares(server):
    seen = 0
    people = {role: Person(server, role) for role in ROLES}
    for method, path, operation in operations(server):
        if (method, path) in NOT_ASKED:
            continue
        needed = operation.get("x-role")
        for role in ROLES:
            answer = ask(people[role], method, path)
            is_allowed = needed is None or ROLES.index(role) >= ROLES.index(needed)
            assert is_turned_away(answer) != is_allowed, (method, path, role, answer.status_code, answer.text)
            assert answer.status_code < 500, (method, path, role, answer.text)
            if (method, path) in ENDS_SESSION:
                people[role] = Person(server, role)
            seen += 1
    assert seen > 20
    for role, person in people.items():  # a session that had ended would have been turned away for that
        assert person.get("/api/v1/session").json()["user"]["username"] == role


def test_nobody_gets_in_without_signing_in(server):
    class Nobody(requests.Session):
        def request(self, method, url, **options):
            return super().request(method, server.url + url, timeout=30, **options)

    nobody = Nobody()
    for method, path, operation in operations(server):
        answer = ask(nobody, method, path)
        if operation.get("x-role") is None:
            assert answer.status_code != 401 or path == "/api/v1/session", (method, path)
        else:
            assert answer.status_code == 401, (method, path, answer.status_code)
    assert not nobody.cookies


def test_tokens_do_what_their_scopes_say(server, owner):
    tokens = {scope: Token(server, make_token(owner, scope, [scope])) for scope in ["read", "run", "manage", "metrics"]}
    for method, path, operation in operations(server):
        if operation.get("x-role") is None:
            continue
        for scope, token in tokens.items():
            answer = ask(token, method, path)
            is_allowed = operation.get("x-scope") == scope
            assert is_turned_away(answer) != is_allowed, (method, path, scope, answer.status_code, answer.text)
