#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What the library's search for a schedule is worth on problems whose exact denoiser is known.

    RESTART_LIBRARY=BUILD study.py                      everything; about an hour of a core
    RESTART_LIBRARY=BUILD study.py --problem points     a part of it
    study.py --tables                                   tables only

Rows are appended to results.tsv beside this program, and a row that is there is not measured again.
"""
import argparse
import csv
import pathlib
from collections import defaultdict

HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = "problem budget way seed distance again spent schedule".split()
SEEDS = (1, 2, 3)
BUDGETS = (24, 48)
# A large budget for problems where nothing is wrong: the answer must not be a restart.
CONTROL, EXACT = 192, ("gaussian", "mixture")
EVALUATIONS = 1e6
FEWER = (0, 64, 256, 1024)  # references, where the search has less to go by
# Where the search is also tried with fewer references, and with four times the evaluations.
ABLATED = (("mixture, early", 48),)


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--problem", nargs="+", help="default: all")
    p.add_argument("--budget", type=int, nargs="+", default=(*BUDGETS, CONTROL))
    p.add_argument("--out", default=str(HERE / "results.tsv"), help="default %(default)s")
    p.add_argument("--tables", action="store_true", help="measure nothing")
    return p.parse_args()


class Table:
    """Rows of the file `path`, one a schedule that was chosen in some way."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.rows = []
        if self.path.exists():
            with open(self.path, encoding="ascii", newline="") as file:
                self.rows = list(csv.DictReader(file, delimiter="\t"))

    def has(self, problem, budget, way, seed):
        return any((r["problem"], int(r["budget"]), r["way"], int(r["seed"]))
                   == (problem, budget, way, seed) for r in self.rows)

    def add(self, *values):
        row = dict(zip(COLUMNS, values))
        self.rows.append({name: str(value) for name, value in row.items()})
        new = not self.path.exists()
        with open(self.path, "a", encoding="ascii", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n")
            if new:
                writer.writeheader()
            writer.writerow(row)
        print(*values[:6], flush=True)


class Study:
    """One problem at one budget."""

    def __init__(self, table, name, problem, budget):
        from ways import Judge

        self.table, self.name, self.problem, self.budget = table, name, problem, budget
        self.judge = Judge(problem)

    def missing(self, way, seed):
        return not self.table.has(self.name, self.budget, way, seed)

    def add(self, way, seed, schedule, spent=0):
        """Two measurements with seeds that no search has seen; the same two for every row."""
        text = "; ".join(line for line in schedule.format().splitlines() if line[:1] != "#")
        self.table.add(self.name, self.budget, way, seed, f"{self.judge(schedule, 1):.5f}",
                       f"{self.judge(schedule, 2):.5f}", spent, text)

    def hands(self):
        from restart_sampler import RestartError, Schedule

        from ways import by_hand

        for way, segments in by_hand(self.budget).items():
            if self.missing(way, 0):
                try:
                    self.add(way, 0, Schedule(budget=self.budget, segments=segments))
                except RestartError:
                    print(f"{self.name}, {self.budget}: {way} is too dear")

    def oracle(self):
        from ways import SPACES, oracle

        if any(self.missing(f"oracle {kind}", 0) for kind in SPACES):
            for kind, schedule in oracle(self.judge, self.budget).items():
                self.add(f"oracle {kind}", 0, schedule)

    def searches(self):
        from ways import REFERENCES, Search

        counts = {"tuned": REFERENCES}
        if (self.name, self.budget) in ABLATED:
            counts.update({f"{n} references": n for n in FEWER})
        for seed in SEEDS:
            for way, count in counts.items():
                if self.missing(way, seed):
                    search = Search(self.problem, self.budget, seed, EVALUATIONS, count)
                    if way == "tuned" and self.missing("no race", seed):
                        self.add("no race", seed, search.without_race(), search.spent())
                    self.add(way, seed, search.result.schedule, search.spent())
            if (self.name, self.budget) in ABLATED and self.missing("four times", seed):
                search = Search(self.problem, self.budget, seed, 4 * EVALUATIONS)
                self.add("four times", seed, search.result.schedule, search.spent())

    def random(self):
        from ways import BATCH, at_random, data_of_search, sampler

        for seed in SEEDS:
            if self.missing("random", seed):
                self.add("random", seed, at_random(
                    sampler(self.problem, BATCH), data_of_search(self.problem, seed), self.budget,
                    seed, EVALUATIONS))

    def all(self):
        self.hands()
        self.searches()
        if self.budget != CONTROL:
            self.random()
            self.oracle()


def mean(row):
    return (float(row["distance"]) + float(row["again"])) / 2


def ways_in_order(rows):
    order = ["usual", "paper", "a1111", "comfyui", "random", "no race", "tuned", "four times"]
    order += [f"{n} references" for n in FEWER]
    order += [f"oracle {kind}" for kind in ("ode", "sde", "restart")]
    return [way for way in order if any(r["way"] == way for r in rows)]


def chosen(rows):
    """Which kinds of schedule were chosen."""
    kinds = []
    for row in rows:
        text = row["schedule"]
        noisy = "s_churn" in text or "ancestral" in text or "_sde" in text
        kinds.append("Restart" if "segment" in text else "SDE" if noisy else "ODE")
    return ", ".join(f"{kinds.count(k)} {k}" for k in ("ODE", "SDE", "Restart") if k in kinds)


def tables(rows):
    """Markdown: for each budget a row for each problem, a column for each way; means over seeds."""
    groups = defaultdict(list)
    for row in rows:
        groups[int(row["budget"]), row["problem"], row["way"]].append(row)
    for budget in sorted({int(r["budget"]) for r in rows}):
        own = [r for r in rows if int(r["budget"]) == budget]
        names, ways = list(dict.fromkeys(r["problem"] for r in own)), ways_in_order(own)
        yield f"\n| {budget} evaluations | " + " | ".join(ways) + " | chosen |"
        yield "|---" * (len(ways) + 2) + "|"
        for name in names:
            cells = [groups.get((budget, name, way)) for way in ways]
            numbers = [f"{sum(map(mean, c)) / len(c):.4f}" if c else "" for c in cells]
            yield (f"| {name} | " + " | ".join(numbers) + " | "
                   + chosen(groups.get((budget, name, "tuned"), [])) + " |")


def main():
    given = options()
    table = Table(given.out)
    if not given.tables:
        from exact import problems

        for name, problem in problems().items():
            for budget in given.budget:
                wanted = not given.problem or name in given.problem
                if wanted and (budget != CONTROL or name in EXACT):
                    Study(table, name, problem, budget).all()
    print("\n".join(tables(table.rows)))


if __name__ == "__main__":
    main()
