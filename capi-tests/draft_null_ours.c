/* Draft functions with NULL, and with handles of sockets that were closed. */
/* behaviours: 22, 23, 24, 159, 234, 252 */
#define ZMQ_BUILD_DRAFT_API
#include "check.h"

static void sockets (void *s)
{
    int value = 0;
    size_t size = sizeof value;
    char byte;
    void *poller = zmq_poller_new ();
    TRY (zmq_join (s, "group"));
    TRY (zmq_leave (s, "group"));
    TRY ((int) zmq_connect_peer (s, "inproc://x"));
    TRY (zmq_disconnect_peer (s, 1));
    TRY (zmq_socket_get_peer_state (s, "id", 2));
    TRY (zmq_socket_monitor_versioned (s, "inproc://m", ZMQ_EVENT_ALL, 2, ZMQ_PAIR));
    TRY (zmq_socket_monitor_pipes_stats (s));
    TRY (zmq_poller_add (poller, s, NULL, ZMQ_POLLIN));
    TRY (zmq_poller_modify (poller, s, ZMQ_POLLIN));
    TRY (zmq_poller_remove (poller, s));
    MUST (zmq_poller_destroy (&poller));
    TRY (zmq_close (s));
    TRY (zmq_send (s, "x", 1, 0));
    TRY (zmq_recv (s, &byte, 1, 0));
    TRY (zmq_bind (s, "inproc://x"));
    TRY (zmq_getsockopt (s, ZMQ_TYPE, &value, &size));
}

static void pollers (void *poller)
{
    zmq_poller_event_t event;
    TRY (zmq_poller_size (poller));
    TRY (zmq_poller_add (poller, NULL, NULL, ZMQ_POLLIN));
    TRY (zmq_poller_add_fd (poller, 0, NULL, ZMQ_POLLIN));
    TRY (zmq_poller_modify (poller, NULL, ZMQ_POLLIN));
    TRY (zmq_poller_modify_fd (poller, 0, ZMQ_POLLIN));
    TRY (zmq_poller_remove (poller, NULL));
    TRY (zmq_poller_remove_fd (poller, 0));
    TRY (zmq_poller_wait (poller, &event, 0));
    TRY (zmq_poller_wait_all (poller, &event, 1, 0));
    zmq_fd_t fd;
    TRY (zmq_poller_fd (poller, &fd));
}

static void run (void)
{
    void *ctx = new_context (), *s = new_socket (ctx, ZMQ_PAIR), *none = NULL;
    say ("-- NULL");
    sockets (NULL);
    say ("-- closed");
    MUST (zmq_close (s));
    sockets (s);
    say ("-- no poller");
    pollers (NULL);
    TRY (zmq_poller_destroy (NULL));
    say ("-- the address of NULL");
    pollers (&none);
    TRY (zmq_poller_destroy (&none));
    end (ctx, NULL, NULL);
}
