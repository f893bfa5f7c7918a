"""Weather client: the mean of N updates of one place. wuclient.py SERVER ZIP N"""

import sys

import zmq

server, place, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
context = zmq.Context()
subscriber = context.socket(zmq.SUB)
subscriber.connect(server)
subscriber.setsockopt_string(zmq.SUBSCRIBE, place)

total = 0
for _ in range(count):
    found, temperature, _humidity = subscriber.recv_string().split()
    assert found == place, found
    total += int(temperature)
print(f"average temperature at {place} of {count} updates: {total / count:.1f}", flush=True)
