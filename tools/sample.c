/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "interrupt.h"
#include "out_file.h"
#include "plan.h"
#include "sample.h"
#include "sample_output.h"
#include "sample_run.h"
#include "say.h"
#include "schedule.h"

/* What is known to fail fails before libtorch is loaded, or at least before the run. */
static bool check_model(const struct sample_options *options) {
  bool good = access(options->model, R_OK) == 0;
  if (!good)
    say("cannot read %s: %s", options->model, strerror(errno));
  return good;
}

static bool check_outputs(const struct sample_options *options) {
  return (!options->output || out_check(options->output)) &&
         (!options->npy || out_check(options->npy)) &&
         (!options->checkpoint ||
          (out_check(options->checkpoint) && checkpoint_check(options->checkpoint)));
}

static void report(const struct sample_run *run) {
  const struct sample_options *options = run->options;
  if (options->quiet)
    return;
  printf("%s: %d samples, %lld evaluations each, %.2f s, seed %llu\n",
         options->output ? options->output : options->npy, options->count, (long long)run->nfe,
         run->seconds, (unsigned long long)options->seed);
}

static int draw_and_write(struct sample_run *run) {
  int status = sample_run_draw(run);
  if (status != EXIT_DONE)
    return status;
  if (!sample_output_write(run->options, &run->network->shape, run->state.samples)) {
    sample_run_keep(run);
    return EXIT_FAILED;
  }
  checkpoint_remove(&run->checkpoint);
  report(run);
  return EXIT_DONE;
}

static int make(const struct sample_options *options, struct network *network) {
  if (!sample_output_check(options, &network->shape))
    return EXIT_FAILED;
  struct sample_run run;
  int status = sample_run_init(&run, options, network) ? draw_and_write(&run) : EXIT_FAILED;
  sample_run_free(&run);
  return status;
}

int sample(int argc, char **argv) {
  struct sample_options options;
  struct network network;
  sample_options_parse(&options, argc, argv);
  if (!check_model(&options) || (!options.schedule.plan && !check_outputs(&options)))
    return EXIT_FAILED;
  interrupt_catch();
  int status = EXIT_FAILED;
  if (network_open(&network, &options))
    status = options.schedule.plan ? plan_show(&options.schedule, &network.model)
                                   : make(&options, &network);
  network_close(&network);
  free(options.labels);
  return status;
}
