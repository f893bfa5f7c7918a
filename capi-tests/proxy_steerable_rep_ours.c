/* A proxy steered by requests: each command has its reply, which 4.3.4 does not
   send. */
/* behaviours: 244 */
#include "check.h"

static void *ctx;
static int result = 99;

static void *proxy (void *unused)
{
    void *front = new_socket (ctx, ZMQ_PULL), *back = new_socket (ctx, ZMQ_PUSH);
    void *control = new_socket (ctx, ZMQ_REP);
    set_int (control, ZMQ_RCVTIMEO, -1);
    MUST (zmq_bind (front, "inproc://front"));
    MUST (zmq_bind (back, "inproc://back"));
    connect_to (control, "inproc://control");
    result = zmq_proxy_steerable (front, back, NULL, control);
    MUST (zmq_close (control));
    MUST (zmq_close (front));
    MUST (zmq_close (back));
    return unused;
}

static void run (void)
{
    static const char *const commands[] = {"PAUSE", "RESUME", "PAUSE", "RESUME"};
    pthread_t thread;
    ctx = new_context ();
    void *control = new_socket (ctx, ZMQ_REQ), *in = new_socket (ctx, ZMQ_PUSH);
    void *out = new_socket (ctx, ZMQ_PULL);
    MUST (zmq_bind (control, "inproc://control"));
    connect_to (in, "inproc://front");
    connect_to (out, "inproc://back");
    pthread_create (&thread, NULL, proxy, NULL);
    for (int i = 0; i < 4; i++) {
        SEND (control, commands[i]);
        RECV (control);
    }
    SEND (in, "through");
    RECV (out);
    SEND (control, "TERMINATE");
    RECV (control);
    pthread_join (thread, NULL);
    say ("the proxy returned %d", result);
    MUST (zmq_close (control));
    end (ctx, in, out);
}
