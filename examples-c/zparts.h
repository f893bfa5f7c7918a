/*  Editing of multipart messages, on top of zhelp.h's zh_message: append,
    insert, drop, split. Programs that route envelopes include it; it does no
    input or output. Frames move, their content is never copied, except where
    a function says so.  */

#ifndef ZPARTS_H
#define ZPARTS_H

#include "zhelp.h"

/*  Opens a gap of one frame at `at`; NULL when the message is full.  */
static inline zmq_msg_t *zp_gap (zh_message *message, int at)
{
    if (message->count == ZH_FRAMES)
        return NULL;
    zmq_msg_init (&message->frame[message->count]);
    for (int n = message->count++; n > at; n--)
        zmq_msg_move (&message->frame[n], &message->frame[n - 1]);
    return &message->frame[at];
}

static inline void zp_insert_data (zh_message *message, int at, const void *data, size_t size)
{
    zmq_msg_t *frame = zp_gap (message, at);
    if (frame == NULL)
        return;
    zmq_msg_close (frame);
    if (zmq_msg_init_size (frame, size) != 0)
        zh_fail ("zmq_msg_init_size");
    if (size > 0)
        memcpy (zmq_msg_data (frame), data, size);
}

static inline void zp_insert (zh_message *message, int at, const char *text)
{
    zp_insert_data (message, at, text, strlen (text));
}

static inline void zp_append_data (zh_message *message, const void *data, size_t size)
{
    zp_insert_data (message, message->count, data, size);
}

static inline void zp_append (zh_message *message, const char *text)
{
    zp_insert (message, message->count, text);
}

static inline void zp_insert_id (zh_message *message, int at, const zh_id *id)
{
    zp_insert_data (message, at, id->data, id->size);
}

/*  Removes up to `count` frames from `at` on.  */
static inline void zp_drop (zh_message *message, int at, int count)
{
    if (at + count > message->count)
        count = message->count - at;
    for (int n = at; n + count < message->count; n++)
        zmq_msg_move (&message->frame[n], &message->frame[n + count]);
    for (int n = 0; n < count; n++)
        zmq_msg_close (&message->frame[--message->count]);
}

/*  All frames of `from` go to the end of `to`; `from` is empty then.  */
static inline void zp_join (zh_message *to, zh_message *from)
{
    for (int n = 0; n < from->count; n++) {
        zmq_msg_t *frame = zp_gap (to, to->count);
        if (frame != NULL)
            zmq_msg_move (frame, &from->frame[n]);
    }
    zh_message_close (from);
}

/*  A second message with the same content (shared, not duplicated).  */
static inline void zp_copy (zh_message *to, zh_message *from)
{
    to->count = 0;
    for (int n = 0; n < from->count; n++) {
        zmq_msg_init (&to->frame[n]);
        zmq_msg_copy (&to->frame[n], &from->frame[n]);
        to->count++;
    }
}

/*  Frame `at` as a string, cut to what fits; "" when there is no such frame.  */
static inline char *zp_text (zh_message *message, int at, char *text, size_t size)
{
    size_t length = 0;
    if (at < message->count) {
        length = zmq_msg_size (&message->frame[at]);
        if (length >= size)
            length = size - 1;
        memcpy (text, zmq_msg_data (&message->frame[at]), length);
    }
    text[length] = '\0';
    return text;
}

#endif
