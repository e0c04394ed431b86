#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What a search measures of schedules against how good they really are: a table, a picture and the
rank correlation of the two.

    RESTART_LIBRARY=BUILD predicted.py            some minutes
    predicted.py --draw                           from predicted.tsv alone
"""
import argparse
import csv
import pathlib
import sys

from scipy.stats import spearmanr

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "networks"))
from figures import DOCS, plt  # noqa: E402

TABLE = HERE / "predicted.tsv"
PICTURE = DOCS / "pictures" / "tuning-predicted.svg"
COLUMNS = ("problem", "kind", "samples", "predicted", "measured")
PROBLEMS = ("mixture, early", "mixture, everywhere")
BUDGET, SEED, COUNT = 48, 1, 4000
STYLE = {"ODE": ("#0072B2", "o"), "SDE": ("#D55E00", "D"), "RESTART": ("#009E73", "*")}


def measure():
    """A row for each measurement of a search: what it saw, and the judge's distance."""
    from exact import problems
    from ways import Judge, Search

    for name in PROBLEMS:
        problem = problems()[name]
        judge, search = Judge(problem), Search(problem, BUDGET, SEED, 1e6)
        for m in search.seen:
            yield (name, m.kind.name, m.count, f"{m.distance:.5g}",
                   f"{judge(m.schedule, 1, COUNT):.5g}")


def draw(rows):
    figure, all_axes = plt.subplots(1, len(PROBLEMS), figsize=(8, 3.5))
    for axes, name in zip(all_axes, PROBLEMS):
        own = [row for row in rows if row["problem"] == name]
        for count in sorted({int(row["samples"]) for row in own}):
            part = [row for row in own if int(row["samples"]) == count]
            both = ([float(row[c]) for row in part] for c in ("predicted", "measured"))
            print(f"{name}: {len(part)} schedules, {count} samples each, "
                  f"rank correlation {spearmanr(*both)[0]:.2f}")
        for kind, (colour, marker) in STYLE.items():
            part = [row for row in own if row["kind"] == kind]
            size = [12 + 0.03 * int(row["samples"]) for row in part]
            axes.scatter([float(row["predicted"]) for row in part],
                         [float(row["measured"]) for row in part], size, color=colour,
                         marker=marker, alpha=0.6,
                         label=kind.title() if kind == "RESTART" else kind)
        axes.set(xscale="log", yscale="log", title=name, xlabel="what the search measured",
                 ylabel="true distance")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter("{x:g}")
            axis.set_minor_formatter("")
        axes.set_xticks([0.05, 0.1, 0.2])
        axes.set_yticks([0.02, 0.05, 0.1, 0.2])
    all_axes[0].legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(PICTURE, bbox_inches="tight", metadata={"Date": None})


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--draw", action="store_true", help="measure nothing")
    if not p.parse_args().draw:
        with open(TABLE, "w", encoding="ascii", newline="") as file:
            writer = csv.writer(file, delimiter="\t", lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(measure())
    with open(TABLE, encoding="ascii", newline="") as file:
        draw(list(csv.DictReader(file, delimiter="\t")))


if __name__ == "__main__":
    main()
