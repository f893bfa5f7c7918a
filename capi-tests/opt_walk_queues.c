/* Options of queues, time-outs and life, walked (opt_walk.h). */
#include "opt_walk.h"

static void run (void)
{
    walk_theme (QUEUES);
}
