/* A forked child may drop what it inherited and start anew; the parent's
   connection does not notice. */
/* behaviours: 11 */
#include "check.h"

static void child (void *ctx, void *a, void *b)
{
    alarm (20);
    zmq_close (a);
    zmq_close (b);
    zmq_ctx_term (ctx);
    void *mine = zmq_ctx_new ();
    void *x = zmq_socket (mine, ZMQ_PAIR), *y = zmq_socket (mine, ZMQ_PAIR);
    char text[8] = "";
    int good = zmq_bind (x, "inproc://mine") == 0 && zmq_connect (y, "inproc://mine") == 0
               && zmq_send (x, "new", 3, 0) == 3 && zmq_recv (y, text, 8, 0) == 3
               && memcmp (text, "new", 3) == 0;
    zmq_close (x);
    zmq_close (y);
    good = zmq_ctx_term (mine) == 0 && good;
    _exit (good ? 7 : 1);
}

static void run (void)
{
    void *ctx = new_context (), *a, *b;
    int status = 0;
    new_link (ctx, "tcp", ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    SEND (b, "before");
    RECV (a);
    fflush (stdout);
    pid_t pid = fork ();
    if (pid == 0)
        child (ctx, a, b);
    MUST (waitpid (pid, &status, 0));
    say ("child exit %d", WIFEXITED (status) ? WEXITSTATUS (status) : -1);
    SEND (a, "after");
    RECV (b);
    SEND (b, "and back");
    RECV (a);
    end (ctx, a, b);
}
