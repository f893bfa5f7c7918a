/*  clonesrv4 [base]

    Clone, model 4: subtrees. A client that is interested in the keys below a
    path only, "/client/", subscribes to that prefix and names it when it asks
    for the snapshot; this server sends it no more than that. Keys stay plain
    text, a tree is what the clients make of them.

        clonesrv4 &  clonecli4 &  clonecli4

    base is the endpoint for snapshots (port 5556); updates come from the
    next port and are collected at the one after that.  */

#include "chp.h"

int main (int argc, char **argv)
{
    void *ctx = zh_begin ();
    static chp_server server;
    chp_server_open (&server, ctx, zh_arg (argc, argv, 1, CHP_SERVER), kvsimple, ZMQ_PULL);
    reactor loop;
    reactor_init (&loop);
    reactor_reader (&loop, server.snapshot, chp_on_snapshot, &server);
    reactor_reader (&loop, server.collector, chp_on_update, &server);
    reactor_run (&loop);
    chp_server_close (&server);
    zh_end (ctx);
    return 0;
}
