/* A domain is taken by its length, a NUL in it or at its end included. */
/* behaviours: 266 */
#include "secure.h"

static const char *const yes[] = {"1.0", "1", "200", "OK", "", "", NULL};

static void with_domain (const char *domain, size_t size)
{
    void *ctx = new_context ();
    start_handler (ctx, yes);
    void *a = new_socket (ctx, ZMQ_DEALER), *b = new_socket (ctx, ZMQ_DEALER);
    MUST (zmq_setsockopt (a, ZMQ_ZAP_DOMAIN, domain, size));
    void *monitor = new_monitor (ctx, a, HANDSHAKES);
    bind_fresh (a, "tcp");
    connect_to (b, bound_at);
    say_handshake ("who asks", monitor);
    MUST (zmq_close (monitor));
    MUST (zmq_close (a));
    MUST (zmq_close (b));
    end_handled (ctx);
}

static void run (void)
{
    zap_prints = 1;
    with_domain ("domain", 6);
    with_domain ("domain", 7);
    with_domain ("do\0main", 7);
}
