# SPDX-License-Identifier: MIT
"""Tables of the study in Markdown, as docs/quality.md has them."""
from collections import defaultdict

from families import FAMILIES


def grouped(rows, *columns):
    """{values of these columns: rows}."""
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[c] for c in columns)].append(row)
    return groups


def short(value, digits):
    """So many digits; 0.05 as .05."""
    text = f"{value:#.{digits}g}".rstrip(".")
    return text[1:] if text.startswith("0.") else text


def measured(row):
    return f"{short(row['frechet'], 3)} +- {short(row['error'], 1)}"


def line(cells):
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


def table(rows):
    """A row for each family, a column for each budget."""
    budgets = sorted({row["budget"] for row in rows})
    yield line(["NFE", *(f"{b:g}" for b in budgets)])
    yield "|---" * (len(budgets) + 1) + "|"
    cells = grouped(rows, "family", "budget")
    for name, family in FAMILIES.items():
        own = [cells.get((name, b)) for b in budgets]
        if any(own):
            yield line([family.title, *(measured(c[0]) if c else "" for c in own)])


def of_kind(rows, kind):
    return [row for row in rows if FAMILIES[row["family"]].kind == kind]


def best(rows, kind):
    return min(of_kind(rows, kind), key=lambda row: row["frechet"])


def fewest(rows, goal):
    """The fewest evaluations with which Restart is as good as the row `goal`, to one standard
    error."""
    limit = goal["frechet"] + goal["error"]
    found = [row["nfe"] for row in of_kind(rows, "Restart") if row["frechet"] <= limit]
    return f"{min(found):g}" if found else "never"


def summary(networks):
    """{network: rows}: the best of each kind with its evaluations, and from how many on Restart is
    as good as the best of the others."""
    yield line(["network", "best ODE", "Restart as good", "best SDE", "Restart as good",
                "best Restart"])
    yield "|---" * 6 + "|"
    for network, rows in networks.items():
        ode, sde, restart = (best(rows, kind) for kind in ("ODE", "SDE", "Restart"))
        at = [f"{measured(row)} at {row['nfe']:g}" for row in (ode, sde, restart)]
        yield line([f"`{network}`", at[0], fewest(rows, ode), at[1], fewest(rows, sde), at[2]])


def over_seeds(rows):
    """The mean, and what one seed is off it: the standard deviation, or of one the row's own."""
    if len(rows) == 1:
        return measured(rows[0])
    values = [row["frechet"] for row in rows]
    mean = sum(values) / len(values)
    off = (sum((value - mean) ** 2 for value in values) / (len(values) - 1)) ** 0.5
    return f"{short(mean, 3)} +- {short(off, 1)}"


def tuned(rows):
    """For each network and budget of the experiment "tuned": what is set by hand, random search,
    the library's search, and the best of each kind that the study knows at that cost."""
    hands = {"usual": "usual", "paper": "paper", "a1111": "A1111", "comfyui": "ComfyUI"}
    kinds = ("ODE", "SDE", "Restart")
    cells = grouped(rows, "network", "budget", "experiment")
    yield line(["network", "NFE", *hands.values(), "random", "**tuned**", "seeds",
                *(f"study's {kind}" for kind in kinds)])
    yield "|---" * (len(hands) + len(kinds) + 5) + "|"
    for network, budget, experiment in sorted(cells):
        if experiment != "tuned":
            continue
        found, others = (cells.get((network, budget, name), []) for name in ("tuned", "random"))
        by_hand = {row["family"]: measured(row)
                   for row in cells.get((network, budget, "hands"), [])}
        by_hand.setdefault("a1111", "as usual")  # its rule has no restart below 20 steps
        known = cells.get((network, budget, "curves"), [])
        yield line([f"`{network}`", f"{budget:g}",
                    *(by_hand.get(name, "") for name in hands),
                    over_seeds(others) if others else "", over_seeds(found), f"{len(found)}",
                    *(measured(best(known, kind)) if of_kind(known, kind) else ""
                      for kind in kinds)])
