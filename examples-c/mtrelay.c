/*  mtrelay: three threads start each other and report back up the line, each
    with a PAIR over inproc as a signal wire.  */

#include "zhelp.h"

static void signal_up (void *ctx, const char *wire, const char *said)
{
    void *up = zh_socket (ctx, ZMQ_PAIR, -1);
    zh_connect (up, wire);
    puts (said);
    zh_send (up, "READY");
    zmq_close (up);
}

static void step_1 (void *ctx)
{
    signal_up (ctx, "inproc://step2", "Step 1 ready, signals step 2");
}

/*  Binds the wire before the thread that uses it starts, and waits for it.  */
static int wait_for (void *ctx, const char *wire, zmq_thread_fn *step)
{
    void *below = zh_socket (ctx, ZMQ_PAIR, 0);
    zh_bind (below, wire);
    void *thread = zmq_threadstart (step, ctx);
    char text[16];
    int rc = zh_recv (below, text, sizeof text);
    zmq_threadclose (thread);
    zmq_close (below);
    return rc;
}

static void step_2 (void *ctx)
{
    if (wait_for (ctx, "inproc://step2", step_1) != -1)
        signal_up (ctx, "inproc://step3", "Step 2 ready, signals step 3");
}

int main (void)
{
    void *ctx = zh_begin ();
    int rc = wait_for (ctx, "inproc://step3", step_2);
    if (rc != -1)
        puts ("Step 3 ready, the relay works");
    zh_end (ctx);
    return rc == -1 ? 1 : 0;
}
