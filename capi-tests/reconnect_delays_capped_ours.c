/* With a cap the delays double, without jitter. 4.3.4 still added some. */
/* behaviours: 120 */
#include "check.h"

static void once (int ivl, int max)
{
    void *ctx = new_context ();
    void *s = new_socket (ctx, ZMQ_PUSH);
    char address[256];
    set_int (s, ZMQ_RECONNECT_IVL, ivl);
    set_int (s, ZMQ_RECONNECT_IVL_MAX, max);
    void *monitor = new_monitor (ctx, s, ZMQ_EVENT_CONNECT_RETRIED);
    connect_to (s, "ipc:///tmp/capi-nobody-listens-here.sock");
    printf ("interval %d, cap %d:", ivl, max);
    for (int i = 0; i < 6; i++) {
        uint32_t wait = 0;
        MUST_BE (next_event (monitor, &wait, address, sizeof address));
        printf (" %d", (int) wait);
    }
    say ("");
    MUST (zmq_close (monitor));
    end (ctx, s, NULL);
}

static void run (void)
{
    once (10, 80);
    once (10, 25);
    once (20, 20);
    once (20, 5);
}
