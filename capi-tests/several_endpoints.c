/* One socket with several binds and connects over all transports at once. */
#include "check.h"

static void run (void)
{
    static const char *const transports[] = {"inproc", "tcp", "ipc"};
    void *ctx = new_context ();
    void *pull = new_socket (ctx, ZMQ_PULL), *push = new_socket (ctx, ZMQ_PUSH);
    char paths[3][256];
    for (int i = 0; i < 3; i++) {
        bind_fresh (pull, transports[i]);
        strcpy (paths[i], bound_at);
        connect_to (push, bound_at);
    }
    int seen[30] = {0}, right = 0, value;
    for (int i = 0; i < 30; i++)
        MUST (zmq_send (push, &i, sizeof i, 0));
    for (int i = 0; i < 30; i++) {
        MUST (zmq_recv (pull, &value, sizeof value, 0));
        right += value >= 0 && value < 30 && !seen[value]++;
    }
    say ("each of 30 once: %s", right == 30 ? "yes" : "no");
    for (int i = 0; i < 3; i++) {
        TRY (zmq_disconnect (push, paths[i]));
        TRY (zmq_unbind (pull, paths[i]));
    }
    end (ctx, pull, push);
}
