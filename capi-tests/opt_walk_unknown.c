/* Numbers that are no socket option: every call is EINVAL and changes nothing. */
#include "opt_walk.h"

static int known (int number)
{
    for (int i = 0; i < OPTIONS; i++)
        if (options[i].number == number)
            return 1;
    return 0;
}

static void try_number (void *ctx, int type, int number)
{
    static const struct sample values[] = {SAMPLE (""), SAMPLE ("a"), SAMPLE ("\1\0\0\0"),
                                           SAMPLE ("\1\0\0\0\0\0\0\0"), SAMPLE (Z85_KEY)};
    static const size_t rooms[] = {0, 1, 4, 8, 32, 41, 255, 256};
    const struct option nameless = {ABSENT, "", number, BINARY, 0, 0};
    void *s = socket_now (ctx, type);
    for (int i = 0; i < 5; i++) {
        struct text outcome = {0};
        set_one (s, &nameless, values[i].bytes, values[i].size, &outcome);
        if (strcmp (text_of (&outcome), "EINVAL") != 0)
            say ("%s: set %d, %lu bytes: %s", type_names[type], number,
                 (unsigned long) values[i].size, text_of (&outcome));
        reset (&outcome);
    }
    for (int i = 0; i < 8; i++) {
        struct text outcome = {0};
        get_with_room (s, &nameless, rooms[i], &outcome);
        if (strcmp (text_of (&outcome), "EINVAL") != 0)
            say ("%s: get %d, %lu bytes: %s", type_names[type], number, (unsigned long) rooms[i],
                 text_of (&outcome));
        reset (&outcome);
    }
    MUST (zmq_close (s));
}

static void run (void)
{
    static const int far[] = {INT_MIN, INT_MIN + 1, 256, 1000, 9999, 65536 + 17, INT_MAX};
    void *ctx = new_context ();
    int tried = 0;
    for (int type = 0; type < TYPES; type++) {
        for (int number = -5; number < 256; number++)
            if (!known (number)) {
                try_number (ctx, type, number);
                tried++;
            }
        for (int i = 0; i < 7; i++, tried++)
            try_number (ctx, type, far[i]);
    }
    say ("%d tried, the exceptions stand above", tried);
    end (ctx, NULL, NULL);
}
