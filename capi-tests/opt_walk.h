/*
 * Walks every option of one theme of options.h: on each socket type, new and in
 * use, each value at the ends of its range, inside and outside, each length,
 * and each size of the buffer it is read into. Types that answer alike share
 * a paragraph. A program names its theme: walk_theme (NETWORK).
 *
 *   get    what getsockopt makes of each size: the new length, the value, and
 *          "rest zeroed" where the buffer was longer
 *   set    each value: refused with an errno, "kept" when it reads back the
 *          same, what it reads as else, "taken" when it cannot be read
 *   sized  the same for each length of arbitrary bytes
 *   NULL   a NULL pointer of length 0
 *   {...}  which other options the call has changed
 */
#ifndef OPT_WALK_H
#define OPT_WALK_H

#include "options.h"
#include "walk.h"

/* Stands for "no longest length": more than the probes try. */
#define LONGEST 9999

enum theme { QUEUES, NETWORK, SECURITY, FILTERS, PATTERN, MULTICAST, REPORTS, ABSENT, OURS };
enum form { INT, WORD, TEXT, BINARY, KEY, ID, FILTER, PROPERTY, REPORT };

struct option {
    enum theme theme;
    const char *name;
    int number;
    enum form form;
    int least, most;
};

#define OPTION(theme, name, number, form, least, most) {theme, #name, number, form, least, most},
static const struct option options[] = {ALL_OPTIONS};
#undef OPTION
#define OPTIONS ((int) (sizeof options / sizeof *options))

static const char *const type_names[] = {"PAIR", "PUB", "SUB", "REQ", "REP", "DEALER", "ROUTER",
                                         "PULL", "PUSH", "XPUB", "XSUB", "STREAM"};
#define TYPES 12

/* ---- Reading --------------------------------------------------------------- */

/* A value by the option's own form; its length, or -1. */
static inline long read_whole (void *s, const struct option *o, unsigned char *out)
{
    static const size_t natural[] = {[INT] = 4, [WORD] = 8, [TEXT] = LARGEST, [BINARY] = LARGEST,
                                     [KEY] = 32, [ID] = 4, [FILTER] = LARGEST,
                                     [PROPERTY] = LARGEST, [REPORT] = 4};
    size_t size = o->number == ZMQ_LAST_ENDPOINT ? LARGEST : natural[o->form];
    memset (out, 0, LARGEST);
    return zmq_getsockopt (s, o->number, out, &size) == -1 ? -1 : (long) size;
}

static inline void add_value (struct text *t, const struct option *o, const unsigned char *data,
                              size_t size)
{
    int number;
    int64_t word;
    if (o->number == ZMQ_FD || (o->number == ZMQ_LAST_ENDPOINT && size > 1)) {
        add (t, "something");
    } else if (o->number == ZMQ_ROUTING_ID && size == 5 && data[0] == 0 && data[1] != 0) {
        add (t, "an id of its own");
    } else if ((o->form == INT || o->form == REPORT) && size == 4) {
        memcpy (&number, data, 4);
        add (t, "%d", number);
    } else if (o->form == WORD && size == 8) {
        memcpy (&word, data, 8);
        add (t, "%lld", (long long) word);
    } else
        add_bytes (t, data, size);
}

static inline void get_with_room (void *s, const struct option *o, size_t room, struct text *t)
{
    unsigned char bytes[LARGEST + 16];
    size_t size = room, zeros = 0;
    memset (bytes, 0xee, sizeof bytes);
    errno = 0;
    if (zmq_getsockopt (s, o->number, bytes, &size) == -1) {
        add (t, "%s", err_name (errno));
        MUST_BE (bytes[0] == 0xee || o->number == ZMQ_EVENTS);
        return;
    }
    for (size_t i = room; i < sizeof bytes; i++)
        MUST_BE (bytes[i] == 0xee);
    add (t, "gives ");
    add_value (t, o, bytes, size);
    if (size == room)
        return;
    for (size_t i = size; i < room; i++)
        zeros += bytes[i] == 0;
    add (t, zeros == room - size ? " rest zeroed" : " rest kept");
}

static inline void get_each_size (void *s, const struct option *o, struct text *t)
{
    struct text outcome = {0};
    struct runs r = {t, {0}, 0, 0, 0};
    for (int i = 0; i < SIZES; i++) {
        get_with_room (s, o, (size_t) sizes[i], &outcome);
        next_run (&r, sizes[i], &outcome);
    }
    end_run (&r);
}

/* ---- What a call changes besides --------------------------------------------- */

struct reading {
    long size;
    unsigned char bytes[LARGEST];
};

/* The descriptor and the endpoint never change here, and EVENTS is no setting. */
static inline void read_all (void *s, struct reading *all)
{
    for (int i = 0; i < OPTIONS; i++)
        if (options[i].theme < REPORTS || options[i].number == ZMQ_MECHANISM)
            all[i].size = read_whole (s, &options[i], all[i].bytes);
        else
            all[i].size = -1;
}

static inline void add_changes (struct text *t, const struct option *but,
                                const struct reading *before, const struct reading *after)
{
    for (int i = 0; i < OPTIONS; i++) {
        const struct reading *now = &after[i];
        if (&options[i] == but)
            continue;
        if (now->size == before[i].size
            && (now->size < 0 || !memcmp (now->bytes, before[i].bytes, (size_t) now->size)))
            continue;
        add (t, " {%s ", options[i].name);
        if (now->size < 0)
            add (t, "unreadable");
        else
            add_value (t, &options[i], now->bytes, (size_t) now->size);
        add (t, "}");
    }
}

/* ---- Setting ------------------------------------------------------------------ */

static inline int reads_as_set (const struct option *o, const struct reading *now,
                                const unsigned char *value, size_t size)
{
    size_t length = (size_t) now->size;
    if (o->form == TEXT && length)
        length--;
    return length == size && (size == 0 || memcmp (now->bytes, value, size) == 0);
}

static inline void set_one (void *s, const struct option *o, const void *value, size_t size,
                            struct text *t)
{
    static struct reading before[OPTIONS], after[OPTIONS];
    read_all (s, before);
    errno = 0;
    if (zmq_setsockopt (s, o->number, value, size) == -1)
        add (t, "%s", err_name (errno));
    else {
        const struct reading *now = &after[o - options];
        after[o - options].size = read_whole (s, o, after[o - options].bytes);
        if (now->size == -1)
            add (t, "taken");
        else if (reads_as_set (o, now, value, size))
            add (t, "kept");
        else {
            add (t, "reads ");
            add_value (t, o, now->bytes, (size_t) now->size);
        }
    }
    read_all (s, after);
    add_changes (t, o, before, after);
}

static inline void set_ints (void *s, const struct option *o, struct text *t)
{
    long long middle = o->least + ((long long) o->most - o->least) / 2;
    long long values[] = {INT_MIN, -100, -1, 0, 1, 2, 99, 100, 199, 65536, o->least - 1LL,
                          o->least, o->least + 1LL, middle, o->most - 1LL, o->most,
                          o->most + 1LL, INT_MAX};
    const int count = (int) (sizeof values / sizeof *values);
    struct text outcome = {0};
    struct runs r = {t, {0}, 0, 0, 0};
    long long last = LLONG_MIN;
    for (int i = 0; i < count; i++) {
        long long next = LLONG_MAX;
        for (int j = 0; j < count; j++)
            if (values[j] > last && values[j] < next)
                next = values[j];
        last = next;
        if (next < INT_MIN || next > INT_MAX)
            continue;
        int value = (int) next;
        set_one (s, o, &value, sizeof value, &outcome);
        next_run (&r, value, &outcome);
    }
    end_run (&r);
}

static inline void set_words (void *s, const struct option *o, struct text *t)
{
    static const int64_t values[] = {INT64_MIN, -2, -1, 0, 1, 65536, INT64_MAX};
    struct text outcome = {0};
    struct runs r = {t, {0}, 0, 0, 0};
    for (int i = 0; i < 7; i++) {
        set_one (s, o, &values[i], sizeof values[i], &outcome);
        next_run (&r, (long) values[i], &outcome);
    }
    end_run (&r);
}

struct sample {
    const char *bytes;
    size_t size;
};
#define SAMPLE(text) {text, sizeof text - 1}

/* A key in Z85, which 32 zero bytes are not. */
#define Z85_KEY "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

static const struct sample texts[] = {SAMPLE ("a"), SAMPLE ("a\0b"), SAMPLE ("\0"),
                                      SAMPLE ("\0\0\0\0\0"), SAMPLE ("\xff\xfe\x80")};
static const struct sample keys[] = {
    SAMPLE (Z85_KEY), SAMPLE (Z85_KEY "\0"), SAMPLE (Z85_KEY "x"), SAMPLE (Z85_KEY "xx"),
    SAMPLE ("rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf\""),
    SAMPLE ("rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf\0"),
    SAMPLE ("#####################################rrr"),
    SAMPLE ("0123456789abcdef0123456789ABCDEF")};
static const struct sample filters[] = {
    SAMPLE ("127.0.0.1"), SAMPLE ("127.0.0.1/8"), SAMPLE ("127.0.0.1/32"), SAMPLE ("127.0.0.1/33"),
    SAMPLE ("127.0.0.1/0"), SAMPLE ("127.0.0.1/00"), SAMPLE ("127.0.0.1/"), SAMPLE ("127.0.0.1/-1"),
    SAMPLE ("127.0.0.1/x"), SAMPLE ("127.0.0.1/8x"), SAMPLE ("/8"), SAMPLE ("/"), SAMPLE ("::1"),
    SAMPLE ("::1/128"), SAMPLE ("[::1]"), SAMPLE ("127.0.0.1\0/99"), SAMPLE ("1.2.3"),
    SAMPLE ("1.2.3.4.5"), SAMPLE ("not an address"), SAMPLE ("127.0.0.1:80"), SAMPLE ("*"),
    SAMPLE ("256.0.0.1"), SAMPLE ("127.0.0.1/4294967304")};
static const struct sample properties[] = {
    SAMPLE ("X-a:b"), SAMPLE ("X-a:c"), SAMPLE ("X-:v"), SAMPLE ("X-:val"), SAMPLE ("X-a:"),
    SAMPLE (":X-a"), SAMPLE (":"), SAMPLE ("X-abc"), SAMPLE ("a:bcd"), SAMPLE ("x-a:b"),
    SAMPLE ("X-a::"), SAMPLE ("X-a:b:c"), SAMPLE ("X-a:\0b"), SAMPLE ("X-\0:bc"), SAMPLE ("X:abc"),
    SAMPLE ("-:abc"), SAMPLE ("X-a\0b:c")};

static inline void set_samples (void *s, const struct option *o, const struct sample *from,
                                int count, struct text *t)
{
    for (int i = 0; i < count; i++) {
        add (t, " ");
        add_bytes (t, (const unsigned char *) from[i].bytes, from[i].size);
        add (t, " ");
        set_one (s, o, from[i].bytes, from[i].size, t);
        add (t, ";");
    }
}

#define EACH_OF(samples) samples, (int) (sizeof samples / sizeof *samples)

static inline void set_each_value (void *s, const struct option *o, struct text *t)
{
    switch (o->form) {
        case INT:
        case REPORT:
        case ID:
            set_ints (s, o, t);
            break;
        case WORD:
            set_words (s, o, t);
            break;
        case TEXT:
        case BINARY:
            set_samples (s, o, EACH_OF (texts), t);
            break;
        case KEY:
            set_samples (s, o, EACH_OF (keys), t);
            break;
        case FILTER:
            set_samples (s, o, EACH_OF (filters), t);
            break;
        case PROPERTY:
            set_samples (s, o, EACH_OF (properties), t);
            break;
    }
}

static inline void set_each_size (void *s, const struct option *o, struct text *t)
{
    char bytes[LARGEST];
    struct text outcome = {0};
    struct runs r = {t, {0}, 0, 0, 0};
    for (int i = 0; i < SIZES; i++) {
        /* 1 for a number, a letter for text. */
        memset (bytes, o->form == INT || o->form == WORD ? 0 : 'a', sizeof bytes);
        bytes[0] = o->form == INT || o->form == WORD ? 1 : 'a';
        set_one (s, o, bytes, (size_t) sizes[i], &outcome);
        next_run (&r, sizes[i], &outcome);
    }
    end_run (&r);
}

/* ---- The walk --------------------------------------------------------------------- */

/* Brings a new socket into the state that the walk is to begin with. */
typedef void prepare_fn (void *s);

static inline void leave_new (void *s)
{
    (void) s;
}

/* Bound, and connecting where nobody listens. */
static inline void put_to_use (void *s)
{
    MUST (zmq_bind (s, "tcp://127.0.0.1:*"));
    MUST (zmq_connect (s, "tcp://127.0.0.1:9"));
}

static inline void walk_one (void *ctx, int type, const struct option *o, prepare_fn *prepare,
                             struct text *t)
{
    void *s = socket_now (ctx, type);
    prepare (s);
    add (t, "    get  ");
    get_each_size (s, o, t);
    add (t, "\n    set  ");
    set_each_value (s, o, t);
    add (t, "\n    sized");
    set_each_size (s, o, t);
    add (t, "\n    NULL  ");
    set_one (s, o, NULL, 0, t);
    add (t, "\n    get  ");
    get_each_size (s, o, t);
    add (t, "\n");
    set_int (s, ZMQ_LINGER, 0);
    MUST (zmq_close (s));
}

static inline void add_alike (struct text *all, const struct text *each, int type)
{
    int alike = 0;
    add (all, "  on");
    for (int other = type; other < TYPES; other++)
        if (same_text (&each[other], &each[type])) {
            add (all, " %s", type_names[other]);
            alike++;
        }
    add (all, "%s\n", alike == TYPES ? " (every type)" : "");
    for (const char *at = text_of (&each[type]); *at; at++)
        add (all, "%c", *at);
}

/* One paragraph for all types that answer alike. */
static inline void walk_types (void *ctx, const struct option *o, prepare_fn *prepare,
                               struct text *all)
{
    struct text each[TYPES] = {{0}};
    for (int type = 0; type < TYPES; type++)
        walk_one (ctx, type, o, prepare, &each[type]);
    for (int type = 0; type < TYPES; type++) {
        int earlier = 0;
        while (!same_text (&each[earlier], &each[type]))
            earlier++;
        if (earlier == type)
            add_alike (all, each, type);
    }
    for (int type = 0; type < TYPES; type++)
        reset (&each[type]);
}

/* New and, under the heading, as `prepare` makes it. */
static inline void walk_both (void *ctx, const struct option *o, const char *heading,
                              prepare_fn *prepare)
{
    struct text fresh = {0}, prepared = {0};
    walk_types (ctx, o, leave_new, &fresh);
    walk_types (ctx, o, prepare, &prepared);
    say ("%s (%d)", o->name, o->number);
    fputs (text_of (&fresh), stdout);
    if (same_text (&fresh, &prepared))
        say ("  %s: the same", heading);
    else {
        say ("  %s:", heading);
        fputs (text_of (&prepared), stdout);
    }
    reset (&fresh);
    reset (&prepared);
}

static inline void walk_theme (enum theme theme)
{
    void *ctx = new_context ();
    for (int i = 0; i < OPTIONS; i++)
        if (options[i].theme == theme)
            walk_both (ctx, &options[i], "in use", put_to_use);
    end (ctx, NULL, NULL);
}

#endif
