/* Socket calls refuse NULL with ENOTSOCK, before they look at the rest. */
/* behaviours: 22, 25 */
#include "check.h"

static void run (void)
{
    char byte = 0;
    int value = 0;
    size_t size = sizeof value, count = 1;
    struct iovec *no_parts = NULL;
    zmq_msg_t msg;
    MUST (zmq_msg_init (&msg));
    TRY (zmq_close (NULL));
    TRY (zmq_setsockopt (NULL, ZMQ_LINGER, &value, sizeof value));
    TRY (zmq_setsockopt (NULL, ZMQ_LINGER, NULL, 0));
    TRY (zmq_getsockopt (NULL, ZMQ_LINGER, &value, &size));
    TRY (zmq_getsockopt (NULL, ZMQ_LINGER, NULL, NULL));
    TRY (zmq_bind (NULL, "inproc://x"));
    TRY (zmq_bind (NULL, NULL));
    TRY (zmq_connect (NULL, "inproc://x"));
    TRY (zmq_connect (NULL, NULL));
    TRY (zmq_unbind (NULL, "inproc://x"));
    TRY (zmq_disconnect (NULL, "inproc://x"));
    TRY (zmq_send (NULL, "x", 1, 0));
    TRY (zmq_send_const (NULL, "x", 1, 0));
    TRY (zmq_recv (NULL, &byte, 1, 0));
    TRY (zmq_msg_send (&msg, NULL, 0));
    TRY (zmq_msg_recv (&msg, NULL, 0));
    TRY (zmq_sendmsg (NULL, &msg, 0));
    TRY (zmq_recvmsg (NULL, &msg, 0));
    TRY (zmq_sendiov (NULL, no_parts, 0, 0));
    TRY (zmq_recviov (NULL, no_parts, &count, 0));
    TRY (zmq_socket_monitor (NULL, "inproc://m", ZMQ_EVENT_ALL));
    TRY (zmq_msg_close (&msg));
}
