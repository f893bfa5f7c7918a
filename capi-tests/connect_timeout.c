/* CONNECT_TIMEOUT: an attempt that nobody answers is given up and made again. */
/* behaviours: 130 */
#include "check.h"

static void run (void)
{
    struct sockaddr_in at = {0};
    socklen_t size = sizeof at;
    char address[64];
    int fill[4];
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    /* A listener that accepts nobody and whose queue is full. */
    int fd = socket (AF_INET, SOCK_STREAM, 0);
    MUST (bind (fd, (struct sockaddr *) &at, size));
    MUST (listen (fd, 0));
    MUST (getsockname (fd, (struct sockaddr *) &at, &size));
    for (int i = 0; i < 4; i++) {
        fill[i] = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect (fill[i], (struct sockaddr *) &at, size);
    }
    /* One place there is. The others' first packets came behind the one that took it. */
    struct pollfd first = {fill[0], POLLOUT, 0};
    MUST_BE (poll (&first, 1, PATIENCE_MS) == 1);
    snprintf (address, sizeof address, "tcp://127.0.0.1:%d", ntohs (at.sin_port));
    void *ctx = new_context (), *s = new_socket (ctx, ZMQ_PUSH);
    TRY_SET (s, ZMQ_CONNECT_TIMEOUT, 100);
    set_int (s, ZMQ_RECONNECT_IVL, 10);
    void *monitor = new_monitor (ctx, s, ZMQ_EVENT_ALL);
    connect_to (s, address);
    for (int i = 0; i < 6; i++)
        say_event (monitor);
    MUST (zmq_close (monitor));
    end (ctx, s, NULL);
    for (int i = 0; i < 4; i++)
        close (fill[i]);
    close (fd);
}
