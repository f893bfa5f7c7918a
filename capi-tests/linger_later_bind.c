/* A closed socket's messages wait for a listener that only then appears. */
#include "check.h"

static void *listen_late (void *address)
{
    void *ctx = new_context ();
    void *pull = new_socket (ctx, ZMQ_PULL);
    until_main_waits ();
    MUST (zmq_bind (pull, address));
    RECV (pull);
    RECV (pull);
    end (ctx, pull, NULL);
    return NULL;
}

static void run (void)
{
    void *ctx = new_context ();
    void *push = zmq_socket (ctx, ZMQ_PUSH);
    char address[200];
    pthread_t thread;
    fresh_address ("ipc", address, sizeof address);
    connect_to (push, address);
    SEND (push, "one");
    SEND (push, "two", "parts");
    MUST (zmq_close (push));
    pthread_create (&thread, NULL, listen_late, address);
    int rc = zmq_ctx_term (ctx);
    pthread_join (thread, NULL);
    say ("term %d", rc);
}
