/* Move empties the source and releases the destination; copy keeps both. */
/* behaviours: 36 */
#include "check.h"

static int freed;

static void count (void *data, void *hint)
{
    (void) data;
    (void) hint;
    freed++;
}

static void show (const char *what, zmq_msg_t *msg)
{
    printf ("%s ", what);
    print_frame (zmq_msg_data (msg), zmq_msg_size (msg));
    say ("");
}

static void fill_with (zmq_msg_t *msg, const char *text)
{
    MUST (zmq_msg_init_size (msg, strlen (text)));
    memcpy (zmq_msg_data (msg), text, strlen (text));
}

static void run (void)
{
    static char block[80];
    zmq_msg_t a, b;
    fill_with (&a, "first");
    MUST (zmq_msg_init_data (&b, block, sizeof block, count, NULL));
    TRY (zmq_msg_move (&b, &a));
    say ("destination released: %d", freed);
    show ("a", &a);
    show ("b", &b);
    TRY (zmq_msg_copy (&a, &b));
    show ("a", &a);
    show ("b", &b);
    MUST (zmq_msg_close (&a));
    MUST (zmq_msg_init_data (&a, block, sizeof block, count, NULL));
    TRY (zmq_msg_copy (&a, &b));
    say ("destination released: %d", freed);
    show ("a", &a);
    TRY (zmq_msg_close (&a));
    TRY (zmq_msg_close (&b));
    fill_with (&a, "a text that is too long to be kept in the message itself, surely");
    MUST (zmq_msg_init (&b));
    TRY (zmq_msg_move (&b, &a));
    show ("a", &a);
    show ("b", &b);
    TRY (zmq_msg_copy (&a, &b));
    show ("a", &a);
    TRY (zmq_msg_close (&b));
    show ("a", &a);
    TRY (zmq_msg_close (&a));
}
