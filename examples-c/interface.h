/*  A network of peers that find each other, as messages: a thread broadcasts
    beacons with a number of its own and watches the beacons of others. Its
    owner reads from iface->actor.pipe, two frames each:

        ["JOINED"][peer]    somebody's first beacon
        ["LEFT"][peer]      no beacon from it for five intervals

    A peer is named by the 32 hex digits of its number. Only the thread touches
    the table of peers.  */

#ifndef INTERFACE_H
#define INTERFACE_H

#include "udplib.h"
#include "zactor.h"

#define IFACE_NUMBER 16
#define IFACE_PEERS 256
#define IFACE_LIVENESS 5

typedef struct {
    unsigned char number[IFACE_NUMBER];
    int64_t expiry;
} iface_peer;

typedef struct {
    zactor actor;
    udp beacons;
    long interval;
    unsigned char own[IFACE_NUMBER];
    iface_peer peer[IFACE_PEERS];
    int peers;
} iface;

static inline void iface_name (const unsigned char *number, char *text)
{
    for (int n = 0; n < IFACE_NUMBER; n++)
        snprintf (text + 2 * n, 3, "%02X", number[n]);
}

static inline int iface_tell (iface *self, const char *event, const iface_peer *peer)
{
    char name[2 * IFACE_NUMBER + 1];
    iface_name (peer->number, name);
    return zh_send_more (self->actor.inner, event) == -1 ? -1 : zh_send (self->actor.inner, name);
}

static inline int iface_heard (iface *self, const unsigned char *number)
{
    int at = 0;
    while (at < self->peers && memcmp (self->peer[at].number, number, IFACE_NUMBER) != 0)
        at++;
    if (at == IFACE_PEERS)
        return 0;
    self->peer[at].expiry = zh_clock () + IFACE_LIVENESS * self->interval;
    if (at < self->peers)
        return 0;
    memcpy (self->peer[self->peers++].number, number, IFACE_NUMBER);
    return iface_tell (self, "JOINED", &self->peer[at]);
}

static inline int iface_expire (iface *self)
{
    int64_t now = zh_clock ();
    int rc = 0;
    for (int at = self->peers - 1; at >= 0 && rc != -1; at--)
        if (self->peer[at].expiry <= now) {
            rc = iface_tell (self, "LEFT", &self->peer[at]);
            self->peer[at] = self->peer[--self->peers];
        }
    return rc;
}

static inline void iface_thread (zactor *actor)
{
    iface *self = actor->arg;
    zmq_pollitem_t items[] = {{actor->inner, 0, ZMQ_POLLIN, 0},
                              {NULL, self->beacons.fd, ZMQ_POLLIN, 0}};
    unsigned char number[IFACE_NUMBER + 1];
    int64_t next = zh_clock ();
    int rc = 0;
    while (rc != -1) {
        int64_t wait = next - zh_clock ();
        if (zh_poll (items, 2, wait > 0 ? (long) wait : 0) == -1 || items[0].revents)
            break;
        /*  A datagram of another size is not one of our beacons.  */
        if (items[1].revents && udp_recv (&self->beacons, number, sizeof number) == IFACE_NUMBER
            && memcmp (number, self->own, IFACE_NUMBER) != 0)
            rc = iface_heard (self, number);
        if (zh_clock () >= next) {
            udp_send (&self->beacons, self->own, IFACE_NUMBER);
            next = zh_clock () + self->interval;
        }
        if (rc != -1)
            rc = iface_expire (self);
    }
}

static inline void iface_start (iface *self, void *ctx, long interval, const char *broadcast,
                                long port)
{
    memset (self, 0, sizeof *self);
    self->interval = interval;
    for (int n = 0; n < IFACE_NUMBER; n++)
        self->own[n] = (unsigned char) zh_random (256);
    udp_open (&self->beacons, broadcast, port);
    zactor_start (&self->actor, ctx, iface_thread, self);
}

static inline void iface_stop (iface *self)
{
    zactor_stop (&self->actor);
    udp_close (&self->beacons);
}

#endif
