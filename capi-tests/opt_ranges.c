/* Limits of each int option, tried in order, and what is kept afterwards. */
/* behaviours: 49, 50, 56 */
#include "check.h"

static void *s;

static void probe (const char *name, int option)
{
    static const int values[] = {-2147483647 - 1, -100, -2, -1, 0, 1, 2, 3, 100, 65536, 2147483647};
    printf ("%s takes", name);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        errno = 0;
        if (zmq_setsockopt (s, option, &values[i], sizeof (int)) == 0)
            printf (" %d", values[i]);
        else
            MUST_BE (errno == EINVAL);
    }
    int value = 12345;
    size_t size = sizeof value;
    if (zmq_getsockopt (s, option, &value, &size) == 0)
        say ("; keeps %d", value);
    else
        say ("; get %s", err_name (errno));
}

#define PROBE(option) probe (#option, option)

static void run (void)
{
    void *ctx = new_context ();
    s = zmq_socket (ctx, ZMQ_DEALER);
    PROBE (ZMQ_RATE);
    PROBE (ZMQ_RECOVERY_IVL);
    PROBE (ZMQ_SNDBUF);
    PROBE (ZMQ_RCVBUF);
    PROBE (ZMQ_RCVMORE);
    PROBE (ZMQ_FD + 1000);
    PROBE (ZMQ_TYPE);
    PROBE (ZMQ_LINGER);
    PROBE (ZMQ_RECONNECT_IVL);
    PROBE (ZMQ_RECONNECT_IVL_MAX);
    PROBE (ZMQ_BACKLOG);
    PROBE (ZMQ_SNDHWM);
    PROBE (ZMQ_RCVHWM);
    PROBE (ZMQ_MULTICAST_HOPS);
    PROBE (ZMQ_MULTICAST_MAXTPDU);
    PROBE (ZMQ_RCVTIMEO);
    PROBE (ZMQ_SNDTIMEO);
    PROBE (ZMQ_IPV4ONLY);
    PROBE (ZMQ_IPV6);
    PROBE (ZMQ_TCP_KEEPALIVE);
    PROBE (ZMQ_TCP_KEEPALIVE_CNT);
    PROBE (ZMQ_TCP_KEEPALIVE_IDLE);
    PROBE (ZMQ_TCP_KEEPALIVE_INTVL);
    PROBE (ZMQ_TCP_MAXRT);
    PROBE (ZMQ_IMMEDIATE);
    PROBE (ZMQ_CONFLATE);
    PROBE (ZMQ_TOS);
    PROBE (ZMQ_HANDSHAKE_IVL);
    PROBE (ZMQ_INVERT_MATCHING);
    PROBE (ZMQ_HEARTBEAT_IVL);
    PROBE (ZMQ_HEARTBEAT_TTL);
    PROBE (ZMQ_HEARTBEAT_TIMEOUT);
    PROBE (ZMQ_CONNECT_TIMEOUT);
    PROBE (ZMQ_USE_FD);
    PROBE (ZMQ_THREAD_SAFE);
    PROBE (ZMQ_PROBE_ROUTER);
    PROBE (ZMQ_MECHANISM);
    PROBE (ZMQ_EVENTS);
    PROBE (ZMQ_BLOCKY);
    PROBE (-1);
    PROBE (0);
    PROBE (1);
    PROBE (9999);
    MUST (zmq_close (s));
    end (ctx, NULL, NULL);
}
