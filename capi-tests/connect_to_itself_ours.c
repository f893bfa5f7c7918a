/* A tcp connection that the kernel makes with itself counts as refused, and leaves nothing behind.
   4.3.4 shakes hands with itself, gives up, and leaves the port in TIME_WAIT. */
#include "check.h"

/* The kernel's connections between this port and itself, in any state. */
static int own_connections (int port)
{
    char line[512], pattern[64];
    int n = 0;
    FILE *table = fopen ("/proc/net/tcp", "r");
    MUST_BE (table != NULL);
    snprintf (pattern, sizeof pattern, "0100007F:%04X 0100007F:%04X", port, port);
    while (fgets (line, sizeof line, table))
        n += strstr (line, pattern) != NULL;
    fclose (table);
    return n;
}

static void run (void)
{
    void *ctx = new_context (), *s = new_socket (ctx, ZMQ_DEALER);
    char address[64], both[160];
    free_tcp_address (address, sizeof address);
    /* From the port that it goes to: what happens by chance otherwise. */
    const char *place = address + strlen ("tcp://");
    snprintf (both, sizeof both, "tcp://%s;%s", place, place);
    set_int (s, ZMQ_RECONNECT_IVL, 10);
    void *monitor = new_monitor (ctx, s, ZMQ_EVENT_ALL & ~ZMQ_EVENT_CONNECT_DELAYED);
    connect_to (s, both);
    for (int i = 0; i < 6; i++)
        say_event (monitor);
    MUST (zmq_disconnect (s, both));
    MUST (zmq_close (monitor));
    end (ctx, s, NULL);
    YES (own_connections (atoi (strrchr (address, ':') + 1)) == 0);
}
