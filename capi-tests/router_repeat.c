/* Dealers of another context come and go; a mandatory router finds each. */
/* behaviours: 169 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *other = new_context ();
    void *router = new_socket (ctx, ZMQ_ROUTER);
    int right = 0;
    set_int (router, ZMQ_ROUTER_MANDATORY, 1);
    bind_fresh (router, transport);
    for (int i = 0; i < 50; i++) {
        void *dealer = new_socket (other, ZMQ_DEALER);
        char id[16];
        snprintf (id, sizeof id, "dealer %03d", i);
        set_text (dealer, ZMQ_ROUTING_ID, id);
        connect_to (dealer, bound_at);
        route_when_there (router, id, "hello");
        right += text_equals (dealer, "hello");
        MUST (zmq_close (dealer));
    }
    say ("right %d", right);
    end (other, NULL, NULL);
    end (ctx, router, NULL);
}

static void run (void)
{
    say ("-- tcp");
    once ("tcp");
    say ("-- ipc");
    once ("ipc");
}
