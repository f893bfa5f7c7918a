/* A child forked while the parent's other threads send, receive, and open and
   close sockets finds nothing locked: it makes messages and a context of its
   own, uses them and ends. */
/* behaviours: 11 */
#include "check.h"

#define FORKS 200

static void *ctx, *out, *in;
static volatile int stop;

static void *sends (void *unused)
{
    char body[5000] = "";
    for (unsigned size = 1; !stop; size = size * 7 % 4999)
        zmq_send (out, body, size, ZMQ_DONTWAIT);
    return unused;
}

static void *receives (void *unused)
{
    char body[5000];
    while (!stop)
        zmq_recv (in, body, sizeof body, ZMQ_DONTWAIT);
    return unused;
}

static void *opens (void *unused)
{
    while (!stop)
        zmq_close (zmq_socket (ctx, ZMQ_PAIR));
    return unused;
}

static void child (int size)
{
    alarm (20);
    zmq_msg_t msg;
    zmq_msg_init_size (&msg, size);
    zmq_msg_close (&msg);
    void *mine = zmq_ctx_new (), *x = zmq_socket (mine, ZMQ_PAIR), *y = zmq_socket (mine, ZMQ_PAIR);
    char endpoint[64], text[8] = "";
    size_t length = sizeof endpoint;
    int good = zmq_bind (x, "tcp://127.0.0.1:*") == 0
               && zmq_getsockopt (x, ZMQ_LAST_ENDPOINT, endpoint, &length) == 0
               && zmq_connect (y, endpoint) == 0 && zmq_send (y, "hi", 2, 0) == 2
               && zmq_recv (x, text, sizeof text, 0) == 2;
    zmq_close (x);
    zmq_close (y);
    good = zmq_ctx_term (mine) == 0 && good;
    _exit (good ? 7 : 1);
}

static void run (void)
{
    void *(*bodies[]) (void *) = {sends, receives, opens, opens};
    pthread_t threads[4];
    int well = 0, status = 0;
    ctx = new_context ();
    new_link (ctx, "tcp", ZMQ_PULL, &in, ZMQ_PUSH, &out);
    for (int i = 0; i < 4; i++)
        pthread_create (&threads[i], NULL, bodies[i], NULL);
    for (int i = 0; i < FORKS; i++) {
        pid_t pid = fork ();
        if (pid == 0)
            child (i * 37 % 3000);
        MUST (waitpid (pid, &status, 0));
        well += WIFEXITED (status) && WEXITSTATUS (status) == 7;
    }
    stop = 1;
    for (int i = 0; i < 4; i++)
        pthread_join (threads[i], NULL);
    say ("%d of %d children ended well", well, FORKS);
    end (ctx, in, out);
}
