/*  Every call of czmq.h, called, and held to what the header says of it. A test is a
    function named by what it shows; the first check that does not hold ends the
    program with its line. Nothing here waits for time to pass, except where a clock
    or a timeout is what is tested. Addresses are of this machine, ports free ones.  */

#include "czmq.h"

#include <stdatomic.h>

#define CHECK(condition)                                                                \
    ((condition) ? (void) 0 : failed (__FILE__, __LINE__, #condition))

static _Noreturn void failed (const char *file, int line, const char *condition)
{
    fprintf (stderr, "%s:%d: does not hold: %s (%s)\n", file, line, condition,
             zmq_strerror (errno));
    exit (1);
}

/*  True when it is the string; frees it.  */
static bool is (char *received, const char *expected)
{
    bool same = received != NULL && streq (received, expected);
    free (received);
    return same;
}

/*  zutil  */

static void the_clock_goes_on_and_files_come_and_go (void)
{
    int64_t before = zclock_mono ();
    zclock_sleep (2);
    CHECK (zclock_mono () >= before + 2);
    CHECK (zclock_time () > 1500000000000);

    char directory[64];
    char path[128];
    snprintf (directory, sizeof directory, "/tmp/czmq2-%d", (int) getpid ());
    snprintf (path, sizeof path, "%s/a/b", directory);
    CHECK (zfile_mkdir (path) == 0 && zfile_mkdir (path) == 0);
    CHECK (zfile_exists (path));
    CHECK (zfile_rmdir (path) == 0 && !zfile_exists (path));
    snprintf (path, sizeof path, "%s/a", directory);
    CHECK (zfile_rmdir (directory) == -1);
    CHECK (zfile_rmdir (path) == 0);

    snprintf (path, sizeof path, "%s/file", directory);
    CHECK (zfile_size (path) == -1);
    FILE *file = fopen (path, "w");
    CHECK (file != NULL && fputs ("12345", file) >= 0 && fclose (file) == 0);
    CHECK (zfile_size (path) == 5);
    CHECK (zfile_mkdir (path) == 0 || errno == EEXIST);
    CHECK (zfile_delete (path) == 0 && zfile_delete (path) == 0 && !zfile_exists (path));
    CHECK (zfile_rmdir (directory) == 0);

    char *zeros = zmalloc (8);
    CHECK (memcmp (zeros, "\0\0\0\0\0\0\0", 8) == 0);
    free (zeros);
    for (int round = 0; round < 1000; round++)
        CHECK (randof (3) >= 0 && randof (3) < 3);
    CHECK (streq ("a", "a") && strneq ("a", "b"));
}

/*  zlist  */

static bool later (void *one, void *other)
{
    return strcmp (one, other) > 0;
}

static void a_list_keeps_order_and_cursor (void)
{
    char a[] = "a", b[] = "b", c[] = "c";
    zlist_t *list = zlist_new ();
    CHECK (zlist_first (list) == NULL && zlist_next (list) == NULL);
    CHECK (zlist_pop (list) == NULL && zlist_head (list) == NULL);
    CHECK (zlist_append (list, b) == 0 && zlist_append (list, c) == 0);
    CHECK (zlist_push (list, a) == 0 && zlist_size (list) == 3);
    CHECK (zlist_first (list) == a && zlist_next (list) == b);
    CHECK (zlist_head (list) == a && zlist_tail (list) == c);
    /*  Without what the cursor is on, the walk goes on behind it.  */
    zlist_remove (list, b);
    CHECK (zlist_next (list) == c && zlist_next (list) == NULL);
    CHECK (zlist_next (list) == a && zlist_last (list) == c);
    zlist_remove (list, b);
    zlist_remove (list, c);
    CHECK (zlist_size (list) == 1 && zlist_tail (list) == a);

    zlist_push (list, c);
    zlist_push (list, b);
    zlist_t *copy = zlist_dup (list);
    zlist_sort (copy, later);
    CHECK (zlist_pop (copy) == a && zlist_pop (copy) == b && zlist_pop (copy) == c);
    CHECK (zlist_size (list) == 3 && zlist_head (list) == b);
    zlist_destroy (&copy);
    zlist_destroy (&list);
    CHECK (list == NULL);
    zlist_destroy (&list);
}

static void an_autofree_list_owns_its_strings (void)
{
    char text[] = "text";
    zlist_t *list = zlist_new ();
    zlist_autofree (list);
    zlist_append (list, text);
    zlist_append (list, "other");
    text[0] = 'n';
    CHECK (streq (zlist_head (list), "text"));
    zlist_remove (list, "text");
    CHECK (is (zlist_pop (list), "other"));
    zlist_append (list, text);
    zlist_t *copy = zlist_dup (list);
    CHECK (zlist_head (copy) != zlist_head (list));
    zlist_destroy (&copy);
    zlist_destroy (&list);
}

/*  zhash  */

static int freed;

static void count_freed (void *item)
{
    (void) item;
    freed++;
}

static void a_table_finds_replaces_and_frees (void)
{
    char one[] = "1", two[] = "2";
    zhash_t *table = zhash_new ();
    CHECK (zhash_insert (table, "one", one) == 0);
    CHECK (zhash_insert (table, "one", two) == -1 && zhash_lookup (table, "one") == one);
    CHECK (zhash_freefn (table, "one", count_freed) == one);
    CHECK (zhash_freefn (table, "none", count_freed) == NULL);
    zhash_update (table, "one", two);
    CHECK (freed == 1 && zhash_lookup (table, "one") == two);
    zhash_update (table, "two", two);
    CHECK (zhash_size (table) == 2);
    CHECK (zhash_rename (table, "one", "two") == -1);
    CHECK (zhash_rename (table, "none", "three") == -1);
    CHECK (zhash_rename (table, "one", "three") == 0);
    CHECK (zhash_lookup (table, "one") == NULL && zhash_lookup (table, "three") == two);
    zlist_t *keys = zhash_keys (table);
    zlist_sort (keys, later);
    CHECK (is (zlist_pop (keys), "three") && is (zlist_pop (keys), "two"));
    zlist_destroy (&keys);
    zhash_delete (table, "two");
    zhash_delete (table, "two");
    CHECK (freed == 1);
    zhash_destroy (&table);
    CHECK (freed == 2 && table == NULL);

    table = zhash_new ();
    zhash_autofree (table);
    zhash_insert (table, "key", one);
    zhash_update (table, "key", zhash_lookup (table, "key"));
    CHECK (zhash_lookup (table, "key") != one && streq (zhash_lookup (table, "key"), "1"));
    zhash_destroy (&table);
}

static int delete_it (const char *key, void *item, void *table)
{
    CHECK (item != NULL);
    zhash_delete (table, key);
    return 0;
}

static int stop_at_once (const char *key, void *item, void *argument)
{
    (void) key;
    (void) item;
    return ++*(int *) argument == 2 ? 7 : 0;
}

static void a_large_table_is_walked_while_it_shrinks (void)
{
    char item[] = "item";
    zhash_t *table = zhash_new ();
    for (int number = 0; number < 5000; number++) {
        char key[16];
        snprintf (key, sizeof key, "key-%d", number);
        CHECK (zhash_insert (table, key, item) == 0);
    }
    CHECK (zhash_size (table) == 5000 && zhash_lookup (table, "key-4321") == item);
    int calls = 0;
    CHECK (zhash_foreach (table, stop_at_once, &calls) == 7 && calls == 2);
    CHECK (zhash_foreach (table, delete_it, table) == 0 && zhash_size (table) == 0);
    zhash_destroy (&table);
}

/*  zctx, zsocket, zsockopt  */

static void a_context_gives_its_settings_to_its_sockets (void)
{
    zctx_t *ctx = zctx_new ();
    CHECK (zctx_underlying (ctx) == NULL);
    zctx_set_iothreads (ctx, 2);
    zctx_set_linger (ctx, 5);
    zctx_set_sndhwm (ctx, 11);
    zctx_set_rcvhwm (ctx, 12);
    zctx_set_pipehwm (ctx, 13);
    void *socket = zsocket_new (ctx, ZMQ_ROUTER);
    CHECK (zmq_ctx_get (zctx_underlying (ctx), ZMQ_IO_THREADS) == 2);
    CHECK (zsocket_sndhwm (socket) == 11 && zsocket_rcvhwm (socket) == 12);
    CHECK (zsocket_new (ctx, 99) == NULL);

    zctx_t *shadow = zctx_shadow (ctx);
    CHECK (zctx_underlying (shadow) == zctx_underlying (ctx));
    void *other = zsocket_new (shadow, ZMQ_DEALER);
    CHECK (zsocket_bind (socket, "inproc://%s", "settings") == 0);
    CHECK (zsocket_connect (other, "inproc://settings") == 0);
    CHECK (zstr_send (other, "across") == 0);
    zctx_destroy (&shadow);
    CHECK (shadow == NULL);
    free (zstr_recv (socket));
    CHECK (is (zstr_recv (socket), "across"));
    zsocket_destroy (ctx, socket);
    zctx_destroy (&ctx);
    CHECK (ctx == NULL);
    zctx_destroy (&ctx);
}

static void sockets_bind_connect_and_signal (void)
{
    zctx_t *ctx = zctx_new ();
    void *server = zsocket_new (ctx, ZMQ_PAIR);
    void *client = zsocket_new (ctx, ZMQ_PAIR);
    int port = zsocket_bind (server, "tcp://%s:*", "127.0.0.1");
    CHECK (port >= ZSOCKET_DYNFROM && port <= ZSOCKET_DYNTO);
    char *endpoint = zsocket_last_endpoint (server);
    int second = zsocket_bind (server, "tcp://127.0.0.1:*");
    CHECK (second > port);
    CHECK (zsocket_unbind (server, "tcp://127.0.0.1:%d", second) == 0);
    CHECK (zsocket_bind (client, "%s", endpoint) == -1 && errno == EADDRINUSE);
    free (endpoint);
    CHECK (zsocket_bind (server, "nothing") == -1);
    CHECK (zsocket_connect (client, "nothing://%d", 1) == -1);
    CHECK (zsocket_connect (client, "tcp://127.0.0.1:%d", port) == 0);

    CHECK (!zsocket_poll (server, 0));
    CHECK (zsocket_sendmem (client, "ab", 1, ZFRAME_MORE) == 0);
    CHECK (zsocket_sendmem (client, "b", 1, 0) == 0);
    CHECK (zsocket_poll (server, -1));
    CHECK (is (zstr_recv (server), "a") && zsocket_rcvmore (server) == 1);
    CHECK (is (zstr_recv (server), "b") && zsocket_rcvmore (server) == 0);
    CHECK (zsocket_signal (server) == 0 && zsocket_wait (client) == 0);
    zsocket_set_rcvtimeo (client, 0);
    CHECK (zsocket_wait (client) == -1 && errno == EAGAIN);
    CHECK (zsocket_disconnect (client, "tcp://127.0.0.1:%d", port) == 0);
    CHECK (zsocket_sendmem (client, "c", 1, ZFRAME_DONTWAIT) == -1 && errno == EAGAIN);
    CHECK (streq (zsocket_type_str (server), "PAIR"));
    zctx_destroy (&ctx);
}

#define SET_WHAT_IS_SET(name, option)                                                   \
    value = zsocket_##name (socket);                                                    \
    zsocket_set_##name (socket, value);                                                 \
    CHECK (zsocket_##name (socket) == value);
#define GETS(name, option) CHECK (zsocket_##name (socket) >= 0);
#define SETS(name, option) zsocket_set_##name (socket, 0);

static void options_are_set_and_read (void)
{
    zctx_t *ctx = zctx_new ();
    void *socket = zsocket_new (ctx, ZMQ_ROUTER);
    int value;
    CZMQ2_INT_OPTIONS (SET_WHAT_IS_SET, GETS, SETS)
    zsocket_set_hwm (socket, 7);
    CHECK (zsocket_sndhwm (socket) == 7 && zsocket_rcvhwm (socket) == 7);
    CHECK (zsocket_type (socket) == ZMQ_ROUTER);
    zsocket_set_linger (socket, 33);
    CHECK (zsocket_linger (socket) == 33);
    zsocket_set_identity (socket, "me");
    CHECK (is (zsocket_identity (socket), "me"));
    zsocket_set_router_mandatory (socket, 1);
    CHECK (zstr_sendm (socket, "nobody") == -1 && errno == EHOSTUNREACH);

    void *publisher = zsocket_new (ctx, ZMQ_XPUB);
    void *subscriber = zsocket_new (ctx, ZMQ_SUB);
    zsocket_bind (publisher, "inproc://options");
    zsocket_connect (subscriber, "inproc://options");
    zsocket_set_subscribe (subscriber, "topic");
    CHECK (is (zstr_recv (publisher), "\001topic"));
    zsocket_set_unsubscribe (subscriber, "topic");
    zframe_t *frame = zframe_recv (publisher);
    CHECK (zframe_size (frame) == 6 && zframe_data (frame)[0] == 0);
    zframe_destroy (&frame);
    zctx_destroy (&ctx);
}

/*  A pair to send messages through.  */
static zctx_t *new_pair (void **one, void **other)
{
    zctx_t *ctx = zctx_new ();
    *one = zsocket_new (ctx, ZMQ_PAIR);
    *other = zsocket_new (ctx, ZMQ_PAIR);
    CHECK (zsocket_bind (*one, "inproc://pair") == 0);
    CHECK (zsocket_connect (*other, "inproc://pair") == 0);
    return ctx;
}

/*  zframe  */

/*  What printing wrote to the file; ends it.  */
static bool wrote (FILE *file, const char *expected)
{
    char text[1024] = "";
    rewind (file);
    size_t size = fread (text, 1, sizeof text - 1, file);
    fclose (file);
    return size == strlen (expected) && streq (text, expected);
}

static void frames_hold_compare_and_print (void)
{
    zframe_t *frame = zframe_new ("text", 4);
    CHECK (zframe_size (frame) == 4 && zframe_data (frame)[3] == 't');
    CHECK (zframe_streq (frame, "text") && !zframe_streq (frame, "tex"));
    CHECK (is (zframe_strdup (frame), "text") && is (zframe_strhex (frame), "74657874"));
    zframe_t *copy = zframe_dup (frame);
    CHECK (zframe_eq (frame, copy) && !zframe_eq (frame, NULL) && !zframe_eq (NULL, NULL));
    zframe_data (copy)[0] = 'n';
    CHECK (!zframe_eq (frame, copy) && zframe_streq (frame, "text"));
    zframe_reset (copy, zframe_data (copy) + 1, 3);
    CHECK (zframe_streq (copy, "ext"));
    CHECK (zframe_more (copy) == 0);
    zframe_set_more (copy, 1);
    CHECK (zframe_more (copy) == 1);

    FILE *file = tmpfile ();
    CHECK (file != NULL);
    zframe_fprint (frame, "note: ", file);
    zframe_reset (frame, "\000\001", 2);
    zframe_fprint (frame, NULL, file);
    zframe_reset (frame, NULL, 40);
    zframe_fprint (frame, NULL, file);
    CHECK (wrote (file, "note: [004] text\n[002] 0001\n[040] "
                        "00000000000000000000000000000000000"
                        "00000000000000000000000000000000000...\n"));
    zframe_reset (frame, "(this line belongs to the test)", 31);
    zframe_print (frame, "selftest: ");
    zframe_destroy (&frame);
    zframe_destroy (&copy);
    CHECK (copy == NULL);
    zframe_destroy (&copy);
}

static void frames_are_sent_received_and_reused (void)
{
    void *one, *other;
    zctx_t *ctx = new_pair (&one, &other);
    zframe_t *frame = zframe_new ("part", 4);
    CHECK (zframe_send (&frame, one, ZFRAME_MORE | ZFRAME_REUSE) == 0 && frame != NULL);
    CHECK (zframe_send (&frame, one, ZFRAME_DONTWAIT) == 0 && frame == NULL);
    CHECK (zframe_send (&frame, one, 0) == 0);
    frame = zframe_recv (other);
    CHECK (zframe_streq (frame, "part") && zframe_more (frame) == 1);
    zframe_destroy (&frame);
    frame = zframe_recv_nowait (other);
    CHECK (zframe_streq (frame, "part") && zframe_more (frame) == 0);
    zframe_destroy (&frame);
    CHECK (zframe_recv_nowait (other) == NULL && errno == EAGAIN);
    frame = zframe_new_empty ();
    CHECK (zframe_size (frame) == 0);
    void *lonely = zsocket_new (ctx, ZMQ_PUSH);
    CHECK (zframe_send (&frame, lonely, ZFRAME_DONTWAIT) == -1 && errno == EAGAIN);
    CHECK (frame == NULL);
    zctx_destroy (&ctx);
}

/*  zmsg  */

static void messages_are_put_together_and_taken_apart (void)
{
    zmsg_t *msg = zmsg_new ();
    CHECK (zmsg_pop (msg) == NULL && zmsg_popstr (msg) == NULL && zmsg_size (msg) == 0);
    zframe_t *frame = zframe_new ("c", 1);
    CHECK (zmsg_append (msg, &frame) == 0 && frame == NULL);
    frame = zframe_new ("b", 1);
    CHECK (zmsg_prepend (msg, &frame) == 0 && frame == NULL);
    zmsg_push (msg, zframe_new ("a", 1));
    zmsg_add (msg, zframe_new ("d", 1));
    zmsg_pushstr (msg, "0");
    zmsg_addstr (msg, "e%s");
    zmsg_pushmem (msg, "-1", 2);
    zmsg_addmem (msg, "f", 1);
    zmsg_pushstrf (msg, "%d", -2);
    zmsg_addstrf (msg, "%c", 'g');
    CHECK (zmsg_size (msg) == 10 && zmsg_content_size (msg) == 14);
    CHECK (zframe_streq (zmsg_first (msg), "-2") && zframe_streq (zmsg_next (msg), "-1"));
    frame = zmsg_next (msg);
    zmsg_remove (msg, frame);
    CHECK (zframe_streq (frame, "0") && zframe_streq (zmsg_next (msg), "a"));
    CHECK (zframe_streq (zmsg_last (msg), "g") && zmsg_next (msg) == NULL);

    zmsg_wrap (msg, frame);
    CHECK (zmsg_size (msg) == 11);
    frame = zmsg_unwrap (msg);
    CHECK (zframe_streq (frame, "0") && zmsg_size (msg) == 9);
    zframe_destroy (&frame);
    /*  No empty frame behind the address: only that is taken.  */
    frame = zmsg_unwrap (msg);
    CHECK (zframe_streq (frame, "-2") && is (zmsg_popstr (msg), "-1"));
    zframe_destroy (&frame);
    zmsg_t *copy = zmsg_dup (msg);
    zmsg_destroy (&msg);
    CHECK (msg == NULL && zmsg_dup (msg) == NULL && zmsg_size (copy) == 7);
    zmsg_destroy (&copy);
}

static void messages_go_through_sockets (void)
{
    void *one, *other;
    zctx_t *ctx = new_pair (&one, &other);
    CHECK (zmsg_recv_nowait (other) == NULL && errno == EAGAIN);
    zmsg_t *msg = zmsg_new ();
    CHECK (zmsg_send (&msg, one) == 0 && msg == NULL && zmsg_send (&msg, one) == 0);
    CHECK (!zsocket_poll (other, 0));
    msg = zmsg_new ();
    zmsg_addstr (msg, "first");
    zmsg_addmem (msg, NULL, 0);
    zmsg_addstr (msg, "last");
    zmsg_t *copy = zmsg_dup (msg);
    CHECK (zmsg_send (&msg, one) == 0 && zmsg_send (&copy, one) == 0);
    msg = zmsg_recv (other);
    CHECK (zmsg_size (msg) == 3 && zframe_more (zmsg_first (msg)) == 1);
    CHECK (zframe_streq (zmsg_last (msg), "last") && zframe_more (zmsg_last (msg)) == 0);
    zmsg_destroy (&msg);
    msg = zmsg_recv_nowait (other);
    CHECK (is (zmsg_popstr (msg), "first"));
    zmsg_destroy (&msg);
    zctx_destroy (&ctx);
}

static void messages_are_saved_loaded_and_printed (void)
{
    zmsg_t *msg = zmsg_new ();
    zmsg_addstr (msg, "text");
    zmsg_addmem (msg, NULL, 0);
    zmsg_addmem (msg, "\000\377", 2);
    FILE *file = tmpfile ();
    CHECK (file != NULL && zmsg_save (msg, file) == 0);
    long size = ftell (file);
    rewind (file);
    zmsg_t *loaded = zmsg_load (NULL, file);
    CHECK (zmsg_size (loaded) == 3 && zframe_eq (zmsg_last (loaded), zmsg_last (msg)));
    rewind (file);
    CHECK (zmsg_load (loaded, file) == loaded && zmsg_size (loaded) == 6);
    /*  Cut anywhere but between frames, it is damaged.  */
    CHECK (ftruncate (fileno (file), size - 1) == 0);
    rewind (file);
    CHECK (zmsg_load (NULL, file) == NULL);
    CHECK (ftruncate (fileno (file), 3) == 0);
    rewind (file);
    CHECK (zmsg_load (loaded, file) == NULL && zmsg_size (loaded) == 6);
    fclose (file);
    zmsg_destroy (&loaded);

    file = tmpfile ();
    zmsg_fprint (msg, file);
    CHECK (wrote (file, "--------------------------------------\n"
                        "[004] text\n[000] \n[002] 00FF\n"));
    zmsg_destroy (&msg);
    msg = zmsg_new ();
    zmsg_addstr (msg, "(so does this message)");
    zmsg_print (msg);
    zmsg_dump (msg);
    zmsg_destroy (&msg);
}

/*  zstr  */

static void strings_are_frames (void)
{
    void *one, *other;
    zctx_t *ctx = new_pair (&one, &other);
    CHECK (zstr_send (one, "100%s") == 0 && is (zstr_recv (other), "100%s"));
    CHECK (zstr_recv_nowait (other) == NULL && errno == EAGAIN);
    CHECK (zstr_sendm (one, "a") == 0 && zstr_sendfm (one, "%d", 2) == 0);
    CHECK (zstr_sendf (one, "%s-%d", "c", 3) == 0);
    CHECK (is (zstr_recv (other), "a") && is (zstr_recv_nowait (other), "2"));
    CHECK (is (zstr_recv (other), "c-3") && zsocket_rcvmore (other) == 0);

    char *first, *second, *third;
    CHECK (zstr_sendx (one, "x", "y", NULL) == 0);
    CHECK (zstr_recvx (other, &first, &second, &third, NULL) == 2 && third == NULL);
    CHECK (is (first, "x") && streq (second, "y"));
    zstr_free (&second);
    CHECK (second == NULL);
    zstr_free (&second);
    zsocket_set_rcvtimeo (other, 0);
    CHECK (zstr_recvx (other, &first, NULL) == -1);
    zctx_destroy (&ctx);
}

/*  zthread  */

static void echo_once (void *args, zctx_t *ctx, void *pipe)
{
    CHECK (streq (args, "argument"));
    void *socket = zsocket_new (ctx, ZMQ_PUSH);
    CHECK (zsocket_connect (socket, "inproc://results") == 0);
    char *word = zstr_recv (pipe);
    CHECK (zstr_sendf (socket, "%s again", word) == 0);
    free (word);
    CHECK (zstr_recv (pipe) == NULL && errno == ETERM);
}

static void an_attached_thread_has_a_pipe_and_sees_the_end (void)
{
    char argument[] = "argument";
    zctx_t *ctx = zctx_new ();
    void *results = zsocket_new (ctx, ZMQ_PULL);
    zsocket_bind (results, "inproc://results");
    void *pipe = zthread_fork (ctx, echo_once, argument);
    void *second = zthread_fork (ctx, echo_once, argument);
    CHECK (pipe != NULL && second != NULL);
    CHECK (zstr_send (pipe, "word") == 0 && is (zstr_recv (results), "word again"));
    CHECK (zstr_send (second, "more") == 0 && is (zstr_recv (results), "more again"));
    zctx_destroy (&ctx);
}

static void *connect_to (void *endpoint)
{
    zctx_t *ctx = zctx_new ();
    void *socket = zsocket_new (ctx, ZMQ_PUSH);
    CHECK (zsocket_connect (socket, "%s", (char *) endpoint) == 0);
    zctx_set_linger (ctx, -1);
    CHECK (zstr_send (socket, "from outside") == 0);
    zctx_destroy (&ctx);
    return NULL;
}

static void a_detached_thread_is_on_its_own (void)
{
    zctx_t *ctx = zctx_new ();
    void *socket = zsocket_new (ctx, ZMQ_PULL);
    CHECK (zsocket_bind (socket, "tcp://127.0.0.1:*") > 0);
    char *endpoint = zsocket_last_endpoint (socket);
    CHECK (zthread_new (connect_to, endpoint) == 0);
    CHECK (is (zstr_recv (socket), "from outside"));
    free (endpoint);
    zctx_destroy (&ctx);
}

/*  zloop  */

typedef struct {
    void *one;
    void *other;
    int timers;
    int received;
    int once;
} loop_state_t;

static int on_timer (zloop_t *loop, int id, void *arg)
{
    loop_state_t *state = arg;
    CHECK (zstr_sendf (state->one, "%d", ++state->timers) == 0);
    /*  It was to go on for ever.  */
    if (state->timers == 3)
        CHECK (zloop_timer_end (loop, id) == 0);
    return 0;
}

static int on_one_timer (zloop_t *loop, int id, void *arg)
{
    (void) loop;
    CHECK (id > 0);
    ((loop_state_t *) arg)->once++;
    return 0;
}

static int on_second_reader (zloop_t *loop, zsock_t *reader, void *arg)
{
    loop_state_t *state = arg;
    CHECK ((void *) reader == state->other && is (zstr_recv (reader), "3"));
    zloop_reader_end (loop, reader);
    state->received++;
    return -1;
}

static int on_poller (zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
    loop_state_t *state = arg;
    CHECK (item->socket == state->other && item->revents == ZMQ_POLLIN);
    free (zstr_recv (item->socket));
    if (++state->received == 2) {
        /*  Handlers may take away what they are called for, and add.  */
        zloop_poller_end (loop, item);
        CHECK (zloop_reader (loop, item->socket, on_second_reader, arg) == 0);
    }
    return 0;
}

static void a_reactor_runs_timers_pollers_and_readers (void)
{
    loop_state_t state = {0};
    zctx_t *ctx = new_pair (&state.one, &state.other);
    zloop_t *loop = zloop_new ();
    zloop_set_verbose (loop, false);
    zmq_pollitem_t item = {.socket = state.other, .events = ZMQ_POLLIN};
    CHECK (zloop_poller (loop, &item, on_poller, &state) == 0);
    int id = zloop_timer (loop, 1, 0, on_timer, &state);
    int other_id = zloop_timer (loop, 0, 1, on_one_timer, &state);
    CHECK (id > 0 && other_id > 0 && id != other_id);
    CHECK (zloop_start (loop) == -1);
    CHECK (state.timers == 3 && state.received == 3 && state.once == 1);
    zloop_destroy (&loop);
    CHECK (loop == NULL);
    zloop_destroy (&loop);
    zctx_destroy (&ctx);
}

static int end_loop (zloop_t *loop, int id, void *arg)
{
    (void) loop;
    (void) id;
    (void) arg;
    return -1;
}

static int on_error (zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
    (void) loop;
    CHECK ((item->revents & ZMQ_POLLERR) != 0);
    ++*(int *) arg;
    return -1;
}

static void a_broken_descriptor_ends_its_poller_unless_tolerated (void)
{
    int ends[2];
    int errors = 0;
    CHECK (pipe (ends) == 0 && close (ends[0]) == 0);
    zmq_pollitem_t item = {.fd = ends[1], .events = ZMQ_POLLOUT | ZMQ_POLLERR};
    zloop_t *loop = zloop_new ();
    zloop_poller (loop, &item, on_error, &errors);
    zloop_timer (loop, 5, 1, end_loop, NULL);
    CHECK (zloop_start (loop) == -1 && errors == 0);
    zloop_poller (loop, &item, on_error, &errors);
    zloop_set_tolerant (loop, &item);
    CHECK (zloop_start (loop) == -1 && errors == 1);
    zloop_destroy (&loop);
    close (ends[1]);
}

/*  zsock, zpoller, zactor, zproxy  */

static void sockets_without_context_are_attached (void)
{
    zsock_t *replier = zsock_new_rep ("inproc://a,inproc://b");
    zsock_t *requester = zsock_new_req (">inproc://b");
    CHECK (replier != NULL && requester != NULL && zsock_resolve (replier) == replier);
    CHECK (zstr_send (requester, "?") == 0 && is (zstr_recv (replier), "?"));
    zsock_t *router = zsock_new_router ("inproc://c");
    zsock_t *dealer = zsock_new (ZMQ_DEALER);
    zsock_set_identity (dealer, "dealer");
    CHECK (zsock_attach (dealer, "@inproc://d,inproc://c", false) == 0);
    CHECK (zsock_attach (dealer, "nothing", true) == -1);
    CHECK (zsock_attach (dealer, NULL, true) == 0);
    CHECK (zstr_send (dealer, "!") == 0 && is (zstr_recv (router), "dealer"));
    CHECK (zsock_rcvmore (router) == 1 && is (zstr_recv (router), "!"));
    zsock_t *second = zsock_new_dealer (">inproc://d");
    CHECK (second != NULL && zsock_new_dealer (">nothing") == NULL);

    zsock_t *publisher = zsock_new_xpub ("inproc://e");
    zsock_t *subscriber = zsock_new_sub ("inproc://e", "topic");
    CHECK (is (zstr_recv (publisher), "\001topic"));
    zsock_set_unsubscribe (subscriber, "topic");
    zsock_t *pusher = zsock_new_push ("inproc://f");
    zsock_t *puller = zsock_new_pull ("inproc://f");
    CHECK (zstr_send (pusher, "pushed") == 0 && is (zstr_recv (puller), "pushed"));
    zsock_t *forwarder = zsock_new_xsub (">inproc://g");
    zsock_t *source = zsock_new_pub ("@inproc://g");
    zsock_t *pair = zsock_new_pair (NULL);
    int port = zsock_bind (pair, "tcp://127.0.0.1:*");
    zsock_t *peer = zsock_new_pair (NULL);
    CHECK (port > 0 && zsock_connect (peer, "tcp://127.0.0.1:%d", port) == 0);
    CHECK (zstr_send (peer, "no signal") == 0 && zsock_signal (peer, 200) == 0);
    CHECK (zsock_wait (pair) == 200);
    zsock_set_rcvtimeo (pair, 0);
    CHECK (zsock_wait (pair) == -1);

    zsock_t *all[] = {replier,    requester, router, dealer,    second, publisher,
                      subscriber, pusher,    puller, forwarder, source, pair,
                      peer};
    for (size_t at = 0; at < sizeof all / sizeof *all; at++) {
        zsock_destroy (&all[at]);
        CHECK (all[at] == NULL);
    }
}

static void pollers_answer_in_order_and_say_why_not (void)
{
    void *one, *other;
    zctx_t *ctx = new_pair (&one, &other);
    zpoller_t *poller = zpoller_new (one, NULL);
    zpoller_set_nonstop (poller, false);
    CHECK (zpoller_wait (poller, 0) == NULL);
    CHECK (zpoller_expired (poller) && !zpoller_terminated (poller));
    CHECK (zpoller_add (poller, other) == 0);
    zstr_send (one, "to other");
    CHECK (zpoller_wait (poller, -1) == other && !zpoller_expired (poller));
    zstr_send (other, "to one");
    CHECK (zpoller_wait (poller, -1) == one);
    zmq_ctx_shutdown (zctx_underlying (ctx));
    CHECK (zpoller_wait (poller, -1) == NULL);
    CHECK (zpoller_terminated (poller) && !zpoller_expired (poller));
    zpoller_destroy (&poller);
    CHECK (poller == NULL);
    zctx_destroy (&ctx);
}

static void double_numbers (zsock_t *pipe, void *args)
{
    zsock_signal (pipe, 0);
    for (;;) {
        char *word = zstr_recv (pipe);
        CHECK (word != NULL);
        if (is (czmq2_strdup (word), "$TERM")) {
            free (word);
            break;
        }
        zstr_sendf (pipe, "%d", 2 * atoi (word));
        free (word);
    }
    atomic_store ((atomic_int *) args, 1);
}

static void actors_are_waited_for (void)
{
    atomic_int ended = 0;
    zactor_t *actor = zactor_new (double_numbers, &ended);
    CHECK (zstr_send (actor, "21") == 0 && is (zstr_recv (actor), "42"));
    zactor_destroy (&actor);
    CHECK (actor == NULL && atomic_load (&ended) == 1);
    zactor_destroy (&actor);
}

static void the_proxy_forwards_captures_and_pauses (void)
{
    zactor_t *proxy = zactor_new (zproxy, NULL);
    zsock_t *capture = zsock_new_pull ("inproc://proxy-capture");
    CHECK (zstr_sendx (proxy, "FRONTEND", "PULL", "inproc://proxy-front", NULL) == 0);
    CHECK (zsock_wait (proxy) == 0);
    CHECK (zstr_sendx (proxy, "BACKEND", "PUSH", "inproc://proxy-back", NULL) == 0);
    CHECK (zsock_wait (proxy) == 0);
    CHECK (zstr_sendx (proxy, "CAPTURE", "inproc://proxy-capture", NULL) == 0);
    CHECK (zsock_wait (proxy) == 0);
    zsock_t *front = zsock_new_push ("inproc://proxy-front");
    zsock_t *back = zsock_new_pull (">inproc://proxy-back");
    CHECK (zstr_send (front, "through") == 0);
    CHECK (is (zstr_recv (back), "through") && is (zstr_recv (capture), "through"));
    CHECK (zstr_send (proxy, "PAUSE") == 0 && zsock_wait (proxy) == 0);
    CHECK (zstr_send (front, "later") == 0 && !zsocket_poll (back, 5));
    CHECK (zstr_send (proxy, "RESUME") == 0 && zsock_wait (proxy) == 0);
    CHECK (is (zstr_recv (back), "later"));
    zactor_destroy (&proxy);
    zsock_destroy (&front);
    zsock_destroy (&back);
    zsock_destroy (&capture);
}

/*  Signals: in a process of its own, because it is to end by them  */

static void be_interrupted (void)
{
    zctx_t *ctx = zctx_new ();
    void *socket = zsocket_new (ctx, ZMQ_PULL);
    zpoller_t *poller = zpoller_new (socket, NULL);
    CHECK (!zctx_interrupted);
    /*  Long before the wait it is to interrupt.  */
    raise (SIGINT);
    CHECK (zctx_interrupted && zsys_interrupted);
    CHECK (zstr_recv (socket) == NULL && errno == EINTR);
    CHECK (zpoller_wait (poller, -1) == NULL && zpoller_terminated (poller));
    zpoller_set_nonstop (poller, true);
    CHECK (zpoller_wait (poller, -1) == NULL && !zpoller_terminated (poller));
    zloop_t *loop = zloop_new ();
    CHECK (zloop_start (loop) == 0);
    zloop_destroy (&loop);
    zpoller_destroy (&poller);
    zctx_destroy (&ctx);
}

static void an_interrupt_ends_every_wait (void)
{
    pid_t child = fork ();
    CHECK (child != -1);
    if (child == 0) {
        be_interrupted ();
        _exit (0);
    }
    int status;
    CHECK (waitpid (child, &status, 0) == child);
    CHECK (WIFEXITED (status) && WEXITSTATUS (status) == 0);
}

int main (void)
{
#define RUN(test) printf ("%s\n", #test), fflush (stdout), test ()
    /*  First: a process with threads should not fork.  */
    RUN (an_interrupt_ends_every_wait);
    RUN (the_clock_goes_on_and_files_come_and_go);
    RUN (a_list_keeps_order_and_cursor);
    RUN (an_autofree_list_owns_its_strings);
    RUN (a_table_finds_replaces_and_frees);
    RUN (a_large_table_is_walked_while_it_shrinks);
    RUN (a_context_gives_its_settings_to_its_sockets);
    RUN (sockets_bind_connect_and_signal);
    RUN (options_are_set_and_read);
    RUN (frames_hold_compare_and_print);
    RUN (frames_are_sent_received_and_reused);
    RUN (messages_are_put_together_and_taken_apart);
    RUN (messages_go_through_sockets);
    RUN (messages_are_saved_loaded_and_printed);
    RUN (strings_are_frames);
    RUN (an_attached_thread_has_a_pipe_and_sees_the_end);
    RUN (a_detached_thread_is_on_its_own);
    RUN (a_reactor_runs_timers_pollers_and_readers);
    RUN (a_broken_descriptor_ends_its_poller_unless_tolerated);
    RUN (sockets_without_context_are_attached);
    RUN (pollers_answer_in_order_and_say_why_not);
    RUN (actors_are_waited_for);
    RUN (the_proxy_forwards_captures_and_pauses);
    zclock_log ("all of %s", "that holds");
    return 0;
}
