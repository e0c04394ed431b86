# SPDX-License-Identifier: MIT
"""The figures of study.py from its rows (dicts of text). The same rows give the same bytes."""
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

# Okabe and Ito's colours, told apart by shape as well.
LOOK = {"ode": ("#000000", "s", "ODE"), "sde": ("#D55E00", "^", "SDE"),
        "restart": ("#0072B2", "o", "Restart")}
SETTINGS = {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False,
            "svg.hashsalt": "toy", "svg.fonttype": "none"}


def chosen(rows, **keys):
    return [r for r in rows if all(r[k] == v for k, v in keys.items())]


def values(rows, key):
    return [float(r[key]) for r in rows]


def points(axes, rows, x, y, method, line="-"):
    colour, marker, _ = LOOK[method]
    bars = {"yerr": values(rows, y + "_se")}
    if x + "_se" in rows[0]:
        bars["xerr"] = values(rows, x + "_se")
    axes.errorbar(values(rows, x), values(rows, y), **bars, color=colour, marker=marker,
                  markersize=4, linestyle=line, linewidth=1, elinewidth=0.6)


def label(axes, row, x, y, text, method, offset=(5, 4)):
    axes.annotate(text, (float(row[x]), float(row[y])), xytext=offset, color=LOOK[method][0],
                  textcoords="offset points", fontsize=8)


def split(rows, axes):
    """Additional against contracted error: figure 2 of the paper."""
    rows = chosen(rows, part="figure", network="trained")
    x, y = "contracted", "additional"
    ode = chosen(rows, method="ode")
    restart = chosen(rows, method="restart")
    points(axes, ode + restart, x, y, "restart")
    points(axes, ode, x, y, "ode", "none")
    label(axes, ode[0], x, y, "ODE", "ode")
    places = {"1": (5, -11), "5": (-48, -13), "20": (5, -13)}
    for row in restart:
        if row["k"] in places:
            label(axes, row, x, y, f"Restart, K {row['k']}", "restart", places[row["k"]])
    steps = {r["setting"].split(",")[0]: None for r in chosen(rows, method="sde")}
    for name in steps:
        mine = [r for r in chosen(rows, method="sde") if r["setting"].startswith(name + ",")]
        points(axes, mine, x, y, "sde")
        label(axes, mine[1], x, y, f"SDE, {name}", "sde", (6, 5))
    axes.set_xlabel("contracted error (made above the interval, left at t_min)")
    axes.set_ylabel("additional error (excess W1)")


def frontier(rows, key):
    """Those that no cheaper setting beats."""
    best = []
    for row in sorted(rows, key=lambda r: (float(r["nfe"]), float(r[key]))):
        if not best or float(row[key]) < float(best[-1][key]):
            best.append(row)
    return best


def budget(rows, axes):
    """Total error at t_min of every setting, and the frontier of each method."""
    rows = [r for r in rows if r["network"] == "trained" and r["part"] in ("figure", "budget")]
    for method, (colour, marker, name) in LOOK.items():
        mine = chosen(rows, method=method)
        axes.plot(values(mine, "nfe"), values(mine, "total"), marker, color=colour, markersize=3,
                  alpha=0.35, markeredgewidth=0)
        best = frontier(mine, "total")
        points(axes, best, "nfe", "total", method)
        label(axes, best[-1], "nfe", "total", name, method)
    axes.set_xscale("log")
    axes.set_xticks([15, 30, 60, 120], ["15", "30", "60", "120"])
    axes.minorticks_off()
    axes.set_xlabel("evaluations down to t_min")
    axes.set_ylabel("total error at t_min (excess W1)")


def over_iterations(rows, axes):
    for network, line in (("trained", "-"), ("exact", ":")):
        part = "figure" if network == "trained" else "exact"
        mine = chosen(rows, part=part, network=network, method="restart")
        base = chosen(rows, part=part, network=network, method="ode")[:1]
        points(axes, base + mine, "k", "total", "restart", line)
        label(axes, mine[-1], "k", "total", f"{network} denoiser", "restart", (-30, 9))
    axes.set_xticks([0, 1, 3, 5, 8, 12, 20])
    axes.set_xlabel("restarts K in [1, 1.5]")
    axes.set_ylabel("total error at t_min (excess W1)")


def over_length(rows, axes):
    for k in ("1", "3", "8"):
        mine = [r for r in chosen(rows, network="trained", method="restart", k=k)
                if r["part"] == "length" or (r["part"], r["t_max"]) == ("figure", "1.5")]
        mine.sort(key=lambda r: float(r["t_max"]))
        points(axes, mine, "t_max", "total", "restart", {"1": ":", "3": "--", "8": "-"}[k])
        label(axes, mine[-1], "t_max", "total", f"K {k}", "restart")
    axes.set_xscale("log")
    axes.set_xticks([1.1, 1.5, 2, 3, 5, 10], ["1.1", "1.5", "2", "3", "5", "10"])
    axes.minorticks_off()
    axes.set_xlabel("t_max of the restarts, t_min 1")
    axes.set_ylabel("total error at t_min (excess W1)")


def figure(path, rows, *plots):
    with plt.rc_context(SETTINGS):
        canvas, axes = plt.subplots(1, len(plots), figsize=(1.4 + 4.2 * len(plots), 3.6),
                                    squeeze=False)
        for plot, one in zip(plots, axes[0]):
            plot(rows, one)
        canvas.tight_layout()
        canvas.savefig(path, metadata={"Date": None})
        plt.close(canvas)


def all_figures(rows, folder):
    folder.mkdir(parents=True, exist_ok=True)
    figure(folder / "quality-toy-errors.svg", rows, split)
    figure(folder / "quality-toy-budget.svg", rows, budget)
    figure(folder / "quality-toy-shape.svg", rows, over_iterations, over_length)
