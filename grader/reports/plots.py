"""Figures of a class as SVG that lies in a page: one colour, legible in light and dark."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from grader.reports.class_data import Lab

# Stands for the text colour of the page, which no figure knows.
_INK = "#010203"
# Okabe & Ito's blue: told from the text by people who see no red or green.
_BAR = "#0072B2"
_PARTS = re.compile(r' id="(?:figure|axes|patch|text|line2d|matplotlib|x?y?tick)[^"]*"')


def distribution(lab: Lab) -> str:
    """Return how many students have which part of a lab's points, as SVG."""
    edges = np.linspace(0, 100, 11)
    percent = [min(100.0, 100 * share) for share in lab.shares]
    counts, _ = np.histogram(percent, edges)
    figure, axes = _figure(4.8, 2.2)
    bars = axes.bar(edges[:-1] + 5, counts, width=9, color=_BAR)
    axes.bar_label(bars, [str(count) if count else "" for count in counts], color=_INK)
    axes.set(xlabel="percent of the points", ylabel="students", xticks=edges)
    axes.set_ylim(0, 1.15 * max(1, *counts))
    told = ", ".join(
        f"{low:.0f} to {high:.0f} %: {count}"
        for low, high, count in zip(edges, edges[1:], counts, strict=False)
        if count
    )
    return _svg(figure, f"Distribution of points in {lab.title}", told)


def overview(labs: Sequence[Lab]) -> str:
    """Return the points of all labs side by side, as SVG: quartiles and the range."""
    figure, axes = _figure(4.8, 0.7 + 0.3 * len(labs))
    told = []
    for row, lab in enumerate(labs):
        low, first, half, third, high = np.percentile(
            [100 * share for share in lab.shares], [0, 25, 50, 75, 100]
        )
        axes.plot([low, high], [row, row], color=_INK, linewidth=1)
        axes.barh(row, max(third - first, 0.8), 0.55, first, color=_BAR)
        axes.plot([half], [row], marker="D", markersize=6, color="white")
        axes.plot([half], [row], marker="D", markersize=4, color="black")
        told.append(f"{lab.title}: half between {first:.0f} and {third:.0f} %")
    axes.set(xlim=(-2, 102), xlabel="percent of the points")
    axes.set_yticks(range(len(labs)), [lab.stem.split("_")[0] for lab in labs])
    axes.invert_yaxis()
    return _svg(figure, "Points in all labs", "; ".join(told))


def _figure(width: float, height: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure((width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(_INK)
    axes.tick_params(colors=_INK)
    axes.xaxis.label.set_color(_INK)
    axes.yaxis.label.set_color(_INK)
    return figure, axes


def _svg(figure: Any, title: str, told: str) -> str:
    """Return a figure as SVG that names itself, in the page's font and colour."""
    import matplotlib as mpl

    text = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": title}):
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    svg = text.getvalue().replace(_INK, "currentColor")
    svg = svg[svg.index("<svg") + len("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", _PARTS.sub("", svg), flags=re.DOTALL)
    svg = re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2)
    return f'<svg role="img" aria-label="{escape(f"{title}. {told}.")}"{svg}'
