/*  asyncsrv [endpoint [clients [workers [duration_ms [pace_ms]]]]]
    Asynchronous server: DEALER clients (3) send a request every pace (1000 ms)
    and do not wait; a ROUTER takes them, a DEALER over inproc spreads them over
    workers (5), and each request gets 0 to 4 replies at random times.  */

#include "zhelp.h"

#define MOST 64
#define BACKEND "inproc://backend"

static char address[256];
static long pace;

static void client (void *ctx)
{
    void *socket = zh_socket (ctx, ZMQ_DEALER, 0);
    zh_set_id (socket);
    char name[32], text[64];
    size_t size = sizeof name - 1;
    zmq_getsockopt (socket, ZMQ_ROUTING_ID, name, &size);
    name[size] = '\0';
    zh_connect (socket, address);

    zmq_pollitem_t items[] = {{socket, 0, ZMQ_POLLIN, 0}};
    int64_t next = zh_clock () + pace;
    for (long request = 0;;) {
        int64_t wait = next - zh_clock ();
        int ready = zh_poll (items, 1, wait > 0 ? (long) wait : 0);
        if (ready == -1)
            break;
        if (ready > 0) {
            if (zh_recv (socket, text, sizeof text) == -1)
                break;
            printf ("%s: %s\n", name, text);
        }
        if (zh_clock () >= next) {
            snprintf (text, sizeof text, "request #%ld", ++request);
            if (zh_send (socket, text) == -1)
                break;
            next += pace;
        }
    }
    zmq_close (socket);
}

/*  A DEALER behind a proxy sees [client id][body] as the ROUTER made it.  */
static void worker (void *ctx)
{
    void *socket = zh_socket (ctx, ZMQ_DEALER, 0);
    zh_connect (socket, BACKEND);
    zh_message request;
    int rc = 0;
    while (rc != -1 && zh_message_recv (&request, socket) != -1) {
        for (long replies = zh_random (5); rc != -1 && replies > 0; replies--) {
            if (zh_sleep (zh_random (pace) + 1)) {
                rc = -1;
                break;
            }
            rc = zh_send_data (socket, zmq_msg_data (&request.frame[0]),
                               zmq_msg_size (&request.frame[0]), ZMQ_SNDMORE);
            if (rc != -1 && request.count > 1)
                rc = zh_send_data (socket, zmq_msg_data (&request.frame[1]),
                                   zmq_msg_size (&request.frame[1]), 0);
        }
        zh_message_close (&request);
    }
    zmq_close (socket);
}

/*  What the server thread is handed; it owns the sockets from then on.  */
typedef struct {
    void *frontend;
    void *backend;
} server_sockets;

static void server (void *argument)
{
    server_sockets *sockets = argument;
    zh_proxy (sockets->frontend, sockets->backend);
    zmq_close (sockets->backend);
    zmq_close (sockets->frontend);
}

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5570");
    long clients = zh_argn (argc, argv, 2, 3);
    long workers = zh_argn (argc, argv, 3, 5);
    long duration = zh_argn (argc, argv, 4, 5000);
    pace = zh_argn (argc, argv, 5, 1000);
    if (clients < 1 || clients > MOST)
        clients = 3;
    if (workers < 1 || workers > MOST)
        workers = 5;
    if (pace < 1)
        pace = 1;

    void *ctx = zh_begin ();
    server_sockets sockets;
    sockets.frontend = zh_socket (ctx, ZMQ_ROUTER, 0);
    zh_bind (sockets.frontend, endpoint);
    zh_reach (sockets.frontend, address, sizeof address);
    sockets.backend = zh_socket (ctx, ZMQ_DEALER, 0);
    zh_bind (sockets.backend, BACKEND);

    void *threads[2 * MOST + 1];
    long count = 0;
    threads[count++] = zmq_threadstart (server, &sockets);
    for (long n = 0; n < workers; n++)
        threads[count++] = zmq_threadstart (worker, ctx);
    for (long n = 0; n < clients; n++)
        threads[count++] = zmq_threadstart (client, ctx);

    zh_sleep (duration);
    zmq_ctx_shutdown (ctx);
    for (long n = 0; n < count; n++)
        zmq_threadclose (threads[n]);
    zh_end (ctx);
    return 0;
}
