/* Each delay is the interval and less than one interval of jitter. */
/* behaviours: 119 */
#include "check.h"

static void once (int ivl)
{
    void *ctx = new_context ();
    void *s = new_socket (ctx, ZMQ_PUSH);
    char address[256];
    set_int (s, ZMQ_RECONNECT_IVL, ivl);
    void *monitor = new_monitor (ctx, s, ZMQ_EVENT_CONNECT_RETRIED);
    connect_to (s, "ipc:///tmp/capi-nobody-listens-here.sock");
    printf ("interval %d:", ivl);
    for (int i = 0; i < 6; i++) {
        uint32_t wait = 0;
        MUST_BE (next_event (monitor, &wait, address, sizeof address));
        printf (" %s", (int) wait >= ivl && (int) wait < 2 * ivl ? "fits" : "does not fit");
    }
    say ("");
    MUST (zmq_close (monitor));
    end (ctx, s, NULL);
}

static void run (void)
{
    once (10);
    once (30);
}
