/*  mmiecho [-v] [broker [service]]

    Asks a Majordomo broker whether the service "echo" has a worker. The
    question is a request like any other, for the service "mmi.service" (RFC
    8), which the broker answers itself: 200 for yes, 404 for no.

        mdbroker &  mmiecho; mdworker &  mmiecho  */

#include "mdcliapi.h"

int main (int argc, char **argv)
{
    int verbose = mdp_verbose (&argc, &argv);
    const char *broker = zh_arg (argc, argv, 1, MDP_BROKER);
    const char *service = zh_arg (argc, argv, 2, "echo");

    void *ctx = zh_begin ();
    mdcli client;
    mdcli_open (&client, ctx, broker, verbose);
    zh_message message = {0};
    zp_append (&message, service);
    int rc = mdcli_call (&client, "mmi.service", &message);
    char status[16];
    if (rc == 1)
        printf ("Lookup of %s: %s\n", service, zp_text (&message, 0, status, sizeof status));
    else
        puts ("E: no response from broker, make sure it is running");
    zh_message_close (&message);
    mdcli_close (&client);
    zh_end (ctx);
    return rc == 1 ? 0 : 1;
}
