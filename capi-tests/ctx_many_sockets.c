/* 1023 sockets unless told otherwise, then EMFILE; a higher limit takes more. */
/* behaviours: 13 */
#include "check.h"

#include <sys/resource.h>

static int open_up_to (void *ctx, int limit)
{
    static void *s[2000];
    int count = 0;
    while (count < limit && (s[count] = zmq_socket (ctx, ZMQ_PAIR)) != NULL)
        count++;
    if (count < limit)
        say ("then %s", err_name (errno));
    for (int i = 0; i < count; i++)
        MUST (zmq_close (s[i]));
    return count;
}

static void run (void)
{
    struct rlimit descriptors;
    MUST (getrlimit (RLIMIT_NOFILE, &descriptors));
    descriptors.rlim_cur = descriptors.rlim_max < 4096 ? descriptors.rlim_max : 4096;
    MUST (setrlimit (RLIMIT_NOFILE, &descriptors));
    void *ctx = new_context ();
    say ("opened %d", open_up_to (ctx, 2000));
    MUST (zmq_ctx_term (ctx));
    ctx = new_context ();
    MUST (zmq_ctx_set (ctx, ZMQ_MAX_SOCKETS, 1500));
    say ("opened %d", open_up_to (ctx, 2000));
    MUST (zmq_ctx_term (ctx));
}
