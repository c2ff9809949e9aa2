"""The API says what the command line says, byte for byte, in every form."""

import io
import json

import pyarrow
import pyarrow.parquet
import pytest

from conftest import program_bytes

# Series, one row, a cohort, customers, models, texts, products, with a window where there can be one.
QUESTIONS = [
    ("daily_orders", {}),
    ("kpis", {}),
    ("daily_orders", {"from": "2025-03-01", "to": "2025-04-15"}),
    ("kpis", {"from": "2025-03-01", "to": "2025-03-07", "compare": "previous"}),
    ("weekly_cohort_downloads", {}),
    ("rfm", {"limit": "50"}),
    ("client_kpis", {"sort": "order_count", "descending": "true", "limit": "50"}),
    ("daily_orders", {"from": "2025-03-01", "to": "2025-04-15", "sort": "orders"}),
    ("most_combined_products", {"from": "2025-01-01"}),
    ("daily_clv", {}),
    ("dfunnel_anomaly", {}),
    ("run_log", {}),
]


def arguments_of(question):
    arguments = []
    for name, value in question.items():
        arguments += ["--" + name] + ([value] if value != "true" else [])
    return arguments


@pytest.mark.parametrize("form", ["json", "csv", "parquet", "arrow"])
@pytest.mark.parametrize("name, question", QUESTIONS)
def test_the_bytes_of_the_command_line(home, everything, name, question, form):
    answer = everything.get(f"/api/v1/reports/{name}", params={**question, "format": form, "raw": "true"})
    assert answer.status_code == 200, answer.text
    assert answer.content == program_bytes("report", name, *arguments_of(question), "--format", form, home=home)


def test_dimensions(home, everything):
    populations = everything.get("/api/v1/dimensions").json()["populations"]
    names = [population["name"] for population in populations]
    assert names[0] == "main" and len(names) > 2
    asked = ",".join(names[1:3])
    for extra in [{}, {"union": "true"}]:
        answer = everything.get("/api/v1/reports/weekly_orders", params={"dimension": asked, **extra})
        union = ["--union"] if extra else []
        assert answer.content == program_bytes(
            "report", "weekly_orders", "--dimension", asked, *union, "--format", "json", home=home)


def test_members(home, everything):
    cell = json.dumps({"key": {"daily": "2025-03-04"}, "column": "orders"})
    answer = everything.get("/api/v1/reports/daily_orders/members", params={"cell": cell})
    assert answer.content == program_bytes("members", "daily_orders", "--cell", cell, "--format", "json", home=home)
    orders = everything.get("/api/v1/reports/daily_orders", params={"from": "2025-03-04", "to": "2025-03-04"})
    assert answer.json()["n"] == orders.json()["rows"][0][1]


def test_tables_are_read_by_others(everything):
    as_json = everything.get("/api/v1/reports/rfm?limit=300").json()
    names = [column["name"] for column in as_json["columns"]]
    stream = everything.get("/api/v1/reports/rfm?limit=300",
                            headers={"Accept": "application/vnd.apache.arrow.stream"})
    assert stream.headers["Content-Type"] == "application/vnd.apache.arrow.stream"
    arrow = pyarrow.ipc.open_stream(stream.content).read_all()
    arrow.validate(full=True)
    parquet = pyarrow.parquet.read_table(
        io.BytesIO(everything.get("/api/v1/reports/rfm?limit=300&format=parquet").content))
    assert arrow.column_names == parquet.column_names == names
    for row, (one, other) in enumerate(zip(arrow.to_pylist(), parquet.to_pylist(), strict=True)):
        assert one == other
        assert list(one.values()) == as_json["rows"][row]


def test_days_and_moments_have_their_arrow_types(everything):
    table = pyarrow.ipc.open_stream(everything.get("/api/v1/reports/daily_orders?format=arrow").content).read_all()
    assert table.schema.field("daily").type == pyarrow.date32()
    log = pyarrow.ipc.open_stream(everything.get("/api/v1/reports/run_log?format=arrow").content).read_all()
    assert pyarrow.types.is_timestamp(log.schema.field("time").type)


def test_pages_by_cursor(everything):
    whole = everything.get("/api/v1/reports/rfm").json()["rows"]
    rows, url, pages = [], "/api/v1/reports/rfm?limit=700", 0
    while url:
        answer = everything.get(url)
        assert int(answer.headers["X-Total-Count"]) == len(whole)
        rows += answer.json()["rows"]
        url = answer.links.get("next", {}).get("url")
        pages += 1
    assert rows == whole and pages == -(-len(whole) // 700)
    assert everything.get("/api/v1/reports/rfm?limit=700&cursor=700-0123456789abcdef").status_code == 409
    assert everything.get("/api/v1/reports/rfm?limit=700&cursor=x").status_code == 400


def test_an_answer_that_is_known_is_not_sent_again(everything):
    for url in ["/api/v1/reports/daily_orders", "/api/v1/reports/daily_orders?from=2025-03-01"]:
        first = everything.get(url)
        tag = first.headers["ETag"]
        again = everything.get(url, headers={"If-None-Match": tag})
        assert again.status_code == 304 and not again.content
        other = everything.get(url + ("&" if "?" in url else "?") + "limit=3", headers={"If-None-Match": tag})
        assert other.status_code == 200


def test_several_reports_are_one_question(everything):
    names = ["daily_orders", "kpis", "most_ordered_products"]
    window = {"from": "2025-03-01", "to": "2025-03-31"}
    answer = everything.post("/api/v1/reports/query", json={"reports": names, **window, "limit": 5})
    assert answer.status_code == 200, answer.text
    assert [report["report"] for report in answer.json()] == names
    for report in answer.json():
        assert report == everything.get(f"/api/v1/reports/{report['report']}", params={**window, "limit": 5}).json()


def test_what_a_report_lacks_does_not_keep_others(everything):
    answer = everything.post("/api/v1/reports/query",
                             json={"reports": ["segmentation", "daily_orders"], "from": "2025-03-01"})
    both = everything.post("/api/v1/reports/query", json={"reports": ["daily_clv", "daily_orders"], "from": "2025-03-01"})
    assert answer.status_code == both.status_code == 200
    clv, orders = both.json()
    assert clv["report"] == "daily_clv" and clv["error"]["code"] == "E-PARAM" and clv["error"]["hint"]
    assert orders["rows"]
    assert everything.post("/api/v1/reports/query", json={"reports": ["nothing"]}).status_code == 404


def test_each_report_of_a_question_shows_its_own_rows(everything):
    names = ["client_kpis", "daily_orders", "rfm"]
    question = {"reports": names, "limit": 1000, "options": {
        "client_kpis": {"sort": "order_count", "descending": True, "limit": 20}, "rfm": {"sample": 100}}}
    kpis, orders, rfm = everything.post("/api/v1/reports/query", json=question).json()
    assert kpis == everything.get("/api/v1/reports/client_kpis?sort=order_count&descending=true&limit=20").json()
    assert orders == everything.get("/api/v1/reports/daily_orders?limit=1000").json()
    whole = everything.get("/api/v1/reports/rfm").json()
    assert len(rfm["rows"]) == 100 and rfm["total_rows"] == len(whole["rows"])
    places = [whole["rows"].index(row) for row in rfm["rows"]]
    assert places == [i * (len(whole["rows"]) - 1) // 99 for i in range(100)]
    for options, word in [({"rfm": {"sort": "recensy"}}, "recency"), ({"rfn": {"limit": 1}}, "rfm")]:
        wrong = everything.post("/api/v1/reports/query", json={**question, "options": options})
        assert wrong.status_code == 400 and wrong.json()["code"] == "E-PARAM" and word in wrong.json()["hint"]


def test_what_has_no_window_falls_back(everything):
    names = ["daily_clv", "daily_orders", "dimension_kpis", "run_log"]
    window = {"from": "2025-03-01", "to": "2025-03-31"}
    value = everything.get("/api/v1/dimensions").json()["populations"][1]["name"]
    question = {"reports": names, "fallback": True, **window, "dimensions": [value]}
    clv, orders, dimensions, log = everything.post("/api/v1/reports/query", json=question).json()
    assert clv == everything.get("/api/v1/reports/daily_clv", params={"dimension": value}).json()
    assert orders == everything.get("/api/v1/reports/daily_orders", params={**window, "dimension": value}).json()
    assert dimensions == everything.get("/api/v1/reports/dimension_kpis", params=window).json()
    assert log == everything.get("/api/v1/reports/run_log").json() and "from" not in log
    for name in ["previous", "year"]:
        compared = everything.post("/api/v1/reports/query", json={**question, "compare": name}).json()
        assert [report.get("period") for report in compared] == [None] + ["current", name] * 2 + [None]


def test_the_catalogue_says_what_can_be_asked(everything):
    entries = everything.get("/api/v1/reports?extras=true").json()["reports"]
    answers = everything.post("/api/v1/reports/query", json={
        "reports": [entry["name"] for entry in entries if entry["availability"] == "ready"][:50], "from": "2025-03-01", "limit": 1}).json()
    has_window = {entry["name"]: entry["has_window"] for entry in entries}
    for answer in answers:
        assert has_window[answer["report"]] == ("error" not in answer), answer
    has_members = {entry["name"]: entry["has_members"] for entry in entries}
    assert has_members["daily_orders"] and not has_members["run_log"] and not has_members["daily_clv"]


@pytest.mark.parametrize("url, status, code", [
    ("/api/v1/reports/daily_orders?sort=order", 400, "E-PARAM"),
    ("/api/v1/reports/daily_order", 404, "E-REPORT"),
    ("/api/v1/reports/daily_orders?dimension=nowhere", 404, "E-DIMENSION"),
    ("/api/v1/reports/daily_orders?snapshot=1999-01-01", 404, "E-SNAPSHOT"),
    ("/api/v1/reports/daily_orders?from=yesterday", 400, "E-PARAM"),
    ("/api/v1/reports/daily_orders?from=2025-02-01&to=2025-01-01", 400, "E-PARAM"),
    ("/api/v1/reports/daily_orders?form=csv", 400, "E-PARAM"),
    ("/api/v1/reports/daily_orders/members?cell={}", 400, "E-PARAM"),
])
def test_mistakes_are_told(everything, url, status, code):
    answer = everything.get(url)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == code and problem["status"] == status and problem["detail"]
    assert problem["instance"] == answer.headers["X-Request-Id"]


def test_a_snapshot_is_asked_by_its_day(everything):
    snapshots = everything.get("/api/v1/snapshots").json()["snapshots"]
    day = snapshots[0]["day"]
    newest = everything.get("/api/v1/reports/kpis").json()
    for parameter in ["snapshot", "as_of"]:
        assert everything.get("/api/v1/reports/kpis", params={parameter: day}).json() == newest
    later = everything.get("/api/v1/reports/kpis", params={"snapshot": "2099-01-01"})
    assert later.status_code == 404 and later.json()["details"]["before"] == day
    near = everything.get("/api/v1/reports/kpis", params={"snapshot": "2099-01-01", "nearest": "true"})
    assert near.json() == newest


def test_the_catalogue(everything):
    ninety = everything.get("/api/v1/reports").json()
    assert ninety["snapshot"]["run_id"]
    all_of_them = everything.get("/api/v1/reports?extras=true").json()["reports"]
    assert len(ninety["reports"]) < len(all_of_them)
    for entry in all_of_them:
        assert entry["availability"] in ("ready", "not_configured", "skipped")
        assert entry["availability"] == "ready" or entry["reason"]
