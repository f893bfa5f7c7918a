/*  The simple form of a key and value on the wire, for clone models 1 to 4:
    three frames, [key][sequence][value].  */

#ifndef KVSIMPLE_H
#define KVSIMPLE_H

#include "kvmap.h"

static inline int kvsimple_send (kv *self, void *socket)
{
    unsigned char sequence[8];
    kv_pack (self->sequence, sequence);
    return zh_send_more (socket, self->key) == -1
                || zh_send_data (socket, sequence, sizeof sequence, ZMQ_SNDMORE) == -1
             ? -1 : kv_send_value (self, socket);
}

/*  -1 on a stop. A message of another form becomes an item without key.  */
static inline int kvsimple_recv (kv *self, void *socket)
{
    zh_message message;
    if (zh_message_recv (&message, socket) == -1)
        return -1;
    kv_init (self, "", "");
    if (message.count == 3 && zmq_msg_size (&message.frame[1]) == 8) {
        zp_text (&message, 0, self->key, sizeof self->key);
        self->sequence = kv_unpack (zmq_msg_data (&message.frame[1]));
        zmq_msg_move (&self->value, &message.frame[2]);
    }
    zh_message_close (&message);
    return 0;
}

static const kv_form kvsimple = {kvsimple_send, kvsimple_recv};

#endif
