/* A closed message, or bytes that never were one, is refused with EFAULT. */
/* behaviours: 35 */
#include "check.h"

static void run (void)
{
    zmq_msg_t good, bad;
    MUST (zmq_msg_init_size (&good, 3));
    memcpy (zmq_msg_data (&good), "abc", 3);
    MUST (zmq_msg_init (&bad));
    TRY (zmq_msg_close (&bad));
    TRY (zmq_msg_close (&bad));
    TRY (zmq_msg_copy (&good, &bad));
    TRY (zmq_msg_move (&good, &bad));
    TRY (zmq_msg_copy (&bad, &good));
    TRY (zmq_msg_move (&bad, &good));
    memset (&bad, 0, sizeof bad);
    TRY (zmq_msg_close (&bad));
    memset (&bad, 0xff, sizeof bad);
    TRY (zmq_msg_close (&bad));
    say ("good: %.*s", (int) zmq_msg_size (&good), (char *) zmq_msg_data (&good));
    TRY (zmq_msg_close (&good));
}
