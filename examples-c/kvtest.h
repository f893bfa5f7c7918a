/*  What tstkvsimple and tstkvmsg do: the same with either form on the wire,
    plus what only the full form carries.  */

#ifndef KVTEST_H
#define KVTEST_H

#include "chp.h"

#define KV_CHECK(what)                                        \
    do {                                                      \
        if (!(what)) {                                        \
            printf ("wrong, line %d: %s\n", __LINE__, #what); \
            exit (1);                                         \
        }                                                     \
    } while (0)

static inline void kv_test_map (kv *item)
{
    static kvmap map;
    kvmap_store (&map, item);
    kvmap_store (&map, item);
    KV_CHECK (map.count == 1);
    kv *found = kvmap_find (&map, item->key);
    KV_CHECK (found != NULL && found->sequence == item->sequence);
    KV_CHECK (kvmap_find (&map, "another") == NULL);

    kv removal;
    kv_init (&removal, item->key, "");
    kvmap_store (&map, &removal);
    KV_CHECK (map.count == 0 && kvmap_find (&map, item->key) == NULL);

    char key[16];
    for (int n = 0; n < 10000; n++) {
        snprintf (key, sizeof key, "%d", n);
        snprintf (item->key, sizeof item->key, "%s", key);
        kvmap_store (&map, item);
    }
    KV_CHECK (map.count == 10000 && kvmap_find (&map, "9999") != NULL);
    kvmap_clear (&map);
    KV_CHECK (map.count == 0);
    kv_close (&removal);
}

static inline int kv_test (int argc, char **argv, kv_form form, int full)
{
    const char *endpoint = zh_arg (argc, argv, 1, "ipc://kvtest.ipc");
    void *ctx = zh_begin ();
    void *out = zh_socket (ctx, ZMQ_DEALER, 0);
    zh_bind (out, endpoint);
    void *in = zh_socket (ctx, ZMQ_DEALER, 0);
    zh_connect (in, endpoint);

    kv sent, got;
    char text[KV_TEXT];
    kv_init (&sent, "key", "body");
    sent.sequence = 0x0102030405060708;
    kvmsg_new_uuid (&sent);
    kvmsg_add_property (&sent, "prop1", "value1");
    kvmsg_add_property (&sent, "prop2", "value2");
    KV_CHECK (form.send (&sent, out) != -1);
    KV_CHECK (form.recv (&got, in) != -1);
    KV_CHECK (strcmp (got.key, "key") == 0 && got.sequence == sent.sequence);
    KV_CHECK (strcmp (kv_get (&got, text, sizeof text), "body") == 0);
    if (full) {
        KV_CHECK (memcmp (got.uuid, sent.uuid, KV_UUID) == 0);
        KV_CHECK (strcmp (kvmsg_property (&got, "prop2", text, sizeof text), "value2") == 0);
        KV_CHECK (strcmp (kvmsg_property (&got, "prop", text, sizeof text), "") == 0);
    }
    kv_close (&sent);
    kv_test_map (&got);
    kv_close (&got);

    /*  Another number of frames is not an item.  */
    KV_CHECK (zh_send (out, "key") != -1 && form.recv (&got, in) != -1 && got.key[0] == '\0');
    kv_close (&got);
    puts ("OK");
    zmq_close (in);
    zmq_close (out);
    zh_end (ctx);
    return 0;
}

#endif
