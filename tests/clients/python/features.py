"""What a Python program does with pyzmq, one feature after the other.

Every test waits for messages and events; the watchdog is for hangs only.
"""

import asyncio
import os
import tempfile
import threading

import zmq
import zmq.asyncio

from client import libraries, main, pair, same, test


@test
def one_library_is_loaded_and_it_knows_its_version(_context):
    same(len(libraries()), 1)
    same(".".join(map(str, zmq.zmq_version_info())), zmq.zmq_version())
    same(zmq.has("ipc"), True)
    same(zmq.has("IPC"), False)


@test
def req_and_rep_over_every_transport(context):
    with tempfile.TemporaryDirectory() as directory:
        for endpoint in ("tcp://127.0.0.1:*", f"ipc://{directory}/socket", "inproc://req-rep"):
            rep, req = pair(context, zmq.REP, zmq.REQ, endpoint)
            for number in range(20):
                req.send_string(f"question {number}")
                same(rep.recv_string(), f"question {number}")
                rep.send_json({"answer": number})
                same(req.recv_json(), {"answer": number})
            req.close()
            rep.close()


@test
def req_out_of_turn_is_efsm(context):
    _rep, req = pair(context, zmq.REP, zmq.REQ)
    req.send(b"once")
    try:
        req.send(b"twice")
    except zmq.ZMQError as error:
        same(error.errno, zmq.EFSM)
    else:
        raise AssertionError("no EFSM")


@test
def multipart_and_zero_copy(context):
    pull, push = pair(context, zmq.PULL, zmq.PUSH)
    big = os.urandom(1_000_000)
    tracker = push.send_multipart([b"head", b"", big], copy=False, track=True)
    frames = pull.recv_multipart(copy=False)
    same([len(frame.bytes) for frame in frames], [4, 0, len(big)])
    same(frames[2].bytes, big)
    tracker.wait()
    same([frame.more for frame in frames], [True, True, False])
    same(frames[0].get("Socket-Type"), "PUSH")


@test
def pub_and_sub(context):
    pub, sub = context.socket(zmq.XPUB), context.socket(zmq.SUB)
    pub.bind("tcp://127.0.0.1:*")
    sub.setsockopt_string(zmq.SUBSCRIBE, "wanted")
    sub.connect(pub.getsockopt_string(zmq.LAST_ENDPOINT))
    same(pub.recv(), b"\x01wanted")
    for number in range(50):
        pub.send_multipart([b"ignored", b""])
        pub.send_multipart([b"wanted", str(number).encode()])
    same([int(sub.recv_multipart()[1]) for _ in range(50)], list(range(50)))
    sub.setsockopt_string(zmq.UNSUBSCRIBE, "wanted")
    same(pub.recv(), b"\x00wanted")


@test
def push_and_pull_share_the_work(context):
    push = context.socket(zmq.PUSH)
    push.bind("tcp://127.0.0.1:*")
    pulls = [context.socket(zmq.PULL) for _ in range(3)]
    for pull in pulls:
        monitor = pull.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
        pull.connect(push.getsockopt_string(zmq.LAST_ENDPOINT))
        monitor.recv_multipart()
        pull.disable_monitor()
    total = 300
    threading.Thread(target=lambda: [push.send(b"%d" % n) for n in range(total)]).start()
    poller = zmq.Poller()
    for pull in pulls:
        poller.register(pull, zmq.POLLIN)
    got = []
    while len(got) < total:
        for ready, _events in poller.poll():
            got.append(int(ready.recv(zmq.DONTWAIT)))
    same(sorted(got), list(range(total)))


@test
def dealer_and_router(context):
    router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    router.setsockopt(zmq.ROUTER_MANDATORY, 1)
    router.bind("tcp://127.0.0.1:*")
    dealer.setsockopt(zmq.IDENTITY, b"somebody")
    dealer.connect(router.getsockopt_string(zmq.LAST_ENDPOINT))
    for number in range(10):
        dealer.send_multipart([b"", b"%d" % number])
    for number in range(10):
        same(router.recv_multipart(), [b"somebody", b"", b"%d" % number])
        router.send_multipart([b"somebody", b"", b"reply %d" % number])
    for number in range(10):
        same(dealer.recv_multipart(), [b"", b"reply %d" % number])
    try:
        router.send_multipart([b"nobody", b""])
    except zmq.ZMQError as error:
        same(error.errno, zmq.EHOSTUNREACH)
    else:
        raise AssertionError("no EHOSTUNREACH")


@test
def poll_tells_sockets_and_descriptors(context):
    a, b = pair(context, zmq.PAIR, zmq.PAIR, "inproc://poll")
    read_end, write_end = os.pipe()
    poller = zmq.Poller()
    poller.register(a, zmq.POLLIN | zmq.POLLOUT)
    poller.register(read_end, zmq.POLLIN)
    same(dict(poller.poll(0)), {a: zmq.POLLOUT})
    poller.modify(a, zmq.POLLIN)
    same(poller.poll(20), [])
    b.send(b"x")
    same(dict(poller.poll()), {a: zmq.POLLIN})
    a.recv()
    os.write(write_end, b"x")
    same(dict(poller.poll()), {read_end: zmq.POLLIN})
    poller.unregister(read_end)
    same(a.poll(0), 0)
    os.close(read_end)
    os.close(write_end)


@test
def a_proxy_in_a_thread(context):
    frontend, backend = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
    control, terminate = pair(context, zmq.PAIR, zmq.PAIR, "inproc://control")
    frontend.bind("tcp://127.0.0.1:*")
    backend.bind("inproc://workers")
    endpoint = frontend.getsockopt_string(zmq.LAST_ENDPOINT)

    def worker():
        with context.socket(zmq.REP) as rep:
            rep.connect("inproc://workers")
            while (request := rep.recv()) != b"end":
                rep.send(request.upper())
            rep.send(b"ended")

    proxy = threading.Thread(target=zmq.proxy_steerable, args=(frontend, backend, None, control))
    workers = [threading.Thread(target=worker) for _ in range(2)]
    for thread in (proxy, *workers):
        thread.start()
    with context.socket(zmq.REQ) as req:
        req.connect(endpoint)
        for number in range(40):
            req.send(b"request %d" % number)
            same(req.recv(), b"REQUEST %d" % number)
        for _ in workers:
            req.send(b"end")
            same(req.recv(), b"ended")
    for thread in workers:
        thread.join()
    terminate.send(b"TERMINATE")
    proxy.join()


@test
def a_proxy_device_ends_with_its_context(_context):
    from zmq.devices import ThreadProxy
    device = ThreadProxy(zmq.PULL, zmq.PUSH)
    device.context_factory = zmq.Context
    in_port = device.bind_in_to_random_port("tcp://127.0.0.1")
    out_port = device.bind_out_to_random_port("tcp://127.0.0.1")
    device.start()
    context = zmq.Context()
    push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
    push.connect(f"tcp://127.0.0.1:{in_port}")
    pull.connect(f"tcp://127.0.0.1:{out_port}")
    for number in range(10):
        push.send(b"%d" % number)
    same([pull.recv() for _ in range(10)], [b"%d" % number for number in range(10)])
    context.destroy(linger=0)


@test
def options_are_what_they_were_set_to(context):
    dealer = context.socket(zmq.DEALER)
    same(dealer.getsockopt(zmq.TYPE), zmq.DEALER)
    for option, default, value in (
        (zmq.SNDHWM, 1000, 7), (zmq.RCVHWM, 1000, 0), (zmq.LINGER, 0, 250), (zmq.RCVTIMEO, -1, 30),
        (zmq.SNDTIMEO, -1, 40), (zmq.RECONNECT_IVL, 100, 50), (zmq.RECONNECT_IVL_MAX, 0, 1000),
        (zmq.BACKLOG, 100, 5), (zmq.MAXMSGSIZE, -1, 1 << 40), (zmq.IPV6, 0, 1), (zmq.IMMEDIATE, 0, 1),
        (zmq.AFFINITY, 0, 1), (zmq.TCP_KEEPALIVE, -1, 1), (zmq.HEARTBEAT_IVL, 0, 500),
        (zmq.CONNECT_TIMEOUT, 0, 100), (zmq.HANDSHAKE_IVL, 30000, 1000),
    ):
        same(dealer.getsockopt(option), default)
        dealer.setsockopt(option, value)
        same(dealer.getsockopt(option), value)
    dealer.setsockopt(zmq.IDENTITY, b"\x01name")
    same(dealer.getsockopt(zmq.IDENTITY), b"\x01name")
    dealer.linger = 0
    same(dealer.linger, 0)
    same(dealer.mechanism, zmq.NULL)
    try:
        dealer.setsockopt(zmq.SUBSCRIBE, b"")
    except zmq.ZMQError as error:
        same(error.errno, zmq.EINVAL)
    else:
        raise AssertionError("no EINVAL")
    same(context.get(zmq.IO_THREADS), 1)
    same(context.get(zmq.MAX_SOCKETS), 1023)


@test
def timeouts_are_eagain(context):
    pull = context.socket(zmq.PULL)
    pull.rcvtimeo = 20
    for flags in (0, zmq.DONTWAIT):
        try:
            pull.recv(flags)
        except zmq.Again:
            pass
        else:
            raise AssertionError("no EAGAIN")


@test
def the_descriptor_becomes_readable(context):
    a, b = pair(context, zmq.PAIR, zmq.PAIR)
    descriptor = b.getsockopt(zmq.FD)
    import select
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    for number in range(20):
        a.send(b"%d" % number)
        while not b.getsockopt(zmq.EVENTS) & zmq.POLLIN:
            poll.poll()
        same(b.recv(zmq.DONTWAIT), b"%d" % number)
        same(b.getsockopt(zmq.EVENTS) & zmq.POLLIN, 0)


@test
def asyncio_uses_the_descriptor(_context):
    async def main():
        context = zmq.asyncio.Context()
        router, dealer = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
        port = router.bind_to_random_port("tcp://127.0.0.1")
        dealer.connect(f"tcp://127.0.0.1:{port}")

        async def echo(count):
            for _ in range(count):
                await router.send_multipart(await router.recv_multipart())

        server = asyncio.ensure_future(echo(200))
        # One by one, then all at once.
        for number in range(100):
            await dealer.send(b"%d" % number)
            same(await dealer.recv(), b"%d" % number)
        for number in range(100):
            await dealer.send(b"%d" % number)
        same([await dealer.recv() for _ in range(100)], [b"%d" % number for number in range(100)])
        await server
        poller = zmq.asyncio.Poller()
        poller.register(dealer, zmq.POLLIN)
        same(await poller.poll(10), [])
        context.destroy(linger=0)

    asyncio.run(main())


@test
def a_monitor_tells_what_happens(context):
    from zmq.utils.monitor import recv_monitor_message
    rep, req = context.socket(zmq.REP), context.socket(zmq.REQ)
    monitor = req.get_monitor_socket()
    port = rep.bind_to_random_port("tcp://127.0.0.1")
    req.connect(f"tcp://127.0.0.1:{port}")
    events = []
    while zmq.EVENT_HANDSHAKE_SUCCEEDED not in events:
        events.append(recv_monitor_message(monitor)["event"])
    assert zmq.EVENT_CONNECTED in events, events
    rep.close()
    while recv_monitor_message(monitor)["event"] != zmq.EVENT_DISCONNECTED:
        pass
    req.disable_monitor()


@test
def term_ends_a_blocked_thread(_context):
    context = zmq.Context()
    said = []
    ready = threading.Event()

    def blocked():
        socket = context.socket(zmq.PULL)
        ready.set()
        try:
            socket.recv()
        except zmq.ContextTerminated:
            said.append("ETERM")
        finally:
            socket.close()

    thread = threading.Thread(target=blocked)
    thread.start()
    ready.wait()
    context.term()
    thread.join()
    same(said, ["ETERM"])
    same(context.closed, True)


@test
def z85_goes_both_ways(_context):
    from zmq.utils import z85
    data = bytes(range(32))
    same(z85.decode(z85.encode(data)), data)


main()
