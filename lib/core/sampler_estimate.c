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

static rs__job *add_job(rs__pass *p, void *out, const void *v, double c) {
  rs__job *j = &p->job[p->count++];
  *j = (rs__job){.out = out, .count = 1, .v = {v}, .c = {c}};
  return j;
}

/* The scaled input of an evaluation, twice where the network takes both passes at once. */
static void add_input(rs__pass *p, const rs_sampler *s, const rs__move *m, bool both) {
  add_job(p, s->spare.input, s->vector[m->in], m->c_in);
  if (both)
    add_job(p, (char *)s->spare.input + state_bytes(s), s->vector[m->in], m->c_in);
}

const void *rs__sampler_input(rs_sampler *s, const rs__move *m) {
  const bool both = rs__sampler_pass(s, m) == RS_PASS_BOTH;
  if (m->c_in == 1 && !both)
    return s->vector[m->in];
  if (!s->input_ready) {
    rs__pass p = {.s = s};
    add_input(&p, s, m, both);
    rs__sampler_run(&p);
  }
  return s->spare.input;
}

void *rs__sampler_output(rs_sampler *s, const rs__move *m) {
  return rs__sampler_pass(s, m) == RS_PASS_CONDITIONAL ? s->vector[m->out] : s->spare.second;
}

/* out = c_skip y + c_out output. */
static void add_scale(rs__pass *p, const rs__move *m, void *out, const void *output) {
  if (m->c_skip == 0 && m->c_out == 1 && out == output)
    return;
  if (m->c_skip == 0) {
    add_job(p, out, output, m->c_out);
    return;
  }
  rs__job *j = add_job(p, out, p->s->vector[m->in], m->c_skip);
  j->v[j->count] = output;
  j->c[j->count++] = m->c_out;
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
    e->s->kernels->scale_f64(d, n, own > 0 ? 1 - phi + phi * want / own : 1);
  } else {
    float *d = (float *)e->d + at;
    const double own = rs__vector_spread_f32(d, n);
    const double want = rs__vector_spread_f32((float *)e->other + at, n);
    e->s->kernels->scale_f32(d, n, own > 0 ? 1 - phi + phi * want / own : 1);
  }
}

/* conditional, unconditional -> guided, in the place of the conditional one, unless the deviation
 * is to be restored: then in the other's. */
static void add_guide(rs__pass *p, void *conditional, void *unconditional) {
  const rs_model *model = &p->s->options.model;
  rs__job *j = add_job(p, model->guidance_rescale > 0 ? unconditional : conditional, conditional,
                       model->guidance_weight);
  j->v[j->count] = unconditional;
  j->c[j->count++] = 1 - model->guidance_weight;
}

static void rescale(rs_sampler *s, void *conditional, void *unconditional) {
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
    e->s->kernels->clip_f64((double *)e->d + at, n, low, high);
  else
    e->s->kernels->clip_f32((float *)e->d + at, n, low, high);
  if (m->clip == RS_CLIP_DYNAMIC && wide)
    e->s->kernels->scale_f64((double *)e->d + at, n, m->clip_high / high);
  else if (m->clip == RS_CLIP_DYNAMIC)
    e->s->kernels->scale_f32((float *)e->d + at, n, m->clip_high / high);
}

/* Whether the move can be made before it is known that all of the estimate is finite: it loses
 * nothing that the same evaluation needs when it is made again. */
static bool repeatable(const rs__move *m, const rs__move *then) {
  bool good = then->out != RS__X && then->out != m->in;
  for (int32_t k = 0; k < then->terms; k++)
    good &= then->out != then->vector[k];
  return good;
}

/* The combination that follows, and the input that it makes. */
static void add_following(rs__pass *p, rs_sampler *s, const rs__move *then) {
  const rs__move *eval = then + 1;
  const bool within = s->move + 2 < s->plan.steps[s->step].end_move;
  rs__sampler_add(p, then);
  if (within && eval->kind == RS__EVAL && eval->in == then->out && eval->passes == 1 &&
      eval->c_in != 1)
    add_input(p, s, eval, false);
}

const rs__move *rs__sampler_following(const rs_sampler *s) {
  const rs__move *m = &s->plan.moves[s->move], *then = m + 1;
  const bool within = s->move + 1 < s->plan.steps[s->step].end_move;
  const bool plain = m->passes == 1 && s->options.model.clip == RS_CLIP_NONE;
  return within && plain && then->kind == RS__COMBINE && !(then->c_noise > 0) ? then : NULL;
}

static void add_estimate(rs__pass *p, const rs__move *m, int32_t pass) {
  const rs_sampler *s = p->s;
  void *d = s->vector[m->out], *second = s->spare.second;
  if (pass == RS_PASS_CONDITIONAL) {
    add_scale(p, m, d, d);
  } else if (pass == RS_PASS_UNCONDITIONAL) {
    add_scale(p, m, second, second);
  } else {
    add_scale(p, m, d, second);
    add_scale(p, m, second, (char *)second + state_bytes(s));
  }
  if (pass != RS_PASS_CONDITIONAL)
    add_guide(p, d, second);
}

rs_status rs__sampler_estimate(rs_sampler *s, const rs__move *m, const rs__move *then,
                               bool *whole) {
  const int32_t pass = rs__sampler_pass(s, m);
  const size_t samples = s->options.batch * (pass == RS_PASS_BOTH ? 2 : 1);
  const void *output = rs__sampler_output(s, m);
  const rs_model *model = &s->options.model;
  rs__pass p = {.s = s};
  *whole = false;
  s->input_ready = false;
  /* What guides overwrites the conditional estimate, so all has to be finite first. */
  if (pass == RS_PASS_CONDITIONAL && (!then || repeatable(m, then)))
    p.checked = output;
  else if (rs__sampler_check_finite(s, output, samples, "the network's output") != RS_OK)
    return RS_ERR_NONFINITE;
  add_estimate(&p, m, pass);
  if (then)
    add_following(&p, s, then);
  rs__sampler_run(&p);
  if (atomic_load(&p.bad))
    return rs__sampler_check_finite(s, output, samples, "the network's output");
  s->input_ready = p.count > 0 && p.job[p.count - 1].out == s->spare.input;
  *whole = m->passes == 1 || pass != RS_PASS_CONDITIONAL;
  if (*whole && m->passes == 2 && model->guidance_rescale > 0)
    rescale(s, s->vector[m->out], s->spare.second);
  if (*whole && model->clip != RS_CLIP_NONE)
    each(s, clip_sample, s->vector[m->out], s->spare.scratch);
  return RS_OK;
}
