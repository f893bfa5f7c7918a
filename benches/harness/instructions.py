"""Instructions per message under callgrind: a run of N messages and one of 2N,
and the difference, so that starting, connecting and ending cancel out. Counts
what runs in user space, which a busy machine does not change; the kernel's part
of a system call is not seen.
"""

import collections
import os
import re
import subprocess
import sys

import measure
import report

SIZES = (1, 256)
BUFFER = 16
COUNT = 200_000
BEGIN = "<!-- begin: written by scripts/bench --instructions --docs -->"
END = "<!-- end: written by scripts/bench --instructions --docs -->"
HEADINGS = ("path", "bytes", "what", "ours", "libzmq", "ratio")
# What each call does once for many messages, by its name in our library.
BATCHES = {"zmq_msg_send": "Driver>::drain", "zmq_msg_recv": "Driver>::refill"}
TIMEOUT_S = 300


def main(bench, options):
    if subprocess.run(["valgrind", "--version"], capture_output=True, check=False).returncode != 0:
        sys.exit("valgrind is missing")
    rows = []
    print_line(HEADINGS)
    for transport in ("tcp", "inproc"):
        for size in SIZES:
            found = {name: per_message(bench, transport, size, library) for name, library in bench.libraries.items()}
            rows += printed_rows(transport, str(size), found)
    for parts in (1, 3):
        found = {name: per_buffers(bench, parts, library) for name, library in bench.libraries.items()}
        rows += printed_rows("inproc", f"{parts} x {BUFFER}", found)
    if options.docs:
        report.put_into_docs(os.path.join(measure.ROOT, "docs", "performance.md"), section(rows), BEGIN, END)
    return 0


def printed_rows(path, size, found):
    rows = []
    for what in found["ours"]:
        ours, theirs = found["ours"][what], found["theirs"].get(what, 0)
        rows.append((path, size, what, f"{ours:.0f}", f"{theirs:.0f}", f"{ours / theirs:.2f}" if theirs else ""))
        print_line(rows[-1])
    return rows


def print_line(cells):
    print(" ".join(f"{cell:<{width}}" for cell, width in zip(cells, (8, 6, 42, 8, 8, 6))).rstrip(), flush=True)


def per_message(bench, transport, size, library):
    """{what: instructions per message}"""
    if transport == "inproc":
        whole = difference(bench, library, lambda n: ([["inproc_thr", str(size), str(n)]], 0))
        # No batches: what is sent is there.
        return {"zmq_msg_send": whole["zmq_msg_send"], "zmq_msg_recv": whole["zmq_msg_recv"],
                "the process, all threads": whole["total"]}
    pair = lambda n: [["local_thr", "@tcp", str(size), str(n)], ["remote_thr", "@tcp", str(size), str(n)]]
    receiving = difference(bench, library, lambda n: (pair(n), 0))
    sending = difference(bench, library, lambda n: (pair(n), 1))
    return {**of_call(sending, "zmq_msg_send"), "sending process, all threads": sending["total"],
            **of_call(receiving, "zmq_msg_recv"), "receiving process, all threads": receiving["total"]}


def per_buffers(bench, parts, library):
    """The same for zmq_send and zmq_recv, all calls of a message together."""
    whole = difference(bench, library, lambda n: ([["buffer_thr", "inproc", str(parts), str(BUFFER), str(n)]], 0))
    return {"zmq_send": whole["zmq_send"], "zmq_recv": whole["zmq_recv"], "the process, all threads": whole["total"]}


def of_call(costs, name):
    """The function with all it calls, and without the batches it writes or reads
    for many messages at once (libzmq's I/O thread does those)."""
    return {name: costs[name], f"{name} without batches": costs[name] - costs[BATCHES[name]]}


def difference(bench, library, make):
    once, twice = count(bench, library, *make(COUNT)), count(bench, library, *make(2 * COUNT))
    return collections.Counter({name: (twice[name] - once[name]) / COUNT for name in twice})


def count(bench, library, commands, watched):
    """Runs the commands, one of them under callgrind; its inclusive costs by function."""
    out = os.path.join(bench.work, "callgrind.out")
    endpoints, children = {}, []
    for number, command in enumerate(commands):
        words = [os.path.join(bench.work, command[0]), *(bench.word(word, endpoints) for word in command[1:])]
        if number == watched:
            words = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *words]
        children.append(subprocess.Popen(words, cwd=bench.work, env=dict(os.environ, LD_LIBRARY_PATH=library),
                                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
    try:
        for child in children:
            _, errors = child.communicate(timeout=TIMEOUT_S)
            if child.returncode != 0:
                sys.exit(f"{child.args}: exit {child.returncode}\n{errors}")
    finally:
        for child in children:
            if child.poll() is None:
                child.kill()
                child.wait()
    return inclusive(out)


def inclusive(path):
    """callgrind_annotate's inclusive list, for the functions asked about."""
    text = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", "--auto=no", path],
                          capture_output=True, text=True, check=True).stdout
    costs = collections.Counter()
    total = re.search(r"^([\d,]+)\s.*PROGRAM TOTALS", text, re.MULTILINE)
    costs["total"] = int(total.group(1).replace(",", ""))
    names = "|".join([*BATCHES, *BATCHES.values(), "zmq_send", "zmq_recv"])
    for cost, name in re.findall(rf"^\s*([\d,]+)\s.*?[:/]?({names})(?=[\s'\[]|$)", text, re.MULTILINE):
        costs[name] = max(costs[name], int(cost.replace(",", "")))
    return costs


def section(rows):
    lines = [BEGIN, "", f"Instructions per message in user space (callgrind, {COUNT:,} and {2 * COUNT:,} messages, the "
             "difference). Ours writes and reads batches within the call, libzmq in its I/O threads:", "",
             "| " + " | ".join(HEADINGS) + " |", "|" + "---|" * len(HEADINGS)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([*lines, "", END])
