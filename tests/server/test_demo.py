"""The demo shop beside the real one: made, asked, removed; and the real one does not notice."""

import os
import pathlib

import pytest

from conftest import Person, Server, Token, copy_home, make_token, program, wait_until


@pytest.fixture(scope="module")
def served(small_home, tmp_path_factory):
    server = Server(copy_home(small_home, tmp_path_factory.mktemp("demo")))
    yield server
    server.close()


@pytest.fixture(scope="module")
def reader(served):
    owner = Person(served, "owner")
    return Token(served, make_token(owner, "tests", ["read", "run", "manage", "metrics"]))


def state(reader):
    return reader.get("/api/v1/demo").json()


def children(server):
    tasks = pathlib.Path(f"/proc/{server.process.pid}/task")
    return [int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()]


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


ASKED = ["/reports", "/reports/kpis", "/dimensions", "/snapshots", "/runs", "/runs/current", "/runs/x"]


def test_before_it_is_there(reader):
    assert state(reader) == {"state": "absent", "percent": None, "stage": None, "error": None}
    for path in ASKED:
        answer = reader.get("/api/v1" + path, params={"workspace": "demo"})
        assert answer.status_code == 409 and answer.json()["code"] == "E-DEMO", answer.text
        assert answer.json()["hint"] and answer.json()["details"]["state"] == "absent"
    query = {"reports": ["kpis"], "workspace": "demo"}
    assert reader.post("/api/v1/reports/query", json=query).status_code == 409
    assert reader.get("/api/v1/reports?workspace=other").status_code == 400
    assert reader.post("/api/v1/demo", json={"customers": 999}).status_code == 400
    assert state(reader)["state"] == "absent"


def test_removing_ends_the_making(served, reader):
    assert reader.post("/api/v1/demo", json={"customers": 200000}).status_code == 202
    assert reader.post("/api/v1/demo", json={}).status_code == 202
    wait_until(lambda: children(served), "the process")
    child, = children(served)
    assert os.getpriority(os.PRIO_PROCESS, child) > 0
    assert reader.get("/api/v1/reports?workspace=demo").json()["details"]["state"] == "making"
    assert reader.delete("/api/v1/demo").status_code == 204
    assert not is_alive(child) and state(reader)["state"] == "absent"
    assert not (served.home / "demo").exists()
    assert reader.delete("/api/v1/demo").status_code == 204


def test_made_asked_and_removed(served, reader):
    before = {path: reader.get("/api/v1" + path).content for path in ["/reports/kpis", "/runs", "/snapshots"]}
    started = reader.post("/api/v1/demo", json={"customers": 1000})
    assert started.status_code == 202 and started.json()["state"] == "making"
    percents = []

    def is_made():
        now = state(reader)
        assert now["state"] in ("making", "ready"), now
        percents.append(now["percent"])
        return now["state"] == "ready"

    wait_until(is_made, "the demo shop", 300)
    assert all(0 <= percent <= 100 for percent in percents if percent is not None)
    assert reader.post("/api/v1/demo", json={}).status_code == 200

    # The same as the command line says of that home, but for being a sample.
    kpis = reader.get("/api/v1/reports/kpis?workspace=demo")
    assert kpis.json()["is_sample"] is True
    told = program("report", "kpis", "--format", "json", home=served.home / "demo")
    assert kpis.text == told.replace('"is_sample":false', '"is_sample":true')
    catalogue = reader.get("/api/v1/reports?workspace=demo").json()
    assert catalogue["is_sample"] and all(report["availability"] == "ready" for report in catalogue["reports"])
    window = {"reports": ["daily_orders", "daily_clv"], "from": "2025-03-01", "to": "2025-03-31", "fallback": True}
    both = reader.post("/api/v1/reports/query", json={**window, "workspace": "demo"}).json()
    assert all(report["is_sample"] for report in both) and len(both[0]["rows"]) == 31
    members = reader.get("/api/v1/reports/kpis/members", params={
        "cell": '{"column": "total_visitors"}', "workspace": "demo", "limit": 3})
    assert members.json()["is_sample"] and len(members.json()["rows"]) == 3
    assert "workspace=demo" in members.links["next"]["url"]
    assert reader.get(members.links["next"]["url"]).json()["rows"] != members.json()["rows"]
    assert len(reader.get("/api/v1/dimensions?workspace=demo").json()["populations"]) > 2
    assert reader.get("/api/v1/snapshots?workspace=demo").json()["snapshots"]
    run, = reader.get("/api/v1/runs?workspace=demo").json()["runs"]
    assert reader.get("/api/v1/runs/current?workspace=demo").json()["last"]["run"] == run["run"]
    detail = reader.get(f"/api/v1/runs/{run['run']}?workspace=demo").json()
    assert detail["is_sample"] and detail["percent"] == 100
    assert reader.get(f"/api/v1/runs/{run['run']}").status_code == 404

    # The real one is as it was, and a backup is of it alone.
    for path, content in before.items():
        assert reader.get("/api/v1" + path).content == content
    assert reader.get("/api/v1/reports/kpis").json()["is_sample"] is False
    archive, restored = served.home.parent / "backup.tar.zst", served.home.parent / "restored"
    program("backup", archive, home=served.home)
    program("restore", archive, home=restored)
    assert (restored / "workspace.sqlite").exists() and not (restored / "demo").exists()
    assert '"ok": true' in program("doctor", "--json", home=served.home, check=False)

    assert reader.delete("/api/v1/demo").status_code == 204
    assert state(reader)["state"] == "absent" and not (served.home / "demo").exists()
    assert reader.get("/api/v1/reports/kpis?workspace=demo").status_code == 409


def test_who_may(served):
    for role, makes, removes in [("viewer", 403, 403), ("analyst", 400, 403), ("admin", 400, 204)]:
        person = Person(served, role)
        assert person.get("/api/v1/demo").status_code == 200
        assert person.post("/api/v1/demo", json={"customers": 0}).status_code == makes
        assert person.delete("/api/v1/demo").status_code == removes


def test_the_making_ends_with_a_server_that_is_killed(small_home, tmp_path_factory):
    server = Server(copy_home(small_home, tmp_path_factory.mktemp("killed")))
    owner = Person(server, "owner")
    assert owner.post("/api/v1/demo", json={"customers": 200000}).status_code == 202
    wait_until(lambda: children(server), "the process")
    child, = children(server)
    server.close(9)
    wait_until(lambda: not is_alive(child), "its end")
