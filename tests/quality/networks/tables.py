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
