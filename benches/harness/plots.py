"""Draws what was measured as SVG, by hand: panels in rows, one line for
ours, libzmq and the floor. Colours hold on light and on dark paper.
"""

import math
import os
import statistics

COLOURS = {"ours": "#e8590c", "libzmq": "#1c7ed6", "floor": "#868e96"}
PAPER = "#808080"  # text and axes
PANEL_W, PANEL_H = 300, 220
LEFT, TOP, GAP, BOTTOM = 62, 76, 70, 78
ROW_H = PANEL_H + BOTTOM
COLUMNS = 3
# Labels nearer than this to the one before are left out.
LABEL_W = 24
NAMES = {"theirs": "libzmq", "ours": "ours"}


def draw_all(directory, measured, results):
    """Writes the plots there is something for; returns their names."""
    os.makedirs(directory, exist_ok=True)
    drawn = []
    for name, make in (("throughput", throughput), ("latency", latency), ("scaling", scaling)):
        panels = make([(cell, results["cells"][cell.name]) for cell in measured if cell.tags.get("plot") == name])
        if panels:
            with open(os.path.join(directory, name + ".svg"), "w", encoding="utf-8") as file:
                file.write(figure(TITLES[name], panels, results["title"]))
            drawn.append(name + ".svg")
    return drawn


TITLES = {"throughput": "Throughput, PUSH to PULL, by message size",
          "latency": "Latency: half a round trip, by share of the round trips",
          "scaling": "Scaling with the number of peers"}


def throughput(found):
    return by_x(found, "message size, B", "messages/s", base=2)


def scaling(found):
    return by_x(found, "peers", "messages/s", base=2)


def by_x(found, x_label, y_label, base):
    """Panels of medians of "rate" over the x in the cells' tags."""
    panels = {}
    for cell, runs in found:
        panel = panels.setdefault(cell.tags["panel"], Panel(cell.tags["panel"], x_label, y_label))
        for variant, repeats in runs.items():
            rates = [figures["rate"] for figures in repeats if "rate" in figures]
            if rates:
                panel.add(NAMES.get(variant, "floor"), math.log(cell.tags["x"], base), math.log10(statistics.median(rates)))
                panel.x_ticks[math.log(cell.tags["x"], base)] = short(cell.tags["x"], binary=x_label.endswith("B"))
    return list(panels.values())


PERCENTS = ("0", "1", "5", "10", "25", "50", "75", "90", "95", "99", "99.5", "99.9", "99.99")
SHOWN_PERCENTS = {"0": "0", "50": "50", "90": "90", "99": "99", "99.9": "99.9", "99.99": "99.99"}


def latency(found):
    panels = []
    for cell, runs in found:
        panel = Panel(cell.tags["panel"], "% of round trips are faster", "us")
        for variant, repeats in runs.items():
            if variant in ("spinning", "futex"):
                continue
            for percent in PERCENTS:
                values = [figures["p" + percent] for figures in repeats if "p" + percent in figures]
                if values:
                    # Each further nine takes as much room as the one before.
                    x = -math.log10(1 - float(percent) / 100)
                    panel.add(NAMES.get(variant, "floor"), x, math.log10(max(statistics.median(values), 0.01)))
                    if percent in SHOWN_PERCENTS:
                        panel.x_ticks[x] = percent
        panels.append(panel)
    return panels


class Panel:
    def __init__(self, title, x_label, y_label):
        self.title, self.x_label, self.y_label = title, x_label, y_label
        self.lines = {}
        self.x_ticks = {}

    def add(self, line, x, y):
        self.lines.setdefault(line, []).append((x, y))

    def range(self, axis):
        values = [point[axis] for line in self.lines.values() for point in line]
        low, high = min(values), max(values)
        if axis == 1:
            low, high = math.floor(low), math.ceil(high + 1e-9)
        return (low, high) if high > low else (low - 0.5, high + 0.5)


def short(number, binary):
    for size, unit in ((1 << 20, "Mi"), (1 << 10, "Ki")) if binary else ():
        if number >= size:
            return f"{number // size}{unit}"
    return str(number)


def power(exponent):
    value = 10 ** exponent
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def figure(title, panels, note):
    columns = min(len(panels), COLUMNS)
    rows = math.ceil(len(panels) / COLUMNS)
    width = LEFT + columns * PANEL_W + (columns - 1) * GAP + 24
    height = TOP + rows * ROW_H
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
             f'font-family="system-ui, sans-serif" font-size="12" fill="{PAPER}">',
             f'<title>{escape(title)}</title>',
             f'<text x="{LEFT}" y="20" font-size="15" font-weight="600">{escape(title)}</text>']
    parts += legend(panels)
    for number, panel in enumerate(panels):
        row, column = divmod(number, COLUMNS)
        parts.append(f'<g transform="translate({LEFT + column * (PANEL_W + GAP)} {TOP + row * ROW_H})">')
        parts += draw_panel(panel)
        parts.append("</g>")
    parts += note_lines(note, width, height)
    return "\n".join([*parts, "</svg>", ""])


def note_lines(note, width, height):
    """The note in as many lines as the width asks for (about 5 units a letter)."""
    lines, line = [], ""
    for word in note.split():
        if line and (len(line) + len(word)) * 5 > width - LEFT:
            lines.append(line)
            line = ""
        line = (line + " " + word).strip()
    lines.append(line)
    return [f'<text x="{LEFT}" y="{height - 6 - 12 * (len(lines) - 1 - i)}" font-size="10">{escape(text)}</text>'
            for i, text in enumerate(lines)]


def legend(panels):
    names = [name for name in COLOURS if any(name in panel.lines for panel in panels)]
    parts = []
    for i, name in enumerate(names):
        x = LEFT + 80 * i
        parts.append(f'<path d="M{x} 38h22"{stroke(name)}/><text x="{x + 27}" y="42">{name}</text>')
    return parts


def stroke(name):
    dashes = ' stroke-dasharray="5 4"' if name == "floor" else ""
    return f' stroke="{COLOURS[name]}" stroke-width="2" fill="none" stroke-linejoin="round"{dashes}'


def draw_panel(panel):
    (x0, x1), (y0, y1) = panel.range(0), panel.range(1)
    place_x = lambda x: (x - x0) / (x1 - x0) * PANEL_W
    place_y = lambda y: PANEL_H - (y - y0) / (y1 - y0) * PANEL_H
    parts = [f'<text x="0" y="-10" font-weight="600">{escape(panel.title)}</text>',
             f'<text x="{PANEL_W / 2}" y="{PANEL_H + 36}" text-anchor="middle">{escape(panel.x_label)}</text>',
             f'<text x="{PANEL_W}" y="-10" text-anchor="end" font-size="10">{escape(panel.y_label)}</text>']
    for exponent in range(math.floor(y0), math.ceil(y1) + 1):
        y = place_y(exponent)
        if -0.5 <= y <= PANEL_H + 0.5:
            parts.append(f'<path d="M0 {y:.1f}h{PANEL_W}" stroke="{PAPER}" stroke-opacity="0.25"/>'
                         f'<text x="-6" y="{y + 4:.1f}" text-anchor="end">{power(exponent)}</text>')
    last = -LABEL_W
    for x, label in sorted(panel.x_ticks.items()):
        if place_x(x) - last < LABEL_W:
            continue
        last = place_x(x)
        parts.append(f'<text x="{place_x(x):.1f}" y="{PANEL_H + 18}" text-anchor="middle" font-size="10">{label}</text>')
    for name in COLOURS:
        points = [(place_x(x), place_y(y)) for x, y in sorted(panel.lines.get(name, []))]
        if points:
            path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
            parts.append(f'<path d="{path}"{stroke(name)}/>')
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{COLOURS[name]}"/>' for x, y in points]
    return parts


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
