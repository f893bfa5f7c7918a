/*  flclient1 [-n count] [endpoint...]

    Freelance client, model 1: failover by trying. Each request goes to the
    first server on a fresh REQ socket; one second without a reply, and it goes
    to the next. A client that knows a single server asks that three times, as
    a lazy pirate would. Simple, but every request pays a second for a dead
    server at the head of the list.

        flserver1 tcp://127.0.0.1:5556 &
        flclient1 tcp://localhost:5555 tcp://localhost:5556

    Makes one request, or count; fails when no server replies.  */

#include "freelance.h"

#define TIMEOUT 1000
#define RETRIES 3

/*  1 for a reply, 0 for none in time, -1 on a stop.  */
static int try_server (void *ctx, const char *endpoint, const char *request)
{
    printf ("I: trying echo service at %s\n", endpoint);
    void *req = zh_socket (ctx, ZMQ_REQ, 0);
    zh_connect (req, endpoint);
    zmq_pollitem_t items[] = {{req, 0, ZMQ_POLLIN, 0}};
    char reply[64];
    int rc = zh_send (req, request);
    if (rc != -1)
        rc = zh_poll (items, 1, TIMEOUT);
    if (rc > 0 && zh_recv (req, reply, sizeof reply) == -1)
        rc = -1;
    zmq_close (req);
    return rc;
}

int main (int argc, char **argv)
{
    fl_args args = fl_arguments (argc, argv, 1);
    int tries = args.servers == 1 ? RETRIES : args.servers;

    void *ctx = zh_begin ();
    int rc = 1;
    for (long n = 0; n < args.count && rc == 1; n++) {
        rc = 0;
        for (int at = 0; at < tries && rc == 0; at++) {
            const char *endpoint = args.endpoint[at % args.servers];
            rc = try_server (ctx, endpoint, "Hello world");
            if (rc == 0)
                printf ("W: no response from %s\n", endpoint);
            else if (rc == 1)
                puts ("Service is running OK");
        }
    }
    if (rc == 0)
        puts ("E: no server replied");
    zh_end (ctx);
    return rc == 1 ? 0 : 1;
}
