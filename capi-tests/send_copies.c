/* zmq_send takes a copy, zmq_send_const refers to the caller's bytes. */
/* behaviours: 39 */
#include "check.h"

static void run (void)
{
    static char body[1000];
    void *ctx = new_context (), *a, *b;
    zmq_msg_t msg;
    new_link (ctx, "inproc", ZMQ_PULL, &a, ZMQ_PUSH, &b);
    memset (body, 'a', sizeof body);
    MUST (zmq_send (b, body, sizeof body, 0));
    MUST (zmq_send (b, body, 3, 0));
    MUST (zmq_send_const (b, body, sizeof body, 0));
    memset (body, 'b', sizeof body);
    for (int i = 0; i < 3; i++) {
        MUST (zmq_msg_init (&msg));
        MUST (zmq_msg_recv (&msg, a, 0));
        say ("%c, the caller's bytes %s", *(char *) zmq_msg_data (&msg),
             zmq_msg_data (&msg) == body ? "themselves" : "copied");
        MUST (zmq_msg_close (&msg));
    }
    end (ctx, a, b);
}
