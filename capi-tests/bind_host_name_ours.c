/* bind takes a host name, as libzmq does from 4.3.5 on. */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *s = new_socket (ctx, ZMQ_PULL);
    TRY (zmq_bind (s, "tcp://localhost:*"));
    YES (strncmp (last_endpoint (s), "tcp://127.0.0.1:", 16) == 0);
    end (ctx, s, NULL);
}
