/* SPDX-License-Identifier: MIT */
#include <argp.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "difference.h"
#include "interrupt.h"
#include "job.h"
#include "plan.h"
#include "say.h"

static void print_version(FILE *stream, struct argp_state *state) {
  (void)state;
  fprintf(stream, "restart-mpi %s\n", rs_version_string());
}

/* Other options, files or versions on some rank would give other samples. */
static bool same_head(const char *ours, const char *first) {
  char *here = manifest_identity(ours), *there = manifest_identity(first);
  struct difference other;
  bool found = here && there && difference_find(here, there, &other);
  if (found)
    say("this rank would draw other samples: it has \"%.*s\", the first rank \"%.*s\"",
        other.ours_length, other.ours, other.theirs_length, other.theirs);
  free(here);
  free(there);
  return !found;
}

/* Whether all ranks would draw the same. */
static bool all_alike(const struct job *job) {
  char *first = ranks_share(&job->ranks, job->head);
  ranks_listen();
  bool good = ranks_agree(first && same_head(job->head, first));
  if (first != job->head)
    free(first);
  return good;
}

/* The folder and its manifest. */
static bool open_folder(struct job *job) {
  const struct mpi_options *options = job->maker.options;
  const bool first = job->ranks.rank == 0;
  ranks_listen();
  bool good = !first || manifest_open(&job->dealer.manifest, options, job->head);
  if (!ranks_agree(good))
    return false;
  ranks_listen();
  return ranks_agree(first || manifest_seen(options, job->head));
}

static bool get_ready(struct job *job, const struct mpi_options *options, struct network *network) {
  const bool first = job->ranks.rank == 0;
  struct draw_watch watch = {.before = first ? deal_watch : work_watch, .user = job};
  job->dealer.ended = calloc((size_t)job->ranks.size, sizeof *job->dealer.ended);
  ranks_listen();
  bool good = job->dealer.ended && network_open(network, &options->draw) &&
              shard_maker_init(&job->maker, options, network, watch);
  if (good)
    job->head = manifest_head(options, network, &job->maker.draw.schedule);
  return ranks_agree(job->head) && all_alike(job) && open_folder(job);
}

static int make(struct ranks ranks, const struct mpi_options *options) {
  struct job job = {.ranks = ranks};
  struct network network = {0};
  int status = EXIT_FAILED;
  if (get_ready(&job, options, &network)) {
    if (ranks.rank == 0)
      status = deal(&job);
    else
      work(&job);
    status = ranks_share_number(status);
  }
  manifest_close(&job.dealer.manifest);
  free(job.dealer.ended);
  free(job.head);
  shard_maker_free(&job.maker);
  network_close(&network);
  return status;
}

/* One rank is enough for that. */
static int show_plan(struct ranks ranks, const struct draw_options *options) {
  int status = EXIT_FAILED;
  struct network network;
  if (ranks.rank == 0) {
    if (network_open(&network, options))
      status = plan_show(&options->schedule, &network.model);
    network_close(&network);
  }
  return ranks_share_number(status);
}

int main(int argc, char **argv) {
  struct ranks ranks = ranks_begin(&argc, &argv);
  struct mpi_options options;
  setlocale(LC_CTYPE, "");
  argp_err_exit_status = EXIT_USAGE;
  argp_program_version_hook = print_version;
  ranks_hush(&ranks);
  mpi_options_parse(&options, argc, argv);
  ranks_speak(&ranks);
  interrupt_catch();
  int status = options.draw.schedule.plan ? show_plan(ranks, &options.draw) : make(ranks, &options);
  free(options.draw.labels);
  return status;
}
