/* Whatever descriptors the library opens are closed on exec. */
/* behaviours: 295 */
#include "check.h"

#include <fcntl.h>

static void run (void)
{
    int before[1024], inherited = 0, opened = 0;
    for (int fd = 0; fd < 1024; fd++)
        before[fd] = fcntl (fd, F_GETFD) != -1;
    void *ctx = new_context (), *a[3], *b[3];
    static const char *const transports[] = {"tcp", "ipc", "inproc"};
    for (int i = 0; i < 3; i++) {
        new_link (ctx, transports[i], ZMQ_PAIR, &a[i], ZMQ_PAIR, &b[i]);
        get_int (a[i], ZMQ_FD);
        SEND (b[i], "x");
        RECV (a[i]);
    }
    for (int fd = 0; fd < 1024; fd++) {
        int flags = fcntl (fd, F_GETFD);
        if (before[fd] || flags == -1)
            continue;
        opened++;
        inherited += !(flags & FD_CLOEXEC);
    }
    say ("some opened: %s, inherited: %d", opened >= 6 ? "yes" : "no", inherited);
    for (int i = 0; i < 3; i++) {
        MUST (zmq_close (a[i]));
        MUST (zmq_close (b[i]));
    }
    end (ctx, NULL, NULL);
}
