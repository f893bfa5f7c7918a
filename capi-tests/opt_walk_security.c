/* Options of the security mechanisms, walked (opt_walk.h). */
/* behaviours: 276 */
#include "opt_walk.h"

static void run (void)
{
    walk_theme (SECURITY);
}
