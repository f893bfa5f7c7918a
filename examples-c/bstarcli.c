/*  bstarcli [primary [backup [timeout_ms [settle_ms [pace_ms [count]]]]]]

    Client of a Binary Star pair. Asks one server; when no reply comes in time
    (1000 ms) it goes to the other, after a pause (2000 ms) that must be at
    least as long as a server takes to believe that its peer is gone. Its
    request there is the vote that makes a passive server active.

        bstarsrv -p &  bstarsrv -b &  bstarcli

    A request a second (pace); count replies end it, 0 = never.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *server[] = {zh_arg (argc, argv, 1, "tcp://localhost:5001"),
                            zh_arg (argc, argv, 2, "tcp://localhost:5002")};
    long timeout = zh_argn (argc, argv, 3, 1000);
    long settle = zh_argn (argc, argv, 4, 2000);
    long pace = zh_argn (argc, argv, 5, 1000);
    long count = zh_argn (argc, argv, 6, 0);

    void *ctx = zh_begin ();
    int at = 0;
    void *req = zh_socket (ctx, ZMQ_REQ, 0);
    zh_connect (req, server[at]);
    printf ("I: connecting to server at %s\n", server[at]);
    long number = 0;
    char text[24], reply[64];
    snprintf (text, sizeof text, "%ld", ++number);
    int rc = zh_send (req, text);
    while (rc != -1 && (count == 0 || number <= count)) {
        zmq_pollitem_t items[] = {{req, 0, ZMQ_POLLIN, 0}};
        rc = zh_poll (items, 1, timeout);
        if (rc == 1 && zh_recv (req, reply, sizeof reply) != -1) {
            if (strcmp (reply, text) == 0)
                printf ("I: reply %s from %s\n", reply, server[at]);
            else
                printf ("E: wrong reply %s\n", reply);
            snprintf (text, sizeof text, "%ld", ++number);
            if (number == count + 1 || zh_sleep (pace))
                break;
        } else if (rc == 0) {
            puts ("W: no response from server, failing over");
            if (zh_sleep (settle))
                break;
            at = 1 - at;
            printf ("I: connecting to server at %s\n", server[at]);
            zmq_close (req);
            req = zh_socket (ctx, ZMQ_REQ, 0);
            zh_connect (req, server[at]);
        } else
            break;
        rc = zh_send (req, text);
    }
    zmq_close (req);
    zh_end (ctx);
    return number == count + 1 || count == 0 ? 0 : 1;
}
