/* inproc asks nobody for a type: what does not fit connects and is of no use. */
/* behaviours: 117 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *push = new_socket (ctx, ZMQ_PUSH), *sub = new_socket (ctx, ZMQ_SUB);
    void *monitor = new_monitor (ctx, sub, ZMQ_EVENT_ALL);
    TRY (zmq_bind (sub, "inproc://x"));
    TRY (zmq_connect (push, "inproc://x"));
    TRY (zmq_send (push, "to nobody", 9, ZMQ_DONTWAIT));
    RECV_NOW (sub);
    set_int (monitor, ZMQ_RCVTIMEO, 50);
    say_event (monitor);
    MUST (zmq_close (monitor));
    end (ctx, push, sub);
}
