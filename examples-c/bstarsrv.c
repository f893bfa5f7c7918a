/*  bstarsrv -p|-b [frontend [local [remote [interval_ms]]]]

    Binary Star: a pair of servers, primary and backup, that clients see as one
    service that survives the loss of either. This one holds the rules of
    bstar.h in its hand: a poll loop waits for clients and for the peer, and
    asks the rules what to do. The service itself is an echo.

        bstarsrv -p &  bstarsrv -b &  bstarcli

    and then stop the primary; start it again, and stop the backup. Without
    endpoints the two find each other on ports 5001 to 5004 of this machine.
    The state goes out every interval (1000 ms); a peer silent for two counts
    as gone. bstarsrv2 is the same on a reactor.  */

#include "bstar.h"

static int from_client (void *frontend, bstar_rules *rules)
{
    zh_message message;
    if (zh_message_recv (&message, frontend) == -1)
        return -1;
    if (bstar_vote (rules))
        return zh_message_send (&message, 0, frontend);
    zh_message_close (&message);
    return 0;
}

int main (int argc, char **argv)
{
    int primary = bstar_is_primary (argc, argv);
    const char *endpoint = zh_arg (argc, argv, 2, primary ? "tcp://*:5001" : "tcp://*:5002");
    const char *local = zh_arg (argc, argv, 3, primary ? "tcp://*:5003" : "tcp://*:5004");
    const char *remote
        = zh_arg (argc, argv, 4, primary ? "tcp://localhost:5004" : "tcp://localhost:5003");
    long interval = zh_argn (argc, argv, 5, 1000);

    void *ctx = zh_begin ();
    void *frontend = zh_socket (ctx, ZMQ_ROUTER, 0);
    zh_bind (frontend, endpoint);
    bstar_rules rules;
    bstar_begin (&rules, primary, interval);
    bstar_peering peer;
    bstar_open (&peer, ctx, local, remote);

    zmq_pollitem_t items[] = {{frontend, 0, ZMQ_POLLIN, 0}, {peer.in, 0, ZMQ_POLLIN, 0}};
    int64_t next = zh_clock ();
    int rc = 0;
    while (rc != -1) {
        if (zh_clock () >= next) {
            next = zh_clock () + interval;
            rc = bstar_tell (&peer, &rules);
        }
        int64_t wait = next - zh_clock ();
        if (rc == -1 || zh_poll (items, 2, wait > 0 ? (long) wait : 0) == -1)
            break;
        if (items[1].revents)
            rc = bstar_hear (&peer, &rules);
        if (rc != -1 && items[0].revents)
            rc = from_client (frontend, &rules);
    }
    int failed = !zh_stopped ();
    bstar_shut (&peer);
    zmq_close (frontend);
    zh_end (ctx);
    return failed;
}
