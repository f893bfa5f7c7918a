"""Libraries, and programs that are run with them.

What the scripts here and benches/harness share: where the libraries are, a
directory that offers one of them alone, compiling against it; for scripts/mixed
and scripts/valgrind the programs of examples-c/ and what they print; for those
that run other people's tests, packages and lists of known failures. Nothing
here waits for time to pass, except that a Program silent for LIMIT_S counts as
hung.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIMIT_S = 120
ANY_PORT = "tcp://127.0.0.1:*"


class Failure(Exception):
    """What went wrong, for the reader of the report."""


class Program:
    """One running program; its output is collected line by line."""

    def __init__(self, name, command, library):
        self.name = name
        self.lines = []
        self.changed = threading.Condition()
        self.process = subprocess.Popen(command, env=dict(os.environ, LD_LIBRARY_PATH=library), text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, errors="replace")
        self.ended = False
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def count(self, pattern):
        return sum(1 for line in self.lines if re.search(pattern, line))

    def wait_for(self, pattern, count=1):
        """Until `count` lines match."""
        deadline = time.monotonic() + LIMIT_S
        with self.changed:
            while self.count(pattern) < count:
                if self.ended:
                    raise Failure(f"{self.name} ended without printing {pattern!r} {count} times: {self.tail()}")
                if not self.changed.wait(max(0, deadline - time.monotonic())):
                    raise Failure(f"{self.name} hangs, waited for {pattern!r} {count} times: {self.tail()}")

    def address(self, number=1):
        """The endpoint that the program's wildcard became; `number` counts its binds from 1."""
        self.wait_for("^listening on ", number)
        found = [line for line in self.lines if line.startswith("listening on ")]
        return found[number - 1].removeprefix("listening on ")

    def finish(self):
        """The program ends by itself, successfully."""
        try:
            status = self.process.wait(LIMIT_S)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"{self.name} does not end: {self.tail()}") from error
        self.reader.join()
        if status != 0:
            raise Failure(f"{self.name} ended with status {status}: {self.tail()}")

    def stop(self):
        """A program that runs for ever ends cleanly on SIGTERM."""
        # One that has printed nothing yet may not have taken over its signals.
        while not self.lines and not self.takes_signals() and self.process.poll() is None:
            time.sleep(0.02)
        if self.process.poll() is not None:
            raise Failure(f"{self.name} was gone before it was stopped: {self.tail()}")
        self.process.send_signal(signal.SIGTERM)
        self.finish()

    def takes_signals(self):
        """It blocks or handles SIGTERM (bit 14), so that one does not just kill it."""
        try:
            with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
                return re.search(r"^Sig(Blk|Cgt):.*[4567cdef]...$", file.read(), re.MULTILINE) is not None
        except OSError:
            return False

    def expect(self, count, pattern):
        found = self.count(pattern)
        if found != count:
            raise Failure(f"{self.name}: {found} lines instead of {count} match {pattern!r}: {self.tail()}")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def tail(self):
        return " / ".join(self.lines[-4:]) or "(no output)"


def build(names, bin_dir, library):
    """Compiles programs of examples-c/ into `bin_dir`."""
    os.makedirs(bin_dir, exist_ok=True)
    for name in names:
        compile_program(os.path.join(ROOT, "examples-c", name + ".c"), os.path.join(bin_dir, name), library,
                        "-O1", "-g", "-std=c11")


def compile_program(source, program, library, *flags):
    """A program against our header, without a library path of its own: a run offers it a library."""
    subprocess.run([os.environ.get("CC", "cc"), *flags, "-pthread", "-I", os.path.join(ROOT, "include"), source,
                    "-o", program, "-L", library, "-lzmq"], check=True)


def our_library(directory=None):
    """Where our library is, staged there if it was not yet; by default the release build."""
    directory = os.path.abspath(directory or os.path.join(ROOT, os.environ.get("CARGO_TARGET_DIR", "target"), "release"))
    if not os.path.exists(os.path.join(directory, "libzmq.so.5")):
        if subprocess.run([os.path.join(ROOT, "scripts", "stage"), directory], check=False).returncode != 0:
            sys.exit(1)  # it has said why
    return directory


def system_dir():
    """The directory of another libzmq.so.5, or None."""
    machine = os.uname().machine
    for path in (f"/usr/lib/{machine}-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib"):
        if os.path.exists(os.path.join(path, "libzmq.so.5")):
            return path
    return None


def system_library():
    """The same, or an end."""
    return system_dir() or sys.exit("no libzmq.so.5 of the system: install libzmq5")


def stage_library(source, place, put=os.symlink):
    """A directory that holds nothing but the library, under both its names, so that nothing else is picked up."""
    for name in ("libzmq.so.5", "libzmq.so"):
        library = os.path.join(source or "", name)
        if os.path.exists(library):
            break
    else:
        sys.exit(f"no libzmq.so in {source}: build it (cargo build --release) or name its directory")
    os.mkdir(place)
    for name in ("libzmq.so.5", "libzmq.so"):
        put(os.path.realpath(library), os.path.join(place, name))
    return place


def free_tcp():
    """An endpoint where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"


def must(command, **settings):
    """What the command prints, both ways; an end if it does not succeed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **settings)
    if done.returncode:
        sys.exit(f"{' '.join(command)}:\n{done.stdout[-4000:]}")
    return done.stdout


def missing(packages):
    """Those of Debian's packages that are not installed."""
    status = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages],
                            capture_output=True, text=True, check=False).stdout
    there = {line.split()[0] for line in status.splitlines() if line.endswith(" installed")}
    return [name for name in packages if name not in there]


def install(packages, otherwise=""):
    """Installs them if we may; else names them, and what to do `otherwise`."""
    if os.getuid() != 0:
        sys.exit(f"please install{otherwise}: " + " ".join(packages))
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        must(["apt-get", *words], env=environment)


def read_known(path):
    """{what may fail: the reason}, from a file with a line for each."""
    known = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.strip() and not line.startswith("#"):
                    name, _, reason = line.strip().partition(" ")
                    known[name] = reason.strip()
    return known
