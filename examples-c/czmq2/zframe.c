/*  Frames: one libzmq message each, and whether more of the same message follow.  */

#include "internal.h"

/*  Bytes a frame is printed with, as text and as hex digits.  */
enum { PRINTED_TEXT = 70, PRINTED_HEX = 35 };

struct _zframe_t {
    zmq_msg_t msg;
    int more;
};

static void fill (zmq_msg_t *msg, const void *data, size_t size)
{
    if (zmq_msg_init_size (msg, size) == -1) {
        fputs ("czmq2: out of memory\n", stderr);
        abort ();
    }
    if (size == 0)
        return;
    if (data != NULL)
        memcpy (zmq_msg_data (msg), data, size);
    else
        memset (zmq_msg_data (msg), 0, size);
}

zframe_t *zframe_new (const void *data, size_t size)
{
    zframe_t *self = zmalloc (sizeof (zframe_t));
    fill (&self->msg, data, size);
    return self;
}

zframe_t *zframe_new_empty (void)
{
    return zframe_new (NULL, 0);
}

void zframe_destroy (zframe_t **self_p)
{
    zframe_t *self = *self_p;
    if (self == NULL)
        return;
    zmq_msg_close (&self->msg);
    free (self);
    *self_p = NULL;
}

zframe_t *czmq2_frame_recv (void *socket, int flags)
{
    zframe_t *self = zframe_new_empty ();
    if (zmq_msg_recv (&self->msg, socket, flags) == -1) {
        int error = errno;
        zframe_destroy (&self);
        errno = error;
        return NULL;
    }
    self->more = zmq_msg_more (&self->msg);
    return self;
}

zframe_t *zframe_recv (void *socket)
{
    return czmq2_frame_recv (socket, 0);
}

zframe_t *zframe_recv_nowait (void *socket)
{
    return czmq2_frame_recv (socket, ZMQ_DONTWAIT);
}

/*  Sends a copy: whoever keeps the frame may then change it.  */
int zframe_send (zframe_t **self_p, void *socket, int flags)
{
    if (*self_p == NULL)
        return 0;
    int rc = zsocket_sendmem (socket, zframe_data (*self_p), zframe_size (*self_p), flags);
    if ((flags & ZFRAME_REUSE) == 0) {
        int error = errno;
        zframe_destroy (self_p);
        errno = error;
    }
    return rc;
}

size_t zframe_size (zframe_t *self)
{
    return zmq_msg_size (&self->msg);
}

byte *zframe_data (zframe_t *self)
{
    return zmq_msg_data (&self->msg);
}

zframe_t *zframe_dup (zframe_t *self)
{
    zframe_t *copy = zframe_new (zframe_data (self), zframe_size (self));
    copy->more = self->more;
    return copy;
}

char *zframe_strhex (zframe_t *self)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t size = zframe_size (self);
    const byte *data = zframe_data (self);
    char *text = zmalloc (2 * size + 1);
    for (size_t at = 0; at < size; at++) {
        text[2 * at] = digits[data[at] >> 4];
        text[2 * at + 1] = digits[data[at] & 15];
    }
    return text;
}

char *zframe_strdup (zframe_t *self)
{
    size_t size = zframe_size (self);
    char *text = zmalloc (size + 1);
    memcpy (text, zframe_data (self), size);
    return text;
}

bool zframe_streq (zframe_t *self, const char *string)
{
    size_t size = zframe_size (self);
    return size == strlen (string) && memcmp (zframe_data (self), string, size) == 0;
}

int zframe_more (zframe_t *self)
{
    return self->more;
}

void zframe_set_more (zframe_t *self, int more)
{
    self->more = more;
}

bool zframe_eq (zframe_t *self, zframe_t *other)
{
    if (self == NULL || other == NULL)
        return false;
    size_t size = zframe_size (self);
    return size == zframe_size (other)
           && memcmp (zframe_data (self), zframe_data (other), size) == 0;
}

static bool is_text (zframe_t *self)
{
    const byte *data = zframe_data (self);
    for (size_t at = 0; at < zframe_size (self); at++)
        if (data[at] < 9 || data[at] == 127)
            return false;
    return true;
}

void zframe_fprint (zframe_t *self, const char *prefix, FILE *file)
{
    bool text = is_text (self);
    char *content = text ? zframe_strdup (self) : zframe_strhex (self);
    size_t limit = text ? PRINTED_TEXT : PRINTED_HEX;
    int shown = (int) (text ? limit : 2 * limit);
    fprintf (file, "%s[%03zu] %.*s%s\n", prefix != NULL ? prefix : "", zframe_size (self),
             shown, content, zframe_size (self) > limit ? "..." : "");
    fflush (file);
    free (content);
}

void zframe_print (zframe_t *self, const char *prefix)
{
    zframe_fprint (self, prefix, stderr);
}

void zframe_reset (zframe_t *self, const void *data, size_t size)
{
    /*  Built beside the old content, into which `data` may point.  */
    zmq_msg_t msg;
    fill (&msg, data, size);
    zmq_msg_move (&self->msg, &msg);
    zmq_msg_close (&msg);
}
