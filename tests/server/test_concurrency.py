"""Many at once: nobody gets what another asked for, and a run keeps nobody waiting."""

import concurrent.futures
import random
import statistics
import subprocess
import threading
import time

from conftest import IS_LONG, PROGRAM, Person, Token, make_token


def days(rng):
    first, last = sorted(rng.sample(range(1, 29), 2))
    return f"2025-{rng.randint(1, 12):02}-{first:02}", last


def test_two_people_ask_a_thousand_times_at_once_without_crossing(server, everything):
    """Each question has its own window, and the answer says its rows: they must be those of the window."""
    reference = {row[0]: row[1] for row in everything.get("/api/v1/reports/daily_orders").json()["rows"]}

    def ask(role, seed):
        person = Person(server, role)
        rng = random.Random(seed)
        answered = 0
        for _ in range(1000):
            begin, last = days(rng)
            end = begin[:8] + f"{last:02}"
            answer = person.get("/api/v1/reports/daily_orders", params={"from": begin, "to": end})
            if answer.status_code == 503:  # the line is full: told, not wrong
                continue
            rows = {row[0]: row[1] for row in answer.json()["rows"]}
            assert rows == {day: orders for day, orders in reference.items() if begin <= day <= end}
            if rng.random() < 0.1:
                assert person.get("/api/v1/session").json()["user"]["username"] == role
            answered += 1
        return answered

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        asking = [pool.submit(ask, role, seed) for seed, role in enumerate(["viewer", "analyst"])]
        assert all(each.result() > 900 for each in asking)


def test_readers_are_served_while_a_run_works(server, owner, home):
    """64 readers, and runs one after the other: every answer is whole and of one run."""
    seconds = 600 if IS_LONG else 60
    token = make_token(owner, "readers", ["read"])
    over = threading.Event()
    urls = ["/api/v1/reports/daily_orders", "/api/v1/reports/kpis", "/api/v1/reports/rfm?limit=100",
            "/api/v1/dimensions", "/api/v1/snapshots", "/api/v1/reports/kpis?from=2025-03-01&to=2025-03-07"]

    def read(seed):
        reader = Token(server, token)
        rng = random.Random(seed)
        times, busy = [], 0
        while not over.is_set():
            url = rng.choice(urls)
            begin = time.monotonic()
            answer = reader.get(url)
            if answer.status_code == 503:
                busy += 1
                time.sleep(0.05)
                continue
            assert answer.status_code == 200, (url, answer.status_code, answer.text)
            body = answer.json()
            assert body["columns"] and body["rows"] if "reports/" in url else body
            if "from=" not in url:
                times.append(time.monotonic() - begin)
        return times, busy

    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        readers = [pool.submit(read, seed) for seed in range(64)]
        deadline = time.monotonic() + seconds
        runs = 0
        while time.monotonic() < deadline and not any(reader.done() for reader in readers):
            subprocess.run([PROGRAM, "run", "--full", "--home", str(home)], check=True, capture_output=True)
            runs += 1
        over.set()
        results = [reader.result() for reader in readers]
    times = sorted(t for each, _ in results for t in each)
    print(f"{len(times)} answers beside {runs} runs, median {statistics.median(times) * 1000:.0f} ms, "
          f"p95 {times[int(len(times) * 0.95)] * 1000:.0f} ms")
    assert runs >= 2 and len(times) > 1000
