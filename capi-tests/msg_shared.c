/* ZMQ_SHARED: constant data at once, counted content once copied, small never. */
/* behaviours: 32, 33 */
#include "check.h"

static void nothing (void *data, void *hint)
{
    (void) data;
    (void) hint;
}

static void copy_of (zmq_msg_t *msg, const char *what)
{
    zmq_msg_t copy;
    say ("%s: shared %d", what, zmq_msg_get (msg, ZMQ_SHARED));
    MUST (zmq_msg_init (&copy));
    MUST (zmq_msg_copy (&copy, msg));
    say ("%s copied: shared %d and %d", what, zmq_msg_get (msg, ZMQ_SHARED),
         zmq_msg_get (&copy, ZMQ_SHARED));
    YES (zmq_msg_size (&copy) == zmq_msg_size (msg));
    YES (memcmp (zmq_msg_data (&copy), zmq_msg_data (msg), zmq_msg_size (msg)) == 0);
    MUST (zmq_msg_close (&copy));
    MUST (zmq_msg_close (msg));
}

static void run (void)
{
    static char text[200] = "text";
    zmq_msg_t msg;
    MUST (zmq_msg_init_size (&msg, 10));
    memset (zmq_msg_data (&msg), 's', 10);
    copy_of (&msg, "small");
    MUST (zmq_msg_init_size (&msg, 1000));
    memset (zmq_msg_data (&msg), 'l', 1000);
    copy_of (&msg, "large");
    MUST (zmq_msg_init_data (&msg, text, sizeof text, NULL, NULL));
    copy_of (&msg, "constant");
    MUST (zmq_msg_init_data (&msg, text, sizeof text, nothing, NULL));
    copy_of (&msg, "with free function");
}
