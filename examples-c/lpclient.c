/*  lpclient [endpoint [retries [timeout_ms [count]]]]
    Lazy pirate: a REQ client that polls for the reply, and on a timeout throws
    the socket away and asks again on a new one, retries times (3). Count
    answered requests end it; 0 = for ever. Also the client of spqueue and
    ppqueue.  */

#include "zhelp.h"

static void *reconnect (void *ctx, void *old, const char *endpoint)
{
    /*  A REQ that misses its reply cannot send again; linger 0 forgets the
        request that may still wait in it.  */
    if (old != NULL)
        zmq_close (old);
    void *socket = zh_socket (ctx, ZMQ_REQ, 0);
    zh_connect (socket, endpoint);
    return socket;
}

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://localhost:5555");
    long retries = zh_argn (argc, argv, 2, 3);
    long timeout = zh_argn (argc, argv, 3, 2500);
    long count = zh_argn (argc, argv, 4, 0);

    void *ctx = zh_begin ();
    puts ("I: connecting to server");
    void *socket = reconnect (ctx, NULL, endpoint);

    char request[24], reply[64];
    long sequence = 1, left = retries;
    snprintf (request, sizeof request, "%ld", sequence);
    int rc = zh_send (socket, request);
    while (rc != -1 && left > 0) {
        zmq_pollitem_t items[] = {{socket, 0, ZMQ_POLLIN, 0}};
        rc = zh_poll (items, 1, timeout);
        if (rc > 0) {
            rc = zh_recv (socket, reply, sizeof reply);
            if (rc == -1)
                break;
            if (strcmp (reply, request) != 0) {
                printf ("E: malformed reply from server: %s\n", reply);
                continue;
            }
            printf ("I: server replied OK (%s)\n", reply);
            left = retries;
            if (sequence == count)
                break;
            snprintf (request, sizeof request, "%ld", ++sequence);
            rc = zh_send (socket, request);
        } else if (rc == 0) {
            if (--left == 0) {
                puts ("E: server seems to be offline, abandoning");
                break;
            }
            puts ("W: no response from server, retrying");
            socket = reconnect (ctx, socket, endpoint);
            rc = zh_send (socket, request);
        }
    }
    zmq_close (socket);
    zh_end (ctx);
    /*  A stop ends an endless client as intended, a counted one too early.  */
    return left > 0 && (rc != -1 || count == 0) ? 0 : 1;
}
