/* Options of connections and descriptors, walked (opt_walk.h). */
/* behaviours: 49, 50, 51, 55, 56 */
#include "opt_walk.h"

static void run (void)
{
    walk_theme (NETWORK);
}
