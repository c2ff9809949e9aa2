"""The OpenAPI document against the running server: what it declares is so."""

import pathlib
import subprocess
import sys
import tempfile

import pytest
import requests

from conftest import IS_LONG, Person, make_token

# What would sign the asking person out, or take the account away that asks.
SELF = ["DELETE /api/v1/session", "DELETE /api/v1/account", "PUT /api/v1/account/password",
        "DELETE /api/v1/account/sessions", "POST /api/v1/account/totp"]
# What begins minutes of work.
LONG = ["POST /api/v1/demo"]


def schemathesis(server, headers, *arguments):
    command = [str(pathlib.Path(sys.executable).parent / "schemathesis"), "run",
               server.url + "/api/v1/openapi.json", "--phases", "examples,coverage,fuzzing",
               "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
               "response_schema_conformance,unsupported_method",
               "--max-examples", "100" if IS_LONG else "8", "--seed", "1", "--continue-on-failure",
               "--request-timeout", "30", "--no-color", "--warnings", "off", *arguments]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    for operation in SELF + LONG:
        command += ["--exclude-name", operation]
    with tempfile.TemporaryDirectory() as folder:  # for what it notes
        done = subprocess.run(command, capture_output=True, text=True, timeout=3000, cwd=folder)
    assert done.returncode == 0, done.stdout[-100000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def askers(other_shop):
    """Everybody who asks, signed in before the guessing of passwords locks this address out."""
    owner = Person(other_shop.server, "owner")
    admin = Person(other_shop.server, "admin")
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in admin.cookies)
    return {
        "a program with a token": {
            "Authorization": "Bearer " + make_token(owner, "document", ["read", "run", "manage", "metrics"])},
        "a person who signed in": {"Cookie": cookies, "X-CSRF-Token": admin.headers["X-CSRF-Token"]},
        "nobody": {},
    }


@pytest.mark.parametrize("who", ["a program with a token", "a person who signed in", "nobody"])
def test_what_is_declared_is_so(other_shop, askers, who):
    schemathesis(other_shop.server, askers[who])


def test_the_document_is_read_without_signing_in(server):
    for path, kind in [("/api/v1/openapi.json", "application/json"), ("/docs/api", "text/html")]:
        answer = requests.get(server.url + path, timeout=30)
        assert answer.status_code == 200 and answer.headers["Content-Type"].startswith(kind)
