/*  mdclient2 [count [broker]]

    A Majordomo client that does not wait: 100000 requests for "echo" first,
    then their replies. The broker holds what the workers have not taken yet.

        mdbroker &  mdworker &  mdworker &  mdclient2

    Gives up when no reply comes for 2.5 seconds.  */

#include "mdcliapi2.h"

int main (int argc, char **argv)
{
    long count = zh_argn (argc, argv, 1, 100000);
    const char *broker = zh_arg (argc, argv, 2, MDP_BROKER);

    void *ctx = zh_begin ();
    mdcli2 client;
    mdcli2_open (&client, ctx, broker);
    zh_message message;
    long sent = 0, done = 0;
    for (; sent < count; sent++) {
        message.count = 0;
        zp_append (&message, "Hello world");
        if (mdcli2_send (&client, "echo", &message) == -1)
            break;
    }
    while (done < sent && mdcli2_recv (&client, &message) == 1) {
        zh_message_close (&message);
        done++;
    }
    printf ("%ld replies received\n", done);
    mdcli2_close (&client);
    zh_end (ctx);
    return done == count ? 0 : 1;
}
