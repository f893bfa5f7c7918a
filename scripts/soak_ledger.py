"""The ledger of a soak, read and judged.

The layout is that of capi-tests/stress/soak/ledger.h. Reader looks at the
mapped file while the peers write to it; nothing here changes it but the head.
"""

import mmap
import os

STREAMS, TAKINGS, PEERS, KINDS, RECORD = 160, 200, 160, 32, 16
STARTING, RUN, DRAIN, REST, END = range(5)
HEAD = {"phase": 0, "seed": 1, "bound_ms": 2, "cycle": 3}
STREAM = {"sent": 0, "sum": 1, "life": 2, "life_sent": 3}
TAKING = {"received": 0, "sum": 1, "life": 2, "life_received": 3, "last": 4, "lost_allowed": 5, "missing": 6,
          "disordered": 7, "doubled": 8, "corrupt": 9, "late": 10}
SLOT = {"due": 0, "checked": 1, "overrun": 2, "missed": 3, "foreign": 4, "faults": 5, "pid": 6, "ended": 7, "busy": 8, "heap": 9}
HOSTILE_AT = 16
STREAMS_AT = HOSTILE_AT + KINDS
TAKINGS_AT = STREAMS_AT + STREAMS * RECORD
SLOTS_AT = TAKINGS_AT + TAKINGS * RECORD
WORDS = SLOTS_AT + PEERS * RECORD
WRONG = ("missing", "disordered", "doubled", "corrupt")


class Ledger:
    def __init__(self, path, seed, bound_ms):
        with open(path, "w+b") as file:
            os.ftruncate(file.fileno(), WORDS * 8)
            self.map = mmap.mmap(file.fileno(), WORDS * 8)
        self.words = memoryview(self.map).cast("Q")
        self.put("seed", seed)
        self.put("bound_ms", bound_ms)

    def put(self, name, value):
        self.words[HEAD[name]] = value

    def get(self, name):
        return self.words[HEAD[name]]

    def hostile(self, kind):
        return self.words[HOSTILE_AT + kind]

    def stream(self, number, name):
        return self.words[STREAMS_AT + number * RECORD + STREAM[name]]

    def taking(self, number, name):
        return self.words[TAKINGS_AT + number * RECORD + TAKING[name]]

    def slot(self, number, name):
        return self.words[SLOTS_AT + number * RECORD + SLOT[name]]

    def forget_calls(self, numbers):
        """What killed peers were waiting for."""
        for number in numbers:
            self.words[SLOTS_AT + number * RECORD + SLOT["due"]] = 0
            self.words[SLOTS_AT + number * RECORD + SLOT["busy"]] = 0


def shared_received(ledger, plan, stream):
    return sum(ledger.taking(number, "received") for number, (of, _, _) in plan.takings.items() if of == stream)


def arrears(ledger, plan):
    """What has been sent and not received, as lines; empty when all is there."""
    lines = []
    for number, (stream, rule, process) in plan.takings.items():
        life, sent = ledger.stream(stream, "life"), ledger.stream(stream, "life_sent")
        if rule == "e":
            got = ledger.taking(number, "life_received") if ledger.taking(number, "life") == life else 0
        elif rule == "j":
            got = ledger.taking(number, "last")
        elif rule == "s":
            sent, got = ledger.stream(stream, "sent"), shared_received(ledger, plan, stream)
        else:
            continue
        if got != sent:
            lines.append(f"stream {stream} ({plan.streams[stream][0]}) to {process}: {got} of {sent} in life {life}")
    lines += [f"peer {n} is not done" for n in range(1, plan.count + 1) if ledger.slot(n, "busy")]
    return lines


def wrongs(ledger, plan):
    """What must never be, as lines."""
    lines = []
    for number, (stream, _, process) in plan.takings.items():
        lines += [f"stream {stream} ({plan.streams[stream][0]}) to {process}: {ledger.taking(number, name)} {name}"
                  for name in WRONG if ledger.taking(number, name)]
    for number in range(1, plan.count + 1):
        if ledger.slot(number, "missed"):
            lines.append(f"peer {number} ({plan.line_of(number)}): {ledger.slot(number, 'missed')} timeouts missed, "
                         f"the worst by {ledger.slot(number, 'overrun') / 1e9:.1f} s")
        if ledger.slot(number, "faults"):
            lines.append(f"peer {number} ({plan.line_of(number)}): {ledger.slot(number, 'faults')} faults")
    return lines


def overdue(ledger, plan, now_ns, bound_ms):
    """Calls that should have returned long ago."""
    late = []
    for number in range(1, plan.count + 1):
        due = ledger.slot(number, "due")
        if due and now_ns > due + bound_ms * 1_000_000:
            late.append(f"peer {number} ({plan.line_of(number)}): a call with a timeout has not returned "
                        f"{(now_ns - due) / 1e9:.1f} s after it")
    return late


def check_totals(ledger, plan):
    """After the last messages: every number is accounted for."""
    lines = []
    for number, (stream, rule, process) in plan.takings.items():
        sent, received = ledger.stream(stream, "sent"), ledger.taking(number, "received")
        name = f"stream {stream} ({plan.streams[stream][0]}) to {process}"
        if rule == "j" and received + ledger.taking(number, "lost_allowed") + ledger.taking(number, "missing") != sent:
            lines.append(f"{name}: {received} received, {ledger.taking(number, 'lost_allowed')} before it came, {sent} sent")
        if rule == "e" and stream not in plan.mortal_streams():
            if received != sent or ledger.taking(number, "sum") != ledger.stream(stream, "sum"):
                lines.append(f"{name}: {received} of {sent}, or others than were sent")
    for stream in {of for of, rule, _ in plan.takings.values() if rule == "s"}:
        total = sum(ledger.taking(n, "sum") for n, (of, _, _) in plan.takings.items() if of == stream) % 2**64
        if total != ledger.stream(stream, "sum"):
            lines.append(f"stream {stream} ({plan.streams[stream][0]}): its receivers took others than were sent")
    return lines


def per_pattern(ledger, plan):
    """Lines of a table: what was sent, had to arrive, arrived, and was lost where that is allowed."""
    rows = {}
    shared = set()
    for number, (stream, rule, process) in plan.takings.items():
        pattern, octets = plan.streams[stream]
        row = rows.setdefault(pattern + (" (octets)" if octets else ""), [0] * 6)
        if rule != "s" or stream not in shared:
            row[0] += ledger.stream(stream, "sent")
            shared.add(stream)
        row[1] += ledger.taking(number, "received")
        for index, name in enumerate(WRONG):
            row[2 + index] += ledger.taking(number, name)
    lines = [f"{'pattern':34}{'due':>12}{'received':>12}{'allowed loss':>13}{'missing':>9}{'order':>7}{'doubled':>9}{'corrupt':>9}"]
    for pattern, (due, received, missing, order, doubled, corrupt) in rows.items():
        lines.append(f"{pattern:34}{due:>12}{received:>12}{due - received - missing:>13}{missing:>9}{order:>7}{doubled:>9}{corrupt:>9}")
    return lines
