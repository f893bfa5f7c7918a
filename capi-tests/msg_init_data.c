/* The free function runs exactly once, when the last reference goes. */
/* behaviours: 31 */
#include "check.h"

static int freed;
static char data[100], hint;

static void count (void *d, void *h)
{
    __sync_fetch_and_add (&freed, d == data && h == &hint ? 1 : 1000);
}

static int times_freed (void)
{
    return __sync_fetch_and_add (&freed, 0);
}

static void make (zmq_msg_t *msg, size_t size)
{
    freed = 0;
    MUST (zmq_msg_init_data (msg, data, size, count, &hint));
}

static void await_freed (void)
{
    for (long i = 0; times_freed () == 0 && i < PATIENCE_MS / 2; i++)
        look_again ();
    say ("freed %d", times_freed ());
}

static void locally (size_t size)
{
    zmq_msg_t msg, copy;
    say ("size %d", (int) size);
    make (&msg, size);
    YES (zmq_msg_data (&msg) == data);
    MUST (zmq_msg_close (&msg));
    say ("closed: freed %d", freed);

    make (&msg, size);
    MUST (zmq_msg_init (&copy));
    MUST (zmq_msg_copy (&copy, &msg));
    YES (zmq_msg_data (&copy) == data);
    MUST (zmq_msg_close (&msg));
    say ("one of two closed: freed %d", freed);
    MUST (zmq_msg_close (&copy));
    say ("both closed: freed %d", freed);

    make (&msg, size);
    MUST (zmq_msg_init (&copy));
    MUST (zmq_msg_move (&copy, &msg));
    MUST (zmq_msg_close (&msg));
    say ("moved, source closed: freed %d", freed);
    MUST (zmq_msg_close (&copy));
    say ("moved, destination closed: freed %d", freed);
}

static void sent (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    zmq_msg_t msg;
    memset (data, 'd', sizeof data);
    new_link (ctx, transport, ZMQ_PULL, &a, ZMQ_PUSH, &b);
    make (&msg, sizeof data);
    TRY (zmq_msg_send (&msg, b, 0));
    RECV (a);
    await_freed ();
    make (&msg, 3);
    TRY (zmq_msg_send (&msg, b, 0));
    RECV (a);
    await_freed ();
    end (ctx, a, b);
    say ("at the end: freed %d", times_freed ());
}

static void refused (void)
{
    void *ctx = new_context ();
    void *s = new_socket (ctx, ZMQ_PUSH);
    zmq_msg_t msg;
    make (&msg, 50);
    TRY (zmq_msg_send (&msg, s, ZMQ_DONTWAIT));
    say ("refused: freed %d, size %d", freed, (int) zmq_msg_size (&msg));
    MUST (zmq_msg_close (&msg));
    say ("closed: freed %d", freed);
    end (ctx, s, NULL);
}

static void dropped (void)
{
    void *ctx = new_context (), *a, *b;
    zmq_msg_t msg;
    new_link (ctx, "inproc", ZMQ_PULL, &a, ZMQ_PUSH, &b);
    make (&msg, 50);
    TRY (zmq_msg_send (&msg, b, 0));
    end (ctx, a, b);
    say ("never received: freed %d", times_freed ());
}

static void run (void)
{
    locally (10);
    locally (100);
    refused ();
    dropped ();
    each_transport (sent);
}
