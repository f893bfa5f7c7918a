/* Which texts bind takes, and the error of the others. */
/* behaviours: 108, 109 */
#include "check.h"

static void *ctx;

static void probe (const char *endpoint)
{
    void *s = new_socket (ctx, ZMQ_DEALER);
    errno = 0;
    int rc = zmq_bind (s, endpoint);
    say ("bind '%s': %s", endpoint, rc == 0 ? "ok" : err_name (errno));
    MUST (zmq_close (s));
}

static void run (void)
{
    static const char *const texts[] = {
        "tcp://127.0.0.1:*", "tcp://127.0.0.1:0", "tcp://*:*", "tcp://lo:*",
        "tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://127.0.0.1:abc", "tcp://:*", "tcp://",
        "tcp://[::1]:*", "TCP://127.0.0.1:*",
        "tcp://192.0.2.1:*", "tcp://127.0.0.1:65536", "invalid://127.0.0.1:*", "", "x", "://x",
        "inproc://", "inproc://a", "ipc://", "udp://127.0.0.1:5555",
    };
    ctx = new_context ();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        probe (texts[i]);
    end (ctx, NULL, NULL);
}
