/* Answers each of remote_lat's requests with the same bytes. */
#include "perf.h"

int main (int argc, char **argv)
{
    if (argc != 4)
        usage ("local_lat", "<bind-to> <message-size> <roundtrip-count>");
    void *ctx = must_have (zmq_init (1), "zmq_init");
    void *s = new_bound (ctx, ZMQ_REP, argv[1]);
    echo_many (s, strtoul (argv[2], NULL, 10), atol (argv[3]));
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
