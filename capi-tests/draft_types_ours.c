/* Draft socket types that do not exist yet, and the functions that are for them
   alone: the errno that says so, in every place. */
/* behaviours: 61, 139, 211, 212, 214, 215, 216, 217, 218, 219, 220, 221, 222, 223, 256 */
/* hostile: 50, 51, 52, 54 */
#define ZMQ_BUILD_DRAFT_API
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    TRY_PTR (zmq_socket (ctx, ZMQ_SERVER));
    TRY_PTR (zmq_socket (ctx, ZMQ_CLIENT));
    TRY_PTR (zmq_socket (ctx, ZMQ_RADIO));
    TRY_PTR (zmq_socket (ctx, ZMQ_DISH));
    TRY_PTR (zmq_socket (ctx, ZMQ_GATHER));
    TRY_PTR (zmq_socket (ctx, ZMQ_SCATTER));
    TRY_PTR (zmq_socket (ctx, ZMQ_DGRAM));
    TRY_PTR (zmq_socket (ctx, ZMQ_PEER));
    TRY_PTR (zmq_socket (ctx, ZMQ_CHANNEL));
    void *s = new_socket (ctx, ZMQ_DEALER);
    zmq_msg_t msg;
    MUST (zmq_msg_init (&msg));
    TRY_GET (s, ZMQ_THREAD_SAFE);
    TRY (zmq_join (s, "group"));
    TRY (zmq_leave (s, "group"));
    TRY (zmq_msg_set_group (&msg, "group"));
    YES (strcmp (zmq_msg_group (&msg), "") == 0);
    errno = 0;
    uint32_t id = zmq_connect_peer (s, "inproc://x");
    say ("zmq_connect_peer = %d %s", (int) id, err_name (errno));
    TRY (zmq_disconnect_peer (s, 1));
    TRY (zmq_socket_monitor_pipes_stats (s));
    TRY (zmq_bind (s, "udp://127.0.0.1:5555"));
    TRY (zmq_connect (s, "udp://127.0.0.1:5555"));
    MUST (zmq_msg_close (&msg));
    end (ctx, s, NULL);
}
