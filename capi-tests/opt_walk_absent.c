/* Options that neither library has: EINVAL whatever is done (opt_walk.h). */
/* behaviours: 224, 225, 226 */
#include "opt_walk.h"

static void run (void)
{
    walk_theme (ABSENT);
}
