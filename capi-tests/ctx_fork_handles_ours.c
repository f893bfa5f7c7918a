/* To a forked child the handles that it has inherited are those of a context
   that has ended: ETERM, and closing them lets go of them. */
#include "check.h"

static void *ctx, *a, *b;

static void child (void)
{
    char text[8];
    int value = 0;
    size_t size = sizeof value;
    zmq_pollitem_t item = {a, 0, ZMQ_POLLIN, 0};
    alarm (20);
    TRY (zmq_send (a, "x", 1, 0));
    TRY (zmq_recv (b, text, sizeof text, 0));
    TRY (zmq_getsockopt (a, ZMQ_EVENTS, &value, &size));
    TRY (zmq_poll (&item, 1, -1));
    TRY (zmq_bind (a, "inproc://x"));
    TRY_PTR (zmq_socket (ctx, ZMQ_PAIR));
    TRY (zmq_close (a));
    TRY (zmq_close (a));
    TRY (zmq_close (b));
    TRY (zmq_ctx_shutdown (ctx));
    TRY (zmq_ctx_term (ctx));
    TRY (zmq_ctx_term (ctx));
    fflush (stdout);
    _exit (7);
}

static void run (void)
{
    int status = 0;
    ctx = new_context ();
    new_link (ctx, "tcp", ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    fflush (stdout);
    pid_t pid = fork ();
    if (pid == 0)
        child ();
    MUST (waitpid (pid, &status, 0));
    say ("child exit %d", WIFEXITED (status) ? WEXITSTATUS (status) : -1);
    SEND (a, "still here");
    RECV (b);
    end (ctx, a, b);
}
