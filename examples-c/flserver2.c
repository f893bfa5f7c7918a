/*  flserver2 [endpoint]

    Freelance server, model 2: a REP socket that answers "OK" and returns the
    first frame of each request, its number, so that the client can tell this
    reply from the late reply to an earlier request.

        flserver2 tcp://127.0.0.1:5555 &  flserver2 tcp://127.0.0.1:5556 &
        flclient2 tcp://localhost:5555 tcp://localhost:5556  */

#include "zparts.h"

int main (int argc, char **argv)
{
    void *ctx = zh_begin ();
    void *rep = zh_socket (ctx, ZMQ_REP, 0);
    zh_bind (rep, zh_arg (argc, argv, 1, "tcp://127.0.0.1:5555"));
    puts ("I: service is ready");
    zh_message message;
    while (zh_message_recv (&message, rep) != -1) {
        zp_drop (&message, 1, message.count);
        zp_append (&message, "OK");
        if (zh_message_send (&message, 0, rep) == -1)
            break;
    }
    zmq_close (rep);
    zh_end (ctx);
    return 0;
}
