/* Options that can only be read, walked (opt_walk.h). */
/* behaviours: 47 */
#include "opt_walk.h"

static void run (void)
{
    walk_theme (REPORTS);
}
