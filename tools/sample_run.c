/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "identity.h"
#include "interrupt.h"
#include "sample_run.h"
#include "say.h"
#include "schedule.h"

/* Forgets what the sampler's checkpoint was. */
static void drop_sampler(struct run_state *state) {
  free(state->sampler);
  state->sampler = NULL;
  state->sampler_bytes = 0;
}

/* Puts the sampler's checkpoint into the state. */
static bool take_sampler(struct sample_run *run) {
  struct run_state *state = &run->state;
  size_t length = 0;
  rs_sampler_save(run->sampler, NULL, 0, &length);
  state->sampler = malloc(length);
  state->sampler_bytes = length;
  if (state->sampler && rs_sampler_save(run->sampler, state->sampler, length, &length) == RS_OK)
    return true;
  say("out of memory for the checkpoint");
  return false;
}

/* Outside a batch there is nothing to take, or what the file had and has not been begun with. */
bool sample_run_keep(struct sample_run *run) {
  if (!run->checkpoint.path)
    return true;
  bool good = (!run->begun || take_sampler(run)) && checkpoint_save(&run->checkpoint, &run->state);
  if (run->begun)
    drop_sampler(&run->state);
  return good;
}

/* A checkpoint that cannot be saved is said; the run goes on, and the next one may succeed. */
static int32_t evaluate(const rs_eval *eval, void *user) {
  struct sample_run *run = user;
  if (checkpoint_due(&run->checkpoint))
    sample_run_keep(run);
  int32_t status = run->network->calls.evaluate(eval, run->network->torch);
  if (status == 0)
    progress_evaluation(&run->progress, eval);
  return status;
}

/* ---- the sampler -----------------------------------------------------------------------------*/

static void free_sampler(struct sample_run *run) {
  interrupt_watch(NULL);
  rs_sampler_free(run->sampler);
  run->sampler = NULL;
}

/* A sampler for so many samples: the last batch may be smaller. */
static bool need_sampler(struct sample_run *run, int batch) {
  if (run->sampler && run->batch == batch)
    return true;
  free_sampler(run);
  char why[256] = "";
  rs_sampler_options options;
  rs_sampler_options_init(&options);
  options.model = run->network->model;
  options.model.fn = evaluate;
  options.model.user = run;
  options.batch = (size_t)batch;
  options.elements = run->network->elements;
  options.message = why;
  options.message_capacity = sizeof why;
  run->batch = batch;
  rs_status status = rs_sampler_new(&options, &run->sampler);
  if (status != RS_OK) {
    say("the model cannot be used: %s", why);
    return false;
  }
  status = rs_schedule(run->sampler, &run->schedule);
  if (status == RS_ERR_MEMORY)
    say("out of memory for a batch of %d samples", batch);
  else if (status != RS_OK)
    say("the schedule is impossible: %s", rs_sampler_message(run->sampler));
  interrupt_watch(run->sampler);
  return status == RS_OK;
}

/* ---- one batch -------------------------------------------------------------------------------*/

static int interrupted(struct sample_run *run) {
  bool kept = sample_run_keep(run);
  if (run->checkpoint.path && kept)
    say("interrupted; the run is kept in %s", run->checkpoint.path);
  else
    say("interrupted");
  return 128 + interrupt_signal();
}

static int failed(const struct sample_run *run, rs_status status) {
  const char *why = run->network->calls.message(run->network->torch);
  if (status == RS_ERR_CALLBACK && *why)
    say("the network failed: %s", why);
  else
    say("the samples could not be drawn: %s", rs_sampler_message(run->sampler));
  return EXIT_FAILED;
}

/* Begins the batch, or continues it where the checkpoint has left it. */
static rs_status begin(struct sample_run *run, float *x, int first) {
  rs_status status;
  if (run->state.sampler)
    status = rs_sampler_load(run->sampler, run->state.sampler, run->state.sampler_bytes, x);
  else {
    for (int i = 0; i < run->batch; ++i)
      run->seeds[i] = run->options->seed + (uint64_t)first + (uint64_t)i;
    status = rs_sampler_start(run->sampler, x, run->seeds);
  }
  run->begun = status == RS_OK;
  if (run->begun)
    drop_sampler(&run->state);
  return status;
}

static int draw_batch(struct sample_run *run, int first, int batch) {
  if (!need_sampler(run, batch) || !network_labels(run->network, run->options, first, batch))
    return EXIT_FAILED;
  if (interrupt_signal())
    return interrupted(run);
  const char *name = run->options->output ? run->options->output : run->options->npy;
  progress_begin(&run->progress, name, run->sampler);
  run->nfe = rs_plan_nfe(run->sampler);
  rs_status status = begin(run, run->state.samples + (size_t)first * run->network->elements, first);
  if (status == RS_OK)
    do
      status = rs_restart_step(run->sampler);
    while (status == RS_MORE);
  run->seconds += progress_end(&run->progress);
  if (status == RS_STOPPED)
    return interrupted(run);
  if (status != RS_OK)
    return failed(run, status);
  run->begun = false;
  run->state.done += (uint64_t)batch;
  return EXIT_DONE;
}

/* ---- the run ---------------------------------------------------------------------------------*/

static int batch_at(const struct sample_run *run, int first) {
  int left = run->options->count - first;
  return left < run->options->batch ? left : run->options->batch;
}

int sample_run_draw(struct sample_run *run) {
  const struct sample_options *options = run->options;
  int status = EXIT_DONE;
  progress_init(&run->progress, options->quiet, "batch",
                (options->count + options->batch - 1) / options->batch);
  progress_skip(&run->progress, (int)run->state.done / options->batch);
  while (status == EXIT_DONE && run->state.done < (uint64_t)options->count) {
    int first = (int)run->state.done;
    status = draw_batch(run, first, batch_at(run, first));
  }
  free_sampler(run);
  return status;
}

static bool take_memory(struct sample_run *run) {
  const struct sample_options *options = run->options;
  run->state.elements = run->network->elements;
  run->state.samples = calloc((size_t)options->count, run->state.elements * sizeof(float));
  run->seeds = calloc((size_t)options->batch, sizeof *run->seeds);
  if (!run->state.samples || !run->seeds)
    say("out of memory for %d samples of %zu numbers", options->count, run->state.elements);
  return run->state.samples && run->seeds;
}

static bool open_checkpoint(struct sample_run *run) {
  const struct sample_options *options = run->options;
  if (!options->checkpoint)
    return true;
  char *identity = identity_new(options, run->network, &run->schedule);
  if (!identity)
    return false;
  checkpoint_begin(&run->checkpoint, options->checkpoint, identity, options->checkpoint_every);
  return checkpoint_load(&run->checkpoint, &run->state, (uint64_t)options->count);
}

bool sample_run_init(struct sample_run *run, const struct sample_options *options,
                     struct network *network) {
  *run = (struct sample_run){.options = options, .network = network};
  return schedule_build(&options->schedule, options->schedule.methods[0], &network->model,
                        &run->schedule) &&
         take_memory(run) && open_checkpoint(run);
}

void sample_run_free(struct sample_run *run) {
  free_sampler(run);
  checkpoint_free(&run->checkpoint);
  free(run->state.sampler);
  free(run->state.samples);
  free(run->seeds);
}
