/* Send empties the message; receive releases what was in it; EAGAIN leaves it. */
/* behaviours: 37, 38 */
#include "check.h"

static int freed;

static void count (void *data, void *hint)
{
    (void) data;
    (void) hint;
    freed++;
}

static void run (void)
{
    static char block[60];
    void *ctx = new_context (), *a, *b;
    zmq_msg_t msg;
    new_link (ctx, "inproc", ZMQ_PULL, &a, ZMQ_PUSH, &b);

    MUST (zmq_msg_init_size (&msg, 5));
    memcpy (zmq_msg_data (&msg), "words", 5);
    TRY (zmq_msg_send (&msg, b, 0));
    TRY (zmq_msg_size (&msg));
    TRY (zmq_msg_close (&msg));
    MUST (zmq_msg_init_data (&msg, block, sizeof block, count, NULL));
    TRY (zmq_msg_recv (&msg, a, 0));
    say ("freed %d", freed);
    say ("got %.*s", (int) zmq_msg_size (&msg), (char *) zmq_msg_data (&msg));
    TRY (zmq_msg_recv (&msg, a, ZMQ_DONTWAIT));
    TRY (zmq_msg_size (&msg));
    TRY (zmq_msg_close (&msg));

    MUST (zmq_msg_init_size (&msg, 4));
    memcpy (zmq_msg_data (&msg), "keep", 4);
    TRY (zmq_msg_send (&msg, a, 0));
    say ("still %.*s", (int) zmq_msg_size (&msg), (char *) zmq_msg_data (&msg));
    TRY (zmq_msg_send (&msg, b, ZMQ_SNDMORE | ZMQ_DONTWAIT));
    MUST (zmq_msg_init (&msg));
    TRY (zmq_msg_send (&msg, b, 0));
    RECV (a);
    TRY (zmq_msg_close (&msg));

    /* The older names, with their other order of arguments. */
    MUST (zmq_msg_init_size (&msg, 3));
    memcpy (zmq_msg_data (&msg), "old", 3);
    TRY (zmq_sendmsg (b, &msg, 0));
    TRY (zmq_recvmsg (a, &msg, 0));
    say ("got %.*s", (int) zmq_msg_size (&msg), (char *) zmq_msg_data (&msg));
    TRY (zmq_msg_close (&msg));
    end (ctx, a, b);
}
