"""Pictures of results as SVG. Their colours can be read on light and on dark ground, so that a page needs one picture only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from typing import Final

from benchmarks.tables import figure

WIDTH: Final = 760
TEXT: Final = "#7d8590"
OWN: Final = "#e4703a"
OTHER: Final = "#5b9bd5"
FLOOR: Final = "#8f9aa6"
BAR: Final = 22
LEFT: Final = 190
RIGHT: Final = 90
LINES: Final = (OWN, OTHER, "#5aa469", "#b07cc6", "#c9a227")


def bars(title: str, values: Mapping[str, float], *, own: str, floors: Sequence[str]) -> str:
    """Horizontal bars on a logarithmic scale that begins at half of the smallest value.

    Args:
        title: what is shown, with its unit.
        values: name -> value above zero.
        own: the name that is set apart.
        floors: the names of what cannot be beaten, set apart too.
    """
    low, high = min(values.values()) / 2, max(values.values())
    parts = [_text(0, 18, title, bold=True)]
    for number, (name, value) in enumerate(sorted(values.items(), key=lambda item: item[1])):
        top = 34 + number * (BAR + 8)
        long = (WIDTH - LEFT - RIGHT) * log10(value / low) / log10(high / low)
        colour = OWN if name == own else FLOOR if name in floors else OTHER
        parts += [
            _text(LEFT - 10, top + 16, name, end=True, bold=name == own),
            f'<rect x="{LEFT}" y="{top}" width="{long:.1f}" height="{BAR}" rx="3" fill="{colour}"/>',
            _text(LEFT + long + 8, top + 16, figure(value)),
        ]
    return _picture(parts, 34 + len(values) * (BAR + 8), title)


def curves(title: str, lines: Mapping[str, Mapping[int, float]]) -> str:
    """Lines over size, both axes logarithmic: what grows in proportion is a straight line.

    Args:
        title: what is shown, with its unit.
        lines: name -> size -> value above zero.
    """
    sizes = [size for line in lines.values() for size in line]
    values = [value for line in lines.values() for value in line.values()]
    x_axis = _Axis(min(sizes), max(sizes), 60, WIDTH - 160)
    y_axis = _Axis(min(values), max(values), 330, 40)
    parts = [_text(0, 18, title, bold=True), *_grid(x_axis, y_axis)]
    ends: list[float] = []
    for number, (name, line) in enumerate(lines.items()):
        colour = LINES[number % len(LINES)]
        points = [(x_axis.at(size), y_axis.at(value)) for size, value in sorted(line.items())]
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points]
        height = _free(points[-1][1] + 5, ends)
        parts.append(_text(points[-1][0] + 10, height, name, colour=colour))
    return _picture(parts, 365, title)


class _Axis:
    """A logarithmic scale from whole power to whole power of ten, laid between two places of the picture."""

    def __init__(self, least: float, most: float, begin: float, end: float) -> None:
        self._low, self._high = floor(log10(least)), max(ceil(log10(most)), floor(log10(least)) + 1)
        self._begin, self._end = begin, end

    @property
    def powers(self) -> range:
        return range(self._low, self._high + 1)

    def at(self, value: float) -> float:
        return self._begin + (self._end - self._begin) * (log10(value) - self._low) / (self._high - self._low)


def _grid(x_axis: _Axis, y_axis: _Axis) -> list[str]:
    left, right = (x_axis.at(10.0**power) for power in (x_axis.powers[0], x_axis.powers[-1]))
    low, high = (y_axis.at(10.0**power) for power in (y_axis.powers[0], y_axis.powers[-1]))
    parts = []
    for power in x_axis.powers:
        x = x_axis.at(10.0**power)
        parts += [_rule(x, low, x, high), _text(x, low + 20, f"{10**power:,}", middle=True)]
    for power in y_axis.powers:
        y = y_axis.at(10.0**power)
        parts += [_rule(left, y, right, y), _text(left - 8, y + 5, f"{10.0**power:g}", end=True)]
    return parts


def _free(height: float, taken: list[float]) -> float:
    """A height near the wanted one where no other name stands."""
    while any(abs(height - other) < 16 for other in taken):
        height += 4
    taken.append(height)
    return height


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{TEXT}" stroke-opacity="0.25"/>'


def _text(
    x: float, y: float, text: str, *, end: bool = False, middle: bool = False, bold: bool = False, colour: str = TEXT
) -> str:
    anchor = "end" if end else "middle" if middle else "start"
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'


def _picture(parts: Sequence[str], height: float, title: str) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}" '
        'font-family="system-ui, sans-serif" font-size="14">'
    )
    return "\n".join([head, *parts, "</svg>", ""])
