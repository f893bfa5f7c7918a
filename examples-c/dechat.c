/*  dechat [network [host [name [port [hosts]]]]]

    Decentralised chat: no server. Everybody publishes what they type at their
    own address and subscribes to every address of the network, 254 of them,
    whether somebody is there or not; connections come about when the others
    turn up. Fine for a small network that changes seldom, and no further.

        dechat 127.0.0 2 alice          and in other terminals
        dechat 127.0.0 3 bob
        dechat 127.0.0 4 carol

    network is the first three bytes of the addresses, host the last byte of
    one's own; port 9000. hosts (254) bounds whom to look for: 1 to hosts. The
    publisher is an XPUB, and so can tell when the first listener has come.
    The end of the input leaves the program listening until it is stopped.  */

#include "zhelp.h"

static const char *network, *port;

static void address (char *text, size_t size, long host)
{
    snprintf (text, size, "tcp://%s.%ld:%s", network, host, port);
}

static void *listen_to_all (void *ctx, long own, long hosts)
{
    void *sub = zh_socket (ctx, ZMQ_SUB, 0);
    zh_subscribe (sub, "");
    /*  Most addresses refuse for ever: ask them all once in a while, at the
        rate of about one hundred connections a second.  */
    int patience = hosts > 10 ? (int) hosts * 10 : 100;
    zmq_setsockopt (sub, ZMQ_RECONNECT_IVL, &patience, sizeof patience);
    char endpoint[128];
    for (long host = 1; host <= hosts; host++)
        if (host != own) {
            address (endpoint, sizeof endpoint, host);
            zh_connect (sub, endpoint);
        }
    return sub;
}

/*  One line of input, or what there is of it; 0 at the end of the input.  */
static int say (void *xpub, const char *name)
{
    char line[1024];
    if (fgets (line, sizeof line, stdin) == NULL)
        return 0;
    line[strcspn (line, "\n")] = '\0';
    char text[1200];
    snprintf (text, sizeof text, "%.100s: %s", name, line);
    zh_send (xpub, text);
    return 1;
}

static int hear (void *sub)
{
    char text[1200];
    int rc = zh_recv (sub, text, sizeof text);
    if (rc != -1)
        puts (text);
    return rc;
}

/*  Somebody began or ceased to listen to us.  */
static int greet (void *xpub)
{
    char subscription[16];
    int rc = zh_recv (xpub, subscription, sizeof subscription);
    if (rc != -1)
        puts (subscription[0] == 1 ? "* somebody listens" : "* nobody listens");
    return rc;
}

int main (int argc, char **argv)
{
    network = zh_arg (argc, argv, 1, "127.0.0");
    long own = zh_argn (argc, argv, 2, 1);
    const char *name = zh_arg (argc, argv, 3, "somebody");
    port = zh_arg (argc, argv, 4, "9000");
    long hosts = zh_argn (argc, argv, 5, 254);

    void *ctx = zh_begin ();
    /*  poll knows nothing of what stdio has read ahead.  */
    setvbuf (stdin, NULL, _IONBF, 0);
    void *xpub = zh_socket (ctx, ZMQ_XPUB, 0);
    char endpoint[128];
    address (endpoint, sizeof endpoint, own);
    zh_bind (xpub, endpoint);
    void *sub = listen_to_all (ctx, own, hosts);

    zmq_pollitem_t items[] = {{sub, 0, ZMQ_POLLIN, 0},
                              {xpub, 0, ZMQ_POLLIN, 0},
                              {NULL, STDIN_FILENO, ZMQ_POLLIN, 0}};
    int polled = 3;
    while (zh_poll (items, polled, -1) != -1) {
        if (items[0].revents && hear (sub) == -1)
            break;
        if (items[1].revents && greet (xpub) == -1)
            break;
        if (polled == 3 && items[2].revents && !say (xpub, name))
            polled = 2;
    }
    zmq_close (sub);
    zmq_close (xpub);
    zh_end (ctx);
    return 0;
}
