/* SPDX-License-Identifier: MIT */
#include "core/sampler.h"

#include <string.h>

#include "math/noise.h"
#include "math/vector.h"

/* Elements that are worked on at once with their noise, and the least that is worth a task. */
enum { CHUNK = 1024, TASK_CHUNKS = 32 };

/* One linear combination over the batch, cut into chunks that do not cross samples. */
typedef struct {
  const rs_sampler *s;
  int count; /* vectors, without the library's noise */
  const void *v[RS__TERMS + 1];
  double c[RS__TERMS + 1];
  bool draws; /* the library's noise is one more vector */
  rs_noise_key key;
  void *out;
  size_t chunks_a_sample, chunks;
} job;

static void combine_f32(const job *j, size_t at, size_t n, const float *noise) {
  const float *v[RS__TERMS + 1];
  for (int k = 0; k < j->count; k++)
    v[k] = (const float *)j->v[k] + at;
  if (j->draws)
    v[j->count] = noise;
  rs__vector_combine_f32((float *)j->out + at, n, j->count + j->draws, v, j->c);
}

static void combine_f64(const job *j, size_t at, size_t n, const float *noise) {
  const double *v[RS__TERMS + 1];
  double wide[CHUNK];
  for (int k = 0; k < j->count; k++)
    v[k] = (const double *)j->v[k] + at;
  if (j->draws) {
    rs__vector_widen(wide, noise, n);
    v[j->count] = wide;
  }
  rs__vector_combine_f64((double *)j->out + at, n, j->count + j->draws, v, j->c);
}

static void run_chunk(const job *j, size_t chunk) {
  const rs_sampler_options *o = &j->s->options;
  const size_t sample = chunk / j->chunks_a_sample;
  const size_t first = chunk % j->chunks_a_sample * CHUNK;
  const size_t n = o->elements - first < CHUNK ? o->elements - first : CHUNK;
  float noise[CHUNK];
  if (j->draws) {
    rs_noise_key key = j->key;
    key.seed = j->s->seeds[sample];
    rs__noise_normals(&key, first, n, noise);
  }
  if (o->dtype == RS_FLOAT64)
    combine_f64(j, sample * o->elements + first, n, noise);
  else
    combine_f32(j, sample * o->elements + first, n, noise);
}

static void run_task(size_t index, void *context) {
  const job *j = context;
  const size_t first = index * TASK_CHUNKS;
  const size_t end = j->chunks - first < TASK_CHUNKS ? j->chunks : first + TASK_CHUNKS;
  for (size_t chunk = first; chunk < end; chunk++)
    run_chunk(j, chunk);
}

static void run(job *j) {
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
                                    .output = wide ? NULL : s->host_noise,
                                    .output_f64 = wide ? s->host_noise : NULL,
                                    .purpose = key->purpose,
                                    .segment = key->segment,
                                    .iteration = key->iteration,
                                    .step = key->step};
  s->busy = true;
  const int32_t answer = s->options.noise(&request, s->options.noise_user);
  s->busy = false;
  const rs_status st = rs__sampler_answer(s, answer, "noise");
  return st == RS_OK ? rs__sampler_check_finite(s, s->host_noise, "the host's noise") : st;
}

/* Adds c * noise to the job and runs it. */
static rs_status run_noisy(rs_sampler *s, job *j, uint32_t purpose, double c) {
  const rs_step_info *info = &s->plan.steps[s->step].info;
  const bool restart = purpose != RS_NOISE_START && info->kind != RS_STEP_MAIN;
  j->key = (rs_noise_key){.purpose = purpose,
                          .segment = restart ? (uint32_t)info->segment + 1 : 0,
                          .iteration = restart ? (uint32_t)info->iteration : 0,
                          .step = purpose == RS_NOISE_START ? 0 : (uint32_t)info->step};
  j->c[j->count] = c;
  j->draws = !s->options.noise;
  if (s->options.noise) {
    const rs_status st = ask_noise(s, &j->key);
    if (st != RS_OK)
      return st;
    j->v[j->count++] = s->host_noise;
  }
  run(j);
  return RS_OK;
}

rs_status rs__sampler_draw_start(rs_sampler *s) {
  job j = {.s = s, .out = s->vector[RS__X]};
  return run_noisy(s, &j, RS_NOISE_START, s->plan.sigmas[0]);
}

rs_status rs__sampler_combine(rs_sampler *s, const rs__move *m) {
  job j = {.s = s, .out = s->vector[m->out], .count = m->terms};
  for (int32_t k = 0; k < m->terms; k++) {
    j.v[k] = s->vector[m->vector[k]];
    j.c[k] = m->c[k];
  }
  if (m->c_noise > 0)
    return run_noisy(s, &j, m->purpose, m->c_noise);
  run(&j);
  return RS_OK;
}

const void *rs__sampler_input(rs_sampler *s, const rs__move *m) {
  if (m->c_in == 1)
    return s->vector[m->in];
  job j = {.s = s, .out = s->input, .count = 1, .v = {s->vector[m->in]}, .c = {m->c_in}};
  run(&j);
  return s->input;
}

rs_status rs__sampler_denoise(rs_sampler *s, const rs__move *m) {
  void *output = s->vector[m->out];
  const rs_status st = rs__sampler_check_finite(s, output, "the network's output");
  if (st != RS_OK || (m->c_skip == 0 && m->c_out == 1))
    return st;
  job j = {.s = s,
           .out = output,
           .count = 2,
           .v = {s->vector[m->in], output},
           .c = {m->c_skip, m->c_out}};
  run(&j);
  return RS_OK;
}

rs_status rs__sampler_check_finite(rs_sampler *s, const void *vector, const char *what) {
  const size_t elements = s->options.elements, n = s->options.batch * elements;
  const size_t bad = s->options.dtype == RS_FLOAT64 ? rs__vector_nonfinite_f64(vector, n)
                                                    : rs__vector_nonfinite_f32(vector, n);
  if (bad == n)
    return RS_OK;
  const rs_step_info *info = &s->plan.steps[s->step].info;
  return rs__note_set(&s->note, RS_ERR_NONFINITE,
                      "%s is not finite: sample %zu, element %zu, in step %d of the plan (sigma "
                      "%s to %s), after %lld evaluations",
                      what, bad / elements, bad % elements, (int)info->index,
                      rs__text_real(info->sigma_from, 6).s, rs__text_real(info->sigma_to, 6).s,
                      (long long)s->nfe_done);
}
