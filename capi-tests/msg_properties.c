/* Properties that do not exist, and set, which knows none. */
/* behaviours: 46 */
#include "check.h"

static void run (void)
{
    zmq_msg_t msg;
    MUST (zmq_msg_init (&msg));
    TRY (zmq_msg_get (&msg, -1));
    TRY (zmq_msg_get (&msg, 0));
    TRY (zmq_msg_get (&msg, 99));
    TRY (zmq_msg_set (&msg, ZMQ_MORE, 1));
    TRY (zmq_msg_set (&msg, -1, 0));
    TRY_PTR (zmq_msg_gets (&msg, "Socket-Type"));
    TRY_PTR (zmq_msg_gets (&msg, ""));
    TRY_PTR (zmq_msg_gets (&msg, "Nonsense"));
    TRY (zmq_msg_close (&msg));
}
