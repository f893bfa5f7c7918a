/*  A UDP socket for beacons: short datagrams sent to everybody on a network,
    and heard from everybody. Plain BSD sockets; ZeroMQ comes in only in that
    zmq_poll waits for udp->fd together with ZeroMQ sockets.

    Several processes of one machine can have the same port, each hears every
    broadcast, its own included. The default broadcast address, 127.255.255.255,
    stays on the machine; that of a real network reaches the others.  */

#ifndef UDPLIB_H
#define UDPLIB_H

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE
#endif

#include "zhelp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define UDP_BROADCAST "127.255.255.255"
#define UDP_PORT 9999

typedef struct {
    int fd;
    struct sockaddr_in everybody;
    struct sockaddr_in sender; /*  of the last datagram received  */
} udp;

static inline void udp_open (udp *self, const char *broadcast, long port)
{
    self->fd = socket (AF_INET, SOCK_DGRAM, 0);
    if (self->fd == -1)
        zh_fail ("socket");
    int on = 1;
    setsockopt (self->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
#ifdef SO_REUSEPORT
    setsockopt (self->fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
#endif
    if (setsockopt (self->fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on) != 0)
        zh_fail ("SO_BROADCAST");

    struct sockaddr_in own;
    memset (&own, 0, sizeof own);
    own.sin_family = AF_INET;
    own.sin_port = htons ((uint16_t) port);
    own.sin_addr.s_addr = htonl (INADDR_ANY);
    if (bind (self->fd, (struct sockaddr *) &own, sizeof own) != 0)
        zh_fail ("bind");
    self->everybody = own;
    if (inet_pton (AF_INET, broadcast, &self->everybody.sin_addr) != 1) {
        fprintf (stderr, "'%s' is not an IPv4 address\n", broadcast);
        exit (2);
    }
}

static inline void udp_send (udp *self, const void *data, size_t size)
{
    /*  Beacons may get lost, so a failure now is no reason to give up.  */
    if (sendto (self->fd, data, size, 0, (struct sockaddr *) &self->everybody,
                sizeof self->everybody) == -1)
        perror ("sendto");
}

/*  The size of the next datagram, or -1; does not wait.  */
static inline ssize_t udp_recv (udp *self, void *data, size_t size)
{
    socklen_t length = sizeof self->sender;
    return recvfrom (self->fd, data, size, MSG_DONTWAIT, (struct sockaddr *) &self->sender,
                     &length);
}

/*  Where the last datagram came from, as address:port.  */
static inline const char *udp_sender (udp *self, char *text, size_t size)
{
    char address[INET_ADDRSTRLEN] = "?";
    inet_ntop (AF_INET, &self->sender.sin_addr, address, sizeof address);
    snprintf (text, size, "%s:%d", address, ntohs (self->sender.sin_port));
    return text;
}

static inline void udp_close (udp *self)
{
    close (self->fd);
}

#endif
