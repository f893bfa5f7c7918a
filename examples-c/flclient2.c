/*  flclient2 [-n count] [endpoint...]

    Freelance client, model 2: shotgun. Every request goes to every server, and
    the first reply wins; a dead server costs nothing as long as another lives.
    Late replies are recognised by the request's number and thrown away. The
    price is that all servers do all the work.

        flserver2 tcp://127.0.0.1:5555 &  flserver2 tcp://127.0.0.1:5556 &
        flclient2 tcp://localhost:5555 tcp://localhost:5556

    A DEALER deals its messages out in turn, to the servers that it is
    connected to, so a request is sent once per server. Makes 10000 requests,
    or count, and fails when one of them has no reply for 2.5 seconds.  */

#include "freelance.h"

#define TIMEOUT 2500

/*  [empty][number][content], the first for the servers' REP.  */
static int shoot (void *dealer, long number, int servers)
{
    char text[24];
    snprintf (text, sizeof text, "%ld", number);
    for (int n = 0; n < servers; n++) {
        /*  Whom it cannot reach now must not hold up the others.  */
        if (zh_send_data (dealer, "", 0, ZMQ_SNDMORE | ZMQ_DONTWAIT) == -1) {
            if (errno == EAGAIN)
                continue;
            return -1;
        }
        if (zh_send_more (dealer, text) == -1 || zh_send (dealer, "random name") == -1)
            return -1;
    }
    return 0;
}

/*  1 for the reply to that request, 0 for none in time, -1 on a stop.  */
static int await_reply (void *dealer, long number)
{
    zmq_pollitem_t items[] = {{dealer, 0, ZMQ_POLLIN, 0}};
    int64_t end = zh_clock () + TIMEOUT;
    for (int64_t left = TIMEOUT; left > 0; left = end - zh_clock ()) {
        int ready = zh_poll (items, 1, (long) left);
        if (ready < 1)
            return ready;
        zh_message reply;
        if (zh_message_recv (&reply, dealer) == -1)
            return -1;
        char text[24];
        int ours = reply.count == 3 && atol (zp_text (&reply, 1, text, sizeof text)) == number;
        zh_message_close (&reply);
        if (ours)
            return 1;
    }
    return 0;
}

int main (int argc, char **argv)
{
    fl_args args = fl_arguments (argc, argv, 10000);

    void *ctx = zh_begin ();
    void *dealer = zh_socket (ctx, ZMQ_DEALER, 0);
    for (int n = 0; n < args.servers; n++)
        zh_connect (dealer, args.endpoint[n]);
    int64_t start = zh_clock ();
    int rc = 1;
    long done = 0;
    while (done < args.count && rc == 1) {
        rc = shoot (dealer, done + 1, args.servers) == -1 ? -1 : await_reply (dealer, done + 1);
        done += rc == 1;
    }
    if (rc == 0)
        puts ("E: name service not available, abandoning");
    fl_report (done, start);
    zmq_close (dealer);
    zh_end (ctx);
    return rc == 1 ? 0 : 1;
}
