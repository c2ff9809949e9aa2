"""Whether two folders of CSV files hold the same reports."""

import csv
import itertools
import math
import pathlib

TOLERANCE = 1e-9  # of doubles, relative: SQL adds them in any order


def is_same(one: str, other: str, is_double: bool) -> bool:
    """Whether two cells are equal: exactly, or as doubles nearly. An empty cell is null."""
    if one == other:
        return True
    if not is_double or not one or not other:
        return False
    return math.isclose(float(one), float(other), rel_tol=TOLERANCE)


def difference(one: pathlib.Path, other: pathlib.Path, types: dict[str, str]) -> str:
    """Where the files differ first, in words, or nothing. `types` are those of the columns."""
    with one.open(newline="") as one_file, other.open(newline="") as other_file:
        rows, other_rows = csv.reader(one_file), csv.reader(other_file)
        header, other_header = next(rows), next(other_rows)
        if header != other_header:
            return f"{one.stem}: columns are {header} and {other_header}"
        doubles = [types[name] == "double" for name in header]
        for number, (row, other_row) in enumerate(itertools.zip_longest(rows, other_rows), 1):
            if row is None or other_row is None:
                return f"{one.stem}: only one side has row {number}: {row or other_row}"
            if row == other_row:
                continue
            for name, cell, other_cell, is_double in zip(header, row, other_row, doubles):
                if not is_same(cell, other_cell, is_double):
                    return (f"{one.stem}, row {number} ({row[0]}), column {name}: "
                            f"{cell or 'null'} and {other_cell or 'null'}")
    return ""
