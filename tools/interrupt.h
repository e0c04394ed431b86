/* SPDX-License-Identifier: MIT */
#ifndef TOOL_INTERRUPT_H
#define TOOL_INTERRUPT_H

#include <restart/restart.h>

/* From here on the first SIGINT or SIGTERM asks the run to stop; the second one kills. A file that
 * may not grow any further is a failed write, not the end of the process. */
void interrupt_catch(void);

/* Which sampler to stop; NULL before it is freed. */
void interrupt_watch(rs_sampler *sampler);

/* The signal that came, or 0. */
int interrupt_signal(void);

#endif
