/* Sizes right after the init functions. */
/* behaviours: 29, 30 */
#include "check.h"

static void run (void)
{
    zmq_msg_t msg;
    say ("sizeof %d", (int) sizeof msg);
    TRY (zmq_msg_init (&msg));
    TRY (zmq_msg_size (&msg));
    YES (zmq_msg_data (&msg) != NULL);
    TRY (zmq_msg_more (&msg));
    TRY (zmq_msg_get (&msg, ZMQ_MORE));
    TRY (zmq_msg_get (&msg, ZMQ_SHARED));
    TRY (zmq_msg_close (&msg));

    static const size_t sizes[] = {0, 1, 6, 33, 34, 48, 49, 64, 8192, 1000000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        TRY (zmq_msg_init_size (&msg, sizes[i]));
        memset (zmq_msg_data (&msg), 'a', sizes[i]);
        TRY (zmq_msg_size (&msg));
        TRY (zmq_msg_get (&msg, ZMQ_SHARED));
        TRY (zmq_msg_close (&msg));
    }
    TRY (zmq_msg_init_size (&msg, (size_t) -1));
    TRY (zmq_msg_init_data (&msg, NULL, 0, NULL, NULL));
    TRY (zmq_msg_size (&msg));
    TRY (zmq_msg_close (&msg));
}
