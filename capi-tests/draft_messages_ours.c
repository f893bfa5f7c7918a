/* Draft functions of messages and contexts. */
/* behaviours: 18, 30, 213 */
#define ZMQ_BUILD_DRAFT_API
#include "check.h"

static void run (void)
{
    zmq_msg_t msg;
    char body[] = "sixsix", prefix[16] = "";
    TRY (zmq_msg_init_buffer (&msg, body, 6));
    YES (zmq_msg_data (&msg) != body);
    body[0] = '?';
    say ("%.*s", (int) zmq_msg_size (&msg), (char *) zmq_msg_data (&msg));
    TRY (zmq_msg_close (&msg));
    TRY (zmq_msg_init_buffer (&msg, NULL, 0));
    TRY (zmq_msg_size (&msg));
    TRY (zmq_msg_routing_id (&msg));
    TRY (zmq_msg_set_routing_id (&msg, 0));
    TRY (zmq_msg_set_routing_id (&msg, 7));
    TRY (zmq_msg_routing_id (&msg));
    TRY (zmq_msg_close (&msg));

    void *ctx = new_context ();
    size_t size = sizeof prefix;
    TRY (zmq_ctx_set_ext (ctx, ZMQ_THREAD_NAME_PREFIX, "fifteen letters", 16));
    TRY (zmq_ctx_get_ext (ctx, ZMQ_THREAD_NAME_PREFIX, prefix, &size));
    say ("%s", prefix);
    TRY (zmq_ctx_set (ctx, ZMQ_THREAD_NAME_PREFIX, 1234));
    TRY (zmq_ctx_get (ctx, ZMQ_THREAD_NAME_PREFIX));
    int threads = 0;
    size = sizeof threads;
    TRY (zmq_ctx_get_ext (ctx, ZMQ_IO_THREADS, &threads, &size));
    say ("%d", threads);
    end (ctx, NULL, NULL);
}
