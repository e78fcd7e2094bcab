"""A curve as SVG, written by hand: two axes, round ticks, lines with points, a legend; light and dark pages both."""

import math
from collections.abc import Sequence
from html import escape
from typing import Final

from bench.benchmark import Curve

WIDTH: Final = 640
HEIGHT: Final = 360
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 48, 56
COLOURS: Final = ("#2b6cb0", "#c05621", "#2f855a", "#805ad5")
_STYLE: Final = (
    "text{font:13px sans-serif;fill:#1a202c}.t{font-size:15px;font-weight:600}.g{stroke:#cbd5e0;stroke-width:1}"
    "@media(prefers-color-scheme:dark){text{fill:#e2e8f0}.g{stroke:#4a5568}}"
)


def draw(curve: Curve) -> str:
    """The SVG document."""
    points = [point for line in curve.lines.values() for point in line]
    xs = [x for x, _ in points]
    y_ticks = _ticks(max(y for _, y in points))
    x_ticks = sorted(set(xs)) if len(set(xs)) <= 11 else _ticks(max(xs))
    low, high = (min(xs), max(xs)) if curve.logarithmic_x or len(set(xs)) <= 11 else (0.0, x_ticks[-1])

    def place_x(x: float) -> float:
        if low == high:
            return (LEFT + WIDTH - RIGHT) / 2
        share = math.log(x / low) / math.log(high / low) if curve.logarithmic_x else (x - low) / (high - low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def place_y(y: float) -> float:
        return HEIGHT - BOTTOM - y / y_ticks[-1] * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(curve.title)}</title><style>{_STYLE}</style>",
        f'<text class="t" x="{LEFT}" y="22">{escape(curve.title)}</text>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 12}" text-anchor="middle">{escape(curve.x)}</text>',
        f'<g transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2:.0f}) rotate(-90)">',
        f'<text text-anchor="middle">{escape(curve.y)}</text></g>',
    ]
    for tick in y_ticks:
        y = place_y(tick)
        parts.append(f'<line class="g" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:,.6g}</text>')
    parts.extend(
        f'<text x="{place_x(tick):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{tick:,.6g}</text>'
        for tick in x_ticks
    )
    for number, (name, line) in enumerate(curve.lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{place_x(x):.1f},{place_y(y):.1f}" for x, y in line)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{place_x(x):.1f}" cy="{place_y(y):.1f}" r="3" fill="{colour}"/>' for x, y in line]
        at = LEFT + number * (WIDTH - LEFT - RIGHT) / max(2, len(curve.lines))
        parts.append(f'<circle cx="{at + 5:.0f}" cy="36" r="4" fill="{colour}"/>')
        parts.append(f'<text x="{at + 14:.0f}" y="40">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _ticks(most: float) -> Sequence[float]:
    """Round numbers from 0 to at least `most`."""
    rough = most / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    return [step * count for count in range(math.ceil(most / step - 1e-9) + 1)]
