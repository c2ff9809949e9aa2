"""What every measurement needs: costs of processes, and shops and homes to measure them on."""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", "build"))
BUILD = BUILD if BUILD.is_absolute() else ROOT / BUILD
PROGRAM = BUILD / "release/src/cli/customeranalytics"
BARE_LOAD = BUILD / "release/bench/bare_load"
LIVE = BUILD / "release/bench/live"
WORK = BUILD / "bench"

THREADS = len(os.sched_getaffinity(0))
# What a run gives DuckDB where the machine has 4 GB or more; so the opponent has it too.
DUCKDB_MEMORY = "2000MB"
STAGES = "ingest,quality,journeys,exploratory,publish"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@dataclass
class Cost:
    """Of one process: seconds on the clock, seconds of all its processors, bytes resident."""

    wall: float
    cpu: float
    peak: int


def measured(command: list, group: pathlib.Path | None = None) -> Cost:
    """Runs a command that must succeed; with `group`, within that control group."""
    def join_group() -> None:
        (group / "cgroup.procs").write_text(str(os.getpid()))

    cost, _ = performed(command, join_group if group else None, subprocess.DEVNULL)
    return cost


def performed(command: list, prepare: Callable[[], None] | None, stdout: int) -> tuple[Cost, str]:
    """What a command that must succeed costs, and what it says where `stdout` is a pipe."""
    begin = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], stdout=stdout,
                               stderr=subprocess.PIPE, text=True,
                               preexec_fn=prepare)
    said = process.stdout.read() if process.stdout else ""
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begin
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{complaint}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024), said


def answered(command: list) -> tuple[Cost, dict]:
    """What a command that must succeed costs, and the JSON that it prints."""
    cost, said = performed(command, None, subprocess.PIPE)
    return cost, json.loads(said)


def median(costs: list[Cost]) -> Cost:
    """Wall and processor seconds in the middle, and the highest peak."""
    return Cost(statistics.median(cost.wall for cost in costs),
                statistics.median(cost.cpu for cost in costs), max(cost.peak for cost in costs))


# ---- shops and homes ---------------------------------------------------------------------------


def shop(sessions: int, tail_days: int = 0) -> pathlib.Path:
    """The folder of a shop with ten sessions a customer and a connect.toml without deliveries."""
    folder = WORK / f"shop-{sessions}-{tail_days}"
    if not (folder / "three.toml").exists():
        say(f"making a shop of {sessions:,} sessions")
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        measured([PROGRAM, "generate", folder, "--sessions", sessions, "--customers",
                  max(1, sessions // 10), "--tail-days", tail_days])
        configuration = (folder / "connect.toml").read_text()
        (folder / "three.toml").write_text(configuration.split("[deliveries]")[0])
    return folder


def warm(folder: pathlib.Path) -> None:
    """Reads every file of a shop, so that both sides find it in the page cache."""
    for file in sorted(folder.rglob("*.csv")):
        with file.open("rb") as bytes_of:
            while bytes_of.read(1 << 24):
                pass


def fresh_home(name: str, configuration: pathlib.Path) -> pathlib.Path:
    home = WORK / name
    shutil.rmtree(home, ignore_errors=True)
    measured([PROGRAM, "connect", configuration, "--home", home])
    return home


def run(home: pathlib.Path, *options: str, group: pathlib.Path | None = None) -> Cost:
    return measured([PROGRAM, "run", "--only", STAGES, "--home", home, *options], group)


def load_tables(folder: pathlib.Path, database: pathlib.Path) -> Cost:
    """The shop's three files as tables of a fresh DuckDB database."""
    database.unlink(missing_ok=True)
    return measured([BARE_LOAD, database, *(folder / f"{name}.csv" for name in
                                            ("sessions", "customers", "products")),
                     THREADS, DUCKDB_MEMORY])
