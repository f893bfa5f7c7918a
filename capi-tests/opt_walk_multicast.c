/* Options of the multicast transports, walked (opt_walk.h). */
#include "opt_walk.h"

static void run (void)
{
    walk_theme (MULTICAST);
}
