"""Charts of values with intervals, drawn as SVG without any other package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

ROW_HEIGHT, LABEL_WIDTH, PLOT_WIDTH, MARGIN = 22, 250, 420, 16
HEADER_HEIGHT, AXIS_HEIGHT, LEGEND_HEIGHT = 34, 42, 24
# Colours that colour-blind readers can tell apart (Okabe and Ito).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")


@dataclass(frozen=True)
class Dot:
    """A value in a row, with half of the width of its interval; 0 for no interval."""

    series: str
    value: float
    margin: float = 0


@dataclass(frozen=True)
class DotChart:
    """Rows of dots over one axis, which begins at 0."""

    title: str
    axis: str
    rows: Sequence[tuple[str, Sequence[Dot]]]
    # Value at which a vertical line is drawn.
    limit: float | None = None

    def _series(self) -> list[str]:
        return list(dict.fromkeys(dot.series for _, dots in self.rows for dot in dots))

    def svg(self) -> str:
        """SVG text of the chart."""
        series = self._series()
        largest = max(dot.value + dot.margin for _, dots in self.rows for dot in dots)
        step = tick_step(max(largest, self.limit or 0))
        end = step * (int(max(largest, self.limit or 0) / step) + 1)
        top = HEADER_HEIGHT + (LEGEND_HEIGHT if len(series) > 1 else 0)
        bottom = top + ROW_HEIGHT * len(self.rows)
        width, height = LABEL_WIDTH + PLOT_WIDTH + 2 * MARGIN, bottom + AXIS_HEIGHT

        def x(value: float) -> str:
            return f"{LABEL_WIDTH + MARGIN + PLOT_WIDTH * max(value, 0) / end:.1f}"

        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" font-family="DejaVu Sans, Arial, sans-serif" font-size="12">',
            f"<title>{escape(self.title)}</title>",
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            f'<text x="{MARGIN}" y="22" font-size="14">{escape(self.title)}</text>',
        ]
        for index in range(round(end / step) + 1):
            value = index * step
            lines.append(f'<path d="M{x(value)} {top}V{bottom}" stroke="#ddd"/>')
            lines.append(f'<text x="{x(value)}" y="{bottom + 16}" text-anchor="middle">{value:g}</text>')
        lines.append(f'<text x="{x(end / 2)}" y="{bottom + 34}" text-anchor="middle">{escape(self.axis)}</text>')
        if self.limit is not None:
            lines.append(f'<path d="M{x(self.limit)} {top}V{bottom}" stroke="#000" stroke-dasharray="4 3"/>')
        if len(series) > 1:
            place = LABEL_WIDTH + MARGIN
            for colour, name in zip(COLOURS, series, strict=False):
                lines.append(f'<circle cx="{place}" cy="{HEADER_HEIGHT + 8}" r="4" fill="{colour}"/>')
                lines.append(f'<text x="{place + 8}" y="{HEADER_HEIGHT + 12}">{escape(name)}</text>')
                place += 24 + 7 * len(name)
        for index, (label, dots) in enumerate(self.rows):
            middle = top + ROW_HEIGHT * (index + 0.5)
            lines.append(f'<text x="{LABEL_WIDTH + 4}" y="{middle + 4:.1f}" text-anchor="end">{escape(label)}</text>')
            for dot in dots:
                number = series.index(dot.series)
                colour = COLOURS[number % len(COLOURS)]
                y = middle + 5 * (number - (len(series) - 1) / 2)
                if dot.margin > 0:
                    ends = f"M{x(dot.value - dot.margin)} {y:.1f}H{x(dot.value + dot.margin)}"
                    lines.append(f'<path d="{ends}" stroke="{colour}" stroke-width="2"/>')
                lines.append(f'<circle cx="{x(dot.value)}" cy="{y:.1f}" r="4" fill="{colour}"/>')
        return "\n".join([*lines, "</svg>", ""])

    def write(self, path: Path) -> None:
        path.write_text(self.svg())


def tick_step(largest: float) -> float:
    """Distance of ticks: 1, 2 or 5 times a power of ten, at most ten ticks up to `largest`."""
    power = 1.0
    while power * 10 < largest:
        power *= 10
    while power > largest:
        power /= 10
    return next(power * factor for factor in (0.1, 0.2, 0.5, 1, 2) if largest <= 10 * power * factor)
