/*  Tables: chains hung from an array that doubles when they get long.  */

#include "internal.h"

/*  Chains to begin with, and items per chain before their number doubles.  */
enum { INITIAL_CHAINS = 64, CHAIN_LOAD = 2 };

typedef struct entry {
    struct entry *next;
    char *key;
    void *item;
    zhash_free_fn *free_fn;
} entry_t;

struct _zhash_t {
    entry_t **chains;
    size_t limit;       /*  how many chains; a power of two  */
    size_t size;
    bool autofree;
};

zhash_t *zhash_new (void)
{
    zhash_t *self = zmalloc (sizeof (zhash_t));
    self->limit = INITIAL_CHAINS;
    self->chains = zmalloc (self->limit * sizeof (entry_t *));
    return self;
}

/*  FNV-1a, 64 bits, folded into the number of chains.  */
static entry_t **chain_of (zhash_t *self, const char *key)
{
    uint64_t hash = 14695981039346656037u;
    for (; *key != '\0'; key++)
        hash = (hash ^ (byte) *key) * 1099511628211u;
    return &self->chains[(hash ^ hash >> 32) & (self->limit - 1)];
}

/*  The pointer that leads to the entry; one to NULL when there is none.  */
static entry_t **place_of (zhash_t *self, const char *key)
{
    entry_t **place = chain_of (self, key);
    while (*place != NULL && strneq ((*place)->key, key))
        place = &(*place)->next;
    return place;
}

static void grow (zhash_t *self)
{
    entry_t **old = self->chains;
    size_t chains = self->limit;
    self->limit *= 2;
    self->chains = zmalloc (self->limit * sizeof (entry_t *));
    for (size_t at = 0; at < chains; at++)
        for (entry_t *entry = old[at], *next; entry != NULL; entry = next) {
            next = entry->next;
            entry_t **chain = chain_of (self, entry->key);
            entry->next = *chain;
            *chain = entry;
        }
    free (old);
}

static void release (zhash_t *self, entry_t *entry)
{
    if (entry->free_fn != NULL)
        entry->free_fn (entry->item);
    else if (self->autofree)
        free (entry->item);
}

/*  The entry is out of its chain before its item's free function runs: that may
    look at the table.  */
static void drop (zhash_t *self, entry_t **place)
{
    entry_t *entry = *place;
    *place = entry->next;
    self->size--;
    release (self, entry);
    free (entry->key);
    free (entry);
}

void zhash_destroy (zhash_t **self_p)
{
    zhash_t *self = *self_p;
    if (self == NULL)
        return;
    for (size_t at = 0; at < self->limit; at++)
        while (self->chains[at] != NULL)
            drop (self, &self->chains[at]);
    free (self->chains);
    free (self);
    *self_p = NULL;
}

static void *item_to_keep (zhash_t *self, void *item)
{
    return self->autofree && item != NULL ? czmq2_strdup (item) : item;
}

int zhash_insert (zhash_t *self, const char *key, void *item)
{
    if (self->size >= self->limit * CHAIN_LOAD)
        grow (self);
    entry_t **place = place_of (self, key);
    if (*place != NULL)
        return -1;
    entry_t *entry = zmalloc (sizeof (entry_t));
    entry->key = czmq2_strdup (key);
    entry->item = item_to_keep (self, item);
    *place = entry;
    self->size++;
    return 0;
}

void zhash_update (zhash_t *self, const char *key, void *item)
{
    entry_t *entry = *place_of (self, key);
    if (entry == NULL) {
        zhash_insert (self, key, item);
        return;
    }
    void *kept = item_to_keep (self, item);
    release (self, entry);
    entry->item = kept;
}

void zhash_delete (zhash_t *self, const char *key)
{
    entry_t **place = place_of (self, key);
    if (*place != NULL)
        drop (self, place);
}

void *zhash_lookup (zhash_t *self, const char *key)
{
    entry_t *entry = *place_of (self, key);
    return entry != NULL ? entry->item : NULL;
}

int zhash_rename (zhash_t *self, const char *old_key, const char *new_key)
{
    entry_t **place = place_of (self, old_key);
    entry_t *entry = *place;
    if (entry == NULL || *place_of (self, new_key) != NULL)
        return -1;
    *place = entry->next;
    free (entry->key);
    entry->key = czmq2_strdup (new_key);
    entry_t **chain = chain_of (self, new_key);
    entry->next = *chain;
    *chain = entry;
    return 0;
}

void *zhash_freefn (zhash_t *self, const char *key, zhash_free_fn *free_fn)
{
    entry_t *entry = *place_of (self, key);
    if (entry == NULL)
        return NULL;
    entry->free_fn = free_fn;
    return entry->item;
}

size_t zhash_size (zhash_t *self)
{
    return self->size;
}

zlist_t *zhash_keys (zhash_t *self)
{
    zlist_t *keys = zlist_new ();
    zlist_autofree (keys);
    for (size_t at = 0; at < self->limit; at++)
        for (entry_t *entry = self->chains[at]; entry != NULL; entry = entry->next)
            zlist_append (keys, entry->key);
    return keys;
}

/*  Goes by a copy of the keys, and looks each one up again: the callbacks of the
    Guide delete the entry they are called for, and what hangs on it.  */
int zhash_foreach (zhash_t *self, zhash_foreach_fn *callback, void *argument)
{
    zlist_t *keys = zhash_keys (self);
    int rc = 0;
    for (char *key = zlist_first (keys); key != NULL && rc == 0; key = zlist_next (keys)) {
        entry_t *entry = *place_of (self, key);
        if (entry != NULL)
            rc = callback (key, entry->item, argument);
    }
    zlist_destroy (&keys);
    return rc;
}

void zhash_autofree (zhash_t *self)
{
    self->autofree = true;
}
