"""Plays the examples of the Guide's second chapter, each program a process of its own.

The programs stand in guide/ and print the endpoints that they bind. Nothing here
waits for time to pass; a program that is silent for too long was killed by then.
Usage: chapter2.py [updates of syncpub]
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading

from client import main, same, test

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "guide")
LIMIT_S = 100
UPDATES = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000


class Program:
    """One running program of guide/; killed with its scene if it has not ended by itself."""

    def __init__(self, scene, name, *words):
        self.name = name
        command = [sys.executable, "-u", "-B", os.path.join(HERE, name + ".py"), *map(str, words)]
        # What a shell starts in the background ignores SIGINT, and so would its children.
        self.process = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT,
                                        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        self.timer = threading.Timer(LIMIT_S, self.process.kill)
        self.timer.start()
        scene.callback(self.end)

    def end(self):
        self.timer.cancel()
        self.process.kill()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def line(self):
        line = self.process.stdout.readline()
        assert line, f"{self.name} ended early"
        return line.rstrip("\n")

    def words(self):
        return self.line().split()

    def until(self, start):
        """The next line that starts so; whatever stands before it is passed over."""
        while not (line := self.line()).startswith(start):
            pass
        return line

    def press_enter(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def interrupt(self):
        """Ctrl-C, and once more if nothing is said for a while: one that arrives while the program
        is inside the library, but not in a system call, ends no call."""
        for _ in range(LIMIT_S):
            self.process.send_signal(signal.SIGINT)
            if select.select([self.process.stdout], [], [], 2)[0]:
                return

    def finish(self):
        """The rest of what it says, once it has ended well."""
        rest = self.process.stdout.read()
        status = self.process.wait()
        assert status == 0, f"{self.name} ended with {status}: {rest}"
        return rest


def scene(play):
    """A test that is a play of programs."""

    def run(_context):
        with contextlib.ExitStack() as stack:
            play(lambda name, *words: Program(stack, name, *words))

    run.__name__ = play.__name__
    return test(run)


@scene
def taskvent_taskwork_and_tasksink(start):
    sink = start("tasksink", 100)
    sink_at = sink.line()
    vent = start("taskvent", sink_at, 100)
    vent_at = vent.line()
    for worker in [start("taskwork", vent_at, sink_at) for _ in range(3)]:
        worker.until("working")
    vent.press_enter()
    vent.finish()
    assert sink.finish().startswith("collected 100 ")


@scene
def wuserver_and_wuclient(start):
    server = start("wuserver").line()
    clients = [start("wuclient", server, place, 50) for place in (10001, 10050, 10099)]
    for client in clients:
        assert "of 50 updates" in client.finish()


def two_sources(start, reader):
    sink = start("tasksink", 1)
    vent = start("taskvent", sink.line(), 100)
    both = start(reader, vent.line(), start("wuserver").line())
    both.until("reading")
    vent.press_enter()
    tasks = weather = 0
    while tasks < 100 or weather < 20:
        kind, *rest = both.words()
        tasks += kind == "task"
        if kind == "weather":
            weather += 1
            same(rest[0], "10001")
    same(tasks, 100)
    both.interrupt()
    assert both.finish().endswith("interrupted\n")


@scene
def msreader(start):
    two_sources(start, "msreader")


@scene
def mspoller(start):
    two_sources(start, "mspoller")


def shared_queue(start, broker):
    frontend, backend = broker.words()
    workers = [start("rrworker", backend) for _ in range(3)]
    for worker in workers:
        worker.until("working")
    for client in [start("rrclient", frontend, 200) for _ in range(3)]:
        same(client.finish(), "200 answers\n")


@scene
def rrbroker(start):
    shared_queue(start, start("rrbroker"))


@scene
def msgqueue(start):
    broker = start("msgqueue")
    shared_queue(start, broker)
    broker.interrupt()
    same(broker.finish(), "interrupted\n")


@scene
def wuproxy(start):
    proxy = start("wuproxy", start("wuserver").line())
    at = proxy.line()
    for client in [start("wuclient", at, place, 50) for place in (10001, 10050)]:
        assert "of 50 updates" in client.finish()
    proxy.interrupt()
    same(proxy.finish(), "interrupted\n")


@scene
def taskwork2_and_tasksink2(start):
    sink = start("tasksink2", 100, 3)
    sink_at, control_at = sink.words()
    vent = start("taskvent", sink_at, 100)
    vent_at = vent.line()
    workers = [start("taskwork2", vent_at, sink_at, control_at) for _ in range(3)]
    for worker in workers:
        worker.until("working")
    vent.press_enter()
    vent.finish()
    same(sink.finish(), "collected 100\n")
    said = [worker.finish().split() for worker in workers]
    same([words[:3] for words in said], [["told", "KILL", "after"]] * 3)
    same(sum(int(words[3]) for words in said), 100)


@scene
def mtserver(start):
    server = start("mtserver")
    at = server.line()
    for client in [start("rrclient", at, 300) for _ in range(4)]:
        same(client.finish(), "300 answers\n")
    server.interrupt()
    same(server.finish(), "interrupted\nended\n")


@scene
def mtrelay(start):
    same(start("mtrelay").finish(), "".join(f"step {number} ready\n" for number in (1, 2, 3)))


@scene
def syncpub_and_ten_syncsubs(start):
    publisher = start("syncpub", 10, UPDATES)
    endpoints = publisher.words()
    subscribers = [start("syncsub", *endpoints) for _ in range(10)]
    same([subscriber.finish() for subscriber in subscribers], [f"received {UPDATES} updates\n"] * 10)
    same(publisher.finish(), "published\n")


@scene
def psenvpub_and_psenvsub(start):
    publisher = start("psenvpub").line()
    for subscriber in [start("psenvsub", publisher, 20) for _ in range(2)]:
        same(subscriber.finish(), "20 under B\n")


@scene
def interrupt(start):
    program = start("interrupt")
    client = start("rrclient", program.line(), 0)
    client.finish()
    program.interrupt()
    same(program.finish(), "interrupted\nended\n")


main()
