"""What figures put on axes: ticks at round numbers, single marks, words in a box."""

from __future__ import annotations

from typing import Any

from deterrence.figures.drawing.style import INK, SMALL, Look
from deterrence.figures.texts import MINUS


def short_ticks(axis: Any) -> None:
    """Let an axis have the numbers of its ticks without needless zeros."""
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}".replace("-", MINUS)))


def round_ticks(axis: Any, most: int = 6) -> None:
    """Let an axis have a few ticks, at round numbers."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]))
    short_ticks(axis)


def log_axis(axis: Any) -> None:
    """Let an axis be one of logarithms, with plain numbers at its ticks."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    getattr(axis.axes, f"set_{axis.axis_name}scale")("log")
    axis.set_major_locator(LogLocator(10, subs=(1.0, 2.0, 5.0), numticks=8))
    axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}".replace("-", MINUS)))
    axis.set_minor_formatter(NullFormatter())


def quarter_ticks(axis: Any) -> None:
    """Let an axis of probabilities have a tick at every quarter."""
    axis.set_ticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])


def point(ax: Any, x: float, y: float, **style: Any) -> None:
    """Draw one marker, whole even where it lies on the edge of the axes."""
    ax.plot([x], [y], ls="", clip_on=False, **style)


def boxed(ax: Any, x: float, y: float, text: str, *, pad: float, box: Look, **style: Any) -> None:
    """Write a text over what is drawn, on a background of its own."""
    bbox = {"boxstyle": f"round,pad={pad}", "ec": "none", **box}
    ax.text(x, y, text, bbox=bbox, **{"size": SMALL, "ha": "center", "color": INK, **style})
