/* Context calls refuse NULL with EFAULT. */
/* behaviours: 2 */
#include "check.h"

static void run (void)
{
    TRY (zmq_ctx_term (NULL));
    TRY (zmq_ctx_destroy (NULL));
    TRY (zmq_term (NULL));
    TRY (zmq_ctx_shutdown (NULL));
    TRY (zmq_ctx_set (NULL, ZMQ_IO_THREADS, 1));
    TRY (zmq_ctx_get (NULL, ZMQ_IO_THREADS));
    TRY_PTR (zmq_socket (NULL, ZMQ_PAIR));
    TRY_PTR (zmq_init (-1));
}
