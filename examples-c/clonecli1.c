/*  clonecli1 [endpoint [count]]

    Clone, model 1: a client that keeps what clonesrv1 publishes in a map, and
    in the end says how much that was. It knows nothing of what was before it
    came.

        clonesrv1 &  clonecli1

    Ends after count updates, 0 = when it is stopped.  */

#include "kvsimple.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://localhost:5556");
    long count = zh_argn (argc, argv, 2, 0);

    void *ctx = zh_begin ();
    void *updates = zh_socket (ctx, ZMQ_SUB, 0);
    zh_connect (updates, endpoint);
    zh_subscribe (updates, "");
    static kvmap map;
    long received = 0;
    kv item;
    while ((count == 0 || received < count) && kvsimple_recv (&item, updates) != -1) {
        kvmap_store (&map, &item);
        kv_close (&item);
        received++;
    }
    printf ("%ld messages in, %ld keys\n", received, map.count);
    kvmap_clear (&map);
    zmq_close (updates);
    zh_end (ctx);
    return received < count ? 1 : 0;
}
