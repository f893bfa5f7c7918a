/* For programs whose peer is a plain tcp socket. */
#ifndef RAW_H
#define RAW_H

#include "check.h"

static inline int raw_connect (const char *endpoint)
{
    struct sockaddr_in to = {0};
    struct timeval patience = {PATIENCE_MS / 1000, 0};
    to.sin_family = AF_INET;
    to.sin_port = htons ((uint16_t) atoi (strrchr (endpoint, ':') + 1));
    to.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    int fd = socket (AF_INET, SOCK_STREAM, 0);
    MUST (setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience));
    MUST (connect (fd, (struct sockaddr *) &to, sizeof to));
    return fd;
}

/* Reads exactly so many bytes, or up to the end; how many came. */
static inline size_t raw_read (int fd, char *into, size_t size)
{
    size_t got = 0;
    ssize_t n;
    while (got < size && (n = read (fd, into + got, size - got)) > 0)
        got += (size_t) n;
    return got;
}

#endif
