/* SPDX-License-Identifier: MIT */
#include "tune/tuner.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/sized.h"

enum { LEAST_SAMPLES = 2000, LEAST_REFERENCES = 64, MOST_BUDGET = 100000, LEAST_BUDGET = 5 };

void rs_tune_options_init_sized(rs_tune_options *options, size_t size) {
  rs__sized_init(options, size);
}

/* ---- making ----------------------------------------------------------------------------------*/

static size_t larger(size_t a, size_t b) {
  return a > b ? a : b;
}

/* Samples or references of which the arrays' sizes are far from overflow: of their elements, and of
 * their projections. */
static size_t most_rows(size_t elements, size_t features) {
  return SIZE_MAX / 64 / larger(larger(elements, features), RS__SLICED_DIRECTIONS);
}

static rs_status check_references(const rs_tune_options *o, size_t elements, rs__note *note) {
  if (!o->references != !o->reference_count)
    return rs__note_set(note, RS_ERR_OPTION, "references and reference_count go together");
  if (o->references && o->reference_count < LEAST_REFERENCES)
    return rs__note_set(note, RS_ERR_OPTION, "reference_count is %zu, fewer than %d",
                        o->reference_count, LEAST_REFERENCES);
  if (o->reference_count > most_rows(elements, o->feature_elements))
    return rs__note_set(note, RS_ERR_OPTION, "reference_count %zu is too large",
                        o->reference_count);
  for (size_t i = 0; i < o->reference_count * elements; i++)
    if (!isfinite(o->references[i]))
      return rs__note_set(note, RS_ERR_NONFINITE, "reference %zu is not finite", i / elements);
  return RS_OK;
}

static rs_status check_options(rs_tune_options *o, const rs_sampler_options *so, rs__note *note) {
  if (o->budget < LEAST_BUDGET || o->budget > MOST_BUDGET)
    return rs__note_set(note, RS_ERR_OPTION, "budget is not within %d to %d", LEAST_BUDGET,
                        MOST_BUDGET);
  const int64_t least = LEAST_SAMPLES * o->budget;
  if (o->evaluations == 0)
    o->evaluations = least > 1000000 ? least : 1000000;
  if (o->evaluations < least || o->evaluations > (int64_t)1 << 48)
    return rs__note_set(note, RS_ERR_OPTION, "evaluations is not within %lld to 2^48",
                        (long long)least);
  const int32_t both = 1 << RS_TUNE_SDE | 1 << RS_TUNE_RESTART;
  if (o->skip & ~both || o->reserved)
    return rs__note_set(note, RS_ERR_OPTION, "skip is of RS_TUNE_SDE and RS_TUNE_RESTART only");
  if (!o->references)
    o->skip = both;
  if (so->dtype != RS_FLOAT32)
    return rs__note_set(note, RS_ERR_OPTION, "a tuner needs dtype RS_FLOAT32");
  if (!o->features != !o->feature_elements)
    return rs__note_set(note, RS_ERR_OPTION, "features and feature_elements go together");
  return check_references(o, so->elements, note);
}

static uint64_t whole_batches(uint64_t samples, uint64_t batch) {
  return samples < batch ? batch : samples / batch * batch;
}

static uint64_t kinds_tried(const rs_tuner *t) {
  uint64_t kinds = 0;
  for (int32_t kind = 0; kind < RS__KINDS; kind++)
    kinds += !(t->options.skip >> kind & 1);
  return kinds;
}

/* A share of what is left to the final: a heat of each kind's best and the usual ODE, and with
 * other kinds one of two with twice the samples, or more. Without references there are the fine
 * runs too. A heat has at least a sample for each block. */
static rs_status choose_heats(rs_tuner *t, uint64_t search, uint64_t samples) {
  const uint64_t kinds = kinds_tried(t), batch = t->batch, last = kinds > 1 ? 2 : 0;
  const uint64_t all = kinds + 1 + (t->options.references ? 0 : RS__FINER);
  const uint64_t least = whole_batches(RS__BLOCKS + batch - 1, batch);
  const uint64_t left = samples > search ? samples - search : 0;
  t->heats[0] = (size_t)(left / (all + 2 * last) / batch * batch);
  if (t->heats[0] >= least) {
    t->heats[1] = last ? (size_t)((left - all * t->heats[0]) / last / batch * batch) : 0;
    return RS_OK;
  }
  const int64_t needed = (int64_t)(search + (all + 2 * last) * least) * t->options.budget;
  return rs__note_set(&t->note, RS_ERR_OPTION,
                      "with batches of %zu the search needs %lld evaluations, not %lld", t->batch,
                      (long long)needed, (long long)t->options.evaluations);
}

/* A half for the search: TRIES with a share of samples, KEPT with four; what is left for the
 * final. */
static rs_status choose_counts(rs_tuner *t) {
  const uint64_t samples = (uint64_t)(t->options.evaluations / t->options.budget);
  const uint64_t batch = t->batch, kinds = kinds_tried(t);
  const uint64_t fine = t->options.references ? 0 : RS__FINER;
  if (batch > samples)
    return rs__note_set(&t->note, RS_ERR_OPTION,
                        "one batch of %zu needs more than %lld evaluations", t->batch,
                        (long long)t->options.evaluations);
  if (samples > most_rows(t->elements, t->width))
    return rs__note_status(&t->note, RS_ERR_MEMORY);
  const uint64_t share = samples / 2 / (kinds * (RS__TRIES + 4 * RS__KEPT) + 4 * fine);
  t->few = (size_t)whole_batches(share, batch);
  t->many = (size_t)whole_batches(4 * share, batch);
  return choose_heats(t, kinds * (RS__TRIES * t->few + RS__KEPT * t->many) + fine * t->many,
                      samples);
}

/* The ends of the grid that the sampler would take by itself. */
static rs_status find_range(rs_tuner *t) {
  rs_step_info info;
  rs_step_info_init(&info);
  rs_status st = rs__tuner_plan(t, NULL);
  if (st == RS_OK)
    st = rs_plan_step(t->sampler, 0, &info);
  t->range[1] = info.sigma_from;
  if (st == RS_OK)
    st = rs_plan_step(t->sampler, rs_plan_count(t->sampler) - 1, &info);
  t->range[0] = info.sigma_from;
  return st;
}

static rs_status take_arrays(rs_tuner *t) {
  rs__memory *m = &t->memory;
  const size_t most = larger(t->many, larger(t->heats[0], t->heats[1]));
  const size_t held_out = RS__BLOCKS * t->block_references;
  const bool data = t->options.references, features = t->options.features;
  const bool sliced = data && !t->options.distance;
  bool all = true;
#define TAKE(array, count) all = ((array) = rs__memory_take(m, (count), sizeof *(array))) && all
  TAKE(t->seeds, t->batch);
  TAKE(t->samples, most * t->width);
  if (features)
    TAKE(t->drawn, t->batch * t->elements);
  if (features && data)
    TAKE(t->reference_features, t->options.reference_count * t->width);
  if (!data)
    TAKE(t->fine, most * t->width);
  else
    TAKE(t->held_out, held_out * t->width);
  if (sliced) {
    TAKE(t->sums, t->width + 1);
    TAKE(t->sample_rows, most * RS__SLICED_DIRECTIONS);
    TAKE(t->search_rows, t->search_references * RS__SLICED_DIRECTIONS);
    TAKE(t->final_rows, held_out * RS__SLICED_DIRECTIONS);
    TAKE(t->sample_part, (most / RS__BLOCKS) * RS__SLICED_DIRECTIONS);
    TAKE(t->final_part, t->block_references * RS__SLICED_DIRECTIONS);
    TAKE(t->sample_row, most);
    TAKE(t->final_row, held_out);
  }
#undef TAKE
  return all ? RS_OK : rs__note_status(&t->note, RS_ERR_MEMORY);
}

/* Half of the references are for the search. The final's are cut into as many blocks as its
 * samples, so that its standard errors know of both. */
static void share_references(rs_tuner *t) {
  const rs_tune_options *o = &t->options;
  const double variance = rs__sliced_variance(o->references, o->reference_count * t->elements);
  t->spread = variance > 0 ? sqrt(variance) : 1;
  t->block_references = (o->reference_count / 2) / RS__BLOCKS;
  t->search_references = o->reference_count - RS__BLOCKS * t->block_references;
}

/* What is compared, and that of the final in an array of its own. */
static rs_status read_references(rs_tuner *t) {
  const rs_tune_options *o = &t->options;
  rs_status st = RS_OK;
  t->references = o->references;
  for (size_t i = 0; t->reference_features && i < o->reference_count && st == RS_OK;
       i += t->batch) {
    const size_t left = o->reference_count - i;
    st = rs__tuner_features(t, o->references + i * t->elements, left < t->batch ? left : t->batch,
                            t->reference_features + i * t->width);
    t->references = t->reference_features;
  }
  if (st == RS_OK && t->references)
    memcpy(t->held_out, t->references + t->search_references * t->width,
           RS__BLOCKS * t->block_references * t->width * sizeof *t->held_out);
  return st;
}

static rs_status make_sampler(rs_tuner *t, const rs_sampler_options *callers) {
  rs_sampler_options so = *callers;
  so.model.destroy = NULL;
  so.progress = NULL;
  so.message = t->note.text;
  so.message_capacity = sizeof t->note.text;
  return rs_sampler_new(&so, &t->sampler);
}

static rs_status fill(rs_tuner *t, const rs_sampler_options *so) {
  t->batch = so->batch ? so->batch : 1;
  t->elements = so->elements;
  t->width = t->options.features ? t->options.feature_elements : so->elements;
  t->random = t->options.seed;
  share_references(t);
  rs_status st = make_sampler(t, so);
  if (st == RS_OK)
    st = choose_counts(t);
  if (st == RS_OK)
    st = find_range(t);
  if (st == RS_OK)
    st = take_arrays(t);
  if (st == RS_OK)
    st = read_references(t);
  if (t->options.features)
    rs__sliced_features(t->width, t->options.seed, t->directions);
  else
    rs__sliced_directions(t->width, t->options.seed, t->directions);
  if (st == RS_OK && t->sums) {
    rs__tuner_project(t, t->references, t->search_references, t->search_rows);
    rs__tuner_project(t, t->held_out, RS__BLOCKS * t->block_references, t->final_rows);
  }
  return st;
}

static rs_status make(const rs_sampler_options *so, const rs_tune_options *o, rs_tuner **tuner,
                      rs__note *note) {
  rs__memory memory;
  rs__memory_init(&memory, &so->alloc);
  rs_tuner *t = rs__memory_take(&memory, 1, sizeof *t);
  if (!t)
    return rs__note_status(note, RS_ERR_MEMORY);
  t->memory = memory;
  t->options = *o;
  const rs_status st = fill(t, so);
  *note = t->note;
  if (st == RS_OK)
    *tuner = t;
  else
    rs_tuner_free(t);
  return st;
}

rs_status rs_tuner_new(const rs_sampler_options *sampler_options, const rs_tune_options *options,
                       rs_tuner **tuner) {
  if (tuner)
    *tuner = NULL;
  if (!sampler_options || !options || !tuner)
    return RS_ERR_ARGUMENT;
  rs_sampler_options so;
  rs_tune_options o;
  if (rs__sized_read(&so, sizeof so, RS__FIRST_SAMPLER_OPTIONS, sampler_options) != RS_OK ||
      rs__sized_read(&o, sizeof o, RS__FIRST_TUNE_OPTIONS, options) != RS_OK)
    return RS_ERR_VERSION;
  rs__note note;
  rs_status st = RS_OK;
  if (so.elements < 1 || !so.model.fn)
    st = rs__note_set(&note, RS_ERR_OPTION, "a tuner needs a network (model.fn) and elements");
  else if (!so.alloc.allocate != !so.alloc.release)
    st = rs__note_set(&note, RS_ERR_OPTION, "alloc needs both allocate and release, or neither");
  if (st == RS_OK)
    st = check_options(&o, &so, &note);
  if (st == RS_OK)
    st = make(&so, &o, tuner, &note);
  if (st != RS_OK && o.message && o.message_capacity)
    snprintf(o.message, o.message_capacity, "%s", note.text);
  return st;
}

void rs_tuner_free(rs_tuner *tuner) {
  if (!tuner)
    return;
  rs_sampler_free(tuner->sampler);
  void *const arrays[] = {tuner->drawn,      tuner->reference_features, tuner->samples,
                          tuner->fine,       tuner->held_out,           tuner->seeds,
                          tuner->sums,       tuner->sample_rows,        tuner->search_rows,
                          tuner->final_rows, tuner->sample_part,        tuner->final_part,
                          tuner->sample_row, tuner->final_row};
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
    rs__memory_give(&tuner->memory, arrays[i]);
  rs__memory memory = tuner->memory;
  rs__memory_give(&memory, tuner);
}

/* ---- running ---------------------------------------------------------------------------------*/

rs_status rs_tuner_step(rs_tuner *tuner) {
  if (!tuner)
    return RS_ERR_ARGUMENT;
  if (tuner->busy)
    return rs__note_set(&tuner->note, RS_ERR_STATE, "rs_tuner_step within a callback");
  tuner->busy = true;
  const rs_status st = rs__tuner_next(tuner);
  tuner->busy = false;
  return st < 0 || st == RS_STOPPED ? st : rs__note_status(&tuner->note, st);
}

rs_status rs_tune(const rs_sampler_options *sampler_options, const rs_tune_options *options,
                  rs_tuner **tuner) {
  rs_status st = rs_tuner_new(sampler_options, options, tuner);
  if (st == RS_OK)
    do
      st = rs_tuner_step(*tuner);
    while (st == RS_MORE);
  return st;
}

void rs_tuner_stop(rs_tuner *tuner) {
  if (tuner)
    rs_sampler_stop(tuner->sampler);
}

const char *rs_tuner_message(const rs_tuner *tuner) {
  return tuner ? tuner->note.text : "there is no tuner";
}

rs_status rs_tuner_schedule(const rs_tuner *tuner, rs_schedule_options *options) {
  if (!tuner || !options)
    return RS_ERR_ARGUMENT;
  if (tuner->phase != RS_TUNE_DONE)
    return RS_ERR_STATE;
  const rs_schedule_options *o = &tuner->answer.options;
  return rs__sized_write(options, o, sizeof *o, RS__FIRST_SCHEDULE_OPTIONS);
}
