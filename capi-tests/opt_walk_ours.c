/* Options that a libzmq built with or without something answers differently:
   drafts, and GSSAPI (opt_walk.h). COMPAT.md tells which. */
/* behaviours: 52, 54, 59 */
#include "opt_walk.h"

static void run (void)
{
    walk_theme (OURS);
}
