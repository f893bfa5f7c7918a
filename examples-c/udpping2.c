/*  udpping2 [name [interval_ms [broadcast [port]]]]

    udpping1 with the BSD sockets behind udplib.h, which leaves the program's
    own business: when to send, and what to make of what comes in.

        udpping2 &  udpping2

    The two find each other's datagrams too. udpping3 turns datagrams into
    events, "joined" and "left".  */

#include "udplib.h"

int main (int argc, char **argv)
{
    char pid[24], beacon[256], heard[256], from[64];
    snprintf (pid, sizeof pid, "%ld", (long) getpid ());
    const char *name = zh_arg (argc, argv, 1, pid);
    long interval = zh_argn (argc, argv, 2, 1000);

    void *ctx = zh_begin ();
    udp beacons;
    udp_open (&beacons, zh_arg (argc, argv, 3, UDP_BROADCAST), zh_argn (argc, argv, 4, UDP_PORT));
    size_t size = (size_t) snprintf (beacon, sizeof beacon, "!%.200s", name);

    zmq_pollitem_t items[] = {{NULL, beacons.fd, ZMQ_POLLIN, 0},
                              {NULL, zh.stop_pipe[0], ZMQ_POLLIN, 0}};
    int64_t next = zh_clock ();
    while (!zh_stopped ()) {
        if (zh_clock () >= next) {
            udp_send (&beacons, beacon, size);
            next = zh_clock () + interval;
        }
        int64_t wait = next - zh_clock ();
        if (zh_poll (items, 2, wait > 0 ? (long) wait : 0) == -1)
            break;
        ssize_t got = udp_recv (&beacons, heard, sizeof heard - 1);
        if (got < 1 || heard[0] != '!')
            continue;
        heard[got] = '\0';
        if (strcmp (heard, beacon) != 0)
            printf ("Found %s at %s\n", heard + 1, udp_sender (&beacons, from, sizeof from));
    }
    udp_close (&beacons);
    zh_end (ctx);
    return 0;
}
