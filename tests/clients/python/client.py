"""What the Python clients share: a list of tests, their lines, the library's name.

Imported by the programs beside it. `ok NAME` or `FAIL NAME` for each test, and
`library VERSION PATH` for the library that this process has loaded.
"""

import faulthandler
import os
import sys
import traceback

import zmq

WATCHDOG_S = 180
TESTS = []


def test(function):
    TESTS.append(function)
    return function


def same(found, expected):
    assert found == expected, f"{found!r} instead of {expected!r}"


def pair(context, first, second, endpoint="tcp://127.0.0.1:*"):
    """Two connected sockets; the first one binds."""
    a, b = context.socket(first), context.socket(second)
    a.bind(endpoint)
    b.connect(a.getsockopt_string(zmq.LAST_ENDPOINT))
    return a, b


def libraries():
    with open("/proc/self/maps", encoding="utf-8") as file:
        return {line.split()[-1] for line in file if "/libzmq" in line}


def announce():
    print("client", zmq.__version__)
    print("library", zmq.zmq_version(), *map(os.path.realpath, sorted(libraries())), flush=True)


def main():
    # A hang ends with a stack of every thread and a failure.
    faulthandler.dump_traceback_later(WATCHDOG_S, exit=True)
    announce()
    failed = 0
    for function in TESTS:
        context = zmq.Context()
        # Sockets that a test leaves to the garbage collector linger as they were made.
        context.linger = 0
        try:
            function(context)
            print(f"ok {function.__name__}", flush=True)
        except Exception:  # noqa: BLE001 - every failure is one line and its cause
            print(f"FAIL {function.__name__}\n{traceback.format_exc()}", flush=True)
            failed += 1
        context.destroy(linger=0)
    sys.exit(1 if failed or not TESTS else 0)
