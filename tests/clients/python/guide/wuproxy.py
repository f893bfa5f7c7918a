"""A proxy between the weather server and its clients. wuproxy.py SERVER"""

import sys

import zmq

context = zmq.Context()
frontend = context.socket(zmq.XSUB)
frontend.connect(sys.argv[1])
backend = context.socket(zmq.XPUB)
backend.bind("tcp://127.0.0.1:*")
print(backend.last_endpoint.decode(), flush=True)

try:
    zmq.proxy(frontend, backend)
except KeyboardInterrupt:
    print("interrupted", flush=True)
