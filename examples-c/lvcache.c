/*  lvcache [upstream [downstream]]
    Last value cache: forwards topics and keeps the newest content of each, so
    that a subscriber who comes late starts with it. The XPUB tells of every
    subscription (verbose: also of those to a topic that others hold).  */

#include "zhelp.h"

typedef struct entry {
    struct entry *next;
    zmq_msg_t topic;
    zmq_msg_t content;
} entry;

static int starts_with (zmq_msg_t *topic, const char *prefix, size_t size)
{
    return zmq_msg_size (topic) >= size && memcmp (zmq_msg_data (topic), prefix, size) == 0;
}

/*  Keeps copies of both frames under the topic.  */
static entry *remember (entry *cache, zmq_msg_t *topic, zmq_msg_t *content)
{
    size_t size = zmq_msg_size (topic);
    entry *at = cache;
    while (at != NULL
           && !(zmq_msg_size (&at->topic) == size
                && starts_with (topic, zmq_msg_data (&at->topic), size)))
        at = at->next;
    if (at == NULL) {
        at = malloc (sizeof *at);
        if (at == NULL)
            zh_fail ("malloc");
        zmq_msg_init (&at->topic);
        zmq_msg_copy (&at->topic, topic);
        zmq_msg_init (&at->content);
        at->next = cache;
        cache = at;
        printf ("Caching topic %.*s\n", (int) size, (char *) zmq_msg_data (topic));
    }
    zmq_msg_copy (&at->content, content);
    return cache;
}

/*  Sends what the cache has for a new subscription.  */
static int replay (entry *cache, const char *prefix, size_t size, void *backend)
{
    for (entry *at = cache; at != NULL; at = at->next) {
        if (!starts_with (&at->topic, prefix, size))
            continue;
        printf ("Sending cached topic %.*s\n", (int) zmq_msg_size (&at->topic),
                (char *) zmq_msg_data (&at->topic));
        if (zh_send_data (backend, zmq_msg_data (&at->topic), zmq_msg_size (&at->topic),
                          ZMQ_SNDMORE) == -1
            || zh_send_data (backend, zmq_msg_data (&at->content), zmq_msg_size (&at->content),
                             0) == -1)
            return -1;
    }
    return 0;
}

int main (int argc, char **argv)
{
    const char *upstream = zh_arg (argc, argv, 1, "tcp://localhost:5557");
    const char *downstream = zh_arg (argc, argv, 2, "tcp://*:5558");

    void *ctx = zh_begin ();
    void *frontend = zh_socket (ctx, ZMQ_SUB, 0);
    zh_connect (frontend, upstream);
    zh_subscribe (frontend, "");
    void *backend = zh_socket (ctx, ZMQ_XPUB, 0);
    int on = 1;
    zmq_setsockopt (backend, ZMQ_XPUB_VERBOSE, &on, sizeof on);
    zh_bind (backend, downstream);

    entry *cache = NULL;
    zmq_pollitem_t items[] = {{frontend, 0, ZMQ_POLLIN, 0}, {backend, 0, ZMQ_POLLIN, 0}};
    zh_message message;
    while (zh_poll (items, 2, -1) != -1) {
        if (items[0].revents & ZMQ_POLLIN) {
            if (zh_message_recv (&message, frontend) == -1)
                break;
            if (message.count > 1)
                cache = remember (cache, &message.frame[0], &message.frame[1]);
            if (zh_message_send (&message, 0, backend) == -1)
                break;
        }
        if (items[1].revents & ZMQ_POLLIN) {
            /*  Byte 1 and the prefix: subscribed; byte 0: gone again.  */
            if (zh_message_recv (&message, backend) == -1)
                break;
            const char *event = zmq_msg_data (&message.frame[0]);
            size_t size = zmq_msg_size (&message.frame[0]);
            int rc = 0;
            if (size > 0 && event[0] == 1)
                rc = replay (cache, event + 1, size - 1, backend);
            zh_message_close (&message);
            if (rc == -1)
                break;
        }
    }
    while (cache != NULL) {
        entry *gone = cache;
        cache = cache->next;
        zmq_msg_close (&gone->topic);
        zmq_msg_close (&gone->content);
        free (gone);
    }
    zmq_close (backend);
    zmq_close (frontend);
    zh_end (ctx);
    return 0;
}
