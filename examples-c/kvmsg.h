/*  The full form of a key and value on the wire (CHP, RFC 12), for clone models
    5 and 6: five frames, [key][sequence][uuid][properties][value]. The uuid
    names the update, so that it is recognised when it comes a second time by
    another way; properties are lines "name=value", like the time to live.  */

#ifndef KVMSG_H
#define KVMSG_H

#include "kvmap.h"

static inline int kvmsg_send (kv *self, void *socket)
{
    unsigned char sequence[8];
    kv_pack (self->sequence, sequence);
    return zh_send_more (socket, self->key) == -1
                || zh_send_data (socket, sequence, sizeof sequence, ZMQ_SNDMORE) == -1
                || zh_send_data (socket, self->uuid, KV_UUID, ZMQ_SNDMORE) == -1
                || zh_send_more (socket, self->properties) == -1
             ? -1 : kv_send_value (self, socket);
}

/*  -1 on a stop. A message of another form becomes an item without key.  */
static inline int kvmsg_recv (kv *self, void *socket)
{
    zh_message message;
    if (zh_message_recv (&message, socket) == -1)
        return -1;
    kv_init (self, "", "");
    if (message.count == 5 && zmq_msg_size (&message.frame[1]) == 8
        && zmq_msg_size (&message.frame[2]) == KV_UUID) {
        zp_text (&message, 0, self->key, sizeof self->key);
        self->sequence = kv_unpack (zmq_msg_data (&message.frame[1]));
        memcpy (self->uuid, zmq_msg_data (&message.frame[2]), KV_UUID);
        zp_text (&message, 3, self->properties, sizeof self->properties);
        zmq_msg_move (&self->value, &message.frame[4]);
    }
    zh_message_close (&message);
    return 0;
}

static const kv_form kvmsg = {kvmsg_send, kvmsg_recv};

static inline void kvmsg_new_uuid (kv *self)
{
    for (int n = 0; n < KV_UUID; n++)
        self->uuid[n] = (unsigned char) zh_random (256);
}

/*  Adds a property; it must not be there yet, and is dropped if it does not
    fit.  */
static inline void kvmsg_add_property (kv *self, const char *name, const char *value)
{
    size_t used = strlen (self->properties), more = strlen (name) + strlen (value) + 2;
    if (used + more < sizeof self->properties)
        snprintf (self->properties + used, sizeof self->properties - used, "%s=%s\n", name, value);
}

/*  The property's value, "" if there is no such property.  */
static inline char *kvmsg_property (kv *self, const char *name, char *value, size_t size)
{
    size_t length = strlen (name);
    value[0] = '\0';
    for (const char *line = self->properties; *line != '\0';) {
        size_t end = strcspn (line, "\n");
        if (strncmp (line, name, length) == 0 && line[length] == '=')
            snprintf (value, size, "%.*s", (int) (end - length - 1), line + length + 1);
        line += end + (line[end] == '\n');
    }
    return value;
}

#endif
