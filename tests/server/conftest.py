"""A shop that has been run, and its server, as a person has them: the program in a process of its own.

CA_PROGRAM names the program. Every test file may ask for `server`, which is shared, or make a server of
its own with `Server`.
"""

import dataclasses
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

import pytest
import requests

PROGRAM = os.environ["CA_PROGRAM"]
IS_LONG = "CA_LONG" in os.environ
PASSWORD = "correct horse battery staple"
ROLES = ["viewer", "analyst", "admin", "owner"]


def program(*arguments, home=None, stdin=None, check=True):
    """Runs a command to its end; its stdout as text."""
    command = [PROGRAM, *map(str, arguments)]
    if home is not None:
        command += ["--home", str(home)]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=600)
    if check:
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def program_bytes(*arguments, home):
    command = [PROGRAM, *map(str, arguments), "--home", str(home)]
    return subprocess.run(command, capture_output=True, check=True, timeout=600).stdout


def wait_until(is_true, what, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.02)


class Server:
    """`serve` on a free port of loopback; ended by close()."""

    def __init__(self, home, *arguments, **options):
        self.home = pathlib.Path(home)
        self.log = open(self.home.parent / f"{self.home.name}.serve.log", "ab")
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", "--home", str(home), *arguments],
            stdout=self.log, stderr=self.log, **options)
        wait_until(self.is_told, "server.json")
        self.url = self.told()["url"].rstrip("/")
        self.port = int(self.url.rsplit(":", 1)[1])
        wait_until(lambda: requests.get(self.url + "/readyz", timeout=10).status_code == 200, "/readyz")

    def told(self):
        try:
            return json.loads((self.home / "server.json").read_text())
        except (OSError, ValueError):
            return None

    def is_told(self):
        assert self.process.poll() is None, (self.home.parent / f"{self.home.name}.serve.log").read_text()
        told = self.told()
        return told is not None and told["pid"] == self.process.pid

    def close(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(timeout=30)
        self.log.close()

    def socket(self):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


class Person(requests.Session):
    """Somebody who signed in: sends the cookie, and the CSRF token with what changes something."""

    def __init__(self, server, username, password=PASSWORD):
        super().__init__()
        self.server = server
        answer = self.post("/api/v1/session", json={"username": username, "password": password})
        assert answer.status_code in (200, 201), answer.text
        self.headers["X-CSRF-Token"] = answer.json()["csrf_token"]

    def request(self, method, url, **options):
        options.setdefault("timeout", 60)
        return super().request(method, self.server.url + url, **options)


class Stranger(requests.Session):
    """Somebody who never signed in, from an address of loopback, so that who is locked out is alone."""

    def __init__(self, server, address="127.0.0.1"):
        super().__init__()
        self.server = server
        self.mount("http://", From(address))

    def request(self, method, url, **options):
        options.setdefault("timeout", 60)
        return super().request(method, self.server.url + url, **options)


class From(requests.adapters.HTTPAdapter):
    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, source_address=(self.address, 0), **options)


class Token(requests.Session):
    """A program with an API token."""

    def __init__(self, server, token):
        super().__init__()
        self.server = server
        self.headers["Authorization"] = "Bearer " + token

    def request(self, method, url, **options):
        options.setdefault("timeout", 60)
        return super().request(method, self.server.url + url, **options)


def add_user(home, role, name=None):
    program("user", "add", name or role, "--role", role, home=home, stdin=PASSWORD + "\n")


def make_token(person, name, scopes):
    answer = person.post("/api/v1/account/tokens", json={"name": name, "scopes": scopes})
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


def make_shop(folder, customers=2000):
    """Files of the invented shop, connected in a home; without a run."""
    program("generate", folder / "shop", "--customers", customers)
    connect = folder / "shop" / "connect.toml"
    connect.write_text(connect.read_text() + "\n[anomaly]\nnetworks = false\n")
    program("connect", connect, home=folder / "home")
    return folder / "home"


@dataclasses.dataclass
class Shop:
    home: pathlib.Path
    server: Server


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    home = make_shop(folder)
    program("run", home=home)
    for role in ROLES:
        add_user(home, role)
    server = Server(home)
    yield Shop(home, server)
    server.close()


@pytest.fixture(scope="module")
def other_shop(shop, tmp_path_factory):
    """The same with a server of its own, for those who behave so badly that they are locked out."""
    home = copy_home(shop.home, tmp_path_factory.mktemp("other"))
    server = Server(home)
    yield Shop(home, server)
    server.close()


def copy_home(home, folder):
    """A home of its own, as it would be after a backup was put back."""
    shutil.copytree(home, folder / "home", ignore=shutil.ignore_patterns("server.*", "run.lock"))
    return folder / "home"


@pytest.fixture(scope="session")
def small_home(tmp_path_factory):
    """A small shop that has been run, with a user of each role and no server: to be copied."""
    home = make_shop(tmp_path_factory.mktemp("small"), 300)
    program("run", home=home)
    for role in ROLES:
        add_user(home, role)
    return home


@pytest.fixture(scope="session")
def server(shop):
    return shop.server


@pytest.fixture(scope="session")
def home(shop):
    return shop.home


@pytest.fixture(scope="session")
def owner(server):
    return Person(server, "owner")


@pytest.fixture(scope="session")
def everything(server, owner):
    """A token that may do all that tokens may."""
    return Token(server, make_token(owner, "tests", ["read", "run", "manage", "metrics"]))
