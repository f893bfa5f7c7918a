/* Every context option with each value, before and after the first socket, and
   numbers that are none. */
/* behaviours: 15, 16, 17, 18, 19 */
#include "ctx_walk.h"

static void set_one_value (void *ctx, int number, int value, struct text *t)
{
    int before[CONTEXT_OPTIONS];
    for (int i = 0; i < CONTEXT_OPTIONS; i++)
        before[i] = zmq_ctx_get (ctx, context_options[i].number);
    struct text read = {0}, wanted = {0};
    errno = 0;
    if (zmq_ctx_set (ctx, number, value) == -1)
        add (t, "%s", err_name (errno));
    else {
        add_context_value (&read, ctx, number);
        add (&wanted, "%d", value);
        if (same_text (&read, &wanted))
            add (t, "kept");
        else
            add (t, "taken, reads %s", text_of (&read));
    }
    add_context_changes (t, ctx, number, before);
    reset (&read);
    reset (&wanted);
}

static void walk_number (int number, int with_socket, struct text *t)
{
    void *ctx = new_context (), *s = with_socket ? socket_now (ctx, ZMQ_PAIR) : NULL;
    struct text outcome = {0};
    struct runs r = {t, {0}, 0, 0, 0};
    add (t, "    get  ");
    add_context_value (t, ctx, number);
    add (t, "\n    set  ");
    for (int i = 0; i < CONTEXT_VALUES; i++) {
        set_one_value (ctx, number, context_values[i], &outcome);
        next_run (&r, context_values[i], &outcome);
    }
    end_run (&r);
    add (t, "\n    again");
    for (int i = 0; i < CONTEXT_VALUES; i++) {
        set_one_value (ctx, number, context_values[i], &outcome);
        next_run (&r, context_values[i], &outcome);
    }
    end_run (&r);
    add (t, "\n    get  ");
    add_context_value (t, ctx, number);
    add (t, "\n");
    end (ctx, s, NULL);
}

static void walk (const struct context_option *o)
{
    struct text fresh = {0}, in_use = {0};
    walk_number (o->number, 0, &fresh);
    walk_number (o->number, 1, &in_use);
    say ("%s (%d)", o->name, o->number);
    fputs (text_of (&fresh), stdout);
    if (same_text (&fresh, &in_use))
        say ("  with a socket: the same");
    else {
        say ("  with a socket:");
        fputs (text_of (&in_use), stdout);
    }
    reset (&fresh);
    reset (&in_use);
}

static void walk_unknown (void)
{
    struct text first = {0};
    int tried = 0;
    walk_number (-1, 0, &first);
    for (int number = -5; number < 150; number++) {
        struct text t = {0};
        int known = 0;
        for (int i = 0; i < CONTEXT_OPTIONS; i++)
            known += context_options[i].number == number;
        if (known)
            continue;
        walk_number (number, 0, &t);
        tried++;
        if (!same_text (&first, &t))
            say ("%d differs from -1:\n%s", number, text_of (&t));
        reset (&t);
    }
    say ("%d other numbers, all of them:", tried);
    fputs (text_of (&first), stdout);
    reset (&first);
}

/* What the calls say of no context at all, of one that is shut down, and of a
   CPU that is there to be removed. */
static void walk_others (void)
{
    void *ctx = new_context ();
    TRY (zmq_ctx_set (ctx, ZMQ_THREAD_AFFINITY_CPU_ADD, 0));
    TRY (zmq_ctx_set (ctx, ZMQ_THREAD_AFFINITY_CPU_ADD, 0));
    TRY (zmq_ctx_set (ctx, ZMQ_THREAD_AFFINITY_CPU_REMOVE, 1));
    TRY (zmq_ctx_set (ctx, ZMQ_THREAD_AFFINITY_CPU_REMOVE, 0));
    TRY (zmq_ctx_set (ctx, ZMQ_THREAD_AFFINITY_CPU_REMOVE, 0));
    TRY (zmq_ctx_get (NULL, ZMQ_IO_THREADS));
    TRY (zmq_ctx_set (NULL, ZMQ_IO_THREADS, 1));
    MUST (zmq_ctx_shutdown (ctx));
    TRY (zmq_ctx_get (ctx, ZMQ_IO_THREADS));
    TRY (zmq_ctx_set (ctx, ZMQ_IO_THREADS, 2));
    TRY (zmq_ctx_get (ctx, ZMQ_IO_THREADS));
    MUST (zmq_ctx_term (ctx));
}

static void run (void)
{
    for (int i = 0; i < CONTEXT_OPTIONS; i++)
        if (strcmp (context_options[i].name, "SOCKET_LIMIT") != 0)
            walk (&context_options[i]);
    walk_unknown ();
    walk_others ();
}
