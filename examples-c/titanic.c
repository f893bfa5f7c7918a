/*  titanic [-v] [broker [directory [heartbeat_ms]]]

    Titanic, the rust-proof queue for Majordomo (TSP, RFC 9): requests that
    survive everything, as they are on disk before they are acknowledged.
    Client and worker of the real service need not run at the same time, and
    broker and Titanic may be restarted in between.

        mdbroker &  titanic &  ticlient          stores the request, then waits
        mdworker                                 and, whenever it comes, a reply

    Three Majordomo services, a thread each:

        titanic.request   [service][content...]  ->  [200][number]
        titanic.reply     [number]               ->  [200][content...], 300 not
                                                     yet, 400 unknown number
        titanic.close     [number]               ->  [200]; forgets it

    The directory (.titanic) is the queue: NUMBER.req is a request, NUMBER.rep
    its reply. The main thread looks through it for requests without a reply
    and sends those whose service has a worker. A file is written under another
    name first, so that there are no halves of files. Requests may be executed
    twice, when Titanic is stopped in between.  */

#include "mdcliapi.h"
#include "mdwrkapi.h"

#include <dirent.h>
#include <sys/stat.h>

#define WAKE "inproc://titanic-wake"
#define NUMBER 32
/*  The longest frame a file is believed to have, 64 MiB.  */
#define LONGEST (64u << 20)

static const char *broker, *directory;
static long interval;
static int verbose;

/*  Files  */

static const char *path (char *text, size_t size, const char *number, const char *kind)
{
    snprintf (text, size, "%s/%s.%s", directory, number, kind);
    return text;
}

/*  Only what we made up ourselves may become the name of a file.  */
static int is_number (const char *text)
{
    return strlen (text) == NUMBER && strspn (text, "0123456789ABCDEF") == NUMBER;
}

static int exists (const char *number, const char *kind)
{
    char name[512];
    return access (path (name, sizeof name, number, kind), F_OK) == 0;
}

/*  Each frame as its size, four bytes, and its content. Empties the message.  */
static int save (const char *number, const char *kind, zh_message *message)
{
    char name[512], whole[512];
    FILE *file = fopen (path (name, sizeof name, number, "tmp"), "wb");
    int ok = file != NULL;
    for (int n = 0; n < message->count && ok; n++) {
        uint32_t size = (uint32_t) zmq_msg_size (&message->frame[n]);
        ok = fwrite (&size, sizeof size, 1, file) == 1
          && fwrite (zmq_msg_data (&message->frame[n]), 1, size, file) == size;
    }
    zh_message_close (message);
    if (file != NULL)
        ok = fflush (file) == 0 && fsync (fileno (file)) == 0 && ok;
    if (file != NULL && fclose (file) != 0)
        ok = 0;
    if (!ok || rename (name, path (whole, sizeof whole, number, kind)) != 0) {
        printf ("E: cannot write %s: %s\n", name, strerror (errno));
        return 0;
    }
    return 1;
}

/*  Appends the frames of the file.  */
static int load (const char *number, const char *kind, zh_message *message)
{
    char name[512];
    FILE *file = fopen (path (name, sizeof name, number, kind), "rb");
    if (file == NULL)
        return 0;
    uint32_t size;
    int ok = 1;
    while (ok && message->count < ZH_FRAMES && fread (&size, sizeof size, 1, file) == 1) {
        void *data = size <= LONGEST ? malloc (size + 1) : NULL;
        ok = data != NULL && fread (data, 1, size, file) == size;
        if (ok)
            zp_append_data (message, data, size);
        free (data);
    }
    fclose (file);
    return ok;
}

/*  Services  */

/*  A number nobody else has; makes a reply of the request in `message`.  */
static void accept_request (zh_message *message, void *wake)
{
    char number[NUMBER + 1];
    for (int n = 0; n < NUMBER; n++)
        snprintf (number + n, 2, "%lX", zh_random (16));
    int saved = message->count > 1 && save (number, "req", message);
    zh_message_close (message);
    zp_append (message, saved ? "200" : "500");
    if (saved) {
        zp_append (message, number);
        zh_send_data (wake, "", 0, ZMQ_DONTWAIT);
    }
}

static void return_reply (zh_message *message, void *unused)
{
    (void) unused;
    char number[NUMBER + 2];
    zp_text (message, 0, number, sizeof number);
    zh_message_close (message);
    int known = is_number (number);
    zp_append (message, "200");
    if (known && load (number, "rep", message))
        return;
    known = known && exists (number, "req");
    zp_drop (message, 0, message->count);
    zp_append (message, known ? "300" : "400");
}

static void forget (zh_message *message, void *unused)
{
    (void) unused;
    char number[NUMBER + 2], name[512];
    zp_text (message, 0, number, sizeof number);
    if (is_number (number)) {
        unlink (path (name, sizeof name, number, "req"));
        unlink (path (name, sizeof name, number, "rep"));
    }
    zh_message_close (message);
    zp_append (message, "200");
}

typedef struct {
    void *ctx;
    const char *name;
    void (*handle) (zh_message *message, void *wake);
    void *thread;
} titanic_service;

static void serve (void *arg)
{
    titanic_service *self = arg;
    void *wake = zh_socket (self->ctx, ZMQ_PUSH, 0);
    zh_connect (wake, WAKE);
    mdwrk worker;
    mdwrk_open (&worker, self->ctx, broker, self->name, verbose, interval);
    zh_message message = {0};
    while (mdwrk_recv (&worker, &message) != -1)
        self->handle (&message, wake);
    mdwrk_close (&worker);
    zmq_close (wake);
}

/*  The queue  */

/*  Sends one request; it stays if nobody does it now. -1 on a stop.  */
static int attempt (mdcli *client, const char *number)
{
    zh_message message = {0};
    char service[256];
    if (!load (number, "req", &message)) {
        zh_message_close (&message);
        return 0;
    }
    zp_text (&message, 0, service, sizeof service);
    zp_drop (&message, 0, 1);

    zh_message question = {0};
    zp_append (&question, service);
    int rc = mdcli_call (client, "mmi.service", &question);
    int available = rc == 1 && zh_frame_is (&question, 0, "200");
    zh_message_close (&question);
    if (available)
        rc = mdcli_call (client, service, &message);
    /*  Closed while it was under way?  */
    if (available && rc == 1 && exists (number, "req") && save (number, "rep", &message))
        printf ("I: %s is done\n", number);
    zh_message_close (&message);
    return rc == -1 ? -1 : 0;
}

/*  All requests without a reply, in no order.  */
static int look_through (mdcli *client)
{
    DIR *all = opendir (directory);
    int rc = 0;
    for (struct dirent *entry; all != NULL && rc != -1 && (entry = readdir (all)) != NULL;) {
        char number[NUMBER + 1];
        snprintf (number, sizeof number, "%.32s", entry->d_name);
        if (strcmp (entry->d_name + strlen (number), ".req") == 0 && is_number (number)
            && !exists (number, "rep"))
            rc = attempt (client, number);
    }
    if (all != NULL)
        closedir (all);
    return rc;
}

int main (int argc, char **argv)
{
    verbose = mdp_verbose (&argc, &argv);
    broker = zh_arg (argc, argv, 1, MDP_BROKER);
    directory = zh_arg (argc, argv, 2, ".titanic");
    interval = zh_argn (argc, argv, 3, MDP_INTERVAL);

    void *ctx = zh_begin ();
    if (mkdir (directory, 0777) != 0 && errno != EEXIST)
        zh_fail (directory);
    void *wake = zh_socket (ctx, ZMQ_PULL, 0);
    zh_bind (wake, WAKE);
    titanic_service services[] = {{ctx, "titanic.request", accept_request, NULL},
                                  {ctx, "titanic.reply", return_reply, NULL},
                                  {ctx, "titanic.close", forget, NULL}};
    for (int n = 0; n < 3; n++)
        services[n].thread = zmq_threadstart (serve, &services[n]);

    mdcli client;
    mdcli_open (&client, ctx, broker, verbose);
    client.timeout = interval;
    zmq_pollitem_t items[] = {{wake, 0, ZMQ_POLLIN, 0}};
    while (look_through (&client) != -1) {
        /*  A new request, or time to see whether a worker has turned up.  */
        int ready = zh_poll (items, 1, 1000);
        char nothing[8];
        while (ready > 0 && zh_recv_flags (wake, nothing, sizeof nothing, ZMQ_DONTWAIT) != -1)
            ;
        if (ready == -1)
            break;
    }
    for (int n = 0; n < 3; n++)
        zmq_threadclose (services[n].thread);
    mdcli_close (&client);
    zmq_close (wake);
    zh_end (ctx);
    return 0;
}
