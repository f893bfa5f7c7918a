/*
 * The messages of a soak. Everything in one follows from the seed, its stream,
 * its number and its life, so that the receiver can check each octet, and can
 * tell an honest message from what others send to it.
 */
#include "peer.h"

#include <errno.h>
#include <string.h>

/* How a message looks. */
struct shape {
    int frames;
    size_t sizes[MOST_FRAMES];
    uint64_t filling;
};

uint64_t own_magic (void)
{
    return mix (ledger->seed ^ 0x6d61676963u);
}

uint64_t token (unsigned stream, uint64_t number, uint64_t life)
{
    return mix (mix (mix (ledger->seed + stream) + number) + life);
}

static char style_of (struct peer *p)
{
    return p->style[0];
}

/* Small ones lie on both sides of what fits into a zmq_msg_t, large ones on both
   sides of a long frame, of a read, and of what the kernel holds. */
static struct shape shape_of (char style, uint64_t seed)
{
    struct shape shape = {1, {0}, mix (seed)};
    uint64_t r = seed;
    if (style == 'x') /* mixed */
        style = "sssml"[below (&r, 5)];
    if (style == 's')
        shape.sizes[0] = sizeof (struct header) + below (&r, 2) * below (&r, 300);
    else if (style == 'l')
        shape.sizes[0] = sizeof (struct header) + (below (&r, 40) == 0 ? below (&r, 1 << 20) : below (&r, 20000));
    else {
        shape.frames = 1 + (int) below (&r, MOST_FRAMES - 2);
        shape.sizes[0] = sizeof (struct header) + below (&r, 30);
        for (int i = 1; i < shape.frames; i++)
            shape.sizes[i] = below (&r, 3) ? below (&r, 60) : below (&r, 2) * below (&r, 9000);
    }
    return shape;
}

static void fill (unsigned char *at, size_t size, uint64_t filling)
{
    for (; size >= 8; at += 8, size -= 8, filling += 0x9e3779b97f4a7c15u)
        memcpy (at, &filling, 8);
    memcpy (at, &filling, size);
}

static int filled (const unsigned char *at, size_t size, uint64_t filling)
{
    for (; size >= 8; at += 8, size -= 8, filling += 0x9e3779b97f4a7c15u)
        if (memcmp (at, &filling, 8) != 0)
            return 0;
    return memcmp (at, &filling, size) == 0;
}

static void release (void *data, void *hint)
{
    (void) hint;
    free (data);
}

/* Memory of the library for most, of the caller for some. */
static int make (zmq_msg_t *msg, size_t size, uint64_t seed)
{
    if (mix (seed) % 4)
        return zmq_msg_init_size (msg, size);
    void *own = malloc (size + 1);
    if (zmq_msg_init_data (msg, own, size, release, NULL) == 0)
        return 0;
    free (own);
    return -1;
}

int give (struct peer *p, void *s, unsigned stream, uint64_t number, uint32_t life, int flags)
{
    uint64_t seed = token (stream, number, life);
    struct shape shape = shape_of (style_of (p), seed);
    for (int i = 0; i < shape.frames; i++) {
        zmq_msg_t msg;
        if (make (&msg, shape.sizes[i], seed + (uint64_t) i) == -1)
            return -1;
        unsigned char *at = zmq_msg_data (&msg);
        size_t size = shape.sizes[i];
        if (i == 0) {
            struct header h = {{'S', (char) ('0' + stream / 100), (char) ('0' + stream / 10 % 10), (char) ('0' + stream % 10)},
                               stream, own_magic (), number, life, (uint32_t) style_of (p)};
            memcpy (at, &h, sizeof h);
            at += sizeof h;
            size -= sizeof h;
        }
        fill (at, size, shape.filling + (uint64_t) i);
        if (zmq_msg_send (&msg, s, flags | (i + 1 < shape.frames ? ZMQ_SNDMORE : 0)) == -1) {
            int error = errno;
            zmq_msg_close (&msg);
            if (i > 0 && error == EAGAIN)
                fault (p, "EAGAIN in the middle of a message");
            errno = error;
            return -1;
        }
    }
    return 0;
}

void count_sent (unsigned stream, uint64_t number, uint64_t life)
{
    struct stream *it = &ledger->streams[stream];
    ADD (it->sum, token (stream, number, life));
    ADD (it->sent, 1);
    if (life > it->life) {
        PUT (it->life_sent, 0);
        PUT (it->life, life);
    }
    if (life == it->life)
        PUT (it->life_sent, number);
}

int take (struct peer *p, void *s, struct parcel *in, int flags)
{
    in->count = in->too_many = 0;
    for (;;) {
        zmq_msg_t msg;
        zmq_msg_init (&msg);
        /* The frames of a message are there together. */
        if (zmq_msg_recv (&msg, s, in->count ? ZMQ_DONTWAIT : flags) == -1) {
            int error = errno;
            zmq_msg_close (&msg);
            if (in->count && error != ETERM)
                fault (p, "a message without its last frame");
            drop (in);
            errno = error;
            return -1;
        }
        int more = zmq_msg_more (&msg);
        if (in->count < MOST_FRAMES)
            in->frames[in->count++] = msg;
        else {
            in->too_many = 1;
            zmq_msg_close (&msg);
        }
        if (!more)
            return 0;
    }
}

void drop (struct parcel *in)
{
    for (int i = 0; i < in->count; i++)
        zmq_msg_close (&in->frames[i]);
    in->count = 0;
}

static int looks_right (struct parcel *in, int first, const struct header *h)
{
    struct shape shape = shape_of ((char) h->style, token (h->stream, h->number, h->life));
    if (in->too_many || in->count - first != shape.frames)
        return 0;
    for (int i = 0; i < shape.frames; i++) {
        const unsigned char *at = zmq_msg_data (&in->frames[first + i]);
        size_t size = zmq_msg_size (&in->frames[first + i]), skip = i ? 0 : sizeof *h;
        if (size != shape.sizes[i] || !filled (at + skip, size - skip, shape.filling + (uint64_t) i))
            return 0;
    }
    return 1;
}

struct take *take_of (struct peer *p, unsigned stream)
{
    for (int i = 0; i < p->take_count; i++)
        if (p->takes[i].stream == stream)
            return &p->takes[i];
    return NULL;
}

const struct header *verify (struct peer *p, struct parcel *in, int first)
{
    static _Thread_local struct header h;
    if (in->count > first && zmq_msg_size (&in->frames[first]) >= sizeof h)
        memcpy (&h, zmq_msg_data (&in->frames[first]), sizeof h);
    else
        h.magic = 0;
    if (h.magic != own_magic ()) {
        ADD (p->slot->foreign, 1);
        return NULL;
    }
    struct take *t = take_of (p, h.stream);
    if (!t) {
        fault (p, "a message that was meant for another");
        return NULL;
    }
    if (!looks_right (in, first, &h)) {
        ADD (ledger->takings[t->taking].corrupt, 1);
        fault (p, "a message that is not as it was sent");
        return NULL;
    }
    return &h;
}

/* The gap in front of a message, as far as the rule has an opinion on it. */
static void account_gap (struct take *t, struct taking *it, uint64_t gap, int first_of_life)
{
    if (t->rule == LOSSY || (t->rule == JOIN && first_of_life))
        ADD (it->lost_allowed, gap);
    else if (t->rule != SHARE)
        ADD (it->missing, gap);
}

void account (struct peer *p, const struct header *h)
{
    struct take *t = take_of (p, h->stream);
    struct taking *it = &ledger->takings[t->taking];
    uint64_t *last = &t->seen[h->life % LIVES].last, *life = &t->seen[h->life % LIVES].life;
    int first = h->life != *life;
    if (first) {
        /* A receiver that was killed goes on where it was killed. */
        *last = *life == 0 && t->rule == JOIN && it->life == h->life ? it->last : 0;
        *life = h->life;
    }
    ADD (it->received, 1);
    ADD (it->sum, token (h->stream, h->number, h->life));
    if (h->number == *last)
        ADD (it->doubled, 1);
    else if (h->number < *last)
        ADD (it->disordered, 1);
    else {
        if (h->number > *last + 1)
            account_gap (t, it, h->number - *last - 1, first);
        *last = h->number;
    }
    if (h->life > it->life) {
        PUT (it->life_received, 0);
        PUT (it->life, h->life);
    }
    if (h->life == it->life) {
        ADD (it->life_received, 1);
        PUT (it->last, h->number);
    }
}
