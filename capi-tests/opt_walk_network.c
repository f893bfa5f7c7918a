/* Options of connections and descriptors, walked (opt_walk.h). */
#include "opt_walk.h"

static void run (void)
{
    walk_theme (NETWORK);
}
