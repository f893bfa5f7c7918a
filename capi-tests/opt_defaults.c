/* What a new socket of each type says of its options. */
/* behaviours: 49, 50, 56 */
#include "check.h"

static void each_option (void *s)
{
    TRY_GET (s, ZMQ_RATE);
    TRY_GET (s, ZMQ_RECOVERY_IVL);
    TRY_GET (s, ZMQ_SNDBUF);
    TRY_GET (s, ZMQ_RCVBUF);
    TRY_GET (s, ZMQ_RCVMORE);
    TRY_GET (s, ZMQ_TYPE);
    TRY_GET (s, ZMQ_LINGER);
    TRY_GET (s, ZMQ_RECONNECT_IVL);
    TRY_GET (s, ZMQ_RECONNECT_IVL_MAX);
    TRY_GET (s, ZMQ_BACKLOG);
    TRY_GET (s, ZMQ_SNDHWM);
    TRY_GET (s, ZMQ_RCVHWM);
    TRY_GET (s, ZMQ_MULTICAST_HOPS);
    TRY_GET (s, ZMQ_MULTICAST_MAXTPDU);
    TRY_GET (s, ZMQ_RCVTIMEO);
    TRY_GET (s, ZMQ_SNDTIMEO);
    TRY_GET (s, ZMQ_IPV4ONLY);
    TRY_GET (s, ZMQ_IPV6);
    TRY_GET (s, ZMQ_TCP_KEEPALIVE);
    TRY_GET (s, ZMQ_TCP_KEEPALIVE_CNT);
    TRY_GET (s, ZMQ_TCP_KEEPALIVE_IDLE);
    TRY_GET (s, ZMQ_TCP_KEEPALIVE_INTVL);
    TRY_GET (s, ZMQ_TCP_MAXRT);
    TRY_GET (s, ZMQ_IMMEDIATE);
    TRY_GET (s, ZMQ_MECHANISM);
    TRY_GET (s, ZMQ_PLAIN_SERVER);
    TRY_GET (s, ZMQ_CONFLATE);
    TRY_GET (s, ZMQ_TOS);
    TRY_GET (s, ZMQ_HANDSHAKE_IVL);
    TRY_GET (s, ZMQ_INVERT_MATCHING);
    TRY_GET (s, ZMQ_HEARTBEAT_IVL);
    TRY_GET (s, ZMQ_HEARTBEAT_TTL);
    TRY_GET (s, ZMQ_HEARTBEAT_TIMEOUT);
    TRY_GET (s, ZMQ_CONNECT_TIMEOUT);
    TRY_GET (s, ZMQ_THREAD_SAFE);
    TRY_GET (s, ZMQ_USE_FD);
    TRY_GET (s, ZMQ_ROUTER_MANDATORY);
    TRY_GET (s, ZMQ_ROUTER_HANDOVER);
    TRY_GET (s, ZMQ_PROBE_ROUTER);
    TRY_GET (s, ZMQ_REQ_RELAXED);
    TRY_GET (s, ZMQ_XPUB_NODROP);
    TRY_GET (s, ZMQ_BLOCKY);
}

static void wide (void *s)
{
    int64_t number = 5;
    size_t size = sizeof number;
    TRY (zmq_getsockopt (s, ZMQ_MAXMSGSIZE, &number, &size));
    say ("MAXMSGSIZE %d", (int) number);
    size = sizeof number;
    TRY (zmq_getsockopt (s, ZMQ_AFFINITY, &number, &size));
    say ("AFFINITY %d", (int) number);
}

static void run (void)
{
    void *ctx = new_context ();
    for (int type = ZMQ_PAIR; type <= ZMQ_XSUB; type++) {
        void *s = zmq_socket (ctx, type);
        say ("-- type %d", type);
        each_option (s);
        wide (s);
        MUST (zmq_close (s));
    }
    end (ctx, NULL, NULL);
}
