#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The tables of docs/quality.md are those of results.tsv."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "support"), str(HERE.parent)]
from check import check, finish, skip  # noqa: E402

try:
    from bench import read
    from tables import grouped, summary, table
except ImportError as missing:
    skip(f"{missing.name} is not installed")


def main():
    page = (HERE.parents[2] / "docs" / "quality.md").read_text(encoding="utf-8").splitlines()
    curves = [row for row in read(HERE / "results.tsv") if row["experiment"] == "curves"]
    networks = {name: rows for (name,), rows in grouped(curves, "network").items()}
    check(len(networks) >= 6, f"only {len(networks)} networks have curves")
    for network, rows in networks.items():
        for line in table(rows):
            check(line in page, f"{network}: docs/quality.md does not have {line}")
    for line in summary(networks):
        check(line in page, f"docs/quality.md does not have {line}")
    finish()


if __name__ == "__main__":
    main()
