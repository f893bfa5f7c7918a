"""What scripts/bench measures: each cell's programs, figures and goals. A cell
knows nothing of how it is run (measure.py) or shown (report.py, plots.py).
"""

import dataclasses
import fnmatch
import math
import sys
from typing import Callable, Optional

MORE, LESS = "more", "less"
THROUGHPUT_SIZES = [1, 16, 64, 256, 1024, 4096, 8192, 65536, 1 << 20]
INPROC_SIZES = [1, 16, 64, 256, 1024]
CALIBRATE_BY_RATE = "rate"
CALIBRATE_BY_LATENCY = "p50"
# Runs of so many seconds and more have a fixed count in full.
WHOLE = 0.4
# What every throughput cell asks of both processes' CPU per message.
CPU_GOAL = 0.5


@dataclasses.dataclass
class Figure:
    key: str  # the name a program prints, or "cpu"
    unit: str
    better: str


@dataclasses.dataclass
class Goal:
    figure: str
    bound: float
    against: str = "theirs"  # or the name of a floor

    def reached(self, ratio, better):
        return ratio >= self.bound if better == MORE else ratio <= self.bound


@dataclasses.dataclass
class Cell:
    name: str
    # From a message count to the commands started together; the first one prints.
    commands: Callable
    figures: list
    goals: list
    probe: int  # a count that takes a moment with the slower library
    calibrate: Optional[str] = None  # None: `probe` is the count of a full run
    # Floors by name: commands without a library, or with ours when `ours_floor`.
    floors: dict = dataclasses.field(default_factory=dict)
    ours_floor: bool = False
    # How many messages a count stands for when CPU time is shared out.
    per_count: float = 1
    quick: bool = False
    tags: dict = dataclasses.field(default_factory=dict)  # for the plots


RATE = Figure("rate", "msg/s", MORE)
CPU = Figure("cpu", "s/M", LESS)
P50 = Figure("p50", "us", LESS)
P99 = Figure("p99", "us", LESS)


def one(*words):
    """The commands of a cell that starts its other processes itself."""
    return lambda count: [[*words, str(count)]]


def thr_goals(transport, size):
    if size <= 64:
        bound = 5
    elif size <= 256:
        bound = 4
    elif size <= 8192:
        bound = 3
    else:
        bound = 1.25
    if transport == "inproc":
        return [Goal("rate", 3), Goal("cpu", CPU_GOAL)]
    goals = [Goal("rate", bound), Goal("cpu", CPU_GOAL)]
    return goals + ([Goal("rate", 0.9, "framed")] if size >= 65536 else [])


def throughput_cells():
    for transport in ("tcp", "ipc", "inproc"):
        for size in INPROC_SIZES if transport == "inproc" else THROUGHPUT_SIZES:
            pair = lambda count, t=transport, s=size: [
                ["local_thr", f"@{t}", str(s), str(count)], ["remote_thr", f"@{t}", str(s), str(count)]]
            inproc = transport == "inproc"
            yield Cell(
                f"{transport}-thr-{size}",
                one("inproc_thr", str(size)) if inproc else pair,
                [RATE, CPU], thr_goals(transport, size),
                probe=100_000 if size <= 1024 else max(500, (1 << 28) // size // 4), calibrate=CALIBRATE_BY_RATE,
                floors={} if inproc else {"framed": one("floor_thr", transport, str(size))},
                quick=size in ((1, 256, 65536) if transport == "tcp" else (64,)),
                tags={"plot": "throughput", "panel": transport, "x": size})


def buffer_cells():
    """zmq_send and zmq_recv, and messages of three frames."""
    for transport in ("tcp", "inproc"):
        for parts, size in ((1, 16), (1, 64), (1, 256), (3, 16), (3, 64)):
            bound = 3 if transport == "inproc" else 5 if size <= 64 else 4
            yield Cell(f"{transport}-buffers-{parts}-{size}", one("buffer_thr", transport, str(parts), str(size)),
                       [RATE, CPU], [Goal("rate", bound), Goal("cpu", CPU_GOAL)],
                       probe=100_000, calibrate=CALIBRATE_BY_RATE, quick=(transport, parts, size) == ("tcp", 3, 16))


def latency_cells():
    for transport in ("tcp", "ipc", "inproc"):
        for pattern in ("req", "dealer"):
            for wait in ("recv", "poll"):
                for size in (1,) if transport == "inproc" else (1, 1024):
                    yield latency_cell(transport, pattern, wait, size)
    for transport in ("tcp", "ipc"):
        for pattern in ("req", "dealer"):
            for size in (1, 1024):
                yield spinning_cell(transport, pattern, size)


def latency_cell(transport, pattern, wait, size):
    if transport == "inproc":
        floors = {kind: one("floor_lat", kind, "blocking", str(size)) for kind in ("eventfd", "futex")}
        goals = [Goal("p50", 1.1, "eventfd")]
    else:
        floors = {kind: one("floor_lat", transport, kind, str(size)) for kind in ("blocking", "spinning")}
        goals = [Goal("p50", 1.1, "blocking"), Goal("p99", 1)]
    return Cell(f"{transport}-lat-{pattern}-{wait}-{size}", one("lat", transport, pattern, wait, str(size)),
                [P50, P99, CPU], goals, probe=1000, calibrate=CALIBRATE_BY_LATENCY, floors=floors,
                quick=size == 1 and (pattern, wait) == ("req", "recv"),
                tags={"plot": "latency", "panel": f"{transport}, {pattern.upper()}, {size} B"}
                if wait == "recv" and pattern == "req" and size == 1 else {})


def spinning_cell(transport, pattern, size):
    """With the spin that a user may ask for; libzmq has none."""
    cell = latency_cell(transport, pattern, "recv", size)
    return dataclasses.replace(
        cell, name=f"{transport}-lat-{pattern}-spin-{size}", quick=False, tags={},
        commands=one("ZMQ_SPIN=1000", "lat", transport, pattern, "recv", str(size)),
        goals=[Goal("p50", 1.3, "spinning")], floors={"spinning": cell.floors["spinning"]})


def peer_cells():
    for kind in ("pull", "router"):
        for mode in ("threads", "turns"):
            for senders in (1, 8, 64):
                for size in (1, 256):
                    goals = [Goal("rate", 5 if size == 1 else 3), Goal("cpu", CPU_GOAL)] if senders > 1 else []
                    yield Cell(f"fanin-{kind}-{mode}-{senders}-{size}", one("fan_in", kind, mode, str(senders), str(size)),
                               [RATE, CPU], goals, probe=50_000, calibrate=CALIBRATE_BY_RATE,
                               quick=mode == "threads" and (senders, size) == (8, 1),
                               tags={"plot": "scaling", "panel": f"into one {kind.upper()}, {size} B", "x": senders}
                               if mode == "threads" else {})
    for subscribers in (1, 8, 100):
        yield Cell(f"fanout-{subscribers}", one("fan_out", "all", str(subscribers), "64"),
                   [RATE, CPU], [Goal("rate", 4), Goal("cpu", CPU_GOAL)] if subscribers > 1 else [],
                   probe=100_000 // subscribers, calibrate=CALIBRATE_BY_RATE, per_count=subscribers,
                   quick=subscribers == 8,
                   tags={"plot": "scaling", "panel": "deliveries of one PUB, 64 B", "x": subscribers})
    # Its "floor" is ours without the stuck subscriber.
    yield Cell("fanout-stuck", one("fan_out", "stuck", "8", "64"), [RATE], [Goal("rate", 0.95, "unstuck")],
               probe=20_000, calibrate=CALIBRATE_BY_RATE, per_count=8, ours_floor=True, quick=True,
               floors={"unstuck": one("fan_out", "window", "8", "64")})


def forwarding_cells():
    for kind in ("xpub", "router"):
        for size in (1, 256):
            yield Cell(f"proxy-{kind}-{size}", one("proxy_tcp", kind, str(size)), [RATE, CPU],
                       [Goal("rate", 3), Goal("cpu", CPU_GOAL)], probe=50_000, calibrate=CALIBRATE_BY_RATE,
                       quick=size == 1)
    for size in (1, 1024):
        yield Cell(f"proxy-inproc-{size}", one("proxy_thr", str(size)), [RATE, CPU],
                   [Goal("rate", 3), Goal("cpu", CPU_GOAL)], probe=50_000, calibrate=CALIBRATE_BY_RATE)
    yield Cell("broker-10", one("broker", "10", "64"), [RATE, P50, P99, CPU], [Goal("rate", 2)],
               probe=2000, calibrate=CALIBRATE_BY_RATE, quick=True)
    yield Cell("blackbox", one("black_box", "100"), [RATE, CPU], [Goal("rate", 4), Goal("cpu", CPU_GOAL)],
               probe=50_000, calibrate=CALIBRATE_BY_RATE, quick=True)


def paced_cells():
    for burst in (10, 1):
        figures = [Figure("first p50", "us", LESS), Figure("first p99", "us", LESS)]
        goals = [Goal("first p50", 0.5), Goal("cpu", 1)]
        if burst > 1:
            figures += [Figure("last p50", "us", LESS), Figure("last p99", "us", LESS)]
            goals.insert(1, Goal("last p50", 0.5))
        yield Cell(f"burst-{burst}", one("burst", str(burst)), figures + [CPU], goals,
                   probe=1000, per_count=burst, quick=True)


def security_cells():
    for size in (64, 1024, 65536):
        yield Cell(f"curve-{size}", one("curve_thr", "curve", str(size)), [RATE, CPU], [Goal("rate", 1.5)],
                   probe=10_000 if size <= 1024 else 1000, calibrate=CALIBRATE_BY_RATE, quick=size == 1024)


def resource_cells():
    speeds = [Figure(key, "/s", MORE) for key in ("insert", "match", "remove")]
    yield Cell("topics", one("topics"), [*speeds, Figure("bytes", "B/topic", LESS)],
               [Goal("insert", 2), Goal("match", 2), Goal("remove", 2), Goal("bytes", 0.5)],
               probe=1_000_000, quick=True)
    yield Cell("idle", one("idle"), [Figure("bytes", "B/conn", LESS), Figure("accepts", "/s", MORE),
                                     Figure("connections", "", MORE)],
               [Goal("bytes", 0.4)], probe=10_000, quick=True)
    yield Cell("first", one("first"), [P50, P99, CPU], [Goal("p50", 1)], probe=200, quick=True)


def option_cells():
    for option in ("hwm-1", "hwm-10", "hwm-0", "conflate", "fd", "io-2"):
        # Without a high-water mark memory is what bounds the count.
        calibrate = None if option == "hwm-0" else CALIBRATE_BY_RATE
        yield Cell(f"option-{option}", one("option_thr", option, "64"), [RATE, CPU], [Goal("rate", 1)],
                   probe=500_000 if option == "hwm-0" else 20_000, calibrate=calibrate, quick=option in ("hwm-1", "fd"))
    for size in (64, 1024):
        yield Cell(f"python-{size}", one("python", str(size)), [RATE, CPU], [Goal("rate", 1)],
                   probe=20_000, calibrate=CALIBRATE_BY_RATE, quick=size == 64)


def all_cells():
    return [*throughput_cells(), *buffer_cells(), *latency_cells(), *peer_cells(), *forwarding_cells(), *paced_cells(),
            *security_cells(), *resource_cells(), *option_cells()]


def chosen(quick, only):
    """The cells of a run; `only` holds names, their beginnings, or patterns."""
    cells = all_cells()
    if not only:
        return [cell for cell in cells if cell.quick or not quick]
    found = [cell for cell in cells
             if any(cell.name == name or cell.name.startswith(name.rstrip("-") + "-") or fnmatch.fnmatch(cell.name, name)
                    for name in only)]
    if not found:
        sys.exit(f"no cell is called {', '.join(only)}; there are {' '.join(cell.name for cell in cells)}")
    return found


def fixed_count(cell, seconds):
    """The count of a cell that is not calibrated: less of it in a quick run."""
    return max(20, int(cell.probe * min(1, seconds / WHOLE)))


def next_count(cell, figures, seconds):
    """The count that takes about `seconds`, from what a probe gave."""
    if cell.calibrate == CALIBRATE_BY_RATE:
        per_second = figures["rate"] / cell.per_count
    elif cell.calibrate == CALIBRATE_BY_LATENCY:
        per_second = 1e6 / (2 * max(figures["p50"], 0.05))
    else:
        raise ValueError(cell.name)
    return max(cell.probe // 4, math.ceil(per_second * seconds))
