/* The shape of an event: six bytes with MORE, then the address without. */
#include "check.h"

static void run (void)
{
    void *ctx = new_context (), *s = new_socket (ctx, ZMQ_PULL);
    unsigned char head[16];
    char address[256];
    void *monitor = new_monitor (ctx, s, ZMQ_EVENT_LISTENING | ZMQ_EVENT_MONITOR_STOPPED);
    bind_fresh (s, "tcp");
    for (int i = 0; i < 2; i++) {
        uint16_t event;
        TRY (zmq_recv (monitor, head, sizeof head, 0));
        memcpy (&event, head, 2);
        say ("%s, more %d", event_name (event), get_int (monitor, ZMQ_RCVMORE));
        MUST (recv_text (monitor, address, sizeof address, 0));
        say ("address is the endpoint %s, empty %s, more %d",
             strcmp (address, bound_at) == 0 ? "yes" : "no", address[0] ? "no" : "yes",
             get_int (monitor, ZMQ_RCVMORE));
        if (i == 0)
            MUST (zmq_socket_monitor (s, NULL, 0));
    }
    end (ctx, s, monitor);
}
