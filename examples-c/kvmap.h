/*  Key, sequence number and value: what the clone programs pass around, and a
    hash map of it. kvsimple.h and kvmsg.h add the two forms it has on the
    wire; here is no input or output. Values are messages, so that a copy
    shares the content.  */

#ifndef KVMAP_H
#define KVMAP_H

#include "zparts.h"

#define KV_TEXT 256
#define KV_UUID 16
#define KV_BUCKETS 4096

typedef struct {
    char key[KV_TEXT];
    int64_t sequence;
    unsigned char uuid[KV_UUID]; /*  names one update, whoever passes it on  */
    char properties[KV_TEXT];    /*  lines "name=value"  */
    zmq_msg_t value;
    int64_t expiry; /*  of a key with a time to live; 0: none. Not on the wire.  */
} kv;

/*  Two forms of the same thing on the wire.  */
typedef struct {
    int (*send) (kv *self, void *socket);
    int (*recv) (kv *self, void *socket);
} kv_form;

static inline void kv_set (kv *self, const char *text)
{
    zmq_msg_close (&self->value);
    zmq_msg_init_size (&self->value, strlen (text));
    memcpy (zmq_msg_data (&self->value), text, strlen (text));
}

static inline void kv_init (kv *self, const char *key, const char *value)
{
    memset (self, 0, sizeof *self);
    snprintf (self->key, sizeof self->key, "%s", key);
    zmq_msg_init (&self->value);
    kv_set (self, value);
}

static inline void kv_close (kv *self)
{
    zmq_msg_close (&self->value);
}

static inline void kv_copy (kv *to, kv *from)
{
    *to = *from;
    zmq_msg_init (&to->value);
    zmq_msg_copy (&to->value, &from->value);
}

/*  The value as a string, cut to what fits.  */
static inline char *kv_get (kv *self, char *text, size_t size)
{
    size_t length = zmq_msg_size (&self->value);
    snprintf (text, size, "%.*s", (int) length, (char *) zmq_msg_data (&self->value));
    return text;
}

/*  Sequence numbers travel as eight bytes, the most significant first.  */
static inline void kv_pack (int64_t sequence, unsigned char *bytes)
{
    for (int n = 0; n < 8; n++)
        bytes[n] = (unsigned char) ((uint64_t) sequence >> (56 - 8 * n));
}

static inline int64_t kv_unpack (const unsigned char *bytes)
{
    uint64_t sequence = 0;
    for (int n = 0; n < 8; n++)
        sequence = sequence << 8 | bytes[n];
    return (int64_t) sequence;
}

static inline int kv_send_value (kv *self, void *socket)
{
    zmq_msg_t copy;
    zmq_msg_init (&copy);
    zmq_msg_copy (&copy, &self->value);
    int rc;
    while ((rc = zmq_msg_send (&copy, socket, 0)) == -1 && errno == EINTR)
        ;
    zmq_msg_close (&copy);
    return rc;
}

/*  The map  */

typedef struct kv_node {
    struct kv_node *next;
    kv item;
} kv_node;

typedef struct {
    kv_node *bucket[KV_BUCKETS];
    long count;
} kvmap;

static inline kv_node **kvmap_link (kvmap *self, const char *key)
{
    /*  FNV-1a  */
    uint32_t hash = 2166136261u;
    for (const char *at = key; *at != '\0'; at++)
        hash = (hash ^ (unsigned char) *at) * 16777619u;
    kv_node **link = &self->bucket[hash % KV_BUCKETS];
    while (*link != NULL && strcmp ((*link)->item.key, key) != 0)
        link = &(*link)->next;
    return link;
}

static inline kv *kvmap_find (kvmap *self, const char *key)
{
    kv_node *node = *kvmap_link (self, key);
    return node != NULL ? &node->item : NULL;
}

/*  Keeps a copy; an item without value removes the key.  */
static inline void kvmap_store (kvmap *self, kv *item)
{
    kv_node **link = kvmap_link (self, item->key), *node = *link;
    if (zmq_msg_size (&item->value) == 0) {
        if (node != NULL) {
            *link = node->next;
            kv_close (&node->item);
            free (node);
            self->count--;
        }
        return;
    }
    if (node != NULL)
        kv_close (&node->item);
    else {
        node = malloc (sizeof *node);
        if (node == NULL)
            zh_fail ("malloc");
        node->next = NULL;
        *link = node;
        self->count++;
    }
    kv_copy (&node->item, item);
}

/*  Calls `each` for all items until it returns -1; it may remove its item.  */
static inline int kvmap_each (kvmap *self, int (*each) (kv *item, void *arg), void *arg)
{
    for (int n = 0; n < KV_BUCKETS; n++)
        for (kv_node *at = self->bucket[n], *next; at != NULL; at = next) {
            next = at->next;
            if (each (&at->item, arg) == -1)
                return -1;
        }
    return 0;
}

static inline int kvmap_remove (kv *item, void *map)
{
    kv nothing;
    kv_init (&nothing, item->key, "");
    kvmap_store (map, &nothing);
    kv_close (&nothing);
    return 0;
}

static inline void kvmap_clear (kvmap *self)
{
    kvmap_each (self, kvmap_remove, self);
}

#endif
