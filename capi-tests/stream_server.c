/* A bound STREAM and plain tcp peers: notices, data both ways, what closes. */
/* behaviours: 202, 203, 204, 205 */
#include "raw.h"

static unsigned char id[16];
static int id_size;

/* The id of the message that comes next; its body is still to be received. */
static void take_id (void *stream)
{
    id_size = zmq_recv (stream, id, sizeof id, 0);
    MUST (id_size);
}

static void run (void)
{
    char text[64];
    void *ctx = new_context (), *stream = new_socket (ctx, ZMQ_STREAM);
    void *monitor = new_monitor (ctx, stream, ZMQ_EVENT_ALL & ~ZMQ_EVENT_LISTENING);
    TRY_GET (stream, ZMQ_TYPE);
    TRY_SET (stream, ZMQ_STREAM_NOTIFY, 2);
    TRY_SET (stream, ZMQ_STREAM_NOTIFY, 1);
    bind_fresh (stream, "tcp");

    int fd = raw_connect (bound_at);
    say ("-- connected");
    RECV (stream);
    say_event (monitor);
    unsigned char last[16];
    size_t size = sizeof last;
    TRY (zmq_getsockopt (stream, ZMQ_ROUTING_ID, last, &size));
    say ("%lu bytes, the first %d", (unsigned long) size, last[0]);

    say ("-- data comes");
    MUST (write (fd, "GET /", 5));
    zmq_msg_t msg;
    MUST (zmq_msg_init (&msg));
    MUST (zmq_msg_recv (&msg, stream, 0));
    id_size = (int) zmq_msg_size (&msg);
    memcpy (id, zmq_msg_data (&msg), (size_t) id_size);
    say ("the option is the id: %s", size == (size_t) id_size && !memcmp (id, last, size) ? "yes" : "no");
    say ("id: more %d, from %s", zmq_msg_more (&msg), zmq_msg_gets (&msg, "Peer-Address"));
    MUST (zmq_msg_recv (&msg, stream, 0));
    say ("body: %.*s, more %d, from %s", (int) zmq_msg_size (&msg), (char *) zmq_msg_data (&msg),
         zmq_msg_more (&msg), zmq_msg_gets (&msg, "Peer-Address"));
    say ("user id: %s", zmq_msg_gets (&msg, "User-Id") ? "yes" : "no");
    MUST (zmq_msg_close (&msg));

    say ("-- data goes");
    TRY (zmq_send (stream, id, (size_t) id_size, ZMQ_SNDMORE));
    TRY (zmq_send (stream, "one ", 4, ZMQ_SNDMORE)); /* MORE means nothing here */
    TRY (zmq_send (stream, id, (size_t) id_size, 0)); /* without MORE: what follows is dropped */
    TRY (zmq_send (stream, "two ", 4, 0));
    TRY (zmq_send (stream, "nobody", 6, ZMQ_SNDMORE));
    TRY (zmq_send (stream, id, (size_t) id_size, ZMQ_SNDMORE));
    TRY (zmq_send (stream, "three", 5, 0));
    say ("peer reads %.*s", (int) raw_read (fd, text, 9), text);

    say ("-- the peer goes");
    MUST (close (fd));
    RECV (stream);
    say_event (monitor);
    say_event (monitor);

    say ("-- an empty frame closes");
    fd = raw_connect (bound_at);
    take_id (stream);
    RECV (stream);
    MUST (zmq_send (stream, id, (size_t) id_size, ZMQ_SNDMORE));
    MUST (zmq_send (stream, "farewell", 8, 0));
    TRY (zmq_send (stream, id, (size_t) id_size, ZMQ_SNDMORE));
    TRY (zmq_send (stream, "", 0, 0));
    say ("peer reads %.*s", (int) raw_read (fd, text, 8), text);
    long n;
    while ((n = recv (fd, text, 1, MSG_DONTWAIT)) == -1 && errno == EAGAIN) {
        get_int (stream, ZMQ_EVENTS); /* libzmq ends the connection inside a call */
        look_again ();
    }
    say ("then %ld", n);
    MUST (close (fd));
    YES (get_int (stream, ZMQ_EVENTS) & ZMQ_POLLOUT);
    MUST (zmq_close (monitor));
    end (ctx, stream, NULL);
}
