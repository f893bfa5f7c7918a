"""What an asyncio program does with zmq.asyncio: servers, streams of messages, cancelling, authentication.

The event loop watches ZMQ_FD, so an edge that the library loses is a hang here.
"""

import asyncio

import zmq
import zmq.asyncio
from zmq.auth.asyncio import AsyncioAuthenticator

from client import main, same, test

WAIT_S = 60


def asynchronous(function):
    """A test that is a coroutine, in a context of its own."""

    def run(_context):
        async def whole():
            context = zmq.asyncio.Context()
            try:
                await asyncio.wait_for(function(context), WAIT_S)
            finally:
                context.destroy(linger=0)

        asyncio.run(whole())

    run.__name__ = function.__name__
    return test(run)


def bound(context, kind):
    socket = context.socket(kind)
    return socket, f"tcp://127.0.0.1:{socket.bind_to_random_port('tcp://127.0.0.1')}"


def connected(context, kind, endpoint):
    socket = context.socket(kind)
    socket.connect(endpoint)
    return socket


@asynchronous
async def ten_clients_ask_one_server_at_a_time(context):
    server, endpoint = bound(context, zmq.ROUTER)

    async def serve():
        while True:
            who, empty, question = await server.recv_multipart()
            await server.send_multipart([who, empty, question.upper()])

    async def ask(name):
        client = connected(context, zmq.REQ, endpoint)
        for number in range(50):
            await client.send_string(f"{name}-{number}")
            same(await client.recv_string(), f"{name}-{number}".upper())

    serving = asyncio.ensure_future(serve())
    await asyncio.gather(*(ask(f"client{number}") for number in range(10)))
    serving.cancel()


@asynchronous
async def a_stream_of_messages_arrives_in_order(context):
    pull, endpoint = bound(context, zmq.PULL)
    push = connected(context, zmq.PUSH, endpoint)

    async def send():
        for number in range(20_000):
            await push.send(b"%d" % number)

    sending = asyncio.ensure_future(send())
    for number in range(20_000):
        same(await pull.recv(), b"%d" % number)
    await sending


@asynchronous
async def a_full_pipe_suspends_the_sender_until_there_is_room(context):
    push = context.socket(zmq.PUSH)
    pull = context.socket(zmq.PULL)
    push.sndhwm = pull.rcvhwm = 1
    pull.bind("inproc://narrow")
    push.connect("inproc://narrow")
    sent = 0

    async def send():
        nonlocal sent
        for number in range(200):
            await push.send(b"%d" % number)
            sent += 1

    sending = asyncio.ensure_future(send())
    await asyncio.sleep(0.05)
    assert sent < 5, sent
    same([int(await pull.recv()) for _ in range(200)], list(range(200)))
    await sending


@asynchronous
async def a_cancelled_receive_takes_no_message(context):
    pull, endpoint = bound(context, zmq.PULL)
    push = connected(context, zmq.PUSH, endpoint)
    for number in range(20):
        waiting = asyncio.ensure_future(pull.recv())
        await asyncio.sleep(0)
        waiting.cancel()
        await push.send(b"%d" % number)
        same(await pull.recv(), b"%d" % number)


@asynchronous
async def a_poller_sees_two_sockets(context):
    one, one_endpoint = bound(context, zmq.PULL)
    publisher, weather_endpoint = bound(context, zmq.XPUB)
    push = connected(context, zmq.PUSH, one_endpoint)
    two = connected(context, zmq.SUB, weather_endpoint)
    two.subscribe(b"")
    same(await publisher.recv(), b"\x01")
    poller = zmq.asyncio.Poller()
    poller.register(one, zmq.POLLIN)
    poller.register(two, zmq.POLLIN)
    await push.send(b"task")
    await publisher.send(b"weather")
    got = set()
    while len(got) < 2:
        for socket, _events in await poller.poll():
            got.add((socket.socket_type, await socket.recv()))
    same(got, {(int(zmq.PULL), b"task"), (int(zmq.SUB), b"weather")})


@asynchronous
async def a_timeout_ends_a_wait_and_the_socket_goes_on(context):
    pull, endpoint = bound(context, zmq.PULL)
    push = connected(context, zmq.PUSH, endpoint)
    for number in range(5):
        try:
            await asyncio.wait_for(pull.recv(), 0.01)
        except asyncio.TimeoutError:
            pass
        else:
            raise AssertionError("a message out of nowhere")
        same(await pull.poll(10), 0)
        await push.send(b"%d" % number)
        same(await pull.recv(), b"%d" % number)


@asynchronous
async def curve_with_an_authenticator_in_the_loop(context):
    authenticator = AsyncioAuthenticator(context)
    authenticator.start()
    authenticator.configure_curve(domain="*", location=zmq.auth.CURVE_ALLOW_ANY)
    public, secret = zmq.curve_keypair()
    pull = context.socket(zmq.PULL)
    pull.curve_secretkey, pull.curve_publickey, pull.curve_server = secret, public, True
    port = pull.bind_to_random_port("tcp://127.0.0.1")
    push = context.socket(zmq.PUSH)
    push.curve_publickey, push.curve_secretkey = zmq.curve_keypair()
    push.curve_serverkey = public
    push.connect(f"tcp://127.0.0.1:{port}")
    await push.send(b"secret")
    frame = await pull.recv(copy=False)
    same(frame.bytes, b"secret")
    same(frame.get("Socket-Type"), "PUSH")
    authenticator.stop()


main()
