/*  Tests of lists, tables, the clock and files.  */

#include "selftest.h"

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

void test_data (void)
{
    RUN (the_clock_goes_on_and_files_come_and_go);
    RUN (a_list_keeps_order_and_cursor);
    RUN (an_autofree_list_owns_its_strings);
    RUN (a_table_finds_replaces_and_frees);
    RUN (a_large_table_is_walked_while_it_shrinks);
}
