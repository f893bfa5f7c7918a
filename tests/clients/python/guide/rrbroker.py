"""A request-reply broker by hand, with a poll. Prints its two endpoints: for clients, for workers."""

import zmq

context = zmq.Context()
frontend = context.socket(zmq.ROUTER)
backend = context.socket(zmq.DEALER)
frontend.bind("tcp://127.0.0.1:*")
backend.bind("tcp://127.0.0.1:*")
print(frontend.last_endpoint.decode(), backend.last_endpoint.decode(), flush=True)

poller = zmq.Poller()
poller.register(frontend, zmq.POLLIN)
poller.register(backend, zmq.POLLIN)
while True:
    ready = dict(poller.poll())
    for source, target in ((frontend, backend), (backend, frontend)):
        if ready.get(source) != zmq.POLLIN:
            continue
        more = True
        while more:
            part = source.recv()
            more = source.getsockopt(zmq.RCVMORE)
            target.send(part, zmq.SNDMORE if more else 0)
