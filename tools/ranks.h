/* SPDX-License-Identifier: MIT */
#ifndef TOOL_RANKS_H
#define TOOL_RANKS_H

#include <stdbool.h>

/* This process among the others of the job. */
struct ranks {
  int rank;
  int size;
};

/* Begins MPI, which ends by itself at exit. From here on sentences begin with the rank and the
 * name of its machine, where there are several. */
struct ranks ranks_begin(int *argc, char ***argv);

/* What all ranks say in the same words only the first one says: between these two, this rank's
 * output goes nowhere unless it is rank 0. */
void ranks_hush(const struct ranks *ranks);
void ranks_speak(const struct ranks *ranks);

/* What is said between these two is kept. Then the first rank that is not good says what it had to
 * say, or, when all are good, each of them: true. Called by all ranks. */
void ranks_listen(void);
bool ranks_agree(bool good);

/* The text of rank 0, everywhere; to be freed. NULL (and said) when there is no memory, or when
 * rank 0 has none. Called by all ranks. */
char *ranks_share(const struct ranks *ranks, char *text);

/* The number of rank 0, everywhere. Called by all ranks; who waits leaves the processor to others.
 */
int ranks_share_number(int number);

/* For the while between two looks when there is nothing to do but to wait. */
void ranks_pause(void);

#endif
