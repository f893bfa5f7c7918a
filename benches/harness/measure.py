"""Builds the programs of benches/c and runs cells, with either library in turn
by way of LD_LIBRARY_PATH; what a run gives is a dictionary of figures, or the
word for what went wrong. Ends only processes that it started.
"""

import contextlib
import itertools
import os
import re
import shutil
import signal
import subprocess
import threading

import cells as cell_table
from programs import ROOT, compile_program, free_tcp, stage_library

SOURCES = os.path.join(ROOT, "benches", "c")
TIMEOUT_S = 120
# Most probes before a cell's runs.
PROBES = 3
# The system's own interpreter, which Debian's python3-zmq is made for.
PYTHON = "/usr/bin/python3"


class Bench:
    """A directory of programs and the libraries they are run with."""

    def __init__(self, work, ours, theirs):
        self.work = work
        # Copies: a build in between must not change what is measured.
        self.libraries = {"ours": stage_library(ours, os.path.join(work, "ours"), shutil.copy),
                          "theirs": stage_library(theirs, os.path.join(work, "theirs"), shutil.copy)}
        build(work, self.libraries["theirs"])
        self.number = 0

    def run(self, cell, variant, count):
        """One run of one variant: "ours", "theirs" or the name of a floor."""
        library = self.libraries["theirs" if variant == "theirs" else "ours"]
        make = cell.floors.get(variant, cell.commands)
        messages = count * cell.per_count
        return self.execute(make(count), library, messages)

    def execute(self, commands, library, messages):
        self.number += 1
        endpoints = {}
        lines = [[self.word(word, endpoints) for word in command] for command in commands]
        children = [Child(line, self.work, library) for line in lines]
        try:
            for child in children:
                child.wait()
        finally:
            for child in children:
                child.end()
        broken = [child for child in children if child.problem]
        if broken:
            return {"problem": broken[0].problem}
        figures = parse(children[0].output)
        figures["cpu"] = sum(child.cpu for child in children) / messages * 1e6
        return figures

    def word(self, word, endpoints):
        """Words that begin with @ stand for an endpoint, the same in all commands."""
        if not word.startswith("@"):
            return word
        if word not in endpoints:
            endpoints[word] = f"ipc://socket-{self.number}" if word == "@ipc" else free_tcp()
        return endpoints[word]


class Child:
    """A program in a process group of its own, with what it and its children used."""

    def __init__(self, line, work, library):
        # NAME=value before the program, as in a shell.
        settings = dict(word.split("=", 1) for word in itertools.takewhile(lambda word: "=" in word, line))
        line = line[len(settings):]
        program = [PYTHON, os.path.join(ROOT, "benches", "python", "push_pull.py")] if line[0] == "python" \
            else [os.path.join(work, line[0])]
        self.line = " ".join(line)
        self.problem = None
        self.cpu = 0
        environment = dict(os.environ, LD_LIBRARY_PATH=library, **settings)
        self.process = subprocess.Popen([*program, *line[1:]], cwd=work, env=environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True, errors="replace", start_new_session=True)
        self.timer = threading.Timer(TIMEOUT_S, self.give_up)
        self.timer.start()

    def give_up(self):
        self.problem = f"hang: {self.line}"
        self.kill()

    def kill(self):
        """The group is ours until its leader has been waited for."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def wait(self):
        self.output = self.process.stdout.read()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.timer.cancel()
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu = usage.ru_utime + usage.ru_stime
        if self.process.returncode != 0 and not self.problem:
            last = self.output.strip().splitlines()[-1:] or ["no output"]
            self.problem = f"exit {self.process.returncode}: {self.line}: {last[0]}"

    def end(self):
        self.timer.cancel()
        if self.process.returncode is None:
            self.kill()
            self.process.wait()
        self.process.stdout.close()


def parse(output):
    figures = {}
    for name, value, unit in re.findall(r"^([\w. ]+): ([-\d.e+]+)(?: \[(.+)\])?$", output, re.MULTILINE):
        if name == "mean throughput":
            name = "rate" if unit == "msg/s" else "mbps"
        figures[name] = float(value)
    return figures


def build(work, library):
    for file in sorted(os.listdir(SOURCES)):
        name, kind = os.path.splitext(file)
        if kind == ".c":
            compile_program(os.path.join(SOURCES, file), os.path.join(work, name), library,
                            "-O2", "-std=c11", "-D_GNU_SOURCE")


def has_python():
    return os.path.exists(PYTHON) and subprocess.run([PYTHON, "-c", "import zmq"], capture_output=True,
                                                     check=False).returncode == 0


def measure(bench, cell, repeats, seconds):
    """{variant: [figures of each repeat]}; a variant that fails is not run again."""
    counts, runs = {}, {}
    variants = ["ours", "theirs", *cell.floors]
    for variant in variants:
        runs[variant] = []
        counts[variant] = cell_table.fixed_count(cell, seconds)
        if cell.calibrate:
            counts[variant], failed = calibrate(bench, cell, variant, seconds)
            runs[variant] += failed
    for repeat in range(repeats):
        # The order changes, so that no variant always runs on a warm machine.
        for variant in variants if repeat % 2 == 0 else reversed(variants):
            if not any("problem" in figures for figures in runs[variant]):
                runs[variant].append(bench.run(cell, variant, counts[variant]))
    return runs


def calibrate(bench, cell, variant, seconds):
    """The count that takes about `seconds`, and a list of the probe that failed, if one did.

    A short probe mostly measures its own beginning (64 connections), so it is
    repeated with what it gave until it has taken a good part of the time."""
    count = cell.probe
    for _ in range(PROBES):
        probe = bench.run(cell, variant, count)
        if "problem" in probe:
            return count, [probe]
        aimed = cell_table.next_count(cell, probe, seconds)
        if aimed <= 3 * count:
            return aimed, []
        count = aimed
    return count, []
