/* Pushes messages to local_thr and stays until that one has left.
 *
 * Leaving first would lose messages with libzmq 4.3 over ipc: a receiver whose
 * pipe is full takes the hang-up for the end and drops what is still in the
 * kernel's buffer. */
#include "perf.h"

static void wait_for_goodbye (void *monitor)
{
    char event[6], address[256];
    MUST (zmq_recv (monitor, event, sizeof event, 0));
    MUST (zmq_recv (monitor, address, sizeof address, 0));
}

int main (int argc, char **argv)
{
    if (argc != 4)
        usage ("remote_thr", "<connect-to> <message-size> <message-count>");
    void *ctx = must_have (zmq_init (1), "zmq_init");
    void *s = must_have (zmq_socket (ctx, ZMQ_PUSH), "zmq_socket");
    void *monitor = must_have (zmq_socket (ctx, ZMQ_PAIR), "zmq_socket");
    MUST (zmq_socket_monitor (s, "inproc://monitor", ZMQ_EVENT_DISCONNECTED));
    MUST (zmq_connect (monitor, "inproc://monitor"));
    MUST (zmq_connect (s, argv[1]));
    send_many (s, strtoul (argv[2], NULL, 10), atol (argv[3]));
    wait_for_goodbye (monitor);
    MUST (zmq_setsockopt (s, ZMQ_LINGER, &(int){0}, sizeof (int)));
    MUST (zmq_close (monitor));
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
