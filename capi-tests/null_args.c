/* NULL where it is allowed, or refused on both libraries. */
#include "check.h"

static void run (void)
{
    void *ctx = new_context (), *s = new_socket (ctx, ZMQ_DEALER);
    int value = 1;
    TRY (zmq_unbind (s, NULL));
    TRY (zmq_disconnect (s, NULL));
    TRY (zmq_setsockopt (s, ZMQ_LINGER, NULL, 0));
    TRY (zmq_setsockopt (s, 9999, NULL, 0));
    TRY (zmq_setsockopt (s, ZMQ_ROUTING_ID, NULL, 0));
    TRY (zmq_setsockopt (s, ZMQ_SOCKS_PROXY, NULL, 0));
    TRY (zmq_setsockopt (s, ZMQ_LINGER, &value, 0));
    TRY (zmq_send (s, NULL, 0, ZMQ_DONTWAIT));
    TRY (zmq_recv (s, NULL, 0, ZMQ_DONTWAIT));
    TRY (zmq_socket_monitor (s, NULL, ZMQ_EVENT_ALL));
    TRY (zmq_sendiov (s, NULL, 0, 0));
    TRY (zmq_sendiov (s, NULL, 3, 0));
    TRY (zmq_recviov (s, NULL, NULL, 0));
    TRY (zmq_msg_set (NULL, ZMQ_MORE, 1));
    TRY (zmq_poll (NULL, 0, 0));
    TRY (zmq_poll (NULL, 3, 0));
    TRY (zmq_proxy (NULL, s, NULL));
    TRY (zmq_timers_execute (NULL));
    end (ctx, s, NULL);
}
