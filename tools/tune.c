/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <restart/tune.h>

#include "checkpoint.h"
#include "identity.h"
#include "interrupt.h"
#include "network.h"
#include "out_file.h"
#include "progress.h"
#include "references.h"
#include "say.h"
#include "tune.h"
#include "tune_options.h"

/* Everything that a search holds. */
struct search {
  const struct tune_options *options;
  struct network network;
  rs_torch *features; /* NULL: without */
  size_t feature_elements;
  struct references references;
  struct progress progress;
  rs_tuner *tuner;
  struct checkpoint checkpoint;
  struct run_state state; /* of which it is the sampler's bytes that are kept */
  size_t batch;
  double best[RS_TUNE_RESTART + 1]; /* distances in the present phase; 0: none yet */
  int32_t phase;
};

static const char *const kinds[] = {"ODE", "SDE", "Restart"};

static int32_t evaluate(const rs_eval *eval, void *user) {
  struct search *search = user;
  if (interrupt_signal())
    return 1;
  return search->network.calls.evaluate(eval, search->network.torch);
}

static int32_t features(const float *samples, size_t count, float *rows, void *user) {
  struct search *search = user;
  if (interrupt_signal())
    return 1;
  return search->network.calls.features(samples, count, rows, search->features);
}

static int32_t watch(const rs_tune_info *info, void *user) {
  struct search *search = user;
  if (info->phase != search->phase)
    memset(search->best, 0, sizeof search->best);
  search->phase = info->phase;
  double *best = &search->best[info->kind];
  if (*best == 0 || info->distance < *best)
    *best = info->distance;
  if (progress_due(&search->progress, 10, false)) {
    char text[PROGRESS_TEXT];
    snprintf(text, sizeof text, "%s%s: %lld evaluations, distance %.4g, best %.4g",
             info->phase == RS_TUNE_FINAL ? "final, " : "", kinds[info->kind],
             (long long)info->evaluations, info->distance, *best);
    progress_show(&search->progress, (double)info->evaluations / (double)info->evaluations_most,
                  text);
  }
  return 0;
}

/* ---- the checkpoint --------------------------------------------------------------------------*/

static bool load(struct search *search) {
  const struct tune_options *options = search->options;
  struct run_state *state = &search->state;
  if (!options->checkpoint)
    return true;
  char *identity = identity_search(&options->draw, &search->network, options->features);
  if (!identity)
    return false;
  checkpoint_begin(&search->checkpoint, options->checkpoint, identity, 0);
  if (!checkpoint_load(&search->checkpoint, state, 0))
    return false;
  const bool good = !state->sampler ||
                    rs_tuner_load(search->tuner, state->sampler, state->sampler_bytes) == RS_OK;
  if (!good)
    say("%s cannot be continued: %s", options->checkpoint, rs_tuner_message(search->tuner));
  return good;
}

static bool keep(struct search *search) {
  struct run_state *state = &search->state;
  if (!search->checkpoint.path)
    return true;
  free(state->sampler);
  rs_tuner_save(search->tuner, NULL, 0, &state->sampler_bytes);
  state->sampler = malloc(state->sampler_bytes);
  if (!state->sampler) {
    say("out of memory for the checkpoint");
    return false;
  }
  rs_tuner_save(search->tuner, state->sampler, state->sampler_bytes, NULL);
  return checkpoint_save(&search->checkpoint, state);
}

/* ---- the search ------------------------------------------------------------------------------*/

/* A whole number of turns of the labels, so that every batch has the same classes. */
static size_t whole_turns(const struct draw_options *draw) {
  const size_t turn = draw->label_count ? (size_t)draw->label_count : 1;
  return ((size_t)draw->batch + turn - 1) / turn * turn;
}

/* sentence: the library's. */
static int explain(struct search *search, rs_status status, const char *sentence) {
  const struct torch_calls *calls = &search->network.calls;
  const char *why = calls->message(search->network.torch);
  if (!*why && search->features)
    why = calls->message(search->features);
  if (status == RS_STOPPED) {
    if (search->tuner && keep(search) && search->checkpoint.path)
      say("interrupted; the search is kept in %s", search->checkpoint.path);
    else
      say("interrupted");
    return 128 + interrupt_signal();
  }
  if (status == RS_ERR_CALLBACK && *why)
    say("the network failed: %s", why);
  else
    say("the search failed: %s", sentence);
  return EXIT_FAILED;
}

static int make_tuner(struct search *search) {
  const struct tune_options *options = search->options;
  char why[256] = "";
  rs_sampler_options so;
  rs_tune_options to;
  rs_sampler_options_init(&so);
  rs_tune_options_init(&to);
  so.model = search->network.model;
  so.model.fn = evaluate;
  so.model.user = search;
  so.batch = search->batch;
  so.elements = search->network.elements;
  to.budget = options->nfe;
  to.references = search->references.samples;
  to.reference_count = (size_t)search->references.count;
  to.evaluations = (int64_t)options->evaluations;
  to.seed = options->draw.seed;
  to.skip = options->skip;
  if (search->features) {
    to.features = features;
    to.features_user = search;
    to.feature_elements = search->feature_elements;
  }
  to.progress = watch;
  to.progress_user = search;
  to.message = why;
  to.message_capacity = sizeof why;
  const rs_status status = rs_tuner_new(&so, &to, &search->tuner);
  if (status == RS_STOPPED || status == RS_ERR_CALLBACK)
    return explain(search, status, why);
  if (status != RS_OK)
    say("there is nothing to search: %s", why);
  return status == RS_OK && load(search) ? EXIT_DONE : EXIT_FAILED;
}

static int run_search(struct search *search) {
  rs_status status;
  while ((status = rs_tuner_step(search->tuner)) == RS_MORE)
    if (checkpoint_due(&search->checkpoint) && !keep(search))
      return EXIT_FAILED;
  if (status != RS_OK)
    return explain(search, status, rs_tuner_message(search->tuner));
  return EXIT_DONE;
}

static int write_answer(const struct search *search) {
  char text[8192];
  size_t length;
  struct out_file out;
  const char *path = search->options->output;
  if (rs_tuner_text(search->tuner, text, sizeof text, &length) != RS_OK)
    return EXIT_FAILED;
  if (!path) {
    fputs(text, stdout);
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_FAILED; /* which main explains */
  }
  if (!out_open(&out, path))
    return EXIT_FAILED;
  fwrite(text, 1, length, out.file);
  return out_commit(&out) ? EXIT_DONE : EXIT_FAILED;
}

static int work(struct search *search) {
  const struct draw_options *draw = &search->options->draw;
  const char *reference = search->options->reference;
  search->batch = whole_turns(draw);
  if ((reference && !references_read(&search->references, reference, &search->network.shape)) ||
      !network_labels(&search->network, draw, 0, (int)search->batch) ||
      (search->options->features &&
       !network_features(&search->network, draw, search->options->features, &search->features,
                         &search->feature_elements)))
    return EXIT_FAILED;
  int status = make_tuner(search);
  if (status != EXIT_DONE)
    return status;
  progress_init(&search->progress, draw->quiet, "search", 1);
  search->progress.name = draw->model;
  status = run_search(search);
  progress_end(&search->progress);
  if (status == EXIT_DONE)
    status = write_answer(search);
  if (status == EXIT_DONE)
    checkpoint_remove(&search->checkpoint);
  return status;
}

int tune(int argc, char **argv) {
  struct tune_options options;
  struct search search = {.options = &options};
  tune_options_parse(&options, argc, argv);
  const char *const paths[] = {options.output, options.checkpoint};
  if (!out_check_all(paths, 2) || (options.checkpoint && !checkpoint_check(options.checkpoint)))
    return EXIT_FAILED;
  interrupt_catch();
  int status = EXIT_FAILED;
  if (network_open(&search.network, &options.draw))
    status = work(&search);
  rs_tuner_free(search.tuner);
  checkpoint_free(&search.checkpoint);
  free(search.state.sampler);
  if (search.features)
    search.network.calls.free(search.features);
  network_close(&search.network);
  free(search.references.samples);
  free(options.draw.labels);
  return status;
}
