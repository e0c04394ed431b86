#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The tables of docs/quality.md, and that of networks in docs/tuning.md, are those of
results.tsv."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "support"), str(HERE.parent)]
from check import check, finish, skip  # noqa: E402

try:
    from bench import read
    from families import FAMILIES
    from tables import grouped, summary, table, tuned
except ImportError as missing:
    skip(f"{missing.name} is not installed")


def lines_of(name):
    return (HERE.parents[2] / "docs" / name).read_text(encoding="utf-8").splitlines()


def main():
    page, tuning = lines_of("quality.md"), lines_of("tuning.md")
    rows = list(read(HERE / "results.tsv"))
    made = list(tuned(rows))
    check(len(made) > 4, "no network was tuned")
    for line in made:
        check(line in tuning, f"docs/tuning.md does not have {line}")
    curves = [row for row in rows if row["experiment"] == "curves"]
    networks = {name: rows for (name,), rows in grouped(curves, "network").items()}
    check(len(networks) >= 6, f"only {len(networks)} networks have curves")
    made = [*summary(networks), *(line for rows in networks.values() for line in table(rows))]
    for line in made:
        check(line in page, f"docs/quality.md does not have {line}")
    titles = tuple(f"| {family.title} |" for family in FAMILIES.values())
    for line in page:
        if line.startswith(titles) and "+-" in line:
            check(line in made, f"docs/quality.md has, and the results have not: {line}")
    finish()


if __name__ == "__main__":
    main()
