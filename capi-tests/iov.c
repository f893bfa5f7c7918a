/* zmq_sendiov and zmq_recviov. */
/* behaviours: 25, 44 */
#include "check.h"
#include <sys/uio.h>

static void show (struct iovec *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        print_frame (parts[i].iov_base, parts[i].iov_len);
        free (parts[i].iov_base);
    }
    say ("");
}

static void run (void)
{
    void *ctx = new_context (), *a, *b;
    struct iovec out[3] = {{"one", 3}, {"three", 5}, {"seventy", 7}}, in[4];
    size_t count = 0;
    new_link (ctx, "inproc", ZMQ_PULL, &a, ZMQ_PUSH, &b);
    TRY (zmq_sendiov (b, out, 0, 0));
    TRY (zmq_sendiov (b, NULL, 1, 0));
    TRY (zmq_recviov (a, in, NULL, 0));
    TRY (zmq_recviov (a, in, &count, 0));
    count = 4;
    TRY (zmq_recviov (a, NULL, &count, 0));
    TRY (zmq_recviov (a, in, &count, ZMQ_DONTWAIT));
    say ("count %d", (int) count);

    TRY (zmq_sendiov (b, out, 3, ZMQ_SNDMORE));
    count = 4;
    TRY (zmq_recviov (a, in, &count, 0));
    say ("count %d", (int) count);
    show (in, count);

    /* Without SNDMORE each part is a message of its own. */
    TRY (zmq_sendiov (b, out, 3, 0));
    for (int i = 0; i < 3; i++) {
        count = 4;
        TRY (zmq_recviov (a, in, &count, 0));
        show (in, count);
    }

    /* Fewer places than parts: the rest can still be read. */
    TRY (zmq_sendiov (b, out, 3, ZMQ_SNDMORE));
    count = 2;
    TRY (zmq_recviov (a, in, &count, 0));
    show (in, count);
    RECV (a);
    TRY (zmq_sendiov (a, out, 1, 0));
    end (ctx, a, b);
}
