/* SPDX-License-Identifier: MIT */
#include "core/sampler.h"

#include <string.h>

#include "math/noise.h"
#include "math/vector.h"

/* Elements that are worked on at once with their noise, and the least that is worth a task. */
enum { CHUNK = 1024, TASK_CHUNKS = 32 };

static void combine_f32(const rs__job *j, size_t at, size_t n, const float *noise,
                        const double *c) {
  const float *v[RS__TERMS + 1];
  float sum[CHUNK], *out = (float *)j->out + at;
  for (int k = 0; k < j->count; k++)
    v[k] = (const float *)j->v[k] + at;
  if (j->draws)
    v[j->count] = noise;
  rs__vector_combine_f32(j->mask ? sum : out, n, j->count + j->draws, v, c);
  if (j->mask)
    rs__vector_blend_f32(out, n, sum, (const float *)j->mask + at);
}

static void combine_f64(const rs__job *j, size_t at, size_t n, const float *noise,
                        const double *c) {
  const double *v[RS__TERMS + 1];
  double wide[CHUNK], sum[CHUNK], *out = (double *)j->out + at;
  for (int k = 0; k < j->count; k++)
    v[k] = (const double *)j->v[k] + at;
  if (j->draws) {
    rs__vector_widen(wide, noise, n);
    v[j->count] = wide;
  }
  rs__vector_combine_f64(j->mask ? sum : out, n, j->count + j->draws, v, c);
  if (j->mask)
    rs__vector_blend_f64(out, n, sum, (const double *)j->mask + at);
}

static void run_chunk(const rs__job *j, size_t chunk) {
  const rs_sampler_options *o = &j->s->options;
  const size_t sample = chunk / j->chunks_a_sample;
  const size_t first = chunk % j->chunks_a_sample * CHUNK;
  const size_t n = o->elements - first < CHUNK ? o->elements - first : CHUNK;
  double c[RS__TERMS + 1];
  float noise[CHUNK];
  memcpy(c, j->c, sizeof c);
  if (j->c_noise > 0)
    c[j->draws ? j->count : j->count - 1] = j->c_noise * (j->factor ? j->factor[sample] : 1);
  if (j->draws) {
    rs_noise_key key = j->key;
    key.seed = j->s->seeds[sample];
    rs__noise_normals(&key, first, n, noise);
  }
  if (o->dtype == RS_FLOAT64)
    combine_f64(j, sample * o->elements + first, n, noise, c);
  else
    combine_f32(j, sample * o->elements + first, n, noise, c);
}

static void run_task(size_t index, void *context) {
  const rs__job *j = context;
  const size_t first = index * TASK_CHUNKS;
  const size_t end = j->chunks - first < TASK_CHUNKS ? j->chunks : first + TASK_CHUNKS;
  for (size_t chunk = first; chunk < end; chunk++)
    run_chunk(j, chunk);
}

void rs__sampler_combine(rs__job *j) {
  const rs_sampler_options *o = &j->s->options;
  j->chunks_a_sample = (o->elements + CHUNK - 1) / CHUNK;
  j->chunks = j->chunks_a_sample * o->batch;
  const size_t tasks = (j->chunks + TASK_CHUNKS - 1) / TASK_CHUNKS;
  if (o->executor.run && tasks > 1)
    o->executor.run(tasks, run_task, j, o->executor.user);
  else
    for (size_t i = 0; i < tasks; i++)
      run_task(i, j);
}

/* Asks the host for its noise. */
static rs_status ask_noise(rs_sampler *s, const rs_noise_key *key) {
  const bool wide = s->options.dtype == RS_FLOAT64;
  const rs_noise_request request = {.size = sizeof request,
                                    .batch = s->options.batch,
                                    .elements = s->options.elements,
                                    .seeds = s->seeds,
                                    .output = wide ? NULL : s->spare.noise,
                                    .output_f64 = wide ? s->spare.noise : NULL,
                                    .purpose = key->purpose,
                                    .segment = key->segment,
                                    .iteration = key->iteration,
                                    .step = key->step};
  s->busy = true;
  const int32_t answer = s->options.noise(&request, s->options.noise_user);
  s->busy = false;
  const rs_status st = rs__sampler_answer(s, answer, "noise");
  return st == RS_OK
             ? rs__sampler_check_finite(s, s->spare.noise, s->options.batch, "the host's noise")
             : st;
}

/* The forward noise of PFGM++ is a multivariate Student t with D degrees of freedom. */
static const double *student_factors(rs_sampler *s, const rs_noise_key *key) {
  const bool forward = key->purpose != RS_NOISE_CHURN && key->purpose != RS_NOISE_SOLVER &&
                       key->purpose != RS_NOISE_SOLVER_2;
  if (!s->student || !forward)
    return NULL;
  for (size_t b = 0; b < s->options.batch; b++) {
    rs_noise_key k = *key;
    k.seed = s->seeds[b];
    s->student[b] = rs__noise_student(&k, s->options.model.aux_dimensions);
  }
  return s->student;
}

/* Adds c * noise to the job and runs it. */
static rs_status run_noisy(rs_sampler *s, rs__job *j, uint32_t purpose, double c) {
  const rs_step_info *info = &s->plan.steps[s->step].info;
  const bool start = purpose == RS_NOISE_START, restart = !start && info->kind != RS_STEP_MAIN;
  j->key = (rs_noise_key){.purpose = purpose,
                          .segment = restart ? (uint32_t)info->segment + 1 : 0,
                          .iteration = restart ? (uint32_t)info->iteration : 0,
                          .step = start ? 0 : (uint32_t)info->step};
  j->c_noise = c;
  j->draws = !s->options.noise;
  j->factor = student_factors(s, &j->key);
  if (s->options.noise) {
    const rs_status st = ask_noise(s, &j->key);
    if (st != RS_OK)
      return st;
    j->v[j->count++] = s->spare.noise;
  }
  rs__sampler_combine(j);
  return RS_OK;
}

rs_status rs__sampler_begin(rs_sampler *s) {
  const double sigma = s->plan.sigmas[0];
  rs__job j = {.s = s, .out = s->vector[RS__X]};
  if (s->plan.options.start != RS_START_NOISE) {
    const rs_status st = rs__sampler_check_finite(s, j.out, s->options.batch, "the start state");
    if (st != RS_OK || s->plan.options.start == RS_START_KEEP)
      return st;
    j.v[j.count] = j.out;
    j.c[j.count++] = sigma <= 1e30;
  }
  return run_noisy(s, &j, RS_NOISE_START, sigma <= 1e30 ? sigma : 1);
}

rs_status rs__sampler_play(rs_sampler *s, const rs__move *m) {
  rs__job j = {.s = s, .out = s->vector[m->out], .count = m->terms};
  for (int32_t k = 0; k < m->terms; k++) {
    j.v[k] = s->vector[m->vector[k]];
    j.c[k] = m->c[k];
  }
  if (m->kind == RS__BLEND) {
    j.v[j.count] = s->known;
    j.c[j.count++] = 1;
    j.mask = s->mask;
  }
  if (m->c_noise > 0)
    return run_noisy(s, &j, m->purpose, m->c_noise);
  rs__sampler_combine(&j);
  return RS_OK;
}

rs_status rs__sampler_check_finite(rs_sampler *s, const void *vector, size_t samples,
                                   const char *what) {
  const size_t elements = s->options.elements, n = samples * elements;
  const size_t bad = s->options.dtype == RS_FLOAT64 ? rs__vector_nonfinite_f64(vector, n)
                                                    : rs__vector_nonfinite_f32(vector, n);
  if (bad == n)
    return RS_OK;
  const size_t last = s->plan.step_count - 1;
  const rs_step_info *info = &s->plan.steps[s->step < last ? s->step : last].info;
  return rs__note_set(&s->note, RS_ERR_NONFINITE,
                      "%s is not finite: sample %zu, element %zu, in step %d of the plan (sigma "
                      "%s to %s), after %lld evaluations",
                      what, bad / elements, bad % elements, (int)info->index,
                      rs__text_real(info->sigma_from, 6).s, rs__text_real(info->sigma_to, 6).s,
                      (long long)s->nfe_done);
}
