/* SPDX-License-Identifier: MIT */
#ifndef TOOL_THREADS_H
#define TOOL_THREADS_H

#include <restart/restart.h>

/* A pool of threads behind rs_executor. The calling thread works too. */
struct threads;

/* A pool of count threads, the caller's included; fewer when the system gives no more. NULL (and
 * said) when there is no memory. */
struct threads *threads_new(int count);
void threads_free(struct threads *threads);

rs_executor threads_executor(struct threads *threads);

#endif
