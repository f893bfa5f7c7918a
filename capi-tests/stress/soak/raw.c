/*
 * The honest peers that exchange octets, not messages: a STREAM server that
 * echoes, STREAM clients, and clients with a socket of the system's. A
 * connection begins with a hello that says which stream it carries; then each
 * octet follows from its place. The ledger counts octets.
 */
#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { GUESTS = 64, ID = 5, AHEAD = 20000, CHUNK = 3000 };

struct hello {
    uint64_t magic;
    uint32_t stream, life;
};

/* One connection of the server. */
struct guest {
    uint8_t id[ID];
    uint8_t hello[sizeof (struct hello)];
    size_t heard;
    uint64_t at;
    int foreign;
};

static uint8_t octet (unsigned stream, uint64_t at)
{
    return (uint8_t) (token (stream, at / 8, 0) >> at % 8 * 8);
}

static void count_octets (unsigned stream, size_t size)
{
    ADD (ledger->streams[stream].sent, size);
    PUT (ledger->streams[stream].life, 1);
    ADD (ledger->streams[stream].life_sent, size);
}

/* Checks what came at `at` of a stream, and moves on. */
static void account_octets (struct peer *p, unsigned stream, uint64_t *at, const uint8_t *data, size_t size)
{
    struct taking *it = &ledger->takings[take_of (p, stream)->taking];
    for (size_t i = 0; i < size; i++)
        if (data[i] != octet (stream, *at + i)) {
            ADD (it->corrupt, 1);
            fault (p, "an octet that is not as it was sent");
            break;
        }
    *at += size;
    PUT (it->life, 1);
    PUT (it->last, *at);
    ADD (it->received, size);
    ADD (it->life_received, size);
}

static void write_octets (uint8_t *to, unsigned stream, uint64_t at, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = octet (stream, at + i);
}

static struct guest *guest_of (struct guest *guests, const uint8_t *id, int may_add)
{
    static const uint8_t nobody[ID];
    for (int i = 0; i < GUESTS; i++)
        if (memcmp (guests[i].id, id, ID) == 0)
            return &guests[i];
    for (int i = 0; may_add && i < GUESTS; i++)
        if (memcmp (guests[i].id, nobody, ID) == 0) {
            memset (&guests[i], 0, sizeof guests[i]);
            memcpy (guests[i].id, id, ID);
            return &guests[i];
        }
    return NULL;
}

/* -1: the end. */
static int send_to (struct peer *p, void *s, const uint8_t *id, const void *data, size_t size)
{
    for (; live (p);) {
        uint64_t begun = timed_begin (p, p->timeout_ms);
        int rc = zmq_send (s, id, ID, ZMQ_SNDMORE), error = errno;
        timed_end (p, begun, p->timeout_ms);
        if (rc != -1)
            return zmq_send (s, data, size, 0) == -1 ? -1 : 0;
        errno = error;
        if (error != EAGAIN)
            return error == EHOSTUNREACH ? 0 : -1;
    }
    return -1;
}

/* What a guest sent: its hello, then octets that go back as those of the next stream. */
static int hear (struct peer *p, struct guest *guest, const uint8_t *data, size_t size)
{
    struct hello *hello = (struct hello *) guest->hello;
    for (; size && guest->heard < sizeof *hello; size--)
        guest->hello[guest->heard++] = *data++;
    if (guest->heard == sizeof *hello && hello->magic != own_magic ())
        guest->foreign = 1;
    if (guest->foreign)
        ADD (p->slot->foreign, 1);
    if (size == 0 || guest->foreign)
        return 0;
    static _Thread_local uint8_t back[1 << 16];
    for (size_t part; size; size -= part, data += part) {
        part = size < sizeof back ? size : sizeof back;
        write_octets (back, hello->stream + 1, guest->at, part);
        account_octets (p, hello->stream, &guest->at, data, part);
        count_octets (hello->stream + 1, part);
        if (send_to (p, p->s, guest->id, back, part) == -1)
            return -1;
    }
    return 0;
}

void be_stream_server (struct peer *p)
{
    struct guest guests[GUESTS] = {{{0}, {0}, 0, 0, 0}};
    p->s = make_socket (p, p->ctx, p->type);
    join_network (p, p->s);
    struct parcel in;
    int rc = 0;
    while (live (p) && rc == 0) {
        uint64_t begun = timed_begin (p, p->timeout_ms);
        rc = take (p, p->s, &in, 0);
        timed_end (p, begun, p->timeout_ms);
        if (rc == -1 && errno == EAGAIN)
            rc = 0;
        if (rc == 0 && in.count == 2 && zmq_msg_size (&in.frames[0]) == ID) {
            const uint8_t *id = zmq_msg_data (&in.frames[0]);
            size_t size = zmq_msg_size (&in.frames[1]);
            struct guest *guest = guest_of (guests, id, size > 0);
            if (guest && size > 0)
                rc = hear (p, guest, zmq_msg_data (&in.frames[1]), size);
            else if (guest)
                memset (guest, 0, sizeof *guest);
        }
        drop (&in);
    }
    zmq_close (p->s);
}

static struct hello hello_of (struct peer *p)
{
    struct hello hello = {own_magic (), p->stream, 1};
    return hello;
}

void be_stream_client (struct peer *p)
{
    p->s = make_socket (p, p->ctx, p->type);
    join_network (p, p->s);
    struct parcel in;
    uint8_t id[ID] = {0}, chunk[CHUNK];
    uint64_t sent = 0, back = 0;
    for (int rc = 0, up = 0; live (p) && rc != -1;) {
        size_t size = (size_t) below (&p->random, CHUNK) + 1;
        if (up && due (p) && sent - back < AHEAD) {
            write_octets (chunk, p->stream, sent, size);
            count_octets (p->stream, size);
            sent += size;
            rc = send_to (p, p->s, id, chunk, size);
        }
        if (rc != -1)
            rc = pause_peer (p);
        while (rc == 1 && take (p, p->s, &in, ZMQ_DONTWAIT) == 0) {
            if (in.count == 2 && zmq_msg_size (&in.frames[1]) > 0)
                account_octets (p, p->stream + 1, &back, zmq_msg_data (&in.frames[1]), zmq_msg_size (&in.frames[1]));
            else if (in.count == 2 && !up) {
                struct hello hello = hello_of (p);
                memcpy (id, zmq_msg_data (&in.frames[0]), ID);
                up = 1;
                rc = send_to (p, p->s, id, &hello, sizeof hello) == -1 ? -1 : 1;
            } else if (live (p))
                fault (p, "a connection of its own that ended");
            drop (&in);
        }
    }
    zmq_close (p->s);
}

static int dial (struct peer *p)
{
    char host[NAME];
    int port = 0, fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (sscanf (p->connect, "tcp://%90[^:]:%d", host, &port) == 2)
        inet_pton (AF_INET, host, &to.sin_addr);
    to.sin_port = htons ((uint16_t) port);
    while (live (p) && connect (fd, (struct sockaddr *) &to, sizeof to) == -1)
        nap_us (20000);
    return fd;
}

void be_tcp_client (struct peer *p)
{
    int fd = dial (p);
    struct hello hello = hello_of (p);
    uint8_t chunk[CHUNK];
    uint64_t sent = 0, back = 0;
    int bad = send (fd, &hello, sizeof hello, 0) != sizeof hello;
    while (live (p) && !bad) {
        size_t size = (size_t) below (&p->random, CHUNK) + 1;
        if (due (p) && sent - back < AHEAD) {
            write_octets (chunk, p->stream, sent, size);
            ssize_t took = send (fd, chunk, size, MSG_DONTWAIT);
            bad = took == -1 && errno != EAGAIN;
            count_octets (p->stream, took > 0 ? (size_t) took : 0);
            sent += took > 0 ? (size_t) took : 0;
        }
        struct pollfd item = {fd, POLLIN, 0};
        poll (&item, 1, running () ? 1 + (int) below (&p->random, (uint64_t) p->pace_ms) : 500);
        ssize_t got = recv (fd, chunk, sizeof chunk, MSG_DONTWAIT);
        bad |= got == 0 || (got == -1 && errno != EAGAIN);
        if (got > 0)
            account_octets (p, p->stream + 1, &back, chunk, (size_t) got);
    }
    if (bad && live (p))
        fault (p, "a connection that ended");
    close (fd);
}
