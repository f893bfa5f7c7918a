/*  clonesrv2 [base [interval_ms]]

    Clone, model 2: snapshots for late joiners. The server still makes all the
    changes itself, one every second, and keeps what it published; a client
    asks for that ("ICANHAZ?") on a second socket, and gets all keys and, last,
    the number of the newest update in them ("KTHXBAI").

        clonesrv2 &  clonecli2; and some time later another clonecli2

    base is the endpoint for snapshots (port 5556), updates come from the
    next port.  */

#include "chp.h"

static int publish (reactor *loop, void *socket, void *arg)
{
    (void) loop;
    (void) socket;
    char key[24], value[24];
    snprintf (key, sizeof key, "%ld", zh_random (10000));
    snprintf (value, sizeof value, "%ld", zh_random (1000000));
    kv item;
    kv_init (&item, key, value);
    int rc = chp_apply (arg, &item);
    kv_close (&item);
    return rc;
}

int main (int argc, char **argv)
{
    void *ctx = zh_begin ();
    static chp_server server;
    chp_server_open (&server, ctx, zh_arg (argc, argv, 1, CHP_SERVER), kvsimple, -1);
    reactor loop;
    reactor_init (&loop);
    reactor_reader (&loop, server.snapshot, chp_on_snapshot, &server);
    reactor_timer (&loop, zh_argn (argc, argv, 2, 1000), publish, &server);
    reactor_run (&loop);
    chp_server_close (&server);
    zh_end (ctx);
    return 0;
}
