/*  ticlient [-v] [broker [retry_ms [timeout_ms]]]

    Client of Titanic: hands a request for "echo" in, keeps the number it gets
    for it, asks every five seconds whether the reply is there, and closes the
    request. It could as well end after the first step and go on tomorrow: the
    number is all it has to keep. A broker that is gone for a while is no
    reason to give up.

        mdbroker &  titanic &  mdworker &  ticlient  */

#include "mdcliapi.h"

static long retry;

/*  1: status 200 and the rest of the reply in the message; 0: another status,
    or no reply; -1 on a stop.  */
static int ask (mdcli *client, const char *service, zh_message *message)
{
    int rc = mdcli_call (client, service, message);
    if (rc != 1)
        return rc;
    int ok = zh_frame_is (message, 0, "200");
    if (zh_frame_is (message, 0, "400") || zh_frame_is (message, 0, "500")) {
        char status[8];
        printf ("E: %s says %s\n", service, zp_text (message, 0, status, sizeof status));
    }
    zp_drop (message, 0, ok ? 1 : message->count);
    return ok;
}

/*  Until it works; the message is [content] each time.  */
static int insist (mdcli *client, const char *service, const char *content, zh_message *message)
{
    for (;;) {
        message->count = 0;
        if (strcmp (service, "titanic.request") == 0)
            zp_append (message, "echo");
        zp_append (message, content);
        int rc = ask (client, service, message);
        if (rc != 0)
            return rc;
        puts ("I: no reply yet, trying again later");
        if (zh_sleep (retry))
            return -1;
    }
}

int main (int argc, char **argv)
{
    int verbose = mdp_verbose (&argc, &argv);
    const char *broker = zh_arg (argc, argv, 1, MDP_BROKER);
    retry = zh_argn (argc, argv, 2, 5000);

    void *ctx = zh_begin ();
    mdcli client;
    mdcli_open (&client, ctx, broker, verbose);
    client.timeout = zh_argn (argc, argv, 3, client.timeout);

    zh_message message = {0};
    char number[64] = "", reply[64];
    int rc = insist (&client, "titanic.request", "Hello world", &message);
    if (rc == 1) {
        printf ("I: request number %s\n", zp_text (&message, 0, number, sizeof number));
        zh_message_close (&message);
        rc = insist (&client, "titanic.reply", number, &message);
    }
    if (rc == 1) {
        printf ("Reply: %s\n", zp_text (&message, 0, reply, sizeof reply));
        zh_message_close (&message);
        rc = insist (&client, "titanic.close", number, &message);
        zh_message_close (&message);
    }
    mdcli_close (&client);
    zh_end (ctx);
    return rc == 1 ? 0 : 1;
}
