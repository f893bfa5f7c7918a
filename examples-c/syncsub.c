/*  syncsub [endpoint [sync_endpoint]]
    Reports to syncpub once it hears it, then counts updates until END.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://localhost:5561");
    const char *sync_endpoint = zh_arg (argc, argv, 2, "tcp://localhost:5562");

    void *ctx = zh_begin ();
    void *subscriber = zh_socket (ctx, ZMQ_SUB, 0);
    zh_connect (subscriber, endpoint);
    zh_subscribe (subscriber, "");
    void *sync = zh_socket (ctx, ZMQ_REQ, 0);
    zh_connect (sync, sync_endpoint);

    char text[16];
    long updates = 0;
    int ended = 0;
    if (zh_recv (subscriber, text, sizeof text) != -1 && zh_send (sync, "") != -1
        && zh_recv (sync, text, sizeof text) != -1) {
        while (!ended && zh_recv (subscriber, text, sizeof text) != -1) {
            if (strcmp (text, "END") == 0)
                ended = 1;
            else if (strcmp (text, "update") == 0)
                updates++;
        }
        printf ("Received %ld updates\n", updates);
    }
    zmq_close (sync);
    zmq_close (subscriber);
    zh_end (ctx);
    return ended ? 0 : 1;
}
