/* zmq_ctx_set_ext and zmq_ctx_get_ext, which 4.3.4 does not export: every
   option with every length. */
/* behaviours: 18 */
#define ZMQ_BUILD_DRAFT_API 1
#include "ctx_walk.h"

static void add_get (void *ctx, int number, size_t room, struct text *t)
{
    unsigned char bytes[LARGEST + 16];
    size_t size = room, written = 0;
    memset (bytes, 0xee, sizeof bytes);
    errno = 0;
    if (zmq_ctx_get_ext (ctx, number, bytes, &size) == -1) {
        add (t, "%s", err_name (errno));
        return;
    }
    for (size_t i = room; i < sizeof bytes; i++)
        MUST_BE (bytes[i] == 0xee);
    while (written < room && bytes[written] != 0xee)
        written++;
    int number_read;
    memcpy (&number_read, bytes, sizeof number_read);
    if (written == 4 && room == 4)
        add (t, "gives %d", number_read);
    else {
        add (t, "gives ");
        add_bytes (t, bytes, written);
    }
    add (t, size == room ? "" : " and another length");
}

static void get_each_room (void *ctx, int number)
{
    struct text out = {0}, outcome = {0};
    struct runs r = {&out, {0}, 0, 0, 0};
    for (int i = 0; i < SIZES; i++) {
        add_get (ctx, number, (size_t) sizes[i], &outcome);
        next_run (&r, sizes[i], &outcome);
    }
    end_run (&r);
    say ("    get  %s", text_of (&out));
    reset (&out);
}

static void set_each_length (void *ctx, int number)
{
    char bytes[LARGEST] = {1};
    struct text out = {0}, outcome = {0};
    struct runs r = {&out, {0}, 0, 0, 0};
    memset (bytes + 4, 'a', sizeof bytes - 4);
    for (int i = 0; i < SIZES; i++) {
        errno = 0;
        int rc = zmq_ctx_set_ext (ctx, number, bytes, (size_t) sizes[i]);
        add (&outcome, "%s", rc == 0 ? "taken" : err_name (errno));
        next_run (&r, sizes[i], &outcome);
    }
    end_run (&r);
    say ("    sized%s", text_of (&out));
    reset (&out);
}

static void run (void)
{
    /* A number that is written under one name and read under another comes twice. */
    for (int i = 0; i < CONTEXT_OPTIONS; i++) {
        void *ctx = new_context ();
        say ("%s (%d)", context_options[i].name, context_options[i].number);
        get_each_room (ctx, context_options[i].number);
        set_each_length (ctx, context_options[i].number);
        get_each_room (ctx, context_options[i].number);
        end (ctx, NULL, NULL);
    }
    void *ctx = new_context ();
    say ("no option (11)");
    get_each_room (ctx, 11);
    set_each_length (ctx, 11);
    end (ctx, NULL, NULL);
}
