/*  Tests of frames, messages and strings.  */

#include "selftest.h"

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

void test_messages (void)
{
    RUN (frames_hold_compare_and_print);
    RUN (frames_are_sent_received_and_reused);
    RUN (messages_are_put_together_and_taken_apart);
    RUN (messages_go_through_sockets);
    RUN (messages_are_saved_loaded_and_printed);
    RUN (strings_are_frames);
}
