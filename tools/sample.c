/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "interrupt.h"
#include "out_file.h"
#include "plan.h"
#include "sample.h"
#include "sample_output.h"
#include "sample_run.h"
#include "say.h"

/* What is known to fail fails before the run. */
static bool check_outputs(const struct sample_options *options) {
  const char *const paths[] = {options->output, options->npy, options->checkpoint};
  return out_check_all(paths, 3) && (!options->checkpoint || checkpoint_check(options->checkpoint));
}

static void report(const struct sample_run *run) {
  const struct sample_options *options = run->options;
  if (options->draw.quiet)
    return;
  printf("%s: %d samples, %lld evaluations each, %.2f s, seed %llu\n",
         options->output ? options->output : options->npy, options->draw.count, (long long)run->nfe,
         run->seconds, (unsigned long long)options->draw.seed);
}

static int draw_and_write(struct sample_run *run) {
  int status = sample_run_draw(run);
  if (status != EXIT_DONE)
    return status;
  if (!sample_output_write(run->options, &run->draw.network->shape, run->state.samples)) {
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
  const struct schedule_options *schedule = &options.draw.schedule;
  if (!schedule->plan && !check_outputs(&options))
    return EXIT_FAILED;
  interrupt_catch();
  int status = EXIT_FAILED;
  if (network_open(&network, &options.draw))
    status = schedule->plan ? plan_show(schedule, &network.model) : make(&options, &network);
  network_close(&network);
  free(options.draw.labels);
  return status;
}
