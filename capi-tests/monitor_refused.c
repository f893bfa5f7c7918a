/* Nobody listens: closed and retried, again and again. */
#include "check.h"

static void run (void)
{
    void *ctx = new_context (), *s = new_socket (ctx, ZMQ_PUSH);
    set_int (s, ZMQ_RECONNECT_IVL, 10);
    void *monitor = new_monitor (ctx, s, ZMQ_EVENT_ALL & ~ZMQ_EVENT_CONNECT_DELAYED);
    connect_to (s, "ipc:///tmp/capi-nobody-listens-here.sock");
    for (int i = 0; i < 6; i++)
        say_event (monitor);
    MUST (zmq_close (monitor));
    end (ctx, s, NULL);

    char address[64];
    free_tcp_address (address, sizeof address);
    ctx = new_context ();
    s = new_socket (ctx, ZMQ_PUSH);
    set_int (s, ZMQ_RECONNECT_IVL, 10);
    monitor = new_monitor (ctx, s, ZMQ_EVENT_ALL);
    connect_to (s, address);
    for (int i = 0; i < 6; i++)
        say_event (monitor);
    MUST (zmq_close (monitor));
    end (ctx, s, NULL);
}
