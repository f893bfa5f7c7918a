/*  What the three file transfers share: the arguments, a checksum, the copy
    that the receiver writes, and the server that sends the chunk it is asked
    for (fileio2, fileio3). The transfers differ in who decides when a chunk is
    sent; that is in the programs.  */

#ifndef FILEIO_H
#define FILEIO_H

#include "zactor.h"
#include "zparts.h"

#define FIO_CHUNK 250000

/*  CRC-32 (IEEE 802.3, as cksum -a crc32b or zlib), bit by bit.  */
typedef struct {
    uint32_t inverted; /*  of the CRC, so that zero is a fresh one  */
    unsigned long chunks;
    unsigned long long bytes;
} fio_sum;

static inline void fio_add (fio_sum *sum, const unsigned char *data, size_t size)
{
    static uint32_t table[256];
    if (table[1] == 0)
        for (uint32_t n = 0; n < 256; n++) {
            table[n] = n;
            for (int bit = 0; bit < 8; bit++)
                table[n] = table[n] & 1 ? table[n] >> 1 ^ 0xEDB88320U : table[n] >> 1;
        }
    uint32_t crc = ~sum->inverted;
    for (size_t n = 0; n < size; n++)
        crc = table[(crc ^ data[n]) & 0xFF] ^ crc >> 8;
    sum->inverted = ~crc;
    sum->bytes += size;
    sum->chunks += size > 0;
}

static inline void fio_print (const char *what, const fio_sum *sum)
{
    printf ("%s %lu chunks, %llu bytes, checksum %08lX\n", what, sum->chunks, sum->bytes,
            (unsigned long) sum->inverted);
}

/*  One transfer: file [copy [endpoint]]. Without a copy only the checksum
    remains of what was received.  */
typedef struct {
    void *ctx;
    void *router; /*  of the server, bound before anybody starts  */
    const char *name;
    FILE *file, *copy;
    char address[256];
    fio_sum received;
} fio_transfer;

/*  A ROUTER with room for `hwm` messages per client (0: no limit).  */
static inline void fio_open (fio_transfer *self, int argc, char **argv, int hwm)
{
    *self = (fio_transfer) {.ctx = zh_begin (), .name = zh_arg (argc, argv, 1, "testdata")};
    const char *copy = zh_arg (argc, argv, 2, "");
    self->file = fopen (self->name, "rb");
    if (self->file == NULL)
        zh_fail (self->name);
    if (*copy != '\0' && (self->copy = fopen (copy, "wb")) == NULL)
        zh_fail (copy);
    self->router = zh_socket (self->ctx, ZMQ_ROUTER, 0);
    zmq_setsockopt (self->router, ZMQ_SNDHWM, &hwm, sizeof hwm);
    zh_bind (self->router, zh_arg (argc, argv, 3, "tcp://*:6000"));
    zh_reach (self->router, self->address, sizeof self->address);
}

/*  Receives the next chunk: its size, or -1 on a stop.  */
static inline long fio_chunk (fio_transfer *self, void *dealer)
{
    zh_message message;
    if (zh_message_recv (&message, dealer) == -1)
        return -1;
    const unsigned char *data = zmq_msg_data (&message.frame[0]);
    size_t size = zmq_msg_size (&message.frame[0]);
    fio_add (&self->received, data, size);
    if (self->copy != NULL && fwrite (data, 1, size, self->copy) != size)
        zh_fail ("copy");
    zh_message_close (&message);
    return (long) size;
}

/*  The content of the file from `offset` on, straight into a frame.  */
static inline void fio_read (fio_transfer *self, long offset, size_t size, zh_message *message)
{
    zmq_msg_t *frame = &message->frame[message->count++];
    if (zmq_msg_init_size (frame, size) != 0)
        zh_fail ("zmq_msg_init_size");
    size_t got = 0;
    if (fseek (self->file, offset, SEEK_SET) == 0)
        got = fread (zmq_msg_data (frame), 1, size, self->file);
    if (got < size) {
        /*  The end of the file: a frame cannot shrink, a copy can be smaller.  */
        zmq_msg_t shorter;
        if (zmq_msg_init_size (&shorter, got) != 0)
            zh_fail ("zmq_msg_init_size");
        memcpy (zmq_msg_data (&shorter), zmq_msg_data (frame), got);
        zmq_msg_move (frame, &shorter);
        zmq_msg_close (&shorter);
    }
}

/*  Thread: answers [client]["fetch"][offset][size] with [client][chunk].  */
static inline void fio_chunk_server (zactor *actor)
{
    fio_transfer *self = actor->arg;
    zh_message request;
    while (zh_message_recv (&request, self->router) != -1) {
        char offset[32], size[32];
        if (request.count != 4 || !zh_frame_is (&request, 1, "fetch")) {
            puts ("E: not a fetch request");
            zh_message_close (&request);
            continue;
        }
        zp_text (&request, 2, offset, sizeof offset);
        long want = atol (zp_text (&request, 3, size, sizeof size));
        if (want < 0 || want > FIO_CHUNK)
            want = FIO_CHUNK;
        zp_drop (&request, 1, 3);
        fio_read (self, atol (offset), (size_t) want, &request);
        if (zh_message_send (&request, 0, self->router) == -1)
            break;
    }
    zmq_close (self->router);
}

static inline int fio_fetch (void *dealer, long offset)
{
    char text[32], size[32];
    snprintf (text, sizeof text, "%ld", offset);
    snprintf (size, sizeof size, "%d", FIO_CHUNK);
    return zh_send_more (dealer, "fetch") == -1 || zh_send_more (dealer, text) == -1 ? -1
         : zh_send (dealer, size);
}

/*  Runs the server as a thread and the client here, and sums up.  */
static inline int fio_run (fio_transfer *self, void (*server) (zactor *),
                           int (*client) (fio_transfer *, void *dealer))
{
    zactor actor;
    zactor_start (&actor, self->ctx, server, self);
    void *dealer = zh_socket (self->ctx, ZMQ_DEALER, 0);
    zh_connect (dealer, self->address);
    int rc = client (self, dealer);
    zmq_close (dealer);
    zmq_ctx_shutdown (self->ctx);
    zactor_join (&actor);
    fclose (self->file);
    if (self->copy != NULL && fclose (self->copy) != 0)
        rc = -1;
    if (rc == 0)
        fio_print ("received", &self->received);
    zh_end (self->ctx);
    return rc == 0 ? 0 : 1;
}

#endif
