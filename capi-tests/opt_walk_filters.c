/* Options that admit peers, walked (opt_walk.h). */
/* behaviours: 60 */
#include "opt_walk.h"

static void run (void)
{
    walk_theme (FILTERS);
}
