/*  peering1 me [peer...]

    Clouds, part 1: the flow of state. Every broker publishes how many workers
    it has free (here a random number, once a second) and subscribes to the
    state of its peers, so that each knows of all. The message is two frames,
    the broker's name and the number; no broker waits for another.

        peering1 DC1 DC2 DC3 &  peering1 DC2 DC1 DC3 &  peering1 DC3 DC1 DC2

    all in one directory. Prints what the peers publish. The demonstrations
    that follow, peering2 and peering3, move tasks and then both.  */

#include "peering.h"

int main (int argc, char **argv)
{
    cloud_usage (argc, argv);
    const char *name = argv[1];

    void *ctx = zh_begin ();
    void *statebe = zh_socket (ctx, ZMQ_PUB, 0);
    cloud_bind (statebe, name, "state");
    void *statefe = zh_socket (ctx, ZMQ_SUB, 0);
    zh_subscribe (statefe, "");
    for (int n = 2; n < argc; n++) {
        printf ("I: connecting to state backend at '%s'\n", argv[n]);
        cloud_connect (statefe, argv[n], "state");
    }

    zmq_pollitem_t items[] = {{statefe, 0, ZMQ_POLLIN, 0}};
    int64_t next = zh_clock () + 1000;
    for (;;) {
        int64_t wait = next - zh_clock ();
        if (zh_poll (items, 1, wait > 0 ? (long) wait : 0) == -1)
            break;
        if (items[0].revents & ZMQ_POLLIN) {
            char peer[64], available[16];
            if (zh_recv (statefe, peer, sizeof peer) == -1
                || zh_recv (statefe, available, sizeof available) == -1)
                break;
            printf ("%s - %s workers free\n", peer, available);
        }
        if (zh_clock () >= next) {
            char available[16];
            snprintf (available, sizeof available, "%ld", zh_random (10));
            if (zh_send_more (statebe, name) == -1 || zh_send (statebe, available) == -1)
                break;
            next = zh_clock () + 1000;
        }
    }
    zmq_close (statefe);
    zmq_close (statebe);
    zh_end (ctx);
    return 0;
}
