/* SPDX-License-Identifier: MIT
 * From the network's output to the denoised estimate: prediction, guidance, clipping. */
#include "core/sampler.h"

#include <string.h>

#include "math/vector.h"
#include "part/model.h"

static size_t state_bytes(const rs_sampler *s) {
  const size_t size = s->options.dtype == RS_FLOAT64 ? sizeof(double) : sizeof(float);
  return s->options.batch * s->options.elements * size;
}

int32_t rs__sampler_pass(const rs_sampler *s, const rs__move *m) {
  if (m->passes == 1)
    return RS_PASS_CONDITIONAL;
  if (s->options.model.guidance == RS_GUIDANCE_DOUBLED)
    return RS_PASS_BOTH;
  return s->pass ? RS_PASS_UNCONDITIONAL : RS_PASS_CONDITIONAL;
}

const void *rs__sampler_input(rs_sampler *s, const rs__move *m) {
  const bool both = rs__sampler_pass(s, m) == RS_PASS_BOTH;
  if (m->c_in == 1 && !both)
    return s->vector[m->in];
  rs__job j = {.s = s, .out = s->spare.input, .count = 1, .v = {s->vector[m->in]}, .c = {m->c_in}};
  rs__sampler_combine(&j);
  if (both)
    memcpy((char *)s->spare.input + state_bytes(s), s->spare.input, state_bytes(s));
  return s->spare.input;
}

void *rs__sampler_output(rs_sampler *s, const rs__move *m) {
  return rs__sampler_pass(s, m) == RS_PASS_CONDITIONAL ? s->vector[m->out] : s->spare.second;
}

/* out = c_skip y + c_out output. */
static void scale(rs_sampler *s, const rs__move *m, void *out, const void *output) {
  rs__job j = {
      .s = s, .out = out, .count = 2, .v = {s->vector[m->in], output}, .c = {m->c_skip, m->c_out}};
  if (m->c_skip == 0) {
    j.count = 1;
    j.v[0] = output;
    j.c[0] = m->c_out;
  }
  if (out != output || j.count == 2 || m->c_out != 1)
    rs__sampler_combine(&j);
}

/* Work on each sample of the estimate d. */
typedef struct {
  rs_sampler *s;
  void *d, *other;
} estimate;

static void each(rs_sampler *s, rs_task_fn task, void *d, void *other) {
  estimate e = {s, d, other};
  if (s->options.executor.run && s->options.batch > 1)
    s->options.executor.run(s->options.batch, task, &e, s->options.executor.user);
  else
    for (size_t b = 0; b < s->options.batch; b++)
      task(b, &e);
}

/* d becomes (1 - phi + phi std(conditional) / std(d)) d; `other` holds the conditional estimate. */
static void rescale_sample(size_t b, void *context) {
  const estimate *e = context;
  const size_t n = e->s->options.elements, at = b * n;
  const double phi = e->s->options.model.guidance_rescale;
  if (e->s->options.dtype == RS_FLOAT64) {
    double *d = (double *)e->d + at;
    const double own = rs__vector_spread_f64(d, n);
    const double want = rs__vector_spread_f64((double *)e->other + at, n);
    rs__vector_scale_f64(d, n, own > 0 ? 1 - phi + phi * want / own : 1);
  } else {
    float *d = (float *)e->d + at;
    const double own = rs__vector_spread_f32(d, n);
    const double want = rs__vector_spread_f32((float *)e->other + at, n);
    rs__vector_scale_f32(d, n, own > 0 ? 1 - phi + phi * want / own : 1);
  }
}

/* conditional, unconditional -> guided, in the place of the conditional one. */
static void guide(rs_sampler *s, void *conditional, void *unconditional) {
  const rs_model *model = &s->options.model;
  const double w = model->guidance_weight;
  const bool rescales = model->guidance_rescale > 0;
  rs__job j = {.s = s,
               .out = rescales ? unconditional : conditional,
               .count = 2,
               .v = {conditional, unconditional},
               .c = {w, 1 - w}};
  rs__sampler_combine(&j);
  if (!rescales)
    return;
  each(s, rescale_sample, unconditional, conditional);
  memcpy(conditional, unconditional, state_bytes(s));
}

static void clip_sample(size_t b, void *context) {
  const estimate *e = context;
  const rs_model *m = &e->s->options.model;
  const size_t n = e->s->options.elements, at = b * n;
  const bool wide = e->s->options.dtype == RS_FLOAT64;
  double low = m->clip_low, high = m->clip_high;
  if (m->clip == RS_CLIP_DYNAMIC) {
    const double q = wide ? rs__vector_quantile_f64((double *)e->d + at, n, m->clip_quantile,
                                                    (double *)e->other + at)
                          : rs__vector_quantile_f32((float *)e->d + at, n, m->clip_quantile,
                                                    (float *)e->other + at);
    high = q > m->clip_high ? q : m->clip_high;
    low = -high;
  }
  if (wide)
    rs__vector_clip_f64((double *)e->d + at, n, low, high);
  else
    rs__vector_clip_f32((float *)e->d + at, n, low, high);
  if (m->clip == RS_CLIP_DYNAMIC && wide)
    rs__vector_scale_f64((double *)e->d + at, n, m->clip_high / high);
  else if (m->clip == RS_CLIP_DYNAMIC)
    rs__vector_scale_f32((float *)e->d + at, n, m->clip_high / high);
}

rs_status rs__sampler_estimate(rs_sampler *s, const rs__move *m, bool *whole) {
  const int32_t pass = rs__sampler_pass(s, m);
  const size_t samples = s->options.batch * (pass == RS_PASS_BOTH ? 2 : 1);
  const rs_status st =
      rs__sampler_check_finite(s, rs__sampler_output(s, m), samples, "the network's output");
  void *d = s->vector[m->out], *second = s->spare.second;
  *whole = st == RS_OK && (m->passes == 1 || pass != RS_PASS_CONDITIONAL);
  if (st != RS_OK)
    return st;
  if (pass == RS_PASS_CONDITIONAL) {
    scale(s, m, d, d);
  } else if (pass == RS_PASS_UNCONDITIONAL) {
    scale(s, m, second, second);
  } else {
    scale(s, m, d, second);
    scale(s, m, second, (char *)second + state_bytes(s));
  }
  if (*whole && m->passes == 2)
    guide(s, d, second);
  if (*whole && s->options.model.clip != RS_CLIP_NONE)
    each(s, clip_sample, d, s->spare.scratch);
  return RS_OK;
}
