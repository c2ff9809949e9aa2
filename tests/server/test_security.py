"""What must not be possible: a test for each defect that the product is not to have again (SEC-01 to SEC-39).

Not here, because there is nothing yet that could have the defect, or because it is none of a server:
SEC-12, 27, 29, 32 (warehouses, ElasticSearch and their credentials: files are the only sources), SEC-13 for
hosts of such (here: no path makes the program connect to anything), SEC-17, 18 for avatars (here: uploads),
SEC-19 (no shell: here for what reaches a run's command line), SEC-35, 36 (dependencies and publishing are
matters of the build), SEC-37 (erasing a customer; here: who may see customers).
"""

import concurrent.futures
import csv
import gzip
import io
import json
import os
import pathlib
import re
import signal
import socket
import stat
import subprocess
import time

import pytest
import requests

from conftest import (PASSWORD, PROGRAM, ROLES, Person, Server, Shop, Stranger, Token, add_user, copy_home,
                      make_token, program, wait_until)

SCRIPT = "</script><script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://evil.example","x")'
NAMES = {  # what stands in the data instead of a city or product of the invented shop
    "Bristol": SCRIPT, "Leeds": "../../../escaped", "Glasgow": "LONDON", "Liverpool": "\u202eevil\u200b " + "x" * 300,
    "Newcastle upon Tyne": "O'Brien\\'; DROP TABLE users; --",
    "Baby tomatoes": FORMULA, "Sparkling lemonade": SCRIPT, "Lemon bin bags": "@SUM(1)"}
TEXTS = ["O'Brien", "\\'; DROP TABLE users; --", "' || (SELECT password_hash FROM users LIMIT 1) || '", "%s%n{}{0}",
         "\U0001f600\u202e\u200b", SCRIPT, "\\", "a\nb\tc", "a\u0000b", "\ud800", "x" * 65536, "\U0001f600" * 16384]


def rename(path):
    with open(path, newline="") as file:
        rows = [[NAMES.get(cell, cell) for cell in row] for row in csv.reader(file)]
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """A shop full of names that were thought out to do harm, served with a umask that hides nothing."""
    folder = tmp_path_factory.mktemp("odd")
    program("generate", folder / "shop", "--customers", 300)
    for name in ["sessions.csv", "products.csv"]:
        rename(folder / "shop" / name)
    connect = folder / "shop" / "connect.toml"
    connect.write_text(connect.read_text() + "\n[anomaly]\nnetworks = false\n"
                       "[imports]\nmax_upload_mb = 4\nmax_source_mb = 8\n")
    home = folder / "home"
    program("connect", connect, home=home)
    program("run", home=home)
    for role in ROLES:
        add_user(home, role)
    (folder / "tmp").mkdir()
    server = Server(home, preexec_fn=lambda: os.umask(0), env={**os.environ, "TMPDIR": str(folder / "tmp")})
    yield Shop(home, server)
    server.close()


@pytest.fixture(scope="module")
def people(odd):
    return {role: Person(odd.server, role) for role in ROLES}


@pytest.fixture(scope="module")
def document(odd):
    return requests.get(odd.server.url + "/api/v1/openapi.json", timeout=30).json()


@pytest.fixture(scope="module")
def operations(document):
    return [(method.upper(), path, operation)
            for path, methods in document["paths"].items() for method, operation in methods.items()]


def url_of(path):
    return re.sub(r"\{[^}]*\}", "999999", path)


def code_of(answer):
    return answer.json()["code"]


def log_of(home):
    return [json.loads(line) for line in (home / "logs" / "customeranalytics.log").read_text().splitlines()]


def spoken(server, request, seconds=10.0):
    """The bytes that come back for these bytes, until the server ends or nothing more comes."""
    with server.socket() as connection:
        connection.settimeout(seconds)
        connection.sendall(request)
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except (TimeoutError, ConnectionResetError):
            pass
        return answer


def files_below(folder):
    return {path.relative_to(folder) for path in folder.rglob("*")}


# ---- the UI and signing in ------------------------------------------------------------------------


def test_SEC_01_a_name_is_not_a_proof(odd, operations):
    stranger = Stranger(odd.server)
    runs = json.loads(program("runs", "--json", home=odd.home))
    for method, path, operation in operations:
        if operation.get("x-role") is None:
            continue
        for sent in [{"data": {"username": "owner"}}, {"params": {"username": "owner"}}, {"json": {"username": "owner"}},
                     {"headers": {"X-Forwarded-User": "owner", "Remote-User": "owner"}},
                     {"auth": ("owner", PASSWORD)}, {"cookies": {"username": "owner", "user_id": "1"}}]:
            answer = stranger.request(method, url_of(path), **sent)
            assert answer.status_code == 401, (method, path, sent)
    assert json.loads(program("runs", "--json", home=odd.home)) == runs


def test_SEC_02_nothing_sent_stops_the_server(odd, people, operations):
    for path in ["/shutdown", "/api/v1/shutdown", "/stop", "/api/v1/stop", "/quit", "/api/v1/server", "/restart"]:
        for method in ["GET", "POST", "PUT", "DELETE"]:
            assert people["owner"].request(method, path).status_code == 404
    assert not [path for _, path, _ in operations if re.search("shutdown|stop|quit|restart", path)]
    assert odd.server.process.poll() is None and people["owner"].get("/api/v1/session").status_code == 200


def test_SEC_03_the_key_is_made_here_and_nobody_elses_is_taken(odd, small_home, tmp_path):
    keys = []
    for name in ["one", "two"]:
        (tmp_path / name).mkdir()
        home = copy_home(small_home, tmp_path / name)
        server = Server(home, preexec_fn=lambda: os.umask(0))
        person = Person(server, "viewer")
        assert person.post("/api/v1/account/totp", json={"password": PASSWORD}).status_code == 201
        key = home / "secret.key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        keys.append(key.read_bytes())
        key.chmod(0o640)  # the group may read it now
        answer = Person(server, "analyst").post("/api/v1/account/totp", json={"password": PASSWORD})
        assert answer.status_code >= 400, answer.text
        server.close()
        refused = subprocess.run([PROGRAM, "secrets", "rotate", "--home", str(home)], capture_output=True, text=True)
        assert refused.returncode == 1 and "E-PERM" in refused.stderr
        assert key.read_bytes() == keys[-1]
    assert keys[0] != keys[1] and all(len(key) >= 32 for key in keys)
    for cookie in ["1", "owner", "eyJfdXNlcl9pZCI6IjEifQ.Z0Y5Ow.AAAAAAAAAAAAAAAAAAAAAAAAAAA", "A" * 43, "' OR 1=1 --"]:
        answer = requests.get(odd.server.url + "/api/v1/users", cookies={"ca_session": cookie, "session": cookie})
        assert answer.status_code == 401


def test_SEC_04_errors_tell_nothing_of_the_inside(odd, people, operations):
    """Also of damage: a report's file that cannot be read."""
    asked = [people["owner"].request(method, url_of(path), data=b"{\"a\":", headers={"Content-Type": kind})
             for method, path, _ in operations if (method, path) != ("DELETE", "/api/v1/account/sessions")
             and path != "/api/v1/session" for kind in ["application/json", "text/plain"]]
    snapshot = json.loads((odd.home / "current").read_text())["snapshot"]
    damaged = odd.home / "snapshots" / snapshot / "weekly_orders.parquet"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:100] + b"?" * 64 + whole[164:])
    try:
        asked.append(people["viewer"].get("/api/v1/reports/weekly_orders"))
        assert asked[-1].status_code >= 400 and code_of(asked[-1]) == "E-SNAPSHOT"
    finally:
        damaged.write_bytes(whole)
    for answer in asked:
        if answer.status_code < 400:
            continue
        body = answer.json()
        assert answer.headers["Content-Type"] == "application/problem+json" and body["instance"]
        for word in ["terminate", "std::", ".cc", "#0 ", "Traceback", "sqlite", "SELECT", "nlohmann", "parse_error",
                     "debugger"]:
            assert word not in answer.text, answer.text


def test_SEC_04_viewers_are_told_no_paths(odd, people):
    snapshot = json.loads((odd.home / "current").read_text())["snapshot"]
    damaged = odd.home / "snapshots" / snapshot / "monthly_orders.parquet"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:100])
    try:
        assert str(odd.home) not in people["viewer"].get("/api/v1/reports/monthly_orders").text
    finally:
        damaged.write_bytes(whole)
    # Nor by a run that fails at a file.
    files = odd.home.parent / "shop"
    (files / "deliveries.csv").rename(files / "away.csv")
    try:
        run = people["analyst"].post("/api/v1/runs", json={"full": True}).json()["run"]
        wait_until(lambda: people["analyst"].get(f"/api/v1/runs/{run}").json()["state"] != "running", "the run", 60)
    finally:
        (files / "away.csv").rename(files / "deliveries.csv")
    told = people["analyst"].get(f"/api/v1/runs/{run}")
    assert told.json()["error"]["code"] == "E-FILE" and "deliveries.csv" in told.text
    for address in [f"/api/v1/runs/{run}", "/api/v1/runs", "/api/v1/runs/current", f"/api/v1/runs/{run}/events",
                    "/api/v1/reports/run_log"]:
        answer = people["viewer"].get(address)
        assert answer.status_code == 200 and "deliveries.csv" not in answer.text, address
    assert people["viewer"].get(f"/api/v1/runs/{run}/log").status_code == 403


@pytest.mark.parametrize("path", ["/console", "/debug", "/__debugger__", "/api/v1/reports/kpis?__debugger__=yes&cmd=resource"])
def test_SEC_04_there_is_no_debugger(people, path):
    assert people["owner"].get(path).status_code in (400, 404)


def test_SEC_05_nobody_lets_himself_in(odd, operations, people):
    answer = Stranger(odd.server).post("/api/v1/registration", json={"username": "mallory", "password": PASSWORD + "!"})
    assert (answer.status_code, code_of(answer)) == (403, "M-REG-CLOSED")
    answer = Stranger(odd.server).post(
        "/api/v1/registration", json={"username": "mallory", "password": PASSWORD + "!", "invitation": "A" * 43})
    assert code_of(answer) == "M-LINK-BAD" and "mallory" not in people["owner"].get("/api/v1/users").text
    anyone = {(method, path) for method, path, operation in operations if operation.get("x-role") is None}
    assert anyone == {  # a new door must be written here
        ("GET", "/api/v1/session"), ("POST", "/api/v1/session"), ("POST", "/api/v1/registration"),
        ("POST", "/api/v1/invitations/check"), ("POST", "/api/v1/password-reset"), ("GET", "/api/v1/openapi.json"),
        ("GET", "/docs/api"), ("GET", "/docs/api.css")} | (anyone & {("GET", "/healthz"), ("GET", "/readyz")})


def test_SEC_06_fields_that_are_not_declared_are_refused(people, operations, odd):
    owner = people["owner"]
    before = owner.get("/api/v1/users").json()
    for method, path, operation in operations:
        body = operation.get("requestBody", {}).get("content", {})
        if "application/json" in body:
            answer = owner.request(method, url_of(path).replace("sources/999999", "sources/sessions"),
                                   json={"id": 1, "role": "owner", "is_admin": True})
            assert answer.status_code == 400, (method, path, answer.text)
    for method, path, body in [
            ("PATCH", "/api/v1/account", {"display_name": "x", "role": "owner"}),
            ("PATCH", "/api/v1/account", {"display_name": "x", "password_hash": ""}),
            ("PATCH", "/api/v1/account", {"display_name": "x", "id": 1}),
            ("POST", "/api/v1/registration", {"username": "m4l", "password": PASSWORD + "!", "role": "owner"}),
            ("POST", "/api/v1/account/tokens", {"name": "x", "scopes": ["read"], "user": 1}),
            ("POST", "/api/v1/runs", {"full": False, "requested_by": "owner"})]:
        answer = people["viewer" if "account" in path else "owner"].request(method, path, json=body)
        assert (answer.status_code, code_of(answer)) == (400, "E-PARAM"), (path, answer.text)
    assert owner.get("/api/v1/users").json() == before


def test_SEC_07_other_sites_change_nothing(odd, people, operations):
    owner = people["owner"]
    own, others = owner.headers["X-CSRF-Token"], people["admin"].headers["X-CSRF-Token"]
    bad = [{"X-CSRF-Token": None}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": others}, {"X-CSRF-Token": own[:-1]},
           {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": odd.server.url + ".evil.example"},
           {"Origin": "http://127.0.0.1:1"}, {"Referer": "https://evil.example/" + odd.server.url},
           {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
    for method, path, operation in operations:
        if method == "GET":
            continue
        for headers in bad:
            if "X-CSRF-Token" in headers and operation.get("x-role") is None:
                continue
            answer = owner.request(method, url_of(path), json={}, headers=headers)
            assert (answer.status_code, code_of(answer)) == (403, "E-CSRF"), (method, path, headers, answer.text)
    for path in ["/api/v1/session/delete", "/api/v1/logout"]:
        assert owner.get(path).status_code == 404
    # Only a page that asks: who follows a link to it stays signed in.
    assert "Set-Cookie" not in owner.get("/logout").headers
    assert owner.get("/api/v1/session").json()["user"] is not None
    # What a form of another site can send at all is no JSON.
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]:
        answer = owner.patch("/api/v1/account", data=b'{"display_name": "changed"}', headers={"Content-Type": kind})
        assert (answer.status_code, code_of(answer)) == (415, "E-MEDIA")
    assert owner.get("/api/v1/account").json()["display_name"] != "changed"


def test_SEC_08_guessing_is_slow_and_tells_nothing(odd):
    times = {"viewer": [], "nobody-here": []}
    bodies = {}
    for name in times:  # five each: the fifth of an address is the last that is looked at
        for number in range(4):
            stranger = Stranger(odd.server, f"127.0.8.{len(name)}")
            begin = time.monotonic()
            answer = stranger.post("/api/v1/session", json={"username": name, "password": f"wrong {number} password"})
            times[name].append(time.monotonic() - begin)
            assert (answer.status_code, code_of(answer)) == (401, "M-AUTH-BAD")
            body = answer.json()
            body.pop("instance")
            assert bodies.setdefault("body", body) == body
    slow, quick = max(min(t) for t in times.values()), min(min(t) for t in times.values())
    assert quick > 0.02 and slow < 3 * quick + 0.05, times


def test_SEC_08_after_five_failures_nobody_is_let_in(odd):
    program("user", "add", "guessed", "--role", "owner", home=odd.home, stdin=PASSWORD + "\n")

    def attempt(address, name, password):
        return Stranger(odd.server, address).post("/api/v1/session", json={"username": name, "password": password})

    for number in range(5):  # from five addresses: it is the name that is guessed
        assert attempt(f"127.0.9.{number}", "guessed", "not the password").status_code == 401
    locked = attempt("127.0.9.7", "guessed", PASSWORD)
    assert (locked.status_code, code_of(locked)) == (429, "M-AUTH-LOCKED") and int(locked.headers["Retry-After"]) > 60
    assert attempt("127.0.9.7", "Guessed", PASSWORD).status_code == 429, "names that differ in case are one"
    for number in range(5):  # five names from one address: it is the address
        assert attempt("127.0.9.9", f"name-{number}", "not the password").status_code == 401
    assert attempt("127.0.9.9", "owner", PASSWORD).status_code == 429
    forwarded = Stranger(odd.server, "127.0.9.9").post(
        "/api/v1/session", json={"username": "owner", "password": PASSWORD},
        headers={"X-Forwarded-For": "10.1.2.3", "Forwarded": "for=10.1.2.3", "X-Real-IP": "10.1.2.3"})
    assert forwarded.status_code == 429, "an address that one can choose is none"
    # At once is no way around it.
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(lambda n: attempt("127.0.9.20", f"many-{n}", "not the password").status_code, range(20)))
    # Two passwords are looked at at a time, so that the sixth may be one that had begun.
    assert codes.count(401) <= 6 and set(codes) <= {401, 429, 503}, codes


def test_SEC_08_passwords_that_are_guessed_first_are_refused(people):
    for password in ["short", "elevenchars", "password1234", "123456789012", "aaaaaaaaaaaaaa", "qwertyuiop12", "viewer",
                     "Password123!", "x" * 129]:
        answer = people["viewer"].put("/api/v1/account/password", json={"current": PASSWORD, "password": password})
        assert answer.status_code in (400, 422), (password, answer.text)
    assert people["viewer"].get("/api/v1/session").json()["user"]["username"] == "viewer", "nothing has changed"


def test_SEC_08_no_hash_is_readable(odd):
    names = (odd.home / "workspace.sqlite").read_bytes() + b"".join(
        path.read_bytes() for path in odd.home.glob("workspace.sqlite-wal"))
    assert b"$argon2id$v=19$m=65536,t=3,p=1$" in names
    assert PASSWORD.encode() not in names


def test_SEC_09_cookies(odd):
    person = Person(odd.server, "analyst")
    stale = Stranger(odd.server)
    answer = person.post("/api/v1/session", json={"username": "analyst", "password": PASSWORD, "remember": True})
    cookies = answer.raw.headers.getlist("Set-Cookie")
    assert len(cookies) == 2, "a session and a browser that is remembered"
    for cookie in cookies:
        assert "; HttpOnly" in cookie and "; SameSite=Lax" in cookie and "; Path=/" in cookie
        assert "Domain" not in cookie
        # Only the remembered one outlives the browser.
        assert ("Max-Age=2592000" in cookie) == cookie.startswith("ca_remember=")
    person.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    current = [one for one in person.get("/api/v1/account/sessions").json()["sessions"] if one["is_current"]]
    begin = current[0]["created_at"]
    days = (time.mktime(time.strptime(current[0]["expires_at"][:19], "%Y-%m-%dT%H:%M:%S"))
            - time.mktime(time.strptime(begin[:19], "%Y-%m-%dT%H:%M:%S"))) / 86400
    assert 0.49 < days <= 30.1
    # Nobody chooses the session of another.
    chosen = Stranger(odd.server)
    chosen.cookies.set("ca_session", "A" * 43)
    answer = chosen.post("/api/v1/session", json={"username": "analyst", "password": PASSWORD})
    assert answer.status_code == 200 and "A" * 43 not in answer.headers["Set-Cookie"]
    # Signed out is signed out, whatever the browser still has.
    kept = dict(person.cookies)
    assert person.delete("/api/v1/session").status_code == 204
    for cookies in [kept, {"ca_session": kept["ca_session"]}, {"ca_remember": kept["ca_remember"]}]:
        assert stale.get("/api/v1/account", cookies=cookies).status_code == 401


def test_SEC_09_over_tls_cookies_are_secure(small_home, tmp_path):
    server = Server(copy_home(small_home, tmp_path), "--behind-proxy")
    answer = requests.post(server.url + "/api/v1/session", json={"username": "viewer", "password": PASSWORD},
                           headers={"X-Forwarded-Proto": "https"}, timeout=30)
    assert answer.status_code == 200
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-ca_session=") and "; Secure" in cookie
    value = cookie.split("=", 1)[1].split(";")[0]
    for name in ["ca_session", "__Host-ca_session"]:
        told = requests.get(server.url + "/api/v1/account", headers={
            "Cookie": f"{name}={value}", "X-Forwarded-Proto": "https"}, timeout=30)
        assert (told.status_code == 200) == name.startswith("__Host-")
    server.close()


def test_SEC_09_every_answer_protects_who_reads_it(odd, people):
    viewer = people["viewer"]
    report = viewer.get("/api/v1/reports/kpis")
    answers = [
        report, viewer.get("/api/v1/reports/kpis", headers={"If-None-Match": report.headers["ETag"]}),
        people["analyst"].get("/api/v1/reports/kpis?format=csv"),
        people["analyst"].get("/api/v1/reports/kpis?format=parquet"),
        viewer.get("/docs/api"), viewer.get("/docs/api.css"), viewer.get("/api/v1/openapi.json"),
        viewer.get("/nothing"), viewer.post("/api/v1/runs", json={}), viewer.head("/api/v1/session"),
        viewer.patch("/api/v1/account", data=b"x" * 100000, headers={"Content-Type": "application/json"}),
        Stranger(odd.server).get("/api/v1/account"), viewer.delete("/docs/api"), viewer.options("/docs/api"),
        viewer.get("/docs/api", headers={"Host": "evil.example"}),
        viewer.get("/docs/api", headers={"X": "x" * 60000})]
    seen = {answer.status_code for answer in answers}
    assert {200, 304, 401, 403, 404, 405, 413, 421, 431} <= seen, seen
    heads = [{name.lower(): value for name, value in answer.headers.items()} for answer in answers]
    run = json.loads(program("runs", "--json", home=odd.home))[0]["run"]
    for request in [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/3.0\r\nHost: 127.0.0.1\r\n\r\n",
                    b"GET /" + b"x" * 40000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                    f"GET /api/v1/runs/{run}/events HTTP/1.1\r\nHost: 127.0.0.1:{odd.server.port}\r\nConnection: close\r\n"
                    f"Cookie: ca_session={viewer.cookies['ca_session']}\r\n\r\n".encode()]:
        head = spoken(odd.server, request).split(b"\r\n\r\n")[0].decode()
        heads.append({name.lower(): value for name, value in
                      (line.split(": ", 1) for line in head.split("\r\n")[1:])})
    assert heads[-1]["content-type"] == "text/event-stream"
    for head in heads:
        policy = head["content-security-policy"]
        assert "unsafe" not in policy and "*" not in policy and "http" not in policy
        assert "script-src 'self'" in policy and "frame-ancestors 'none'" in policy and "object-src 'none'" in policy
        assert head["x-content-type-options"] == "nosniff"
        assert head["referrer-policy"] in ("same-origin", "no-referrer")
        assert "access-control-allow-origin" not in head and "server" not in head
        assert head["x-request-id"]
    for answer in [viewer.get("/api/v1/account"), viewer.get("/api/v1/session"), answers[11]]:
        assert answer.headers["Cache-Control"] == "no-store"


# ---- injection and input --------------------------------------------------------------------------


def test_SEC_10_nothing_that_is_run_when_it_is_read(people, odd):
    imports = odd.home / "imports"
    (imports / "x.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 200)
    (imports / "x.pkl").write_bytes(b"cos\nsystem\n(S'touch " + str(odd.home / "pwned").encode() + b"'\ntR.")
    for name in ["x.h5", "x.pkl"]:
        for kind in [None, "hdf5", "pickle", "csv", "parquet"]:
            body = {"path": name, **({"type": kind} if kind else {})}
            answer = people["admin"].post("/api/v1/sources/sessions/test", json=body)
            assert answer.status_code in (200, 400, 422) and not answer.json().get("ok"), answer.text
        (imports / name).unlink()
    assert not (odd.home / "pwned").exists()


def test_SEC_11_texts_are_values(odd, people):
    """In every field that takes one: kept exactly, or refused in words."""
    analyst, admin = people["analyst"], people["admin"]
    users = admin.get("/api/v1/users").json()
    names = [user["username"] for user in users["users"]]
    stored = 0

    def sent(person, method, path, body):
        answer = person.request(method, path, data=json.dumps(body), headers={"Content-Type": "application/json"})
        assert answer.status_code < 500, (path, body, answer.text)
        return answer

    for text in TEXTS:
        for field in ["display_name", "bio", "locale", "timezone", "email", "theme"]:
            answer = sent(analyst, "PATCH", "/api/v1/account", {field: text})
            if answer.status_code == 200:
                assert analyst.get("/api/v1/account").json()[field] == text
                stored += 1
        answer = sent(analyst, "POST", "/api/v1/account/tokens", {"name": text, "scopes": ["read"]})
        if answer.status_code == 201:
            assert [t for t in analyst.get("/api/v1/account/tokens").json()["tokens"] if t["name"] == text]
            stored += 1
        for method, path, body in [
                ("POST", "/api/v1/invitations", {"role": "viewer", "username": text}),
                ("POST", "/api/v1/invitations", {"role": "viewer", "email": text}),
                ("POST", "/api/v1/invitations", {"role": text}),
                ("POST", "/api/v1/invitations/check", {"invitation": text}),
                ("POST", "/api/v1/password-reset", {"token": text, "password": PASSWORD + "?"}),
                ("POST", "/api/v1/account/totp", {"password": text}),
                ("POST", "/api/v1/account/totp/confirm", {"code": text}),
                ("PUT", "/api/v1/settings/people", {"registration": text}),
                ("PUT", "/api/v1/configuration", {"settings": {"workspace.timezone": text}}),
                ("PUT", "/api/v1/configuration", {"settings": {text: "1"}}),
                ("POST", "/api/v1/runs", {"as_of": text}) if "\n" in text or len(text) > 64 else
                ("POST", "/api/v1/runs", {"only": [text]}),
                ("POST", "/api/v1/reports/query", {"reports": [text]}),
                ("POST", "/api/v1/sources/sessions/preview", {"path": text}),
                ("POST", "/api/v1/sources/sessions/preview", {"path": "x.csv", "tag": text, "columns": {"client": text}})]:
            answer = sent(admin, method, path, body)
            if path.endswith("preview") and answer.status_code == 429:
                continue
            assert answer.status_code < 500 and answer.status_code != 200 or "check" in path, (path, text[:50], answer.text)
        for name in ["dimension", "segment", "from", "snapshot", "compare", "format"]:
            if "\ud800" not in text and len(text) < 10000:
                answer = analyst.get("/api/v1/reports/kpis", params={name: text})
                is_city = name == "dimension" and text in NAMES.values()
                assert is_city == (answer.status_code == 200) and answer.status_code < 500, (name, text, answer.text)
        if "\ud800" not in text and len(text) < 8000:
            for method, path in [("GET", "/api/v1/reports/{}"), ("GET", "/api/v1/runs/{}"), ("GET", "/api/v1/uploads/{}"),
                                 ("DELETE", "/api/v1/invitations/{}"), ("GET", "/api/v1/validations/{}"),
                                 ("DELETE", "/api/v1/account/sessions/{}"), ("GET", "/api/v1/sources/{}")]:
                answer = admin.request(method, path.format(requests.utils.quote(text, safe="")))
                assert answer.status_code in (400, 404), (method, path, text, answer.text)
    assert stored >= 20, "some of them are good texts"
    assert [user["username"] for user in admin.get("/api/v1/users").json()["users"]] == names
    # And at the door, where nobody is known yet.
    for number, text in enumerate(TEXTS):
        stranger = Stranger(odd.server, f"127.0.11.{number + 1}")
        for body in [{"username": text, "password": PASSWORD}, {"username": "x-" + str(number), "password": text}]:
            answer = sent(stranger, "POST", "/api/v1/session", body)
            assert answer.status_code in (400, 401, 413), answer.text


def test_SEC_13_no_path_makes_the_program_call_anybody(people):
    """Neither to the network nor to the machine; what is open is not told from what is closed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        listener.settimeout(0.3)
        answers = []
        for path in [f"http://127.0.0.1:{port}/x.csv", f"https://127.0.0.1:{port}/x.csv", f"s3://127.0.0.1:{port}/x.csv",
                     f"hf://x/{port}.csv", f"//127.0.0.1:{port}/x.csv", f"file://127.0.0.1:{port}/x.csv",
                     "http://169.254.169.254/latest/meta-data/x.csv", "http://127.0.0.1:1/x.csv"]:
            answer = people["admin"].post("/api/v1/sources/customers/mapping", json={"path": path})
            assert answer.status_code in (400, 403, 422), answer.text
            answers.append(re.sub("[^ ]*x.csv[^ ]*|[^ ]*csv\"", "", answer.json()["detail"]))
        with pytest.raises(TimeoutError):
            listener.accept()
    assert answers[0] == answers[-1], "open and closed are told alike"


def test_SEC_13_tests_are_not_to_be_had_in_any_number(people):
    codes = [people["admin"].post("/api/v1/sources/deliveries/test", json={}).status_code for _ in range(60)]
    assert codes[-1] == 429 and codes.count(200) <= 30


def test_SEC_14_only_what_lies_below_the_roots_is_read(odd, people, tmp_path):
    owner = people["owner"]  # whose count of tests is his own
    imports = odd.home / "imports"
    secret = tmp_path / "secret.csv"
    secret.write_text("id,client\n1,hidden-value\n")
    links = {"link.csv": secret, "folder": tmp_path, "zero.csv": pathlib.Path("/dev/zero"),
             "self.csv": imports / "self.csv", "key.csv": odd.home / "workspace.sqlite"}
    for name, to in links.items():
        (imports / name).symlink_to(to)
    os.mkfifo(imports / "pipe.csv")
    (imports / ".hidden.csv").write_text("id,client\n1,hidden-value\n")
    try:
        refusals = []
        for path in [str(secret), str(tmp_path / "nothing-there.csv"), "../../../../../../../../etc/passwd", "/etc/passwd",
                     "/proc/self/environ", "/dev/stdin", str(tmp_path), str(tmp_path / "*.csv"), "link.csv", "folder",
                     "folder/secret.csv", "zero.csv", "self.csv", "key.csv", "../workspace.sqlite", "../secret.key",
                     "../logs", str(odd.home / "store.duckdb"), ".hidden.csv", "pipe.csv", "", ".", "..", "~", "~root/x",
                     "imports/../../x", "x\u0000.csv", "*/../../*", "$HOME/x.csv", "`id`.csv"]:
            begin = time.monotonic()
            answer = owner.post("/api/v1/sources/customers/preview", json={"path": path})
            if answer.status_code == 429:
                pytest.fail("too many for one minute")
            assert answer.status_code in (400, 403, 422), (path, answer.text)
            assert "hidden-value" not in answer.text and "root:" not in answer.text
            assert time.monotonic() - begin < 5, path
            if path.startswith(str(tmp_path)) and path.endswith("e.csv") or path == str(secret):
                refusals.append((answer.status_code, answer.json()["detail"].replace(path, ""), answer.json()["hint"]))
        assert len(refusals) == 2 and refusals[0] == refusals[1], "what is there is told like what is not"
        listed = json.dumps(owner.get("/api/v1/imports").json()["files"])
        for name in [*links, "pipe.csv", ".hidden.csv"]:
            assert name not in listed
    finally:
        for name in [*links, "pipe.csv", ".hidden.csv"]:
            (imports / name).unlink()


def test_SEC_15_names_in_the_data_are_data(people):
    viewer = people["viewer"]
    dimensions = viewer.get("/api/v1/dimensions")
    values = [population["value"] for population in dimensions.json()["populations"]]
    assert set(list(NAMES.values())[:5]) <= set(values)
    answers = [dimensions]
    for population in dimensions.json()["populations"]:
        answers.append(viewer.get("/api/v1/reports/kpis", params={"dimension": population["name"]}))
        assert answers[-1].status_code == 200
    products = viewer.get("/api/v1/reports/most_ordered_products")
    assert SCRIPT in [cell for row in products.json()["rows"] for cell in row]
    answers += [products, viewer.get("/api/v1/reports/" + requests.utils.quote(SCRIPT, safe="")),
                viewer.get("/" + SCRIPT), viewer.get("/api/v1/reports/kpis", params={SCRIPT: SCRIPT}),
                viewer.get("/api/v1/reports/kpis", params={"dimension": SCRIPT + "?"})]
    people["analyst"].patch("/api/v1/account", json={"display_name": SCRIPT})
    answers.append(people["admin"].get("/api/v1/users"))
    assert SCRIPT in [user["display_name"] for user in answers[-1].json()["users"]]
    for answer in answers:
        assert answer.headers["Content-Type"] in ("application/json", "application/problem+json")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_SEC_16_values_are_never_paths(odd, people):
    viewer = people["viewer"]
    escaped = viewer.get("/api/v1/reports/daily_orders", params={"dimension": "../../../escaped"})
    assert escaped.status_code == 200 and escaped.json()["rows"], "it is a city of this shop"
    for path in [odd.home.parent, *list(odd.home.parents)[1:3]]:
        assert not (path / "escaped").exists()
    for name in ["../kpis", "..", ".", "/etc/passwd", "....//....//x", "../../logs/customeranalytics.log", "main/../main",
                 "%2e%2e%2f", "..\\..\\x", "main\u0000"]:
        for parameters in [{"dimension": name}, {"snapshot": name}, {"segment": name}]:
            assert viewer.get("/api/v1/reports/kpis", params=parameters).status_code in (400, 404, 422)
        answer = viewer.get("/api/v1/reports/" + requests.utils.quote(name, safe=""))
        assert answer.status_code in (400, 404), (name, answer.text)
    for path in ["/docs/../../../../etc/passwd", "/docs/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/docs/api.css/../../x",
                 "/..%2f..%2f..%2fetc/passwd", "/docs/..\\..\\etc\\passwd", "/docs/api%00.css", "/%c0%ae%c0%ae/x",
                 "/etc/passwd", "/workspace.sqlite", "/secret.key"]:
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{odd.server.port}\r\nConnection: close\r\n\r\n"
        answer = spoken(odd.server, head.encode())
        assert answer.split(b" ")[1] in (b"400", b"404") and b"root:" not in answer, path


def test_SEC_17_an_uploads_name_names_no_file(odd, people):
    admin = people["admin"]
    before = files_below(odd.home.parent)
    ids = []
    for name in ["../../escaped.csv", "/etc/cron.d/escaped.csv", "..", ".", ".ssh", "a\\..\\b.csv", "a b;$(touch x).csv",
                 SCRIPT + ".csv", "\U0001f600.csv", "con.csv", "-rf.csv", "x" * 2000, "a\r\nb: c.csv", "x.csv.part"]:
        answer = admin.post("/api/v1/uploads", params={"name": name}, data=b"a,b\n1,2\n",
                            headers={"Content-Type": "application/octet-stream"})
        assert answer.status_code == 201, (name, answer.text)
        path = pathlib.Path(answer.json()["path"])
        assert path.parent == odd.home / "imports" and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", path.name)
        assert not path.name.endswith(".part") and path.read_bytes() == b"a,b\n1,2\n"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert name.startswith(answer.json()["name"]), "to be shown, perhaps not to its end"
        ids.append(answer.json()["id"])
        form = admin.post("/api/v1/uploads", files={"file": (name.replace("\r\n", ""), b"a,b\n1,2\n")})
        assert form.status_code == 201, (name, form.text)
        assert pathlib.Path(form.json()["path"]).parent == odd.home / "imports"
        ids.append(form.json()["id"])
    for name, status in [("a\u0000b.csv", 400), ("", 400), ("x" * 2001, 400), (b"\xff\xfe.csv", 400)]:
        answer = admin.post("/api/v1/uploads", params={"name": name}, data=b"a,b\n1,2\n",
                            headers={"Content-Type": "application/octet-stream"})
        assert answer.status_code == status, (name, answer.text)
    for id in ids:
        assert admin.delete("/api/v1/uploads/" + id).status_code == 204
    for id in ["../workspace.sqlite", "..%2fworkspace.sqlite", "%2e%2e", "*"]:
        assert admin.delete("/api/v1/uploads/" + id).status_code in (400, 404)
    assert files_below(odd.home.parent) == before


def test_SEC_18_what_is_too_large_is_refused_and_leaves_nothing(odd, people):
    admin = people["admin"]
    before = files_below(odd.home / "imports")
    kind = {"Content-Type": "application/octet-stream", "Cookie": "size=1; ca_session=" + admin.cookies["ca_session"]}
    head = (f"POST /api/v1/uploads?name=x.csv HTTP/1.1\r\nHost: 127.0.0.1:{odd.server.port}\r\nConnection: close\r\n"
            f"X-CSRF-Token: {admin.headers['X-CSRF-Token']}\r\n"
            + "".join(f"{name}: {value}\r\n" for name, value in kind.items()))
    for length in [5 << 20, 1 << 39, 1 << 41, 1 << 50]:  # announced: nothing of it has to come
        begin = time.monotonic()
        answer = spoken(odd.server, (head + f"Content-Length: {length}\r\n\r\n").encode())
        assert answer.startswith(b"HTTP/1.1 413 "), (length, answer[:200])
        assert time.monotonic() - begin < 3
    for length in [1 << 60, (1 << 63) - 1, 1 << 64, 10 ** 30, -1]:
        assert spoken(odd.server, (head + f"Content-Length: {length}\r\n\r\n").encode())[9:12] in (b"400", b"413")
    answer = admin.post("/api/v1/uploads?name=x.csv", data=(b"x" * 65536 for _ in range(100)), headers=kind)
    assert (answer.status_code, code_of(answer)) == (413, "E-TOO-LARGE"), "nor what does not say how long it is"
    form = admin.post("/api/v1/uploads", files={"file": ("x.csv", b"x" * (5 << 20))})
    assert form.status_code == 413
    assert admin.post("/api/v1/uploads?name=x.csv", data=b"", headers=kind).status_code == 422, "nothing is no file"
    for body in [(head + "Content-Length: 3000000\r\n\r\n").encode() + b"x" * 1000000,
                 (head + "Transfer-Encoding: chunked\r\n\r\nf4240\r\n").encode() + b"x" * 1000000 + b"\r\nzz\r\n"]:
        with odd.server.socket() as connection:
            connection.sendall(body)
            wait_until(lambda: files_below(odd.home / "imports") != before or b"zz" in body, "the first bytes", 5)
    wait_until(lambda: admin.get("/api/v1/uploads").json()["uploads"] == [] and
               files_below(odd.home / "imports") == before, "nothing to be left", 10)
    for method, path, size in [("PATCH", "/api/v1/account", 17 << 10), ("POST", "/api/v1/session", 17 << 10),
                               ("POST", "/api/v1/runs", 2 << 20), ("DELETE", "/api/v1/session", 1)]:
        answer = admin.request(method, path, data=b"[" * size, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413, (path, answer.text)
    for body in [b"[" * 1000, b'{"a":' * 100, b"[[[[" * 3000]:
        answer = admin.patch("/api/v1/account", data=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400 and answer.json()["code"] in ("E-JSON", "E-PARAM")


def test_SEC_18_what_unpacks_to_too_much_is_given_up(odd, people):
    owner = people["owner"]
    bomb = gzip.compress(b"id,client\n" + b"1,2\n" * (8 << 20), 9)
    assert len(bomb) < 1 << 20
    upload = owner.post("/api/v1/uploads?name=x.csv.gz", data=bomb, headers={"Content-Type": "application/octet-stream"})
    assert upload.status_code == 201
    answer = owner.post("/api/v1/sources/customers/preview", json={"path": upload.json()["path"]})
    assert (answer.status_code, code_of(answer)) in [(413, "E-TOO-LARGE"), (429, "M-429")], answer.text
    assert owner.delete("/api/v1/uploads/" + upload.json()["id"]).status_code == 204


def test_SEC_19_no_shell_reads_what_is_sent(people, odd, tmp_path):
    for text in [f"$(touch {tmp_path}/a)", f"`touch {tmp_path}/a`", f"2025-01-01;touch {tmp_path}/a", f"x\ntouch {tmp_path}/a",
                 "--home=/tmp", "--full", "-h"]:
        answer = people["analyst"].post("/api/v1/runs", json={"as_of": text})
        assert answer.status_code in (400, 422), (text, answer.text)
    assert not list(tmp_path.iterdir())


# ---- state, files, processes ------------------------------------------------------------------------


def test_SEC_20_21_questions_leave_no_files_behind(odd, people):
    """Several people ask for what is computed now, beside a run: nothing of it ever stands in a shared place."""
    temporary = odd.home.parent / "tmp"
    before = {path for path in files_below(odd.home) if path.parts[0] not in ("snapshots", "journeys", "logs")}
    started = people["analyst"].post("/api/v1/runs", json={})
    assert started.status_code == 202
    expected = {}

    def ask(number):
        person = people[ROLES[number % 4]]
        month = number % 12 + 1
        window = {"from": f"2025-{month:02}-01", "to": f"2025-{month:02}-27"}
        answer = requests.get(odd.server.url + "/api/v1/reports/rfm", params=window, timeout=60,
                              cookies=person.cookies.get_dict())
        assert answer.status_code in (200, 503)
        if answer.status_code == 200:
            rows = json.dumps(answer.json()["rows"])
            assert expected.setdefault(month, rows) == rows, "an answer is nobody else's"
        return answer.status_code == 200

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(ask, range(60))) > 20
    wait_until(lambda: people["viewer"].get("/api/v1/runs/current").json()["working"] is None, "the run", 60)
    wait_until(lambda: not list((odd.home / "scratch").iterdir()), "the run's own files to go", 5)
    assert not list(temporary.iterdir())
    after = {path for path in files_below(odd.home) if path.parts[0] not in ("snapshots", "journeys", "logs")}
    assert {path for path in after - before if not path.name.endswith(("-wal", "-shm"))} == set()
    assert not [path for path in files_below(odd.home) if path.suffix in (".tmp", ".part", ".new")]


def test_SEC_22_what_the_run_did_not_make_it_does_not_delete(small_home, tmp_path, people):
    answer = people["owner"].put("/api/v1/configuration", json={"settings": {"storage.temporary_path": str(tmp_path)}})
    assert answer.status_code in (400, 403, 422), "nobody over HTTP says where files are written"
    home = copy_home(small_home, tmp_path)
    config = program("config", "print", home=home)
    theirs = tmp_path / "export"
    for name in ["main", "delivery_anomaly", "Bristol"]:
        (theirs / name).mkdir(parents=True)
        (theirs / name / "mine.csv").write_text("keep\n")
    (theirs / "results_1.csv").write_text("keep\n")
    (tmp_path / "connect.toml").write_text(config + f'\n[storage]\ntemporary_path = "{theirs}"\n')
    program("connect", tmp_path / "connect.toml", home=home)
    program("run", home=home)
    assert len(list(theirs.rglob("*.csv"))) > 50, "it did write there"
    for name in ["main/mine.csv", "delivery_anomaly/mine.csv", "Bristol/mine.csv", "results_1.csv"]:
        assert (theirs / name).read_text() == "keep\n"


def test_SEC_23_values_that_differ_little_are_kept_apart(people):
    rows = [people["viewer"].get("/api/v1/reports/kpis", params={"dimension": name}).json()["rows"]
            for name in ["London", "LONDON", "main"]]
    assert rows[0] != rows[1] and rows[1] != rows[2]


def test_SEC_24_the_home_is_its_users_alone(odd):
    for path in [odd.home, *odd.home.rglob("*")]:
        if path.is_symlink():
            continue
        try:
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
        except FileNotFoundError:
            pass  # a file of SQLite's that has just gone


def test_SEC_25_nobody_sees_what_is_told_another(odd, people):
    def act(role):
        person, seen = people[role], set()
        for number in range(60):
            own = f"{role} {number}"
            assert person.patch("/api/v1/account", json={"display_name": own}).json()["display_name"] == own
            assert person.get("/api/v1/account").json()["display_name"] == own
            told = person.get("/api/v1/session").json()
            assert (told["user"]["username"], told["csrf_token"]) == (role, person.headers["X-CSRF-Token"])
            bad = person.get("/api/v1/reports/" + role + str(number))
            assert role + str(number) in bad.json()["detail"]
            seen.add(bad.headers["X-Request-Id"])
        return seen

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(act, ROLES))
    assert len(set.union(*ids)) == 240
    made = make_token(people["owner"], "the owner's own", ["read"])
    token = people["owner"].get("/api/v1/account/tokens").json()["tokens"][-1]
    session = people["owner"].get("/api/v1/account/sessions").json()["sessions"][0]
    other = people["admin"]
    assert "the owner's own" not in other.get("/api/v1/account/tokens").text
    assert session["id"] not in other.get("/api/v1/account/sessions").text
    assert other.delete(f"/api/v1/account/tokens/{token['id']}").status_code == 404
    assert other.delete(f"/api/v1/account/sessions/{session['id']}").status_code == 404
    assert Token(odd.server, made).get("/api/v1/dimensions").status_code == 200


def children_of(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()] or [
        int(child) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()]


def listening_of(pid):
    """Ports at which a process listens, of TCP and UDP."""
    inodes = set()
    for descriptor in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            inodes.add(os.readlink(descriptor))
        except OSError:
            pass
    ports = []
    for table, state in [("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")]:
        for line in pathlib.Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            cells = line.split()
            if cells[3] == state and f"socket:[{cells[9]}]" in inodes:
                ports.append(int(cells[1].rsplit(":", 1)[1], 16))
    return ports


def begin_run(server, person):
    """A run that begins at once, since nothing else works, and its process, once it is the program itself."""
    wait_until(lambda: not children_of(server.process.pid), "the run before", 30)
    started = person.post("/api/v1/runs", json={"full": True})
    assert started.status_code == 202 and started.json()["run"], started.text

    def is_begun():
        return any(b"--request" in pathlib.Path(f"/proc/{child}/cmdline").read_bytes()
                   for child in children_of(server.process.pid))

    wait_until(is_begun, "the run's process", 10)
    [child] = children_of(server.process.pid)
    return started.json()["run"], child


def test_SEC_28_a_run_listens_nowhere(odd, people):
    run, child = begin_run(odd.server, people["analyst"])
    sockets = [os.readlink(file) for file in pathlib.Path(f"/proc/{child}/fd").iterdir()]
    ports = listening_of(child)
    people["analyst"].post(f"/api/v1/runs/{run}/cancel")
    assert ports == [] and not [name for name in sockets if name.startswith("socket:")]


def test_SEC_28_the_server_listens_at_one_port(odd):
    assert listening_of(odd.server.process.pid) == [odd.server.port]


def test_SEC_26_a_run_is_a_process_that_may_die(odd, people):
    analyst = people["analyst"]
    run, child = begin_run(odd.server, analyst)
    environment = pathlib.Path(f"/proc/{child}/environ").read_text() + pathlib.Path(f"/proc/{child}/cmdline").read_text()
    assert PASSWORD not in environment and analyst.cookies["ca_session"] not in environment
    before = analyst.get("/api/v1/reports/kpis").content
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: analyst.get("/api/v1/runs/current").json()["working"] is None, "its end to be noticed", 15)
    assert analyst.get(f"/api/v1/runs/{run}").json()["state"] == "interrupted"
    assert analyst.get("/api/v1/reports/kpis").content == before
    assert odd.server.process.poll() is None


def test_SEC_30_pages_that_are_not_declared_are_not_there(odd, people):
    answers = [people["owner"].get(path) for path in [
        "/page-403.html", "/base.html", "/accounts/login.html", "/static/x.js", "/.git/config", "/.env",
        "/api", "/api/v1", "/api/v1/", "/api/v2/session", "/API/V1/SESSION", "/api/v1/session/", "/api//v1/session"]]
    assert {answer.status_code for answer in answers} == {404}
    for answer in answers:
        wait_until(lambda: answer.json()["instance"] in {line.get("id") for line in log_of(odd.home)}, "the log", 5)


# ---- supply chain, data protection ---------------------------------------------------------------------


def test_SEC_31_secrets_are_nowhere_to_be_read(small_home, tmp_path):
    home = copy_home(small_home, tmp_path)
    server = Server(home)
    add_user(home, "owner", "second-owner")
    new = "another long passphrase of mine"
    secrets = [PASSWORD, new, "hidden-in-the-address", "hidden-bearer-token"]
    owner = Person(server, "second-owner")
    answer = owner.put("/api/v1/account/password", json={"current": PASSWORD, "password": new})
    assert answer.status_code == 200
    owner.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    answer = owner.post("/api/v1/session", json={"username": "second-owner", "password": new, "remember": True})
    owner.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    secrets += [cookie.value for cookie in owner.cookies]
    secrets.append(make_token(owner, "token", ["read"]))
    secrets.append(owner.post("/api/v1/invitations", json={"role": "viewer"}).json()["token"])
    users = {user["username"]: user["id"] for user in owner.get("/api/v1/users").json()["users"]}
    secrets.append(owner.post(f"/api/v1/users/{users['viewer']}/password-reset").json()["token"])
    totp = owner.post("/api/v1/account/totp", json={"password": new}).json()
    secrets.append(totp["secret"])
    secrets.append(owner.headers["X-CSRF-Token"])
    assert all(len(secret) > 15 for secret in secrets)
    stranger = Stranger(server, "127.0.31.1")
    stranger.get("/api/v1/account", params={"password": "hidden-in-the-address"})
    stranger.get("/api/v1/account?hidden-in-the-address")
    stranger.get("/api/v1/account", headers={"Authorization": "Bearer hidden-bearer-token"})
    admin = Person(server, "admin")
    shown = [admin.get(path).text for path in [
        "/api/v1/users", "/api/v1/audit?limit=1000", "/api/v1/invitations", "/api/v1/sources", "/api/v1/configuration",
        "/api/v1/openapi.json", "/api/v1/runs"]]
    shown += [owner.get(path).text for path in ["/api/v1/account", "/api/v1/account/tokens", "/api/v1/account/sessions"]]
    shown += [program("config", "print", home=home), program("user", "list", home=home),
              program("user", "list", "--json", home=home), program("status", "--json", home=home),
              (home / "server.json").read_text()]
    time.sleep(0.2)  # the log's lines are written behind the answers
    found = []
    for secret in secrets:
        found += [("shown", secret) for text in shown if secret in text]
        if secret != owner.headers["X-CSRF-Token"]:  # which is of no use without the cookie
            found += [(path, secret) for path in home.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    found += [("printed", secret) for secret in secrets if secret in (tmp_path / "home.serve.log").read_text()]
    found += [("log", secret) for secret in secrets if secret in (home / "logs" / "customeranalytics.log").read_text()]
    server.close()
    assert not found
    assert stat.S_IMODE((home / "workspace.sqlite").stat().st_mode) == 0o600


def test_SEC_31_a_password_typed_as_a_name_is_not_kept(odd):
    typed = "the-password-in-the-wrong-field"
    answer = Stranger(odd.server, "127.0.31.2").post("/api/v1/session", json={"username": typed, "password": PASSWORD})
    assert answer.status_code == 401
    for path in odd.home.glob("workspace.sqlite*"):
        assert typed.encode() not in path.read_bytes(), path


def test_SEC_31_the_first_owners_link_is_printed_and_kept_nowhere(tmp_path):
    server = Server(tmp_path / "home")
    wait_until(lambda: "token=" in (tmp_path / "home.serve.log").read_text(), "the link", 10)
    token = re.search("token=([^\\s]+)", (tmp_path / "home.serve.log").read_text()).group(1)
    server.close()
    for path in (tmp_path / "home").rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("arguments", [
    ["--host", "0.0.0.0"], ["--host", "::"], ["--host", "0.0.0.0", "--host-name", "analytics.example"],
    ["--host", "0.0.0.0", "--trusted-proxy", "10.0.0.0/8"], ["--host", "0.0.0.0", "--tls-certificate", "/etc/hostname"]])
def test_SEC_33_nobody_else_is_listened_to_in_the_clear(tmp_path, arguments):
    done = subprocess.run([PROGRAM, "serve", "--port", "0", "--home", str(tmp_path / "home"), *arguments],
                          capture_output=True, text=True, timeout=20)
    assert done.returncode == 1 and "E-PARAM" in done.stderr
    assert not (tmp_path / "home" / "server.json").exists()


def test_SEC_33_only_a_trusted_proxy_says_who_somebody_is(small_home, tmp_path):
    home = copy_home(small_home, tmp_path)
    server = Server(home, "--behind-proxy", "--trusted-proxy", "10.0.0.0/8")
    answer = Stranger(server, "127.0.33.1").post(
        "/api/v1/session", json={"username": "viewer", "password": PASSWORD},
        headers={"X-Forwarded-For": "10.0.0.9", "X-Forwarded-Proto": "https"})
    assert (answer.status_code, code_of(answer)) == (403, "E-FORBIDDEN"), "nor that it came over TLS"
    assert "Set-Cookie" not in answer.headers
    for path in ["/healthz", "/readyz"]:
        assert Stranger(server, "127.0.33.1").get(path).status_code == 200, "who watches it may"
    wait_until(lambda: any(line.get("address") == "127.0.33.1" for line in log_of(home)), "the log", 5)
    assert not any(line.get("address") == "10.0.0.9" for line in log_of(home))
    server.close()


def test_SEC_34_no_page_speaks_to_anybody_else(odd):
    """All that a page loads, followed from page to page."""
    waiting, seen = ["/", "/docs/api", "/login", "/register"], set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = requests.get(odd.server.url + path, timeout=30)
        kind = answer.headers["Content-Type"]
        if answer.status_code != 200 or not kind.startswith(("text/", "application/javascript", "image/svg")):
            continue
        loads = re.findall(r"""(?:src|href|action|srcset|data|poster|formaction)\s*=\s*["']?([^"'\s>]+)""", answer.text)
        loads += re.findall(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)|from\s+["']([^"']+)["']""", answer.text) \
            if kind.startswith(("text/css", "application/javascript", "text/javascript")) else []
        for load in loads:
            load = load if isinstance(load, str) else next(filter(None, load))
            assert not re.match(r"(?i)(https?:)?//|data:text|javascript:", load), (path, load)
            if load.startswith("/") and "{" not in load:
                waiting.append(load.split("#")[0])
        if kind.startswith("text/html"):
            assert not re.search(r"<script(?![^>]*\ssrc=)", answer.text), path
            assert not re.search(r"<[^>]+\son[a-z]+\s*=", answer.text), path
    assert "/docs/api.css" in seen


def test_SEC_37_customers_are_not_everybodys(people):
    cell = {"cell": json.dumps({"key": {"daily": "2025-03-04"}, "column": "orders"})}
    assert people["viewer"].get("/api/v1/reports/daily_orders/members", params=cell).status_code == 403
    assert people["analyst"].get("/api/v1/reports/daily_orders/members", params=cell).status_code == 200


def test_SEC_37_viewers_learn_no_customer_order_or_place(odd, people):
    """Every report, as a viewer and as an analyst: the same rows and figures, but nobody is named."""
    viewer, analyst = people["viewer"], people["analyst"]
    named = set()
    with open(odd.home.parent / "shop" / "sessions.csv", newline="") as file:
        for row in csv.DictReader(file):
            named |= {row["customer_id"], row["session_id"]}
    catalogue = viewer.get("/api/v1/reports", params={"extras": "true"}).json()["reports"]
    ready = [entry for entry in catalogue if entry["availability"] == "ready"]
    seen = {"client": 0, "order_id": 0, "latitude": 0}
    for entry in ready:
        address = "/api/v1/reports/" + entry["name"]
        shown, whole = viewer.get(address).json(), analyst.get(address).json()
        assert (shown["columns"], len(shown["rows"])) == (whole["columns"], len(whole["rows"])), entry["name"]
        for index, column in enumerate(shown["columns"]):
            cells, true = [row[index] for row in shown["rows"]], [row[index] for row in whole["rows"]]
            name = column["name"]
            hidden = (name in ("client", "order_id") or (name == "sample" and entry["name"] == "data_quality")
                      or (name == "message" and entry["name"] == "run_log"))
            if hidden:
                assert not named & {str(cell) for cell in cells}, (entry["name"], name)
                if name in seen:
                    seen[name] += len(cells)
                    assert len(set(cells)) == len(set(true)), "rows can still be told apart"
            elif name in ("latitude", "longitude"):
                seen["latitude"] += len(cells)
                assert cells == [cell and round(cell, 2) for cell in cells], "a place of about a kilometre"
                assert all(abs(a - b) <= 0.00501 for a, b in zip(cells, true) if b is not None)
            elif not (name == "geohash" and "latitude" in {one["name"] for one in shown["columns"]}):
                assert cells == true, (entry["name"], name)
    assert all(seen.values()), seen
    # What names them is not to be asked either.
    some = analyst.get("/api/v1/reports/rfm?limit=1").json()["rows"][0][0]
    asked = {"reports": ["kpis"], "clients": [some]}
    assert viewer.post("/api/v1/reports/query", json=asked).status_code == 403
    assert analyst.post("/api/v1/reports/query", json=asked).status_code == 200
    assert some not in viewer.post("/api/v1/reports/query", json={"reports": ["rfm", "client_kpis"]}).text
    # The same address has an answer of its own for each of the two, also where it is kept.
    tag = analyst.get("/api/v1/reports/rfm").headers["ETag"]
    assert viewer.get("/api/v1/reports/rfm", headers={"If-None-Match": tag}).status_code == 200


def test_SEC_37_exports_are_for_analysts_and_are_written_down(people):
    viewer, analyst = people["viewer"], people["analyst"]
    for kind in ["csv", "parquet", "arrow"]:
        for address in ["/api/v1/reports/kpis", "/api/v1/reports/rfm?dimension=main"]:
            join = "&" if "?" in address else "?"
            refused = viewer.get(f"{address}{join}format={kind}")
            assert (refused.status_code, code_of(refused)) == (403, "E-FORBIDDEN")
            assert analyst.get(f"{address}{join}format={kind}").status_code == 200
    assert viewer.get("/api/v1/reports/kpis", headers={"Accept": "text/csv"}).status_code == 403
    records = [record for record in people["admin"].get("/api/v1/audit?limit=1000").json()["records"]
               if record["action"] == "report.export"]
    assert {record["username"] for record in records} >= {"analyst"} and "viewer" not in {
        record["username"] for record in records}
    assert {record["after"]["format"] for record in records} >= {"csv", "parquet", "arrow"}
    assert {record["object"] for record in records} >= {"report/kpis", "report/rfm"}


def test_SEC_38_a_table_is_no_program(people):
    analyst = people["analyst"]
    safe = analyst.get("/api/v1/reports/most_ordered_products?format=csv")
    raw = analyst.get("/api/v1/reports/most_ordered_products?format=csv&raw=true")
    cells = [cell for row in csv.reader(io.StringIO(safe.text)) for cell in row]
    assert "'" + FORMULA in cells and FORMULA not in cells
    for cell in cells:
        assert not re.match(r"[=+@\t\r]|-[^0-9.]", cell), cell
    assert FORMULA in [cell for row in csv.reader(io.StringIO(raw.text)) for cell in row]
    assert "attachment" in safe.headers["Content-Disposition"]


def test_SEC_39_what_happens_is_written_down(odd, people):
    admin = people["admin"]
    users = {user["username"]: user["id"] for user in admin.get("/api/v1/users").json()["users"]}
    changed = admin.patch(f"/api/v1/users/{users['viewer']}", json={"role": "analyst"})
    back = admin.patch(f"/api/v1/users/{users['viewer']}", json={"role": "viewer"})
    assert changed.status_code == back.status_code == 200
    uploaded = admin.post("/api/v1/uploads?name=a.csv", data=b"a\n", headers={"Content-Type": "application/octet-stream"})
    assert uploaded.status_code == 201
    admin.delete("/api/v1/uploads/" + uploaded.json()["id"])
    begun = people["analyst"].post("/api/v1/runs", json={"only": ["quality"]})
    assert begun.status_code == 202, begun.text
    wait_until(lambda: people["analyst"].get("/api/v1/runs/current").json()["working"] is None, "the run", 60)
    records = admin.get("/api/v1/audit?limit=1000").json()["records"]
    [start] = [record for record in records if record["action"] == "run.start" and record["username"] == "analyst"
               and record["after"] == {"only": ["quality"]}]
    assert begun.json()["run"] in (None, start["object"].removeprefix("run/"))
    records = [record for record in records if record["action"] != "run.start"]
    actions = [(record["action"], record["object"], record["username"]) for record in records]
    assert [action for action, _, _ in actions[:2]] == ["upload.remove", "upload.add"]
    [first, second] = [record for record in records if record["object"] == f"user/{users['viewer']}"][:2]
    assert first["username"] == "admin" and first["address"] == "127.0.0.1"
    assert (second["before"]["role"], second["after"]["role"]) == ("viewer", "analyst")
    assert any("session" in action or "sign" in action for action, _, _ in actions)
    for method in ["DELETE", "PUT", "POST", "PATCH"]:
        assert people["owner"].request(method, "/api/v1/audit").status_code == 405
    # A line is a line, whatever is sent, and its id is the answer's.
    evil = "/api/v1/x%0a%7b%22event%22:%22forged%22%7d?a%0ab=c"
    answer = admin.get(evil, headers={"User-Agent": 'x"}\\n{"event":"forged"'})
    refused = admin.get("/docs/api", headers={"Host": "evil.example"})
    for one in [answer, changed, refused]:
        id = one.headers["X-Request-Id"]
        wait_until(lambda: id in {line.get("id") for line in log_of(odd.home)}, "the log", 5)
        [line] = [line for line in log_of(odd.home) if line.get("id") == id]
        assert line["status"] == one.status_code and line["address"] == "127.0.0.1"
        assert set(line) >= {"time", "level", "method", "path", "parameters", "ms", "bytes", "user"}
    assert not [line for line in log_of(odd.home) if line["event"] == "forged"]
