/* The poller: what it refuses, what it reports, and how it ends. */
/* behaviours: 10, 234, 235, 236, 237, 238, 239 */
#define ZMQ_BUILD_DRAFT_API
#include "check.h"

static void show (zmq_poller_event_t *event, void *socket, void *data)
{
    say ("the socket %s, the data %s, fd %d, events %d", event->socket == socket ? "yes" : "no",
         event->user_data == data ? "yes" : "no", event->fd, event->events);
}

static void *end_context (void *ctx)
{
    until_main_waits ();
    MUST (zmq_ctx_shutdown (ctx));
    return NULL;
}

static void nothing (void *s)
{
    zmq_poller_event_t event;
    void *poller = zmq_poller_new ();
    TRY (zmq_poller_wait (poller, &event, 0));
    TRY (zmq_poller_wait (poller, &event, 10));
    TRY (zmq_poller_wait (poller, &event, -1));
    TRY (zmq_poller_wait_all (poller, &event, -1, 0));
    TRY (zmq_poller_wait_all (poller, &event, 0, 0));
    TRY (zmq_poller_add (poller, s, NULL, 0));
    TRY (zmq_poller_wait (poller, &event, 0));
    TRY (zmq_poller_wait (poller, &event, -1));
    TRY (zmq_poller_destroy (&poller));
    YES (poller == NULL);
}

static void refusals (void *s)
{
    zmq_fd_t fd;
    void *poller = zmq_poller_new ();
    TRY (zmq_poller_add_fd (poller, -1, NULL, ZMQ_POLLIN));
    TRY (zmq_poller_add (poller, s, NULL, 16));
    TRY (zmq_poller_add (poller, s, NULL, ZMQ_POLLIN));
    TRY (zmq_poller_add (poller, s, NULL, ZMQ_POLLIN));
    TRY (zmq_poller_modify (poller, s, 1 << 10));
    TRY (zmq_poller_add_fd (poller, 0, NULL, ZMQ_POLLIN));
    TRY (zmq_poller_add_fd (poller, 0, NULL, ZMQ_POLLIN));
    TRY (zmq_poller_size (poller));
    TRY (zmq_poller_remove_fd (poller, 0));
    TRY (zmq_poller_remove_fd (poller, 0));
    TRY (zmq_poller_modify_fd (poller, 0, ZMQ_POLLIN));
    TRY (zmq_poller_fd (poller, &fd));
    TRY (zmq_poller_remove (poller, s));
    TRY (zmq_poller_remove (poller, s));
    TRY (zmq_poller_modify (poller, s, ZMQ_POLLIN));
    TRY (zmq_poller_destroy (&poller));
}

static void run (void)
{
    void *ctx = new_context (), *a, *b;
    zmq_poller_event_t events[3];
    int data;
    new_link (ctx, "tcp", ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    nothing (a);
    refusals (a);

    say ("-- events");
    void *poller = zmq_poller_new ();
    MUST (zmq_poller_add (poller, a, &data, ZMQ_POLLIN));
    SEND (b, "x");
    TRY (zmq_poller_wait (poller, events, -1));
    show (events, a, &data);
    MUST (zmq_poller_modify (poller, a, ZMQ_POLLIN | ZMQ_POLLOUT));
    TRY (zmq_poller_wait (poller, events, -1));
    show (events, a, &data);
    RECV (a);
    TRY (zmq_poller_wait (poller, events, -1));
    show (events, a, &data);
    MUST (zmq_poller_add (poller, b, NULL, ZMQ_POLLOUT));
    TRY (zmq_poller_wait_all (poller, events, 3, -1));
    show (events, a, &data);
    show (events + 1, b, NULL);

    say ("-- ends");
    MUST (zmq_poller_remove (poller, b));
    MUST (zmq_close (b));
    TRY (zmq_poller_destroy (&poller));
    YES (poller == NULL);
    /* Nothing dangles. Whether it is still taken depends on who is faster. */
    zmq_send (a, "nobody is left", 14, ZMQ_DONTWAIT);
    poller = zmq_poller_new ();
    MUST (zmq_poller_add (poller, a, NULL, ZMQ_POLLIN));
    pthread_t thread;
    pthread_create (&thread, NULL, end_context, ctx);
    TRY (zmq_poller_wait (poller, events, -1));
    pthread_join (thread, NULL);
    MUST (zmq_poller_destroy (&poller));
    end (ctx, a, NULL);
}
