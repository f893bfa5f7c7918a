/* CONFLATE keeps the newest message only. */
/* behaviours: 78 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *push = new_socket (ctx, ZMQ_PUSH), *pull = new_socket (ctx, ZMQ_PULL);
    set_int (pull, ZMQ_CONFLATE, 1);
    bind_fresh (pull, transport);
    connect_to (push, bound_at);
    for (int i = 0; i <= 500; i++)
        MUST (zmq_send (push, &i, sizeof i, 0));
    int got = -1, count = 0, rising = 1, before = -1;
    while (got != 500) {
        MUST (zmq_recv (pull, &got, sizeof got, 0));
        rising &= got > before;
        before = got;
        count++;
        take_time (20); /* a reader slower than what comes */
    }
    say ("the newest came, values only rose: %s, few came: %s", rising ? "yes" : "no",
         count < 400 ? "yes" : "no");
    end (ctx, push, pull);
}

static void both_ends_inproc (void)
{
    void *ctx = new_context ();
    void *push = new_socket (ctx, ZMQ_PUSH), *pull = new_socket (ctx, ZMQ_PULL);
    set_int (pull, ZMQ_CONFLATE, 1);
    set_int (push, ZMQ_CONFLATE, 1);
    bind_fresh (pull, "inproc");
    connect_to (push, bound_at);
    SEND (push, "old");
    SEND (push, "new");
    RECV (pull);
    RECV_NOW (pull);
    end (ctx, push, pull);
}

static void run (void)
{
    say ("-- tcp");
    once ("tcp");
    say ("-- ipc");
    once ("ipc");
    both_ends_inproc ();
}
