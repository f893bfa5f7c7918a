"""From what was measured to rows: medians, ratios in the same run, goals; as
text for a terminal and as Markdown for the documentation.
"""

import dataclasses
import os
import platform
import statistics
import subprocess
import time

from cells import MORE

BEGIN = "<!-- begin: written by scripts/bench --docs -->"
END = "<!-- end: written by scripts/bench --docs -->"
HEADINGS = ("cell", "figure", "ours", "libzmq", "ratio", "min-max", "floor", "to floor", "goal", "")


@dataclasses.dataclass
class Row:
    cell: str
    figure: str
    ours: str = ""
    theirs: str = ""
    ratio: str = ""
    spread: str = ""
    floor: str = ""
    to_floor: str = ""
    goal: str = ""
    verdict: str = ""

    def texts(self):
        return tuple(getattr(self, field.name) for field in dataclasses.fields(self))


def rows_of(cell, runs):
    """One row for each figure, and one more for each further floor of the main figure."""
    problems = [f"{variant} {figures['problem']}" for variant in runs for figures in runs[variant] if "problem" in figures]
    rows = [Row(cell.name, "PROBLEM", problem) for problem in problems]
    for figure in cell.figures:
        goals = [goal for goal in cell.goals if goal.figure == figure.key]
        floors = list(cell.floors)[:None if figure is cell.figures[0] else 1]
        row = base_row(cell, figure, runs)
        judge(row, goals, figure, runs, "theirs")
        rows.append(row)
        for number, floor in enumerate(floors):
            # A row has one goal: that to the floor may need its own.
            line = row if number == 0 and not (row.goal and against(goals, floor)) else Row(cell.name, row.figure)
            fill_floor(line, figure, runs, floor)
            judge(line, goals, figure, runs, floor)
            if line is not row:
                rows.append(line)
    return rows


def against(goals, variant):
    return [goal for goal in goals if goal.against == variant]


def base_row(cell, figure, runs):
    row = Row(cell.name, (figure.key + " " + figure.unit).strip())
    row.ours = show(median(runs, "ours", figure.key))
    row.theirs = show(median(runs, "theirs", figure.key))
    found = ratios(runs, figure.key, "theirs")
    if found:
        row.ratio = f"{row_ratio(figure, runs, 'theirs'):.2f}"
        row.spread = f"{min(found):.2f}-{max(found):.2f}"
    return row


def fill_floor(row, figure, runs, floor):
    middle = median(runs, floor, figure.key)
    ratio = row_ratio(figure, runs, floor)
    row.floor = f"{show(middle)} {floor}" if middle is not None else ""
    row.to_floor = f"{ratio:.2f}" if ratio is not None else ""


def judge(row, goals, figure, runs, variant):
    ratio = row_ratio(figure, runs, variant)
    for goal in against(goals, variant):
        sign = ">=" if figure.better == MORE else "<="
        row.goal = f"{sign} {goal.bound:g}" + ("" if variant == "theirs" else f" of {variant}")
        if ratio is None:
            row.verdict = "not measured"
        else:
            row.verdict = "reached" if goal.reached(ratio, figure.better) else "not reached"


def values(runs, variant, key):
    return [figures[key] for figures in runs.get(variant, []) if key in figures]


def median(runs, variant, key):
    found = values(runs, variant, key)
    return statistics.median(found) if found else None


def row_ratio(figure, runs, other_variant):
    ours, other = median(runs, "ours", figure.key), median(runs, other_variant, figure.key)
    return ours / other if ours is not None and other else None


def ratios(runs, key, other_variant):
    """Repeat by repeat: the two runs next to each other."""
    return [a / b for a, b in zip(values(runs, "ours", key), values(runs, other_variant, key)) if b]


def show(value):
    if value is None:
        return ""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def heading(options, libraries):
    quick = " --quick" if options.quick else ""
    return (f"scripts/bench{quick}: {time.strftime('%Y-%m-%d')}, {machine()}; ours {libraries['ours']} against "
            f"libzmq {libraries['theirs']}; medians of {options.repeats}, runs of about {options.seconds:g} s in turns.")


def machine():
    model = platform.processor() or platform.machine()
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    release = ".".join(platform.release().split(".")[:2])
    return f"{os.cpu_count()} cores of {model}, Linux {release}"


def version(directory):
    """What zmq_version says, asked in a process of its own."""
    program = ("import ctypes,sys; l=ctypes.CDLL(sys.argv[1]); v=[ctypes.c_int() for _ in range(3)]; "
               "l.zmq_version(*map(ctypes.byref, v)); print('.'.join(str(n.value) for n in v))")
    library = os.path.join(directory, "libzmq.so.5")
    found = subprocess.run(["python3", "-c", program, library], capture_output=True, text=True, check=False)
    return found.stdout.strip() or "?"


WIDTHS = (28, 15, 13, 13, 7, 14, 20, 9, 18, 0)


def text_line(cells):
    left = (0, 1, 8, 9)
    parts = [f"{cell:<{width}}" if i in left else f"{cell:>{width}}" for i, (cell, width) in enumerate(zip(cells, WIDTHS))]
    parts[8] = "  " + parts[8]
    return " ".join(parts).rstrip()


def markdown(title, rows, plots):
    lines = [BEGIN, "", title, "", "Ratios are ours to libzmq, with the smallest and largest of the repeats; a floor is the "
             "same work by plain", "system calls (that of fanout-stuck: ours without the stuck one). `cpu` counts all "
             "processes, in seconds per", "million messages or round trips.", ""]
    lines += [f"![{os.path.splitext(name)[0]}](plots/{name})" for name in plots] + [""]
    lines += ["| " + " | ".join(HEADINGS) + " |", "|" + "---|" * len(HEADINGS)]
    lines += ["| " + " | ".join(row.texts()) + " |" for row in rows]
    return "\n".join([*lines, "", END])


def put_into_docs(path, section, begin=BEGIN, end=END):
    """Replaces what is between the markers, or appends it."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if begin in text and end in text:
        head, rest = text.split(begin, 1)
        text = head + section + rest.split(end, 1)[1]
    else:
        text = text.rstrip("\n") + "\n\n" + section + "\n"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
