/*  udpping1 [name [interval_ms [broadcast [port]]]]

    Who else is there? Broadcasts one datagram a second, "!" and a name (the
    process id unless given), and prints the others' datagrams. All the socket
    code is here, to show that zmq_poll waits for a file descriptor as well as
    for a ZeroMQ socket. There is no ZeroMQ socket at all: zmq_poll does not
    need one, and zhelp.h's pipe wakes it up when the program is stopped.

        udpping1 &  udpping1

    On one machine over 127.255.255.255, port 9999; in a network give its
    broadcast address. udpping2 hides the socket code in udplib.h.  */

#define _DEFAULT_SOURCE
#include "zhelp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static int open_socket (uint16_t port)
{
    int fd = socket (AF_INET, SOCK_DGRAM, 0);
    if (fd == -1)
        zh_fail ("socket");
    /*  Broadcasts are refused unless asked for; and everybody on this machine
        uses the same port.  */
    int on = 1;
    setsockopt (fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
#ifdef SO_REUSEPORT
    setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
#endif
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons (port)};
    own.sin_addr.s_addr = htonl (INADDR_ANY);
    if (bind (fd, (struct sockaddr *) &own, sizeof own) != 0)
        zh_fail ("bind");
    return fd;
}

static void hear (int fd, const char *own)
{
    char data[256];
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    ssize_t size = recvfrom (fd, data, sizeof data - 1, 0, (struct sockaddr *) &from, &length);
    if (size < 1 || data[0] != '!')
        return;
    data[size] = '\0';
    if (strcmp (data + 1, own) != 0)
        printf ("Found %s at %s:%d\n", data + 1, inet_ntoa (from.sin_addr), ntohs (from.sin_port));
}

int main (int argc, char **argv)
{
    char pid[24];
    snprintf (pid, sizeof pid, "%ld", (long) getpid ());
    const char *name = zh_arg (argc, argv, 1, pid);
    long interval = zh_argn (argc, argv, 2, 1000);
    const char *broadcast = zh_arg (argc, argv, 3, "127.255.255.255");
    uint16_t port = (uint16_t) zh_argn (argc, argv, 4, 9999);

    void *ctx = zh_begin ();
    int fd = open_socket (port);
    struct sockaddr_in everybody = {.sin_family = AF_INET, .sin_port = htons (port)};
    everybody.sin_addr.s_addr = inet_addr (broadcast);
    char beacon[256];
    size_t size = (size_t) snprintf (beacon, sizeof beacon, "!%.200s", name);

    zmq_pollitem_t items[] = {{NULL, fd, ZMQ_POLLIN, 0},
                              {NULL, zh.stop_pipe[0], ZMQ_POLLIN, 0}};
    int64_t next = zh_clock ();
    while (!zh_stopped ()) {
        int64_t wait = next - zh_clock ();
        if (zh_poll (items, 2, wait > 0 ? (long) wait : 0) == -1)
            break;
        if (items[0].revents & ZMQ_POLLIN)
            hear (fd, name);
        if (zh_clock () >= next) {
            if (sendto (fd, beacon, size, 0, (struct sockaddr *) &everybody, sizeof everybody) == -1)
                zh_fail ("sendto");
            next = zh_clock () + interval;
        }
    }
    close (fd);
    zh_end (ctx);
    return 0;
}
