# SPDX-License-Identifier: MIT
"""Pictures of the study, drawn from its results alone; prints its tables too."""
import pathlib
import re
from collections import defaultdict

import matplotlib

from bench import read
from families import FAMILIES
from tables import grouped, summary, table

matplotlib.use("Agg")
matplotlib.rcParams.update({
    "svg.hashsalt": "librestart", "svg.fonttype": "none", "font.size": 9,
    "axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False})
from matplotlib import pyplot as plt  # noqa: E402

DOCS = pathlib.Path(__file__).resolve().parents[3] / "docs"
STYLE = {  # the colours of Okabe and Ito, which the colour-blind can tell apart
    "heun": ("#000000", "o"), "dpmpp_2m": ("#56B4E9", "s"), "ipndm": ("#0072B2", "^"),
    "ancestral": ("#E69F00", "v"), "sde": ("#D55E00", "D"), "restart": ("#009E73", "*"),
    "restart_2m": ("#CC79A7", "X"), "ddim": ("#CC79A7", "P")}


def line(axes, points, name, label=None):
    """points: (x, row of the table), joined in this order."""
    colour, marker = STYLE[name]
    points = list(points)
    axes.errorbar([x for x, _ in points], [row["frechet"] for _, row in points],
                  [row["error"] for _, row in points], color=colour, marker=marker, markersize=4,
                  linewidth=1, capsize=2, label=label or FAMILIES[name].title)


def save(figure, name):
    figure.savefig(DOCS / "pictures" / f"quality-{name}.svg", bbox_inches="tight",
                   metadata={"Date": None})
    plt.close(figure)


def draw_curves(network, rows):
    figure, axes = plt.subplots(figsize=(6, 4))
    for (name,), own in grouped(rows, "family").items():
        line(axes, [(row["nfe"], row) for row in sorted(own, key=lambda r: r["nfe"])], name)
    axes.set(xscale="log", yscale="log", xlabel="NFE", ylabel="Frechet distance", title=network)
    axes.set_xticks(sorted({row["budget"] for row in rows}))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
    axes.legend(fontsize=8)
    save(figure, network)


def segment(row):
    """iterations, t_max / t_min and t_min of a row's only segment."""
    found = re.search(r"\[(\d+),(\d+),([\d.]+),([\d.]+)\]", row["arguments"])
    low, high = float(found.group(3)), float(found.group(4))
    return {"K": int(found.group(2)), "t_max / t_min": round(high / low, 2), "t_min": low}


def sweep(rows, name):
    """(value, row) in order, of the most rows that differ in this number alone."""
    places = [(segment(row), row) for row in rows]
    groups = defaultdict(list)
    for place, row in places:
        groups[tuple(value for other, value in place.items() if other != name)].append(
            (place[name], row))
    return sorted(max(groups.values(), key=len), key=lambda pair: pair[0])


def draw_ushape(rows):
    """In units of the ODE's distance, so that networks can be compared."""
    figure, all_axes = plt.subplots(1, 3, figsize=(10, 3), sharey=True)
    for axes, name in zip(all_axes, ("K", "t_max / t_min", "t_min")):
        ticks = set()
        for ((network,), own), style in zip(grouped(rows, "network").items(), STYLE):
            kinds = grouped(own, "family")
            ode = kinds["heun",][0]["frechet"]
            found = sweep(kinds["restart",], name)
            if len(found) > 2:
                line(axes, [(x, {**row, "frechet": row["frechet"] / ode,
                                 "error": row["error"] / ode}) for x, row in found], style, network)
                ticks.update(x for x, _ in found)
        axes.axhline(1, color="grey", linestyle=":")
        axes.set(xscale="log", xlabel=name)
        axes.set_xticks(sorted(ticks), [f"{x:g}" for x in sorted(ticks)], fontsize=7)
        axes.set_xticks([], minor=True)
    all_axes[0].set(ylabel="Frechet distance / the ODE's")
    all_axes[0].legend(fontsize=7)
    save(figure, "ushape")


def draw_guidance(network, rows):
    figure, axes = plt.subplots(figsize=(5, 4))
    for (name,), own in grouped(rows, "family").items():
        own.sort(key=lambda row: row["weight"])
        line(axes, [(row["accuracy"], row) for row in own], name)
    axes.set(xlabel="accuracy of the classifier", ylabel="Frechet distance", title=network)
    axes.legend(fontsize=8)
    save(figure, f"{network}-guidance")


def draw(path):
    """Everything from the table of results at `path`; prints the tables."""
    experiments = grouped(read(pathlib.Path(path)), "experiment")
    networks = {name: rows
                for (name,), rows in grouped(experiments["curves",], "network").items()}
    for network, rows in networks.items():
        draw_curves(network, rows)
        print("\n".join([network, *table(rows), ""]))
    print("\n".join(summary(networks)))
    if experiments["ushape",]:
        draw_ushape(experiments["ushape",])
    for row in experiments["guidance",]:
        row["weight"] = float(row["arguments"].rpartition("=")[2])
    for (network,), rows in grouped(experiments["guidance",], "network").items():
        draw_guidance(network, rows)
