/* One socket as both ends: what comes in goes back. */
/* behaviours: 243 */
#include "check.h"

static void *ctx;

static void *proxy (void *unused)
{
    void *rep = new_socket (ctx, ZMQ_REP);
    MUST (zmq_bind (rep, "inproc://x"));
    TRY (zmq_proxy (rep, rep, NULL));
    MUST (zmq_close (rep));
    return unused;
}

static void run (void)
{
    pthread_t thread;
    ctx = new_context ();
    pthread_create (&thread, NULL, proxy, NULL);
    void *req = new_socket (ctx, ZMQ_REQ);
    connect_to (req, "inproc://x");
    SEND (req, "echo");
    RECV (req);
    SEND (req, "again");
    RECV (req);
    MUST (zmq_ctx_shutdown (ctx));
    pthread_join (thread, NULL);
    end (ctx, req, NULL);
}
