"""The OpenAPI document against the running server: what it declares is so."""

import pathlib
import subprocess
import sys

import requests

from conftest import IS_LONG, Person

# What would sign the asking person out, or take the account away that asks.
SELF = ["DELETE /api/v1/session", "DELETE /api/v1/account", "PUT /api/v1/account/password",
        "DELETE /api/v1/account/sessions", "POST /api/v1/account/totp"]


def schemathesis(server, headers, *arguments):
    command = [str(pathlib.Path(sys.executable).parent / "schemathesis"), "run",
               server.url + "/api/v1/openapi.json", "--phases", "examples,coverage,fuzzing",
               "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
               "response_schema_conformance,unsupported_method",
               "--max-examples", "100" if IS_LONG else "8", "--seed", "1", "--continue-on-failure",
               "--request-timeout", "30", "--no-color", "--warnings", "off", *arguments]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    for operation in SELF:
        command += ["--exclude-name", operation]
    done = subprocess.run(command, capture_output=True, text=True, timeout=3000)
    assert done.returncode == 0, done.stdout[-20000:] + done.stderr[-2000:]
    return done.stdout


def test_a_program_with_a_token(server, everything):
    schemathesis(server, {"Authorization": everything.headers["Authorization"]})


def test_a_person_who_signed_in(server, owner):
    person = Person(server, "admin")
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in person.cookies)
    schemathesis(server, {"Cookie": cookies, "X-CSRF-Token": person.headers["X-CSRF-Token"]})


def test_nobody(server):
    schemathesis(server, {})


def test_the_document_is_read_without_signing_in(server):
    for path, kind in [("/api/v1/openapi.json", "application/json"), ("/docs/api", "text/html")]:
        answer = requests.get(server.url + path, timeout=30)
        assert answer.status_code == 200 and answer.headers["Content-Type"].startswith(kind)
