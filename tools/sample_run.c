/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "identity.h"
#include "interrupt.h"
#include "sample_run.h"
#include "say.h"

/* Forgets what the sampler's checkpoint was. */
static void drop_sampler(struct run_state *state) {
  free(state->sampler);
  state->sampler = NULL;
  state->sampler_bytes = 0;
}

/* Puts the sampler's checkpoint into the state. */
static bool take_sampler(struct sample_run *run) {
  struct run_state *state = &run->state;
  rs_sampler *sampler = run->draw.sampler;
  size_t length = 0;
  rs_sampler_save(sampler, NULL, 0, &length);
  state->sampler = malloc(length);
  state->sampler_bytes = length;
  if (state->sampler && rs_sampler_save(sampler, state->sampler, length, &length) == RS_OK)
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
static void before_evaluation(void *user) {
  struct sample_run *run = user;
  if (checkpoint_due(&run->checkpoint))
    sample_run_keep(run);
}

static void after_evaluation(const rs_eval *eval, void *user) {
  struct sample_run *run = user;
  progress_evaluation(&run->progress, eval);
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

/* Begins the batch, or continues it where the checkpoint has left it. */
static rs_status begin(struct sample_run *run, float *x, int first) {
  struct run_state *state = &run->state;
  rs_status status =
      state->sampler ? rs_sampler_load(run->draw.sampler, state->sampler, state->sampler_bytes, x)
                     : draw_start(&run->draw, x, first);
  run->begun = status == RS_OK;
  if (run->begun)
    drop_sampler(state);
  return status;
}

static int draw_batch(struct sample_run *run, int first, int batch) {
  struct draw *draw = &run->draw;
  if (!draw_prepare(draw, first, batch))
    return EXIT_FAILED;
  if (interrupt_signal())
    return interrupted(run);
  const char *name = run->options->output ? run->options->output : run->options->npy;
  progress_begin(&run->progress, name, draw->sampler);
  run->nfe = rs_plan_nfe(draw->sampler);
  float *x = run->state.samples + (size_t)first * run->state.elements;
  enum drawn drawn = draw_play(draw, begin(run, x, first));
  run->seconds += progress_end(&run->progress);
  if (drawn == DRAW_STOPPED)
    return interrupted(run);
  if (drawn == DRAW_FAILED)
    return EXIT_FAILED;
  run->begun = false;
  run->state.done += (uint64_t)batch;
  return EXIT_DONE;
}

/* ---- the run ---------------------------------------------------------------------------------*/

int sample_run_draw(struct sample_run *run) {
  const struct draw_options *options = &run->options->draw;
  int status = EXIT_DONE;
  progress_init(&run->progress, options->quiet, "batch",
                (options->count + options->batch - 1) / options->batch);
  progress_skip(&run->progress, (int)run->state.done / options->batch);
  while (status == EXIT_DONE && run->state.done < (uint64_t)options->count) {
    int first = (int)run->state.done;
    status = draw_batch(run, first, draw_count(&run->draw, first, options->count));
  }
  return status;
}

static bool take_memory(struct sample_run *run) {
  size_t count = (size_t)run->options->draw.count;
  run->state.elements = run->draw.network->elements;
  run->state.samples = calloc(count, run->state.elements * sizeof(float));
  if (!run->state.samples)
    say("out of memory for %zu samples of %zu numbers", count, run->state.elements);
  return run->state.samples;
}

static bool open_checkpoint(struct sample_run *run) {
  const struct sample_options *options = run->options;
  if (!options->checkpoint)
    return true;
  char *identity = identity_new(&options->draw, run->draw.network, &run->draw.schedule);
  if (!identity)
    return false;
  checkpoint_begin(&run->checkpoint, options->checkpoint, identity, options->checkpoint_every);
  return checkpoint_load(&run->checkpoint, &run->state, (uint64_t)options->draw.count);
}

bool sample_run_init(struct sample_run *run, const struct sample_options *options,
                     struct network *network) {
  *run = (struct sample_run){.options = options};
  struct draw_watch watch = {before_evaluation, after_evaluation, run};
  return draw_init(&run->draw, &options->draw, network, watch) && take_memory(run) &&
         open_checkpoint(run);
}

void sample_run_free(struct sample_run *run) {
  draw_free(&run->draw);
  checkpoint_free(&run->checkpoint);
  free(run->state.sampler);
  free(run->state.samples);
}
