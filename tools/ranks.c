/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <limits.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ranks.h"
#include "say.h"

static int kept_output[2] = {-1, -1};
static char *said;
static size_t said_length;

static void end(void) {
  MPI_Finalize();
}

static void name_rank(const struct ranks *ranks) {
  static char name[64 + MPI_MAX_PROCESSOR_NAME];
  char machine[MPI_MAX_PROCESSOR_NAME];
  int length;
  MPI_Get_processor_name(machine, &length);
  snprintf(name, sizeof name, "restart-mpi: rank %d on %.*s", ranks->rank, length, machine);
  if (ranks->size > 1)
    say_name = name;
}

struct ranks ranks_begin(int *argc, char ***argv) {
  static char command[] = "restart-mpi";
  struct ranks ranks;
  MPI_Init(argc, argv);
  atexit(end);
  MPI_Comm_rank(MPI_COMM_WORLD, &ranks.rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks.size);
  say_name = (*argv)[0] = say_command = command;
  name_rank(&ranks);
  return ranks;
}

/* ---- who speaks ------------------------------------------------------------------------------*/

void ranks_hush(const struct ranks *ranks) {
  int nowhere = ranks->rank == 0 ? -1 : open("/dev/null", O_WRONLY | O_CLOEXEC);
  for (int i = 0; i < 2 && nowhere >= 0; ++i) {
    kept_output[i] = fcntl(STDOUT_FILENO + i, F_DUPFD_CLOEXEC, 3);
    dup2(nowhere, STDOUT_FILENO + i);
  }
  if (nowhere >= 0)
    close(nowhere);
}

void ranks_speak(const struct ranks *ranks) {
  fflush(stdout);
  for (int i = 0; i < 2 && ranks->rank > 0; ++i)
    if (kept_output[i] >= 0) {
      dup2(kept_output[i], STDOUT_FILENO + i);
      close(kept_output[i]);
    }
}

void ranks_listen(void) {
  say_stream = open_memstream(&said, &said_length);
}

bool ranks_agree(bool good) {
  int rank, first;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  int mine = good ? INT_MAX : rank;
  MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  if (say_stream) {
    fclose(say_stream);
    say_stream = NULL;
    if (rank == first || first == INT_MAX)
      fputs(said, stderr);
    free(said);
  }
  return first == INT_MAX;
}

/* ---- what rank 0 has -------------------------------------------------------------------------*/

void ranks_pause(void) {
  nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
}

int ranks_share_number(int number) {
  MPI_Request request;
  int done = 0;
  MPI_Ibcast(&number, 1, MPI_INT, 0, MPI_COMM_WORLD, &request);
  while (MPI_Test(&request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS && !done)
    ranks_pause();
  return number;
}

char *ranks_share(const struct ranks *ranks, char *text) {
  int length = ranks_share_number(ranks->rank == 0 && text ? (int)strlen(text) + 1 : 0);
  if (ranks->rank > 0)
    text = length ? malloc((size_t)length) : NULL;
  if (length && !text)
    say("out of memory for what the first rank says");
  if (!ranks_agree(text != NULL))
    return NULL;
  MPI_Bcast(text, length, MPI_CHAR, 0, MPI_COMM_WORLD);
  return text;
}
