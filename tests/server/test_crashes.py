"""Processes that are killed at any moment, while a run works, a file comes and a password changes: what was
there is there, nothing is there by half, and everything goes on."""

import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import threading
import time

import pytest
import requests

from conftest import (IS_LONG, PASSWORD, PROGRAM, Person, Server, Stranger, Token, add_user, copy_home, make_token,
                      program, wait_until)

MOMENTS = 50 if IS_LONG else 5
SEED = time.time_ns() % 1_000_000
OTHER_PASSWORD = "staple battery horse correct"
FILE = b"client,download_date\n" + b"".join(b"c%07d,2025-01-01\n" % number for number in range(300_000))
REPORTS = ["daily_orders", "kpis", "rfm"]


def moments(salt):
    """When to kill, in seconds from the beginning of the work: spread over it, and printed with the test's name."""
    rng = random.Random(SEED + salt)
    return [round((number + rng.random()) * 2.0 / MOMENTS, 3) for number in range(MOMENTS)]


class Home:
    """A home, what is known of it, and its server, which is started as often as it is killed."""

    def __init__(self, home):
        self.home = home
        self.number = 0
        self.start()
        self.text = make_token(Person(self.server, "owner"), "crashes", ["read", "run", "manage"])
        self.told_uploads = set()

    def start(self):
        begin = time.monotonic()
        self.server = Server(self.home)
        return time.monotonic() - begin

    @property
    def token(self):
        """On a connection of its own: those of a killed server are of no use."""
        return Token(self.server, self.text)

    def rows(self):
        return {name: self.token.get(f"/api/v1/reports/{name}").json()["rows"] for name in REPORTS}

    def bytes(self):
        return {name: self.token.get(f"/api/v1/reports/{name}").content for name in REPORTS}

    def snapshot(self):
        return json.loads((self.home / "current").read_text())["snapshot"]

    def child(self):
        """The process of a run of this home, whichever server began it."""
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if f"--home={self.home}".encode() in words and b"run" in words:
                return int(process.name)
        return None

    def wait_for_rest(self):
        def is_over():
            current = self.token.get("/api/v1/runs/current").json()
            return current["working"] is None and current["waiting"] is None and self.child() is None
        wait_until(is_over, "the runs to end", 60)

    def run_state(self, run):
        answer = self.token.get(f"/api/v1/runs/{run}")
        assert answer.status_code == 200, answer.text
        return answer.json()["state"]

    def runs(self):
        return self.token.get("/api/v1/runs?limit=200").json()["runs"]


class Work:
    """What is under way: a run, an upload piece by piece, a password that changes."""

    def __init__(self, shop):
        self.shop, self.server = shop, shop.server
        self.run = self.uploaded = None
        self.changed = threading.Event()
        self.is_new_asked = False
        shop.number += 1
        self.username = f"person-{shop.number}"  # each his own: trying two passwords counts as guessing
        add_user(shop.home, "viewer", self.username)
        self.person = Person(self.server, self.username)
        self.name = f"{shop.number}.csv"
        self.threads = [threading.Thread(target=each) for each in [self.start_run, self.upload, self.change_password]]

    def begin(self):
        self.begun = time.monotonic()
        for thread in self.threads:
            thread.start()

    def wait_for(self, moment):
        time.sleep(max(0.0, self.begun + moment - time.monotonic()))

    def join(self):
        for thread in self.threads:
            thread.join(timeout=60)
            assert not thread.is_alive()

    def start_run(self):
        try:
            answer = Token(self.server, self.shop.text).post("/api/v1/runs", json={"full": True}, timeout=20)
            if answer.status_code == 202:
                self.run = answer.json()["run"]
        except requests.RequestException:
            pass

    def upload(self):
        def pieces():
            for place in range(0, len(FILE), 1 << 17):
                yield FILE[place:place + (1 << 17)]
                time.sleep(0.03)
        try:
            answer = Token(self.server, self.shop.text).post(
                "/api/v1/uploads", params={"name": self.name}, data=pieces(), timeout=20,
                headers={"Content-Type": "application/octet-stream"})
            if answer.status_code == 201:
                self.uploaded = answer.json()["id"]
        except requests.RequestException:
            pass

    def change_password(self):
        time.sleep(random.Random(SEED + self.shop.number).uniform(0, 1.5))
        self.is_new_asked = True
        try:
            answer = self.person.put("/api/v1/account/password", timeout=20,
                                     json={"current": PASSWORD, "password": OTHER_PASSWORD})
            assert answer.status_code == 200, answer.text
            self.changed.set()
        except requests.RequestException:
            pass


def check_uploads(shop, work):
    """Each is there whole or not at all; whoever was told that it is there finds it."""
    listed = shop.token.get("/api/v1/uploads").json()["uploads"]
    for upload in listed:
        assert upload["is_complete"] and upload["bytes"] == len(FILE), upload
        assert pathlib.Path(upload["path"]).read_bytes() == FILE
    if work.uploaded:
        shop.told_uploads.add(work.uploaded)
    assert shop.told_uploads <= {upload["id"] for upload in listed}
    paths = {pathlib.Path(upload["path"]) for upload in listed}
    for path in set((shop.home / "imports").iterdir()) - paths:
        assert path.suffix != ".part" and path.read_bytes() == FILE, "nothing lies about by half"
        path.unlink()  # what should not be there either: the test below
    for upload in listed[2:]:  # the newest come first; of many moments not all are kept
        assert shop.token.delete("/api/v1/uploads/" + upload["id"]).status_code == 204
        shop.told_uploads.discard(upload["id"])


def check_password(shop, work):
    """The old or the new one, never both or none; whoever was told that it is the new one signs in with it."""
    def is_right(password):
        answer = Stranger(shop.server, f"127.0.20.{shop.number}").post(
            "/api/v1/session", json={"username": work.username, "password": password})
        assert answer.status_code in (200, 401), answer.text
        return answer.status_code == 200

    right = [password for password in [PASSWORD, OTHER_PASSWORD] if is_right(password)]
    assert len(right) == 1, (right, work.changed.is_set())
    if work.changed.is_set():
        assert right == [OTHER_PASSWORD]
    if not work.is_new_asked:
        assert right == [PASSWORD]


def check_runs(shop):
    """The history says how each ended, here and at the command line."""
    runs = shop.runs()
    assert {run["state"] for run in runs} <= {"succeeded", "interrupted"}
    told = json.loads(program("runs", "--json", "--limit", 200, home=shop.home))
    assert [(run["run"], run["state"]) for run in told] == [(run["run"], run["state"]) for run in runs]


def check_new_run(shop, rows, path="/api/v1/runs", body=None):
    answer = shop.token.post(path, json=body) if body is not None else shop.token.post(path)
    assert answer.status_code == 202, answer.text
    shop.wait_for_rest()
    # Named in the answer, or after it where the run before had still to tidy up.
    run = answer.json()["run"] or shop.runs()[0]["run"]
    assert shop.run_state(run) == "succeeded"
    assert shop.snapshot() == run
    assert shop.rows() == rows
    wait_until(lambda: not list((shop.home / "scratch").iterdir()), "what the dead run left to go", 5)


@pytest.fixture(scope="module")
def shop(small_home, tmp_path_factory):
    shop = Home(copy_home(small_home, tmp_path_factory.mktemp("crashes")))
    yield shop
    shop.server.close()


def test_the_server_is_killed(shop):
    """The run goes on; the next server knows of it, and all that was told to anybody is true."""
    print(f"seed {SEED}: {moments(1)}")
    slowest = 0.0
    for moment in moments(1):
        rows, before, snapshot = shop.rows(), shop.bytes(), shop.snapshot()
        work = Work(shop)
        work.begin()
        work.wait_for(moment)
        shop.server.close(signal.SIGKILL)
        slowest = max(slowest, shop.start())
        assert shop.rows() == rows, "at once, whatever the run does"
        if shop.snapshot() == snapshot:
            now = shop.bytes()
            assert shop.snapshot() != snapshot or now == before
        work.join()
        check_uploads(shop, work)
        check_password(shop, work)
        shop.wait_for_rest()
        if work.run:
            assert shop.run_state(work.run) == "succeeded", "it is a process of its own"
        check_runs(shop)
        check_new_run(shop, rows, body={})
    print(f"ready again in {slowest:.2f} s")
    assert slowest < 2


def test_a_run_is_killed(shop):
    """The server stays and says so; a new run, or one that goes on, has the same results."""
    print(f"seed {SEED}: {moments(2)}")
    interrupted = 0
    for number, moment in enumerate(moments(2)):
        rows, before, snapshot = shop.rows(), shop.bytes(), shop.snapshot()
        work = Work(shop)
        work.begin()
        wait_until(lambda: shop.child() is not None, "the run's process", 10)
        work.begun = time.monotonic()
        work.wait_for(moment)
        child = shop.child()
        if child is not None:
            os.kill(child, signal.SIGKILL)
        work.join()
        shop.wait_for_rest()
        state = shop.run_state(work.run)
        assert state == "interrupted" or state == "succeeded" and (child is None or shop.snapshot() != snapshot)
        interrupted += state == "interrupted"
        assert shop.rows() == rows
        if shop.snapshot() == snapshot:
            assert shop.bytes() == before
        assert work.uploaded and work.changed.is_set(), "nothing else has noticed"
        check_uploads(shop, work)
        check_password(shop, work)
        check_runs(shop)
        if state == "interrupted" and number % 2:
            check_new_run(shop, rows, path=f"/api/v1/runs/{work.run}/retry")
        else:
            check_new_run(shop, rows, body={})
    assert interrupted > 0


def test_both_are_killed(shop):
    """As when the power goes, as far as that can be played."""
    for moment in moments(3)[::2]:
        rows, snapshot = shop.rows(), shop.snapshot()
        work = Work(shop)
        work.begin()
        wait_until(lambda: shop.child() is not None, "the run's process", 10)
        work.wait_for(moment)
        child = shop.child()
        shop.server.process.kill()
        if child is not None:
            os.kill(child, signal.SIGKILL)
        shop.server.close()
        assert shop.start() < 2
        work.join()
        assert shop.rows() == rows
        check_uploads(shop, work)
        check_password(shop, work)
        shop.wait_for_rest()
        if work.run and shop.snapshot() == snapshot:
            assert shop.run_state(work.run) == "interrupted"
        check_runs(shop)
        check_new_run(shop, rows, body={})


def test_a_file_whose_server_died_before_it_was_recorded_is_removed_or_listed(shop):
    """The state between the two last steps of an upload, which a kill hits seldom."""
    left = shop.home / "imports" / "0123456789abcdef-left.csv"
    shop.server.close(signal.SIGKILL)
    left.write_bytes(FILE)
    left.chmod(0o600)
    shop.start()
    try:
        listed = [upload["path"] for upload in shop.token.get("/api/v1/uploads").json()["uploads"]]
        assert not left.exists() or str(left) in listed
    finally:
        left.unlink(missing_ok=True)


def test_a_server_that_died_is_started_again_at_its_port_at_once(shop):
    port = shop.server.port
    assert shop.token.post("/api/v1/runs", json={"full": True}).status_code == 202
    wait_until(lambda: shop.child() is not None, "the run's process", 10)
    time.sleep(0.3)
    shop.server.close(signal.SIGKILL)
    try:
        with pytest.raises(ConnectionRefusedError):  # nobody is there, and nobody waits for ever
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        again = subprocess.Popen([PROGRAM, "serve", "--port", str(port), "--home", str(shop.home)],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            _, told = again.communicate(timeout=1.5)
            assert "E-PORT" not in told
        except subprocess.TimeoutExpired:
            again.terminate()
            again.wait()
    finally:
        shop.start()
        shop.wait_for_rest()
