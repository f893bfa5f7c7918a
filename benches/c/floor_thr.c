/*
 * What the kernel allows a framed stream: two processes and a plain stream
 * socket. The sender puts frames (2 or 9 bytes of header, then the body)
 * together in batches of 64 KiB, large bodies by writev without a copy; the
 * receiver parses the frames, and has large bodies in one piece.
 */
#include "tool.h"

#include <sys/uio.h>

enum {
    BATCH = 64 * 1024,
    PARTS = 64,
    GATHERED = 256 * 1024, /* bodies of one writev */
    UNCOPIED = 4 * 1024,   /* bodies from here on are not copied by the sender */
    LARGE = 64 * 1024,     /* bodies from here on are read where they stay */
    AHEAD = 4 * 1024       /* what is read behind such a body: the next header */
};

static size_t size;
static long count;
static int fds[2];

static size_t put_header (unsigned char *at)
{
    if (size <= 255) {
        at[0] = 0;
        at[1] = (unsigned char) size;
        return 2;
    }
    at[0] = 2;
    for (int i = 0; i < 8; i++)
        at[1 + i] = (unsigned char) ((uint64_t) size >> (56 - 8 * i));
    return 9;
}

static void write_all (struct iovec *parts, int n)
{
    while (n > 0) {
        ssize_t written = writev (fds[0], parts, n);
        CHECK (written > 0);
        while (n > 0 && (size_t) written >= parts->iov_len) {
            written -= (ssize_t) parts->iov_len;
            parts++;
            n--;
        }
        if (n > 0) {
            parts->iov_base = (char *) parts->iov_base + written;
            parts->iov_len -= (size_t) written;
        }
    }
}

static void send_small (const char *body)
{
    static unsigned char batch[BATCH];
    for (long left = count; left > 0;) {
        size_t used = 0;
        while (left > 0 && used + 9 + size <= BATCH) {
            used += put_header (batch + used);
            memcpy (batch + used, body, size);
            used += size;
            left--;
        }
        write_all (&(struct iovec) {batch, used}, 1);
    }
}

static void send_large (char *body)
{
    unsigned char header[9];
    size_t length = put_header (header);
    for (long left = count; left > 0;) {
        struct iovec parts[PARTS];
        int n = 0;
        for (size_t bytes = 0; left > 0 && n < PARTS && bytes < GATHERED; bytes += size, left--) {
            parts[n++] = (struct iovec) {header, length};
            parts[n++] = (struct iovec) {body, size};
        }
        write_all (parts, n);
    }
}

static void sender (void *unused)
{
    char *body = calloc (1, size);
    (void) unused;
    close (fds[1]);
    if (size < UNCOPIED)
        send_small (body);
    else
        send_large (body);
    /* Stays until the receiver has everything. */
    CHECK (read (fds[0], body, 1) == 0);
}

static size_t read_some (void *to, size_t room)
{
    ssize_t n = read (fds[1], to, room);
    CHECK (n > 0);
    return (size_t) n;
}

/* The rest of a large body, and what follows it, into the chunk; how much of that. */
static size_t read_large (char *to, size_t missing, unsigned char *chunk)
{
    while (missing > 0) {
        struct iovec parts[2] = {{to, missing}, {chunk, AHEAD}};
        ssize_t n = readv (fds[1], parts, 2);
        CHECK (n > 0);
        if ((size_t) n > missing)
            return (size_t) n - missing;
        to += n;
        missing -= (size_t) n;
    }
    return 0;
}

/* 0 while the header is not complete, otherwise its length. */
static size_t get_header (const unsigned char *at, size_t have, uint64_t *body)
{
    if (have < 2)
        return 0;
    *body = at[1];
    if (!(at[0] & 2))
        return 2;
    if (have < 9)
        return 0;
    *body = 0;
    for (int i = 0; i < 8; i++)
        *body = *body << 8 | at[1 + i];
    return 9;
}

/* Returns the time from the first message to the last. */
static double receive (void)
{
    static unsigned char chunk[2 * BATCH];
    char *large = malloc (size + 1);
    size_t have = 0, at = 0;
    double start = 0;
    for (long done = 0; done < count; done++) {
        uint64_t body = 0;
        size_t header;
        while (!(header = get_header (chunk + at, have - at, &body)) || (body < LARGE && have - at < header + body)) {
            memmove (chunk, chunk + at, have - at);
            have -= at;
            at = 0;
            have += read_some (chunk + have, size >= LARGE ? AHEAD : sizeof chunk - have);
        }
        CHECK (body == size);
        at += header;
        size_t in_chunk = have - at < body ? have - at : (size_t) body;
        if (body >= LARGE) {
            memcpy (large, chunk + at, in_chunk);
            if (in_chunk < body) {
                have = read_large (large + in_chunk, (size_t) body - in_chunk, chunk);
                at = 0;
                in_chunk = 0;
            }
        }
        at += in_chunk;
        if (done == 0)
            start = seconds ();
    }
    free (large);
    return seconds () - start;
}

int main (int argc, char **argv)
{
    if (argc != 4)
        usage ("floor_thr", "<tcp|ipc> <message-size> <message-count>");
    size = strtoul (argv[2], NULL, 10);
    count = atol (argv[3]);
    stream_pair (argv[1], fds);
    pid_t child = spawn (sender, NULL);
    close (fds[0]);
    double elapsed = receive ();
    close (fds[1]);
    join (child);
    print_throughput (size, count, elapsed);
    return 0;
}
