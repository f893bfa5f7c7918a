/* From making a context to its first message's arrival elsewhere: context,
 * socket, connect, send, again and again; by tcp, in quantiles. */
#include "perf.h"

int main (int argc, char **argv)
{
    char endpoint[128];
    if (argc != 2)
        usage ("first", "<repeat-count>");
    long count = atol (argv[1]);
    double *samples = new_samples (count);
    void *served = must_have (zmq_ctx_new (), "zmq_ctx_new");
    void *pull = must_have (zmq_socket (served, ZMQ_PULL), "zmq_socket");
    MUST (zmq_bind (pull, new_endpoint ("tcp", endpoint, sizeof endpoint)));
    for (long i = 0; i < count; i++) {
        char byte;
        double start = seconds ();
        void *ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
        void *push = new_connected (ctx, ZMQ_PUSH, endpoint);
        MUST (zmq_send (push, "x", 1, 0));
        MUST (zmq_recv (pull, &byte, 1, 0));
        samples[i] = (seconds () - start) * 1e6;
        MUST (zmq_close (push));
        MUST (zmq_ctx_term (ctx));
    }
    print_quantiles ("", samples, count);
    MUST (zmq_close (pull));
    MUST (zmq_ctx_term (served));
    return 0;
}
