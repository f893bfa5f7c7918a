/*  clonesrv1 [endpoint [keys [interval_ms]]]

    Clone, model 1: a server that publishes changes of a set of keys and
    values, a random one of 10000 keys each time, as fast as it can (interval
    0). Clients that subscribe from the start have the same set; who comes
    late, or loses something, does not. The next models mend that, one thing
    each.

        clonesrv1 &  clonecli1

    The form on the wire is kvsimple.h's: key, sequence number, value.  */

#include "kvsimple.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5556");
    long keys = zh_argn (argc, argv, 2, 10000);
    long interval = zh_argn (argc, argv, 3, 0);

    void *ctx = zh_begin ();
    void *publisher = zh_socket (ctx, ZMQ_PUB, 0);
    zh_bind (publisher, endpoint);
    static kvmap map;
    int64_t sequence = 0;
    int rc = 0;
    while (rc != -1 && zh_sleep (interval) == 0) {
        char key[24], value[24];
        snprintf (key, sizeof key, "%ld", zh_random (keys));
        snprintf (value, sizeof value, "%ld", zh_random (1000000));
        kv item;
        kv_init (&item, key, value);
        item.sequence = ++sequence;
        rc = kvsimple_send (&item, publisher);
        kvmap_store (&map, &item);
        kv_close (&item);
    }
    printf ("%lld messages out, %ld keys\n", (long long) sequence, map.count);
    kvmap_clear (&map);
    zmq_close (publisher);
    zh_end (ctx);
    return 0;
}
