/*  flclient3 [-n count] [endpoint...]

    Freelance client, model 3: complex and nasty, but hidden in flcliapi.h. The
    client keeps pinging its servers and asks one that is known to be alive, so
    a dead one costs no request a second, nor every server all the work.

        flserver3 tcp://127.0.0.1:5555 tcp://localhost:5555 &
        flserver3 tcp://127.0.0.1:5556 tcp://localhost:5556 &
        flclient3 tcp://localhost:5555 tcp://localhost:5556

    The endpoints must be the servers' names, letter by letter. Makes 1000
    requests, or count, and fails when one of them fails.  */

#include "flcliapi.h"
#include "freelance.h"

int main (int argc, char **argv)
{
    fl_args args = fl_arguments (argc, argv, 1000);

    void *ctx = zh_begin ();
    static flcli client;
    flcli_start (&client, ctx);
    int rc = 1;
    for (int n = 0; n < args.servers && rc != -1; n++)
        rc = flcli_connect (&client, args.endpoint[n]) == -1 ? -1 : 1;
    int64_t start = zh_clock ();
    long done = 0;
    while (done < args.count && rc == 1) {
        zh_message message = {0};
        zp_append (&message, "random name");
        rc = flcli_request (&client, &message);
        zh_message_close (&message);
        done += rc == 1;
    }
    if (rc == 0)
        puts ("E: name service not available, aborting");
    fl_report (done, start);
    flcli_stop (&client);
    zh_end (ctx);
    return rc == 1 ? 0 : 1;
}
