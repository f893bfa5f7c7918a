/* A long RECONNECT_IVL: the loss, the plan to retry, then silence. */
/* behaviours: 122 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context (), *a, *b;
    char address[256];
    uint32_t wait = 0;
    a = new_socket (ctx, ZMQ_PULL);
    b = new_socket (ctx, ZMQ_PUSH);
    set_int (b, ZMQ_RECONNECT_IVL, 60000);
    void *monitor = new_monitor (ctx, b, ZMQ_EVENT_ALL);
    bind_fresh (a, "tcp");
    connect_to (b, bound_at);
    wait_event (monitor, ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    MUST (zmq_close (a));
    say_event (monitor);
    int event = next_event (monitor, &wait, address, sizeof address);
    say ("event %s, from 60000 to 119999 ms: %s", event_name (event),
         wait >= 60000 && wait < 120000 ? "yes" : "no");
    set_int (monitor, ZMQ_RCVTIMEO, 200);
    say_event (monitor);
    MUST (zmq_close (monitor));
    end (ctx, b, NULL);
}
