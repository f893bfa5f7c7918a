/* An empty frame as the very first thing a STREAM sends closes the connection,
   to a plain peer and to a DEALER alike; nothing breaks. */
/* behaviours: 204, 206 */
#include "raw.h"

static void close_first (void *stream)
{
    unsigned char id[16];
    int size = zmq_recv (stream, id, sizeof id, 0);
    MUST (size);
    MUST (zmq_recv (stream, NULL, 0, 0));
    TRY (zmq_send (stream, id, (size_t) size, ZMQ_SNDMORE));
    TRY (zmq_send (stream, "", 0, 0));
}

static void run (void)
{
    char text[16];
    void *ctx = new_context (), *stream = new_socket (ctx, ZMQ_STREAM);
    bind_fresh (stream, "tcp");
    int fd = raw_connect (bound_at);
    close_first (stream);
    while (recv (fd, text, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN) {
        get_int (stream, ZMQ_EVENTS);
        look_again ();
    }
    say ("plain peer: closed");
    close (fd);
    void *dealer = new_socket (ctx, ZMQ_DEALER);
    set_int (dealer, ZMQ_RECONNECT_IVL, -1);
    void *monitor = new_monitor (ctx, dealer, ZMQ_EVENT_DISCONNECTED);
    connect_to (dealer, bound_at);
    SEND (dealer, "never arrives");
    close_first (stream);
    zmq_pollitem_t item = {monitor, 0, ZMQ_POLLIN, 0};
    while (zmq_poll (&item, 1, 5) == 0)
        get_int (stream, ZMQ_EVENTS);
    say_event (monitor);
    fd = raw_connect (bound_at);
    while (zmq_recv (stream, text, sizeof text, 0) != 0)
        ;
    say ("and the next is let in");
    close (fd);
    MUST (zmq_close (monitor));
    end (ctx, dealer, stream);
}
