/* Which texts connect takes, and the error of the others. */
/* behaviours: 105, 106, 108 */
#include "check.h"

static void *s;

static void probe (const char *endpoint)
{
    errno = 0;
    int rc = zmq_connect (s, endpoint);
    say ("connect '%s': %s", endpoint, rc == 0 ? "ok" : err_name (errno));
}

static void run (void)
{
    static const char *const texts[] = {
        "tcp://localhost:1234", "tcp://[::1]:1234", "tcp://127.0.0.1:1234", "tcp://localhost:invalid",
        "tcp://in val id:1234", "", "tcp://", "tcp://192.168.0.200:*", "invalid://localhost:1234",
        "tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://:1234", "tcp://*:1234", "tcp://-x:1234",
        "TCP://127.0.0.1:1234", "tcp:/127.0.0.1:1234", "tcp:127.0.0.1:1234", "://x", "inproc://",
        "inproc:// ", "ipc://", "127.0.0.1:1234", "tcp://127.0.0.1:0;localhost:1234",
        "tcp://localhost:5555;localhost:1235", "tcp://lo:5555;localhost:1235",
        "tcp://127.0.0.1:99999", "tcp://127.0.0.1:12ab",
        "tcp://h/p:1", "tcp://127.0.0.1:1/path",
        "tcp://é:1", "udp://127.0.0.1:1", "nonsense", "://", "tcp://x://y:1",
    };
    void *ctx = new_context ();
    s = new_socket (ctx, ZMQ_DEALER);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        probe (texts[i]);
    end (ctx, s, NULL);
}
