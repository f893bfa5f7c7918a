/*  Lists: a chain in both directions, with a cursor that survives removals.  */

#include "internal.h"

typedef struct node {
    struct node *before;
    struct node *after;
    void *item;
} node_t;

struct _zlist_t {
    node_t *head;
    node_t *tail;
    node_t *cursor;     /*  NULL: in front of the first  */
    size_t size;
    bool autofree;
};

zlist_t *zlist_new (void)
{
    return zmalloc (sizeof (zlist_t));
}

void zlist_destroy (zlist_t **self_p)
{
    zlist_t *self = *self_p;
    if (self == NULL)
        return;
    while (self->head != NULL) {
        void *item = zlist_pop (self);
        if (self->autofree)
            free (item);
    }
    free (self);
    *self_p = NULL;
}

static void *item_of (node_t *node)
{
    return node != NULL ? node->item : NULL;
}

void *zlist_first (zlist_t *self)
{
    self->cursor = self->head;
    return item_of (self->cursor);
}

void *zlist_last (zlist_t *self)
{
    self->cursor = self->tail;
    return item_of (self->cursor);
}

void *zlist_next (zlist_t *self)
{
    self->cursor = self->cursor != NULL ? self->cursor->after : self->head;
    return item_of (self->cursor);
}

void *zlist_head (zlist_t *self)
{
    return item_of (self->head);
}

void *zlist_tail (zlist_t *self)
{
    return item_of (self->tail);
}

/*  Puts the item behind `before`; in front of all when that is NULL.  */
static int insert (zlist_t *self, node_t *before, void *item)
{
    node_t *node = zmalloc (sizeof (node_t));
    node->item = self->autofree ? czmq2_strdup (item) : item;
    node->before = before;
    node->after = before != NULL ? before->after : self->head;
    *(before != NULL ? &before->after : &self->head) = node;
    *(node->after != NULL ? &node->after->before : &self->tail) = node;
    self->size++;
    return 0;
}

int zlist_append (zlist_t *self, void *item)
{
    return insert (self, self->tail, item);
}

int zlist_push (zlist_t *self, void *item)
{
    return insert (self, NULL, item);
}

/*  Takes the node out, and returns its item.  */
static void *extract (zlist_t *self, node_t *node)
{
    void *item = node->item;
    *(node->before != NULL ? &node->before->after : &self->head) = node->after;
    *(node->after != NULL ? &node->after->before : &self->tail) = node->before;
    if (self->cursor == node)
        self->cursor = node->before;
    self->size--;
    free (node);
    return item;
}

void *zlist_pop (zlist_t *self)
{
    return self->head != NULL ? extract (self, self->head) : NULL;
}

void zlist_remove (zlist_t *self, void *item)
{
    for (node_t *node = self->head; node != NULL; node = node->after)
        if (self->autofree ? streq (node->item, item) : node->item == item) {
            void *removed = extract (self, node);
            if (self->autofree)
                free (removed);
            return;
        }
}

zlist_t *zlist_dup (zlist_t *self)
{
    zlist_t *copy = zlist_new ();
    copy->autofree = self->autofree;
    for (node_t *node = self->head; node != NULL; node = node->after)
        zlist_append (copy, node->item);
    return copy;
}

size_t zlist_size (zlist_t *self)
{
    return self->size;
}

/*  Insertion from behind: the lists are short, often sorted but for the last item,
    and equal items keep their order.  */
void zlist_sort (zlist_t *self, zlist_compare_fn *compare)
{
    for (node_t *next = self->head; next != NULL; next = next->after) {
        void *item = next->item;
        node_t *place = next;
        while (place->before != NULL && compare (place->before->item, item)) {
            place->item = place->before->item;
            place = place->before;
        }
        place->item = item;
    }
}

void zlist_autofree (zlist_t *self)
{
    self->autofree = true;
}
