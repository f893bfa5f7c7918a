/* PUSH to PULL by tcp between two processes, some messages at once each
 * millisecond: from each message's send to its receipt, for the first and the
 * last of the burst. A burst of one is a sender of 1,000 messages a second. */
#include "perf.h"

static char endpoint[128];
static struct signal bound, connected;
static int burst;
static long bursts;

static void sending_process (void *unused)
{
    struct timespec at;
    (void) unused;
    void *ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    await_signal (&bound);
    void *s = new_connected (ctx, ZMQ_PUSH, endpoint);
    MUST (zmq_send (s, "", 0, 0));
    await_signal (&connected);
    clock_gettime (CLOCK_MONOTONIC, &at);
    for (long i = 0; i < bursts; i++) {
        at.tv_nsec += 1000000;
        if (at.tv_nsec >= 1000000000) {
            at.tv_nsec -= 1000000000;
            at.tv_sec++;
        }
        clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
        for (int k = 0; k < burst; k++) {
            double now = seconds ();
            MUST (zmq_send (s, &now, sizeof now, 0));
        }
    }
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
}

int main (int argc, char **argv)
{
    if (argc != 3)
        usage ("burst", "<messages-at-once> <milliseconds>");
    burst = atoi (argv[1]);
    bursts = atol (argv[2]);
    new_endpoint ("tcp", endpoint, sizeof endpoint);
    double *first = new_samples (bursts), *last = new_samples (bursts), sent;
    bound = new_signal ();
    connected = new_signal ();
    pid_t child = spawn (sending_process, NULL);
    void *ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    void *s = new_bound (ctx, ZMQ_PULL, endpoint);
    raise_signal (&bound);
    MUST (zmq_recv (s, &sent, sizeof sent, 0));
    raise_signal (&connected);
    for (long i = 0; i < bursts; i++)
        for (int k = 0; k < burst; k++) {
            MUST (zmq_recv (s, &sent, sizeof sent, 0));
            double took = (seconds () - sent) * 1e6;
            if (k == 0)
                first[i] = took;
            last[i] = took;
        }
    join (child);
    long warm_up = bursts / 10;
    print_quantiles ("first ", first + warm_up, bursts - warm_up);
    print_quantiles ("last ", last + warm_up, bursts - warm_up);
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
