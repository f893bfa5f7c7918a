/*  The clone client as an API, for model 6: clone_connect once per server (a
    Binary Star pair has two), then clone_set and clone_get. The owner's thread
    calls; the map, the sockets and the failover belong to a thread of the API.

    It follows one server. When that has been silent for `silence` ms it asks
    the next one for a snapshot, on new sockets, so that nothing of an earlier
    attempt comes in late. Meanwhile clone_get answers from the old map.
    Changes go to all servers at once; the one that is passive keeps them in
    mind.  */

#ifndef CLONE_H
#define CLONE_H

#include "chp.h"
#include "zactor.h"

#define CLONE_SERVERS 2

typedef struct {
    zactor actor;
    char subtree[KV_TEXT];
    long silence;
    char server[CLONE_SERVERS][200];
    int servers, current;
    void *publisher;  /*  PUB to the collectors of all servers  */
    void *snapshot;   /*  DEALER to the current server; NULL: no server yet  */
    void *subscriber; /*  SUB to the current server  */
    int synced;       /*  the snapshot is complete  */
    int64_t sequence, expiry;
    kvmap map, incoming;
} clone_client;

static inline void clone_leave (clone_client *self)
{
    if (self->snapshot == NULL)
        return;
    zmq_close (self->snapshot);
    zmq_close (self->subscriber);
    self->snapshot = self->subscriber = NULL;
}

static inline int clone_follow (clone_client *self, int number)
{
    const char *base = self->server[number];
    clone_leave (self);
    kvmap_clear (&self->incoming);
    self->current = number;
    self->synced = 0;
    self->expiry = zh_clock () + self->silence;
    self->subscriber = zh_socket (self->actor.ctx, ZMQ_SUB, 0);
    char endpoint[320];
    zh_subscribe (self->subscriber, self->subtree);
    zh_subscribe (self->subscriber, CHP_ALIVE);
    zh_connect (self->subscriber, chp_endpoint (endpoint, sizeof endpoint, base, CHP_PUBLISHER));
    self->snapshot = chp_connect (self->actor.ctx, ZMQ_DEALER, base, CHP_SNAPSHOT, "");
    printf ("I: asking %s for a snapshot\n", base);
    return chp_ask (self->snapshot, self->subtree);
}

/*  From the owner: ["CONNECT"][base], ["SET"][key][value][ttl], ["GET"][key].  */
static inline int clone_command (clone_client *self)
{
    zh_message message;
    if (zh_message_recv (&message, self->actor.inner) == -1)
        return -1;
    char text[3][KV_TEXT];
    for (int n = 0; n < 3; n++)
        zp_text (&message, n + 1, text[n], KV_TEXT);
    int rc = 0;
    if (zh_frame_is (&message, 0, "CONNECT") && self->servers < CLONE_SERVERS) {
        char endpoint[320];
        snprintf (self->server[self->servers], sizeof self->server[0], "%.199s", text[0]);
        zh_connect (self->publisher,
                    chp_endpoint (endpoint, sizeof endpoint, text[0], CHP_COLLECTOR));
        if (self->servers++ == 0)
            rc = clone_follow (self, 0);
    } else if (zh_frame_is (&message, 0, "SET")) {
        kv item;
        kv_init (&item, text[0], text[1]);
        kvmsg_new_uuid (&item);
        if (atol (text[2]) > 0)
            kvmsg_add_property (&item, "ttl", text[2]);
        rc = kvmsg_send (&item, self->publisher);
        kv_close (&item);
    } else if (zh_frame_is (&message, 0, "GET")) {
        kv *found = kvmap_find (&self->map, text[0]);
        rc = zh_send (self->actor.inner, found != NULL ? kv_get (found, text[1], KV_TEXT) : "");
    } else if (zh_frame_is (&message, 0, ZACTOR_STOP))
        rc = -1;
    zh_message_close (&message);
    return rc;
}

static inline int clone_take_snapshot (clone_client *self)
{
    self->expiry = zh_clock () + self->silence;
    int rc = chp_take_item (kvmsg, self->snapshot, &self->incoming, &self->sequence);
    if (rc != 1)
        return rc;
    kvmap_clear (&self->map);
    self->map = self->incoming;
    memset (&self->incoming, 0, sizeof self->incoming);
    self->synced = 1;
    printf ("I: following %s\n", self->server[self->current]);
    return 0;
}

static inline int clone_take_update (clone_client *self)
{
    self->expiry = zh_clock () + self->silence;
    kv item;
    if (kvmsg_recv (&item, self->subscriber) == -1)
        return -1;
    if (strcmp (item.key, CHP_ALIVE) != 0 && item.key[0] != '\0'
        && item.sequence > self->sequence) {
        self->sequence = item.sequence;
        kvmap_store (&self->map, &item);
        printf ("I: update %lld, %ld keys\n", (long long) item.sequence, self->map.count);
    }
    kv_close (&item);
    return 0;
}

static inline void clone_thread (zactor *actor)
{
    clone_client *self = actor->arg;
    int rc = 0;
    while (rc != -1) {
        zmq_pollitem_t items[] = {{actor->inner, 0, ZMQ_POLLIN, 0}, {NULL, -1, 0, 0}};
        int64_t wait = -1;
        if (self->servers > 0) {
            void *source = self->synced ? self->subscriber : self->snapshot;
            items[1] = (zmq_pollitem_t) {source, 0, ZMQ_POLLIN, 0};
            wait = self->expiry > zh_clock () ? self->expiry - zh_clock () : 0;
        }
        rc = zh_poll (items, self->servers > 0 ? 2 : 1, (long) wait);
        if (rc != -1 && items[1].revents)
            rc = self->synced ? clone_take_update (self) : clone_take_snapshot (self);
        if (rc != -1 && items[0].revents)
            rc = clone_command (self);
        if (rc != -1 && self->servers > 0 && zh_clock () >= self->expiry) {
            printf ("W: %s is silent\n", self->server[self->current]);
            rc = clone_follow (self, (self->current + 1) % self->servers);
        }
    }
    clone_leave (self);
    kvmap_clear (&self->map);
    kvmap_clear (&self->incoming);
    zmq_close (self->publisher);
}

static inline void clone_start (clone_client *self, void *ctx, const char *subtree, long silence)
{
    memset (self, 0, sizeof *self);
    snprintf (self->subtree, sizeof self->subtree, "%s", subtree);
    self->silence = silence;
    self->publisher = zh_socket (ctx, ZMQ_PUB, 0);
    zactor_start (&self->actor, ctx, clone_thread, self);
}

static inline void clone_stop (clone_client *self)
{
    zactor_stop (&self->actor);
}

static inline int clone_connect (clone_client *self, const char *base)
{
    return zh_send_more (self->actor.pipe, "CONNECT") == -1 ? -1 : zh_send (self->actor.pipe, base);
}

/*  `ttl` in seconds, 0: the key stays.  */
static inline int clone_set (clone_client *self, const char *key, const char *value, long ttl)
{
    char seconds[24];
    snprintf (seconds, sizeof seconds, "%ld", ttl);
    zh_message message = {0};
    zp_append (&message, "SET");
    zp_append (&message, key);
    zp_append (&message, value);
    zp_append (&message, seconds);
    return zh_message_send (&message, 0, self->actor.pipe);
}

/*  The value, "" if there is none; -1 on a stop.  */
static inline int clone_get (clone_client *self, const char *key, char *value, size_t size)
{
    return zh_send_more (self->actor.pipe, "GET") == -1 || zh_send (self->actor.pipe, key) == -1
             ? -1 : zh_recv (self->actor.pipe, value, size);
}

#endif
