/*  interrupt [endpoint]
    A REP server with a signal handler of its own, without the helper's
    watcher: Ctrl-C makes a blocking call return EINTR. A signal that comes
    just before the call would be missed, hence the pipe that the handler
    writes to and zmq_poll watches next to the socket.  */

#include "zhelp.h"

#include <fcntl.h>

static int signal_pipe[2];

static void on_signal (int number)
{
    (void) number;
    int saved = errno;
    if (write (signal_pipe[1], "!", 1) != 1)
        _exit (1);
    errno = saved;
}

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5555");
    setvbuf (stdout, NULL, _IOLBF, 0);

    if (pipe (signal_pipe) != 0)
        zh_fail ("pipe");
    fcntl (signal_pipe[1], F_SETFL, O_NONBLOCK);
    struct sigaction action;
    memset (&action, 0, sizeof action);
    action.sa_handler = on_signal; /*  no SA_RESTART: calls shall fail with EINTR  */
    sigaction (SIGINT, &action, NULL);
    sigaction (SIGTERM, &action, NULL);

    void *ctx = zmq_ctx_new ();
    void *responder = zh_socket (ctx, ZMQ_REP, 0);
    zh_bind (responder, endpoint);
    puts ("Waiting for requests, Ctrl-C ends");

    zmq_pollitem_t items[] = {{NULL, signal_pipe[0], ZMQ_POLLIN, 0},
                              {responder, 0, ZMQ_POLLIN, 0}};
    char request[64];
    for (;;) {
        if (zmq_poll (items, 2, -1) == -1) {
            if (errno != EINTR)
                zh_fail ("zmq_poll");
            continue; /*  the pipe is readable by now  */
        }
        if (items[0].revents & ZMQ_POLLIN) {
            puts ("Interrupt received, ending");
            break;
        }
        if (items[1].revents & ZMQ_POLLIN) {
            int size = zmq_recv (responder, request, sizeof request, ZMQ_DONTWAIT);
            if (size == -1)
                continue;
            puts ("Received a request");
            zmq_send (responder, "World", 5, ZMQ_DONTWAIT);
        }
    }
    zmq_close (responder);
    while (zmq_ctx_term (ctx) == -1 && errno == EINTR)
        ;
    close (signal_pipe[0]);
    close (signal_pipe[1]);
    return 0;
}
