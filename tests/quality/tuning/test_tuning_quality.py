#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The study in small: where Restart is the remedy the search finds it, and where nothing is wrong
it does not. Both with a tenth of the study's schedules. And docs/tuning.md has the table of
model.tsv."""
import csv
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "support"), str(HERE)]
from check import check, finish, skip  # noqa: E402

try:
    from exact import problems
    from model import table
    from restart_sampler import Schedule
    from ways import Judge, Search
except ImportError as missing:
    skip(f"{missing.name} is not installed")

BUDGET, EVALUATIONS = 48, 1e6


def check_page():
    page = (HERE.parents[2] / "docs" / "tuning.md").read_text(encoding="utf-8")
    with open(HERE / "model.tsv", encoding="ascii", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    check("\n".join(table(rows)) in page, "docs/tuning.md does not have the table of model.tsv")


def main():
    check_page()
    for name, wanted in (("mixture, early", True), ("mixture", False)):
        problem = problems()[name]
        judge, search = Judge(problem, 8000), Search(problem, BUDGET, 1, EVALUATIONS)
        usual, tuned = judge(Schedule(budget=BUDGET), 1), judge(search.result.schedule, 1)
        found = bool(search.result.schedule.segments)
        print(f"{name}: usual {usual:.4f}, tuned {tuned:.4f}, {search.spent()} evaluations\n"
              + search.result.text, flush=True)
        check(search.spent() <= EVALUATIONS, f"{name}: more evaluations than asked for")
        check(found == wanted, f"{name}: Restart was {'' if found else 'not '}chosen")
        if wanted:
            check(tuned < 0.7 * usual, f"{name}: hardly better than the usual ODE")
        else:
            check(tuned < 1.3 * usual, f"{name}: worse than the usual ODE")
    finish()


if __name__ == "__main__":
    main()
