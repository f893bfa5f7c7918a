"""PUSH to PULL by tcp between two Python processes through pyzmq; messages per second.

    push_pull.py <message-size> <message-count>
"""

import os
import sys
import time

import zmq


def send(endpoint, size, count):
    context = zmq.Context()
    push = context.socket(zmq.PUSH)
    push.connect(endpoint)
    body = bytes(size)
    for _ in range(count):
        push.send(body)
    push.close()
    context.term()


def receive(pull, count):
    pull.recv()
    start = time.monotonic()
    for _ in range(count - 1):
        pull.recv()
    return (count - 1) / (time.monotonic() - start)


def main():
    size, count = int(sys.argv[1]), int(sys.argv[2])
    # The child is made before any library has a thread; it learns the endpoint by a pipe.
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        send(os.read(reading, 100).decode(), size, count)
        os._exit(0)
    context = zmq.Context()
    pull = context.socket(zmq.PULL)
    pull.bind("tcp://127.0.0.1:*")
    os.write(writing, pull.getsockopt(zmq.LAST_ENDPOINT).rstrip(b"\0"))
    rate = receive(pull, count)
    if os.waitpid(child, 0)[1] != 0:
        sys.exit("the sender failed")
    print(f"mean throughput: {rate:.0f} [msg/s]")
    pull.close()
    context.term()


if __name__ == "__main__":
    main()
