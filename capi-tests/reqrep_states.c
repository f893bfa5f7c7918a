/* Out of turn: EFSM, and neither message nor state is touched. */
/* behaviours: 143, 144 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context (), *rep, *req;
    char byte;
    zmq_msg_t msg;
    new_link (ctx, "inproc", ZMQ_REP, &rep, ZMQ_REQ, &req);
    TRY (zmq_recv (req, &byte, 1, 0));
    TRY (zmq_recv (req, &byte, 1, ZMQ_DONTWAIT));
    TRY (zmq_send (rep, "x", 1, 0));
    TRY (zmq_send (req, "1", 1, ZMQ_SNDMORE));
    TRY (zmq_recv (req, &byte, 1, 0));
    TRY (zmq_send (req, "2", 1, 0));
    MUST (zmq_msg_init_size (&msg, 4));
    memcpy (zmq_msg_data (&msg), "kept", 4);
    TRY (zmq_msg_send (&msg, req, 0));
    say ("still %.*s", (int) zmq_msg_size (&msg), (char *) zmq_msg_data (&msg));
    MUST (zmq_msg_close (&msg));
    TRY (zmq_recv (rep, &byte, 1, 0));
    TRY (zmq_send (rep, "too early", 9, 0));
    TRY (zmq_recv (rep, &byte, 1, 0));
    TRY (zmq_recv (rep, &byte, 1, 0));
    TRY (zmq_send (rep, "3", 1, ZMQ_SNDMORE));
    TRY (zmq_recv (rep, &byte, 1, 0));
    TRY (zmq_send (rep, "4", 1, 0));
    TRY (zmq_send (rep, "5", 1, 0));
    TRY (zmq_recv (req, &byte, 1, 0));
    TRY (zmq_send (req, "too early", 9, 0));
    TRY (zmq_recv (req, &byte, 1, 0));
    TRY (zmq_recv (req, &byte, 1, 0));
    TRY (zmq_send (req, "next", 4, 0));
    RECV (rep);
    end (ctx, rep, req);
}
