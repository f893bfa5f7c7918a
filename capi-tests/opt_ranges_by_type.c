/* Options of one pattern: their limits there, and EINVAL on every other type. */
/* behaviours: 63 */
#include "check.h"

static void *ctx;

static void probe (const char *name, int option)
{
    static const int values[] = {-1, 0, 1, 2, 100};
    printf ("%s:", name);
    for (int type = ZMQ_PAIR; type <= ZMQ_XSUB; type++) {
        void *s = zmq_socket (ctx, type);
        int taken = 0;
        printf (" %d", type);
        for (size_t i = 0; i < sizeof values / sizeof *values; i++)
            if (zmq_setsockopt (s, option, &values[i], sizeof (int)) == 0)
                printf ("%c%d", taken++ ? ',' : '=', values[i]);
            else
                MUST_BE (errno == EINVAL);
        MUST (zmq_close (s));
    }
    say ("");
}

#define PROBE(option) probe (#option, option)

static void run (void)
{
    ctx = new_context ();
    PROBE (ZMQ_ROUTER_MANDATORY);
    PROBE (ZMQ_ROUTER_HANDOVER);
    PROBE (ZMQ_PROBE_ROUTER);
    PROBE (ZMQ_REQ_CORRELATE);
    PROBE (ZMQ_REQ_RELAXED);
    PROBE (ZMQ_XPUB_VERBOSE);
    PROBE (ZMQ_XPUB_VERBOSER);
    PROBE (ZMQ_XPUB_NODROP);
    PROBE (ZMQ_XPUB_MANUAL);
    PROBE (ZMQ_CONFLATE);
    PROBE (ZMQ_INVERT_MATCHING);
    PROBE (ZMQ_IMMEDIATE);
    end (ctx, NULL, NULL);
}
