/* Options of single socket types, walked (opt_walk.h). */
/* behaviours: 63 */
#include "opt_walk.h"

static void run (void)
{
    walk_theme (PATTERN);
}
