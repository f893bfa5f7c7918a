/* Pushes messages to local_thr, once there is a connection, and stays until that
 * one has left.
 *
 * Pushing earlier would measure how 1000 messages are made and queued before the
 * connection is there: a third of a run of 1 MiB messages. Leaving first would
 * lose messages with libzmq 4.3 over ipc: a receiver whose pipe is full takes the
 * hang-up for the end and drops what is still in the kernel's buffer. */
#include "perf.h"

static void await_event (void *monitor, uint16_t awaited)
{
    char event[6], address[256];
    uint16_t number;
    MUST (zmq_recv (monitor, event, sizeof event, 0));
    MUST (zmq_recv (monitor, address, sizeof address, 0));
    memcpy (&number, event, sizeof number);
    CHECK (number == awaited);
}

int main (int argc, char **argv)
{
    if (argc != 4)
        usage ("remote_thr", "<connect-to> <message-size> <message-count>");
    void *ctx = must_have (zmq_init (1), "zmq_init");
    void *s = must_have (zmq_socket (ctx, ZMQ_PUSH), "zmq_socket");
    void *monitor = must_have (zmq_socket (ctx, ZMQ_PAIR), "zmq_socket");
    MUST (zmq_socket_monitor (s, "inproc://monitor", ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED));
    MUST (zmq_connect (monitor, "inproc://monitor"));
    MUST (zmq_connect (s, argv[1]));
    await_event (monitor, ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    send_many (s, strtoul (argv[2], NULL, 10), atol (argv[3]));
    await_event (monitor, ZMQ_EVENT_DISCONNECTED);
    MUST (zmq_setsockopt (s, ZMQ_LINGER, &(int){0}, sizeof (int)));
    MUST (zmq_close (monitor));
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
