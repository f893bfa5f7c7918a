/* NULL asks the handler only if there is a domain, on whichever side. */
/* behaviours: 264, 265 */
#include "secure.h"

static const char *const yes[] = {"1.0", "1", "200", "OK", "somebody", "", NULL};
static const char *const no[] = {"1.0", "1", "400", "No", "", "", NULL};

static void once (const char *label, const char *const *answer, const char *domain, int enforce,
                  int connecter_asks)
{
    say ("-- %s", label);
    void *ctx = new_context ();
    if (answer)
        start_handler (ctx, answer);
    void *a = new_socket (ctx, ZMQ_DEALER), *b = new_socket (ctx, ZMQ_DEALER);
    void *asks = connecter_asks ? b : a;
    if (domain)
        MUST (zmq_setsockopt (asks, ZMQ_ZAP_DOMAIN, domain, strlen (domain)));
    set_int (asks, ZMQ_ZAP_ENFORCE_DOMAIN, enforce);
    void *monitor = new_monitor (ctx, asks, HANDSHAKES);
    bind_fresh (a, "tcp");
    connect_to (b, bound_at);
    say_handshake ("who asks", monitor);
    if ((answer != no || !domain) && !enforce) {
        SEND (b, "hello");
        RECV (a);
    }
    MUST (zmq_close (monitor));
    MUST (zmq_close (a));
    MUST (zmq_close (b));
    if (answer)
        end_handled (ctx);
    else
        MUST (zmq_ctx_term (ctx));
}

static void run (void)
{
    zap_prints = 1;
    once ("no domain, a handler that would refuse", no, NULL, 0, 0);
    once ("a domain, let in", yes, "domain", 0, 0);
    once ("a domain, refused", no, "domain", 0, 0);
    once ("a domain at the connecting side, let in", yes, "domain", 0, 1);
    once ("a domain at the connecting side, refused", no, "domain", 0, 1);
    once ("a domain, nobody to ask", NULL, "domain", 0, 0);
    once ("a domain that is enforced, nobody to ask", NULL, "domain", 1, 0);
}
