/* HEARTBEAT_TTL is kept in tenths of a second, up to 6553.5 s. */
/* behaviours: 55 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *s = new_socket (ctx, ZMQ_DEALER);
    static const int values[] = {0, 99, 100, 150, 199, 6553500, 6553599, 6553600};
    for (int i = 0; i < 8; i++) {
        TRY_SET (s, ZMQ_HEARTBEAT_TTL, values[i]);
        TRY_GET (s, ZMQ_HEARTBEAT_TTL);
    }
    end (ctx, s, NULL);
}
