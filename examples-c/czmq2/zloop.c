/*  Reactors: one zmq_poll over all pollers and readers, until the next timer. What a
    handler removes is only marked, and freed between two polls, so that handlers may
    remove anything, themselves included.  */

#include "internal.h"

/*  A poller or, when `on_reader` is set, a reader.  */
typedef struct poller {
    struct poller *next;
    zmq_pollitem_t item;
    zloop_fn *on_item;
    zloop_reader_fn *on_reader;
    void *arg;
    bool tolerant;
    bool ended;
} poller_t;

/*  The name timer_t is the system's.  */
typedef struct alarm {
    struct alarm *next;
    int id;
    size_t delay;
    size_t times;       /*  0: for ever  */
    zloop_timer_fn *handler;
    void *arg;
    int64_t due;
    bool ended;
} alarm_t;

struct _zloop_t {
    poller_t *pollers;
    alarm_t *alarms;
    int last_id;
    zmq_pollitem_t *items;  /*  the pollers' items, in their order  */
    int size;
    bool changed;           /*  `items` is no longer that  */
    bool verbose;
};

zloop_t *zloop_new (void)
{
    czmq2_catch_signals ();
    return zmalloc (sizeof (zloop_t));
}

static void sweep (zloop_t *self)
{
    for (poller_t **place = &self->pollers; *place != NULL;) {
        poller_t *poller = *place;
        if (poller->ended) {
            *place = poller->next;
            free (poller);
        } else
            place = &poller->next;
    }
    for (alarm_t **place = &self->alarms; *place != NULL;) {
        alarm_t *alarm = *place;
        if (alarm->ended) {
            *place = alarm->next;
            free (alarm);
        } else
            place = &alarm->next;
    }
}

void zloop_destroy (zloop_t **self_p)
{
    zloop_t *self = *self_p;
    if (self == NULL)
        return;
    for (poller_t *poller = self->pollers; poller != NULL; poller = poller->next)
        poller->ended = true;
    for (alarm_t *alarm = self->alarms; alarm != NULL; alarm = alarm->next)
        alarm->ended = true;
    sweep (self);
    free (self->items);
    free (self);
    *self_p = NULL;
}

/*  Pollers and readers  */

static void add_poller (zloop_t *self, const poller_t *poller)
{
    poller_t **place = &self->pollers;
    while (*place != NULL)
        place = &(*place)->next;
    *place = zmalloc (sizeof (poller_t));
    **place = *poller;
    self->changed = true;
    if (self->verbose)
        zclock_log ("I: zloop: new %s %p, descriptor %d",
                    poller->on_reader != NULL ? "reader" : "poller", poller->item.socket,
                    poller->item.fd);
}

static bool is_for (const poller_t *poller, const zmq_pollitem_t *item)
{
    if (poller->ended)
        return false;
    if (item->socket != NULL)
        return poller->item.socket == item->socket;
    return poller->item.socket == NULL && poller->item.fd == item->fd;
}

static void end_pollers (zloop_t *self, const zmq_pollitem_t *item, bool readers)
{
    for (poller_t *poller = self->pollers; poller != NULL; poller = poller->next)
        if (is_for (poller, item) && (poller->on_reader != NULL) == readers)
            poller->ended = true;
    self->changed = true;
    if (self->verbose)
        zclock_log ("I: zloop: no more %s %p, descriptor %d", readers ? "reader" : "poller",
                    item->socket, item->fd);
}

int zloop_poller (zloop_t *self, zmq_pollitem_t *item, zloop_fn handler, void *arg)
{
    add_poller (self, &(poller_t) {.item = *item, .on_item = handler, .arg = arg});
    return 0;
}

void zloop_poller_end (zloop_t *self, zmq_pollitem_t *item)
{
    end_pollers (self, item, false);
}

void zloop_set_tolerant (zloop_t *self, zmq_pollitem_t *item)
{
    for (poller_t *poller = self->pollers; poller != NULL; poller = poller->next)
        if (is_for (poller, item))
            poller->tolerant = true;
}

int zloop_reader (zloop_t *self, zsock_t *socket, zloop_reader_fn handler, void *arg)
{
    add_poller (self, &(poller_t) {.item = {.socket = socket, .events = ZMQ_POLLIN},
                                   .on_reader = handler,
                                   .arg = arg});
    return 0;
}

void zloop_reader_end (zloop_t *self, zsock_t *socket)
{
    end_pollers (self, &(zmq_pollitem_t) {.socket = socket}, true);
}

/*  Timers  */

int zloop_timer (zloop_t *self, size_t delay, size_t times, zloop_timer_fn handler,
                 void *arg)
{
    alarm_t **place = &self->alarms;
    while (*place != NULL)
        place = &(*place)->next;
    alarm_t *alarm = *place = zmalloc (sizeof (alarm_t));
    alarm->id = ++self->last_id;
    alarm->delay = delay;
    alarm->times = times;
    alarm->handler = handler;
    alarm->arg = arg;
    alarm->due = zclock_mono () + (int64_t) delay;
    if (self->verbose)
        zclock_log ("I: zloop: new timer %d, %zu msec, %zu times", alarm->id, delay, times);
    return alarm->id;
}

int zloop_timer_end (zloop_t *self, int timer_id)
{
    for (alarm_t *alarm = self->alarms; alarm != NULL; alarm = alarm->next)
        if (alarm->id == timer_id)
            alarm->ended = true;
    if (self->verbose)
        zclock_log ("I: zloop: no more timer %d", timer_id);
    return 0;
}

/*  Milliseconds until the next timer is due; -1 without timers.  */
static long until_next (zloop_t *self)
{
    int64_t next = INT64_MAX;
    for (alarm_t *alarm = self->alarms; alarm != NULL; alarm = alarm->next)
        if (!alarm->ended && alarm->due < next)
            next = alarm->due;
    if (next == INT64_MAX)
        return -1;
    int64_t left = next - zclock_mono ();
    return left > 0 ? (long) left : 0;
}

static int run_timers (zloop_t *self)
{
    int64_t now = zclock_mono ();
    for (alarm_t *alarm = self->alarms; alarm != NULL; alarm = alarm->next) {
        if (alarm->ended || alarm->due > now)
            continue;
        if (self->verbose)
            zclock_log ("I: zloop: timer %d", alarm->id);
        /*  The last time is the last also if the handler asks for the timer's end.  */
        if (alarm->times > 0 && --alarm->times == 0)
            alarm->ended = true;
        alarm->due = now + (int64_t) alarm->delay;
        if (alarm->handler (self, alarm->id, alarm->arg) == -1)
            return -1;
    }
    return 0;
}

/*  The loop  */

void zloop_set_verbose (zloop_t *self, bool verbose)
{
    self->verbose = verbose;
}

static void rebuild (zloop_t *self)
{
    free (self->items);
    self->size = 0;
    for (poller_t *poller = self->pollers; poller != NULL; poller = poller->next)
        self->size++;
    self->items = zmalloc (self->size * sizeof *self->items);
    int at = 0;
    for (poller_t *poller = self->pollers; poller != NULL; poller = poller->next)
        self->items[at++] = poller->item;
    self->changed = false;
}

static int handle (zloop_t *self, poller_t *poller, short revents)
{
    if ((revents & ZMQ_POLLERR) != 0 && !poller->tolerant) {
        poller->ended = true;
        self->changed = true;
        return 0;
    }
    if (self->verbose)
        zclock_log ("I: zloop: event on %p, descriptor %d", poller->item.socket,
                    poller->item.fd);
    if (poller->on_reader != NULL)
        return poller->on_reader (self, poller->item.socket, poller->arg);
    zmq_pollitem_t item = poller->item;
    item.revents = revents;
    return poller->on_item (self, &item, poller->arg);
}

/*  Pollers that handlers add are behind those that were polled.  */
static int run_pollers (zloop_t *self)
{
    poller_t *poller = self->pollers;
    for (int at = 0; at < self->size; at++, poller = poller->next) {
        short revents = self->items[at].revents;
        if (revents != 0 && !poller->ended && handle (self, poller, revents) == -1)
            return -1;
    }
    return 0;
}

int zloop_start (zloop_t *self)
{
    self->changed = true;
    while (!zctx_interrupted) {
        sweep (self);
        if (self->changed)
            rebuild (self);
        if (zmq_poll (self->items, self->size, until_next (self)) == -1) {
            /*  Another signal than those that end programs is no reason to stop.  */
            if (errno == EINTR)
                continue;
            return 0;
        }
        if (run_timers (self) == -1 || run_pollers (self) == -1)
            return -1;
    }
    return 0;
}
