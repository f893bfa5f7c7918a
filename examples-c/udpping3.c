/*  udpping3 [interval_ms [broadcast [port]]]

    Peers on the network as events: interface.h does the beacons in a thread of
    its own and this program reads from a ZeroMQ socket who joined and who has
    been silent for five intervals (1000 ms each) and counts as gone.

        udpping3 &  udpping3 &  udpping3

    and then stop one of them.  */

#include "interface.h"

int main (int argc, char **argv)
{
    long interval = zh_argn (argc, argv, 1, 1000);
    const char *broadcast = zh_arg (argc, argv, 2, UDP_BROADCAST);
    long port = zh_argn (argc, argv, 3, UDP_PORT);

    void *ctx = zh_begin ();
    static iface network;
    iface_start (&network, ctx, interval, broadcast, port);
    char event[16], peer[64];
    iface_name (network.own, peer);
    printf ("I am %s\n", peer);
    while (zh_recv (network.actor.pipe, event, sizeof event) != -1
           && zh_recv (network.actor.pipe, peer, sizeof peer) != -1)
        printf ("%s %s\n", event, peer);
    iface_stop (&network);
    zh_end (ctx);
    return 0;
}
