/* Wildcards are unbound under the name LAST_ENDPOINT gives. */
/* behaviours: 93, 94 */
#include "check.h"

static void once (void *ctx, const char *spelling)
{
    void *s = new_socket (ctx, ZMQ_PULL);
    say ("%s", spelling);
    TRY (zmq_bind (s, spelling));
    char bound[256];
    strcpy (bound, last_endpoint (s));
    TRY (zmq_unbind (s, spelling));
    TRY (zmq_unbind (s, bound));
    TRY (zmq_unbind (s, bound));
    MUST (zmq_close (s));
}

static void run (void)
{
    void *ctx = new_context ();
    MUST (chdir ("/tmp"));
    once (ctx, "tcp://127.0.0.1:*");
    once (ctx, "tcp://*:*");
    once (ctx, "tcp://*:0");
    once (ctx, "ipc://*");

    /* A host name may stand for the address it resolves to. */
    void *s = new_socket (ctx, ZMQ_PULL);
    MUST (zmq_bind (s, "tcp://127.0.0.1:*"));
    char name[256];
    snprintf (name, sizeof name, "tcp://localhost:%s", strrchr (last_endpoint (s), ':') + 1);
    TRY (zmq_unbind (s, name));
    TRY (zmq_unbind (s, name));
    end (ctx, s, NULL);
}
