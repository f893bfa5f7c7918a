/* PAUSE, RESUME, STATISTICS, TERMINATE, and the counts in between. */
/* behaviours: 244, 245 */
#include "check.h"

static void *ctx;

static void *proxy (void *unused)
{
    void *front = new_socket (ctx, ZMQ_PULL), *back = new_socket (ctx, ZMQ_PUSH);
    void *control = new_socket (ctx, ZMQ_PAIR);
    set_int (control, ZMQ_RCVTIMEO, -1);
    MUST (zmq_bind (front, "inproc://front"));
    MUST (zmq_bind (back, "inproc://back"));
    connect_to (control, "inproc://control");
    TRY (zmq_proxy_steerable (front, back, NULL, control));
    MUST (zmq_close (front));
    MUST (zmq_close (back));
    MUST (zmq_close (control));
    return unused;
}

static void statistics (void *control)
{
    SEND (control, "STATISTICS");
    for (int i = 0; i < 8; i++) {
        uint64_t value = 0;
        int size = zmq_recv (control, &value, sizeof value, 0);
        printf ("%d%s", (int) value, i < 7 ? " " : "");
        MUST_BE (size == 8 && get_int (control, ZMQ_RCVMORE) == (i < 7));
    }
    say ("");
}

static void run (void)
{
    pthread_t thread;
    ctx = new_context ();
    void *control = new_socket (ctx, ZMQ_PAIR), *in = new_socket (ctx, ZMQ_PUSH);
    void *out = new_socket (ctx, ZMQ_PULL);
    MUST (zmq_bind (control, "inproc://control"));
    connect_to (in, "inproc://front");
    connect_to (out, "inproc://back");
    pthread_create (&thread, NULL, proxy, NULL);
    statistics (control);
    SEND (in, "four");
    SEND (in, "in", "two parts");
    RECV (out);
    RECV (out);
    statistics (control);
    SEND (control, "PAUSE");
    statistics (control);
    SEND (in, "held");
    set_int (out, ZMQ_RCVTIMEO, 100);
    RECV (out);
    set_int (out, ZMQ_RCVTIMEO, PATIENCE_MS);
    statistics (control);
    SEND (control, "RESUME");
    RECV (out);
    statistics (control);
    SEND (control, "TERMINATE");
    pthread_join (thread, NULL);
    MUST (zmq_close (control));
    end (ctx, in, out);
}
