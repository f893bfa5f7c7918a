/*
 * What opt_walk.h and ctx_walk.h share: outcomes as text that is compared
 * before it is printed, and the sizes that are tried.
 */
#ifndef WALK_H
#define WALK_H

#include "check.h"

#include <limits.h>

/* More than any size tried. */
#define LARGEST 320

static const short sizes[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 39, 40, 41,
                              42, 100, 254, 255, 256, 257, 300};
#define SIZES ((int) (sizeof sizes / sizeof *sizes))

/* ---- Text ------------------------------------------------------------------- */

struct text {
    char *bytes;
    size_t size, room;
};

static inline void add (struct text *t, const char *format, ...)
{
    char part[1200];
    va_list args;
    va_start (args, format);
    int n = vsnprintf (part, sizeof part, format, args);
    va_end (args);
    MUST_BE (n >= 0 && (size_t) n < sizeof part);
    if (t->size + (size_t) n + 1 > t->room) {
        t->room = 2 * (t->size + (size_t) n + 1);
        t->bytes = realloc (t->bytes, t->room);
        MUST_BE (t->bytes != NULL);
    }
    memcpy (t->bytes + t->size, part, (size_t) n + 1);
    t->size += (size_t) n;
}

static inline const char *text_of (const struct text *t)
{
    return t->bytes ? t->bytes : "";
}

static inline int same_text (const struct text *a, const struct text *b)
{
    return strcmp (text_of (a), text_of (b)) == 0;
}

static inline void reset (struct text *t)
{
    free (t->bytes);
    memset (t, 0, sizeof *t);
}

/* Long runs of one letter, and bytes beyond ASCII, in few characters. */
static inline void add_bytes (struct text *t, const unsigned char *data, size_t size)
{
    add (t, "'");
    for (size_t i = 0, run; i < size; i += run) {
        for (run = 1; i + run < size && data[i + run] == data[i];)
            run++;
        if (data[i] >= 0x20 && data[i] < 0x7f)
            add (t, "%c", data[i]);
        else
            add (t, "\\x%02x", data[i]);
        if (run > 3)
            add (t, "*%lu", (unsigned long) run);
        else
            run = 1;
    }
    add (t, "'");
}

/* Joins what comes out alike for neighbouring sizes or values. */
struct runs {
    struct text *out;
    struct text now;
    long first, last;
    int any;
};

static inline void end_run (struct runs *r)
{
    if (!r->any)
        return;
    if (r->first == r->last)
        add (r->out, " %ld %s;", r->first, text_of (&r->now));
    else
        add (r->out, " %ld..%ld %s;", r->first, r->last, text_of (&r->now));
    reset (&r->now);
    r->any = 0;
}

static inline void next_run (struct runs *r, long at, struct text *outcome)
{
    if (r->any && same_text (&r->now, outcome)) {
        r->last = at;
        reset (outcome);
        return;
    }
    end_run (r);
    r->now = *outcome;
    r->first = r->last = at;
    r->any = 1;
    memset (outcome, 0, sizeof *outcome);
}

/* ---- Sockets ---------------------------------------------------------------- */

/* Closed sockets give back their places in the background. */
static inline void *socket_now (void *ctx, int type)
{
    void *s;
    while ((s = zmq_socket (ctx, type)) == NULL) {
        MUST_BE (errno == EMFILE);
        look_again ();
    }
    return s;
}

#endif
