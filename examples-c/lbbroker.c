/*  lbbroker [clients [workers [frontend [backend]]]]
    Load balancing broker: two ROUTERs and a queue of free workers, the least
    recently used first. Clients (10) and workers (3) are threads with REQ
    sockets; the program ends when every client has its reply.  */

#include "zhelp.h"

#define MOST 256

static const char *frontend_endpoint, *backend_endpoint;

static void client (void *ctx)
{
    void *socket = zh_socket (ctx, ZMQ_REQ, 0);
    zh_set_id (socket);
    zh_connect (socket, frontend_endpoint);
    char reply[64];
    if (zh_send (socket, "HELLO") != -1 && zh_recv (socket, reply, sizeof reply) != -1)
        printf ("Client: %s\n", reply);
    zmq_close (socket);
}

/*  Sees [client id][empty][request] and returns [client id][empty][reply].  */
static void worker (void *ctx)
{
    void *socket = zh_socket (ctx, ZMQ_REQ, 0);
    zh_set_id (socket);
    zh_connect (socket, backend_endpoint);
    int rc = zh_send (socket, "READY");
    zh_message request;
    while (rc != -1 && zh_message_recv (&request, socket) != -1) {
        zh_id client_id;
        zh_id_of (&client_id, &request.frame[0]);
        zmq_msg_t *body = &request.frame[request.count - 1];
        printf ("Worker: %.*s\n", (int) zmq_msg_size (body), (char *) zmq_msg_data (body));
        zh_message_close (&request);
        rc = zh_id_send (&client_id, socket);
        if (rc != -1)
            rc = zh_send_more (socket, "");
        if (rc != -1)
            rc = zh_send (socket, "OK");
    }
    zmq_close (socket);
}

/*  Runs until all clients are served or a stop.  */
static int balance (void *frontend, void *backend, long clients)
{
    zh_id idle[MOST];
    int idle_count = 0;
    zmq_pollitem_t items[] = {{backend, 0, ZMQ_POLLIN, 0}, {frontend, 0, ZMQ_POLLIN, 0}};
    zh_message message;

    while (clients > 0) {
        /*  Requests wait in the frontend while no worker is free.  */
        if (zh_poll (items, idle_count > 0 ? 2 : 1, -1) == -1)
            return -1;
        if (items[0].revents & ZMQ_POLLIN) {
            if (zh_message_recv (&message, backend) == -1)
                return -1;
            if (idle_count < MOST)
                zh_id_of (&idle[idle_count++], &message.frame[0]);
            if (zh_frame_is (&message, 2, "READY")) {
                zh_message_close (&message);
            } else {
                if (zh_message_send (&message, 2, frontend) == -1)
                    return -1;
                clients--;
            }
        } else if (idle_count > 0 && items[1].revents & ZMQ_POLLIN) {
            if (zh_message_recv (&message, frontend) == -1)
                return -1;
            if (zh_id_send (&idle[0], backend) == -1 || zh_send_more (backend, "") == -1) {
                zh_message_close (&message);
                return -1;
            }
            if (zh_message_send (&message, 0, backend) == -1)
                return -1;
            memmove (idle, idle + 1, (size_t) --idle_count * sizeof idle[0]);
        }
    }
    return 0;
}

int main (int argc, char **argv)
{
    long clients = zh_argn (argc, argv, 1, 10);
    long workers = zh_argn (argc, argv, 2, 3);
    frontend_endpoint = zh_arg (argc, argv, 3, "ipc://frontend.ipc");
    backend_endpoint = zh_arg (argc, argv, 4, "ipc://backend.ipc");
    if (clients < 1 || clients > MOST)
        clients = 10;
    if (workers < 1 || workers > MOST)
        workers = 3;

    void *ctx = zh_begin ();
    void *frontend = zh_socket (ctx, ZMQ_ROUTER, 0);
    zh_bind (frontend, frontend_endpoint);
    void *backend = zh_socket (ctx, ZMQ_ROUTER, 0);
    zh_bind (backend, backend_endpoint);

    void *client_threads[MOST], *worker_threads[MOST];
    for (long n = 0; n < clients; n++)
        client_threads[n] = zmq_threadstart (client, ctx);
    for (long n = 0; n < workers; n++)
        worker_threads[n] = zmq_threadstart (worker, ctx);

    int rc = balance (frontend, backend, clients);

    /*  First the clients read their replies, then the workers are stopped.  */
    for (long n = 0; n < clients; n++)
        zmq_threadclose (client_threads[n]);
    zmq_ctx_shutdown (ctx);
    for (long n = 0; n < workers; n++)
        zmq_threadclose (worker_threads[n]);
    zmq_close (backend);
    zmq_close (frontend);
    zh_end (ctx);
    return rc == 0 ? 0 : 1;
}
