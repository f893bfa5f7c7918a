/*  Messages: a list of frames that are sent and received together. Programs that
    read on after an interrupted zmsg_recv find nothing in its NULL.  */

#include "internal.h"

/*  Frames a message is printed with.  */
enum { PRINTED_FRAMES = 10 };

struct _zmsg_t {
    zlist_t *frames;
};

zmsg_t *zmsg_new (void)
{
    zmsg_t *self = zmalloc (sizeof (zmsg_t));
    self->frames = zlist_new ();
    return self;
}

void zmsg_destroy (zmsg_t **self_p)
{
    zmsg_t *self = *self_p;
    if (self == NULL)
        return;
    zframe_t *frame;
    while ((frame = zmsg_pop (self)) != NULL)
        zframe_destroy (&frame);
    zlist_destroy (&self->frames);
    free (self);
    *self_p = NULL;
}

/*  To and from sockets  */

static zmsg_t *receive (void *socket, int flags)
{
    zmsg_t *self = zmsg_new ();
    zframe_t *frame;
    do {
        frame = czmq2_frame_recv (socket, flags);
        if (frame == NULL) {
            int error = errno;
            zmsg_destroy (&self);
            errno = error;
            return NULL;
        }
        zmsg_add (self, frame);
    } while (zframe_more (frame));
    return self;
}

zmsg_t *zmsg_recv (void *socket)
{
    return receive (socket, 0);
}

zmsg_t *zmsg_recv_nowait (void *socket)
{
    return receive (socket, ZMQ_DONTWAIT);
}

int zmsg_send (zmsg_t **self_p, void *socket)
{
    if (*self_p == NULL)
        return 0;
    int rc = 0;
    int error = 0;
    zframe_t *frame;
    while (rc == 0 && (frame = zmsg_pop (*self_p)) != NULL) {
        rc = zframe_send (&frame, socket, zmsg_size (*self_p) > 0 ? ZFRAME_MORE : 0);
        error = errno;
    }
    zmsg_destroy (self_p);
    if (rc == -1)
        errno = error;
    return rc;
}

/*  Sizes  */

size_t zmsg_size (zmsg_t *self)
{
    return self != NULL ? zlist_size (self->frames) : 0;
}

size_t zmsg_content_size (zmsg_t *self)
{
    size_t size = 0;
    for (zframe_t *frame = zmsg_first (self); frame != NULL; frame = zmsg_next (self))
        size += zframe_size (frame);
    return size;
}

/*  Frames in  */

int zmsg_push (zmsg_t *self, zframe_t *frame)
{
    return zlist_push (self->frames, frame);
}

int zmsg_add (zmsg_t *self, zframe_t *frame)
{
    return zlist_append (self->frames, frame);
}

int zmsg_prepend (zmsg_t *self, zframe_t **frame_p)
{
    zframe_t *frame = *frame_p;
    *frame_p = NULL;
    return zmsg_push (self, frame);
}

int zmsg_append (zmsg_t *self, zframe_t **frame_p)
{
    zframe_t *frame = *frame_p;
    *frame_p = NULL;
    return zmsg_add (self, frame);
}

int zmsg_pushmem (zmsg_t *self, const void *data, size_t size)
{
    return zmsg_push (self, zframe_new (data, size));
}

int zmsg_addmem (zmsg_t *self, const void *data, size_t size)
{
    return zmsg_add (self, zframe_new (data, size));
}

int zmsg_pushstr (zmsg_t *self, const char *string)
{
    return zmsg_pushmem (self, string, strlen (string));
}

int zmsg_addstr (zmsg_t *self, const char *string)
{
    return zmsg_addmem (self, string, strlen (string));
}

int zmsg_pushstrf (zmsg_t *self, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    char *string = czmq2_vformat (format, arguments);
    va_end (arguments);
    int rc = zmsg_pushstr (self, string);
    free (string);
    return rc;
}

int zmsg_addstrf (zmsg_t *self, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    char *string = czmq2_vformat (format, arguments);
    va_end (arguments);
    int rc = zmsg_addstr (self, string);
    free (string);
    return rc;
}

/*  Frames out  */

zframe_t *zmsg_pop (zmsg_t *self)
{
    return self != NULL ? zlist_pop (self->frames) : NULL;
}

char *zmsg_popstr (zmsg_t *self)
{
    zframe_t *frame = zmsg_pop (self);
    if (frame == NULL)
        return NULL;
    char *string = zframe_strdup (frame);
    zframe_destroy (&frame);
    return string;
}

void zmsg_wrap (zmsg_t *self, zframe_t *frame)
{
    zmsg_pushmem (self, NULL, 0);
    zmsg_push (self, frame);
}

zframe_t *zmsg_unwrap (zmsg_t *self)
{
    zframe_t *address = zmsg_pop (self);
    zframe_t *next = zmsg_first (self);
    if (next != NULL && zframe_size (next) == 0) {
        zframe_t *empty = zmsg_pop (self);
        zframe_destroy (&empty);
    }
    return address;
}

void zmsg_remove (zmsg_t *self, zframe_t *frame)
{
    zlist_remove (self->frames, frame);
}

zframe_t *zmsg_first (zmsg_t *self)
{
    return self != NULL ? zlist_first (self->frames) : NULL;
}

zframe_t *zmsg_next (zmsg_t *self)
{
    return self != NULL ? zlist_next (self->frames) : NULL;
}

zframe_t *zmsg_last (zmsg_t *self)
{
    return self != NULL ? zlist_last (self->frames) : NULL;
}

zmsg_t *zmsg_dup (zmsg_t *self)
{
    if (self == NULL)
        return NULL;
    zmsg_t *copy = zmsg_new ();
    for (zframe_t *frame = zmsg_first (self); frame != NULL; frame = zmsg_next (self))
        zmsg_add (copy, zframe_dup (frame));
    return copy;
}

/*  Files: for each frame its size in 8 bytes of this machine's order, then itself  */

int zmsg_save (zmsg_t *self, FILE *file)
{
    for (zframe_t *frame = zmsg_first (self); frame != NULL; frame = zmsg_next (self)) {
        uint64_t size = zframe_size (frame);
        if (fwrite (&size, sizeof size, 1, file) != 1
            || fwrite (zframe_data (frame), 1, size, file) != size)
            return -1;
    }
    return fflush (file) == 0 ? 0 : -1;
}

/*  The next frame of the file. NULL at its end, and when it is damaged.  */
static zframe_t *load_frame (FILE *file, bool *damaged)
{
    uint64_t size;
    size_t got = fread (&size, 1, sizeof size, file);
    *damaged = got != 0 && got != sizeof size;
    if (got != sizeof size)
        return NULL;
    /*  The file knows how much of it is left; a size beyond that is no size.  */
    struct stat info;
    long at = ftell (file);
    *damaged = at == -1 || fstat (fileno (file), &info) == -1
               || size > (uint64_t) info.st_size - (uint64_t) at;
    if (*damaged)
        return NULL;
    zframe_t *frame = zframe_new (NULL, size);
    *damaged = fread (zframe_data (frame), 1, size, file) != size;
    if (*damaged)
        zframe_destroy (&frame);
    return frame;
}

zmsg_t *zmsg_load (zmsg_t *self, FILE *file)
{
    if (file == NULL)
        return NULL;
    zmsg_t *loaded = zmsg_new ();
    bool damaged;
    zframe_t *frame;
    while ((frame = load_frame (file, &damaged)) != NULL)
        zmsg_add (loaded, frame);
    if (damaged) {
        zmsg_destroy (&loaded);
        return NULL;
    }
    if (self == NULL)
        return loaded;
    while ((frame = zmsg_pop (loaded)) != NULL)
        zmsg_add (self, frame);
    zmsg_destroy (&loaded);
    return self;
}

/*  Print  */

void zmsg_fprint (zmsg_t *self, FILE *file)
{
    fputs ("--------------------------------------\n", file);
    int left = PRINTED_FRAMES;
    for (zframe_t *frame = zmsg_first (self); frame != NULL && left-- > 0;
         frame = zmsg_next (self))
        zframe_fprint (frame, NULL, file);
    fflush (file);
}

void zmsg_print (zmsg_t *self)
{
    zmsg_fprint (self, stdout);
}
