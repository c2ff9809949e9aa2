"""The exploratory reports of main beside the same in SQL: equal, and at what cost."""

import pathlib
import statistics
import sys
from dataclasses import dataclass

import report_tables
from measuring import (BUILD, PROGRAM, ROOT, THREADS, WORK, Cost, answered, fresh_home,
                       load_tables, median, run, say, shop)

ANALYST = BUILD / "release/bench/analyst"
OWN_REPORTS = BUILD / "release/bench/own_reports"
SCRIPTS = ROOT / "bench/sql"
# DuckDB's own choice: the reports in SQL get all that they can use.
ANALYST_MEMORY = "80%"
OWN_REPORTS_RUNS = 3  # for each run of the SQL, which takes much longer


@dataclass
class BesideSql:
    """What `reports` reports cost, medians: from the journeys, from the store, in SQL where each
    report is asked by itself, and in SQL where all share what they have in common."""

    reports: int
    from_journeys: Cost
    from_store: Cost
    sql: Cost
    sql_sharing: Cost


def timed(command: list) -> tuple[Cost, dict]:
    """A program of this folder that times its own runs: their median, and all that it prints."""
    cost, answer = answered(command)
    return Cost(statistics.median(answer["wall"]), statistics.median(answer["cpu"]),
                cost.peak), answer


def build_journeys(home: pathlib.Path) -> Cost:
    """The stage journeys of a run, on the loaded store; the journeys in force stay. The seconds of
    the processors are those of the whole process, which does little else."""
    cost, answer = answered([PROGRAM, "run", "--only", "journeys", "--full", "--json",
                             "--home", home])
    return Cost(answer["stages"][0]["seconds"], cost.cpu, cost.peak)


def same_reports(home: pathlib.Path, tables: pathlib.Path) -> list[str]:
    """Computes the reports on both sides and compares them; those that both have."""
    ours, theirs = WORK / "home-reports", WORK / "home-reports-sql"
    _, answer = timed([OWN_REPORTS, home, THREADS, 1, ours])
    reports = list(answer["reports"])
    scripts = {file.stem for file in SCRIPTS.glob("*.sql")}
    if missing := sorted(set(reports) - scripts):
        sys.exit(f"bench/sql has no script for {', '.join(missing)}")
    if more := sorted(scripts - set(reports)):
        say(f"left out, for the program does not have them: {', '.join(more)}")
    timed([ANALYST, tables, SCRIPTS, THREADS, ANALYST_MEMORY, 1, "--out", theirs, *reports])
    for report in reports:
        unlike = report_tables.difference(ours / f"{report}.csv", theirs / f"{report}.csv",
                                          answer["reports"][report])
        if unlike:
            sys.exit(f"ours and that of SQL differ: {unlike}")
    return reports


def slowest(scripts: dict[str, float]) -> str:
    """The ten that took longest, with their seconds on the clock."""
    first = sorted(scripts.items(), key=lambda script: -script[1])[:10]
    return ", ".join(f"{name} {wall:.2f}" for name, wall in first)


def reports_beside_sql(sessions: int, runs: int) -> BesideSql:
    """Compares all exploratory reports of main with those of SQL, then measures both in turn."""
    folder = shop(sessions)
    home = fresh_home("home-analyst", folder / "three.toml")
    run(home)
    tables = WORK / "home-tables.duckdb"
    load_tables(folder, tables)
    reports = same_reports(home, tables)
    built, ours, sql, sharing = [], [], [], []
    for number in range(1, runs + 1):
        built.append(build_journeys(home))
        ours.append(timed([OWN_REPORTS, home, THREADS, OWN_REPORTS_RUNS])[0])
        ask = [ANALYST, tables, SCRIPTS, THREADS, ANALYST_MEMORY, 1]
        sharing.append(timed([*ask, *reports])[0])
        cost, answer = timed([*ask, "--apart", *reports])
        sql.append(cost)
        say(f"reports, {number} of {runs}: {ours[-1].wall:.2f} s, journeys {built[-1].wall:.2f} s, "
            f"SQL {cost.wall:.2f} s, with what they share made once {sharing[-1].wall:.2f} s. "
            f"Slowest by themselves: {slowest(answer['scripts'])}")
    journeys, from_journeys = median(built), median(ours)
    from_store = Cost(journeys.wall + from_journeys.wall, journeys.cpu + from_journeys.cpu,
                      max(journeys.peak, from_journeys.peak))
    return BesideSql(len(reports), from_journeys, from_store, median(sql), median(sharing))
