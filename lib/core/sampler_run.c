/* SPDX-License-Identifier: MIT
 * Playing the plan. ask and tell are the ground; the driver is ask, network, tell. */
#include "core/sampler.h"

#include <string.h>

#include "base/sized.h"

static bool at_end(const rs_sampler *s) {
  return s->step == s->plan.step_count;
}

static rs_status done(rs_sampler *s, rs_status status) {
  return rs__note_status(&s->note, status);
}

void rs_sampler_stop(rs_sampler *sampler) {
  if (sampler)
    atomic_store(&sampler->stop, 1);
}

/* A request to stop is answered once. */
static bool stop_taken(rs_sampler *s) {
  return atomic_exchange(&s->stop, 0) != 0;
}

rs_status rs__sampler_answer(rs_sampler *s, int32_t answer, const char *callback) {
  if (answer == 0)
    return RS_OK;
  s->callback_status = answer;
  const bool stops = answer > 0;
  return rs__note_set(&s->note, stops ? RS_STOPPED : RS_ERR_CALLBACK,
                      "the %s callback %s with %d, after %lld of %lld evaluations", callback,
                      stops ? "asked to stop" : "failed", (int)answer, (long long)s->nfe_done,
                      (long long)s->plan.nfe);
}

void rs__sampler_bind(rs_sampler *s, void *x, size_t move) {
  s->vector[RS__X] = x;
  s->move = move;
  s->step = 0;
  s->stage = 0;
  s->pass = 0;
  s->nfe_done = 0;
  s->denoised = NULL;
  s->input_ready = false;
  while (!at_end(s) && s->plan.steps[s->step].end_move <= move)
    s->nfe_done += s->plan.steps[s->step++].info.nfe;
  for (size_t m = at_end(s) ? move : s->plan.steps[s->step].first_move; m < move; m++)
    if (s->plan.moves[m].kind == RS__EVAL) {
      s->stage++;
      s->nfe_done += s->plan.moves[m].passes;
      s->denoised = s->vector[s->plan.moves[m].out];
    }
}

/* The step's place in the plan, for a callback. */
static void describe_step(rs_sampler *s) {
  s->info = s->plan.steps[s->step].info;
  s->info.nfe_done = s->nfe_done;
}

static rs_status report_progress(rs_sampler *s) {
  if (!s->options.progress)
    return RS_OK;
  const bool wide = s->options.dtype == RS_FLOAT64;
  describe_step(s);
  s->info.state = wide ? NULL : s->vector[RS__X];
  s->info.state_f64 = wide ? s->vector[RS__X] : NULL;
  s->info.denoised = wide ? NULL : s->denoised;
  s->info.denoised_f64 = wide ? s->denoised : NULL;
  s->busy = true;
  const int32_t answer = s->options.progress(&s->info, s->options.progress_user);
  s->busy = false;
  return rs__sampler_answer(s, answer, "progress");
}

/* Goes past a move; a step that ends is reported. */
static rs_status next(rs_sampler *s) {
  s->move++;
  if (s->move < s->plan.steps[s->step].end_move)
    return RS_OK;
  const rs_status st = report_progress(s);
  s->step++;
  s->stage = 0;
  s->denoised = NULL;
  return st;
}

/* Plays moves until an evaluation is due (RS_MORE) or step number `end` begins (RS_OK). */
static rs_status play(rs_sampler *s, size_t end) {
  while (s->step < end) {
    if (stop_taken(s))
      return done(s, RS_STOPPED);
    const rs__move *m = &s->plan.moves[s->move];
    if (m->kind == RS__EVAL)
      return RS_MORE;
    rs_status st = rs__sampler_play(s, m);
    if (st == RS_OK)
      st = next(s);
    if (st != RS_OK)
      return st;
  }
  return at_end(s) && stop_taken(s) ? done(s, RS_STOPPED) : RS_OK;
}

/* Describes the evaluation that is due. */
static void prepare(rs_sampler *s) {
  const rs__move *m = &s->plan.moves[s->move];
  const rs_sampler_options *o = &s->options;
  const bool wide = o->dtype == RS_FLOAT64;
  const void *input = rs__sampler_input(s, m);
  void *output = rs__sampler_output(s, m);
  const int32_t pass = rs__sampler_pass(s, m);
  describe_step(s);
  s->eval = (rs_eval){.size = sizeof s->eval,
                      .batch = pass == RS_PASS_BOTH ? 2 * o->batch : o->batch,
                      .elements = o->elements,
                      .input = wide ? NULL : input,
                      .output = wide ? NULL : output,
                      .input_f64 = wide ? input : NULL,
                      .output_f64 = wide ? output : NULL,
                      .sigma = m->sigma,
                      .alpha = m->alpha,
                      .time = m->time,
                      .seeds = s->seeds,
                      .step = &s->info,
                      .executor = o->executor.run ? &o->executor : NULL,
                      .stage = s->stage,
                      .pass = pass};
  s->phase = RS__ASKED;
}

/* Takes the output of the evaluation that was asked for, and makes the move that follows where
 * that spares a pass over memory. With guidance in two calls the first leaves the move to be played
 * again. */
static rs_status absorb(rs_sampler *s) {
  const rs__move *m = &s->plan.moves[s->move];
  const rs__move *then = atomic_load(&s->stop) ? NULL : rs__sampler_following(s);
  bool whole;
  const int32_t evaluations = rs__sampler_pass(s, m) == RS_PASS_BOTH ? 2 : 1;
  rs_status st = rs__sampler_estimate(s, m, then, &whole);
  s->phase = RS__READY;
  if (st != RS_OK)
    return st;
  s->nfe_done += evaluations;
  s->pass = !whole;
  if (!whole)
    return RS_OK;
  s->denoised = s->vector[m->out];
  s->stage++;
  st = next(s);
  return st == RS_OK && then ? next(s) : st;
}

static rs_status evaluate(rs_sampler *s) {
  prepare(s);
  s->calls++;
  s->busy = true;
  const int32_t answer = s->options.model.fn(&s->eval, s->options.model.user);
  s->busy = false;
  s->phase = RS__READY;
  const rs_status st = rs__sampler_answer(s, answer, "network");
  return st == RS_OK ? absorb(s) : st;
}

/* Plays up to step number `end`. */
static rs_status drive(rs_sampler *s, size_t end) {
  for (;;) {
    rs_status st = play(s, end);
    if (st == RS_MORE)
      st = evaluate(s);
    else if (st == RS_OK)
      return done(s, at_end(s) ? RS_OK : RS_MORE);
    if (st != RS_OK)
      return st;
  }
}

/* Whether a run can go on; says why not. */
static rs_status check_running(rs_sampler *s, const char *call) {
  if (s->busy)
    return rs__note_set(&s->note, RS_ERR_STATE, "%s within a callback", call);
  if (s->phase == RS__NONE)
    return rs__note_set(&s->note, RS_ERR_STATE, "%s before rs_sampler_start", call);
  return RS_OK;
}

static rs_status check_network(rs_sampler *s, const char *call) {
  const rs_status st = check_running(s, call);
  if (st == RS_OK && !s->options.model.fn)
    return rs__note_set(&s->note, RS_ERR_STATE,
                        "%s without model.fn: give one, or use rs_sampler_ask", call);
  return st;
}

rs_status rs__sampler_check_known(rs_sampler *s) {
  if (!s->plan.options.inpaint)
    return RS_OK;
  if (!s->known)
    return rs__note_set(&s->note, RS_ERR_STATE,
                        "the schedule says inpaint, but rs_sampler_inpaint was not called");
  const rs_status st =
      rs__sampler_check_finite(s, s->known, s->options.batch, "inpainting's known picture");
  return st == RS_OK ? rs__sampler_check_finite(s, s->mask, s->options.batch, "inpainting's mask")
                     : st;
}

static rs_status start(rs_sampler *s, void *x, const uint64_t *seeds, int32_t dtype) {
  if (!s)
    return RS_ERR_ARGUMENT;
  if (!x)
    return rs__note_set(&s->note, RS_ERR_ARGUMENT, "x is NULL");
  if (s->busy)
    return rs__note_set(&s->note, RS_ERR_STATE, "rs_sampler_start within a callback");
  if (s->plan.step_count == 0)
    return rs__note_set(&s->note, RS_ERR_STATE, "rs_sampler_start before rs_schedule");
  if (s->options.dtype != dtype)
    return rs__note_set(&s->note, RS_ERR_STATE, "the sampler's dtype is float%d: use the %s form",
                        dtype == RS_FLOAT32 ? 64 : 32, dtype == RS_FLOAT32 ? "_f64" : "plain");
  rs_status st = rs__sampler_check_known(s);
  if (st != RS_OK)
    return st;
  for (size_t b = 0; b < s->options.batch; b++)
    s->seeds[b] = seeds ? seeds[b] : b;
  s->phase = RS__NONE; /* there is nothing to save before the noise is there */
  rs__sampler_bind(s, x, 0);
  st = rs__sampler_begin(s);
  if (st != RS_OK)
    return st;
  s->phase = RS__READY;
  return done(s, RS_OK);
}

rs_status rs_sampler_start(rs_sampler *sampler, float *x, const uint64_t *seeds) {
  return start(sampler, x, seeds, RS_FLOAT32);
}

rs_status rs_sampler_start_f64(rs_sampler *sampler, double *x, const uint64_t *seeds) {
  return start(sampler, x, seeds, RS_FLOAT64);
}

static rs_status inpaint(rs_sampler *s, const void *known, const void *mask, int32_t dtype) {
  if (!s)
    return RS_ERR_ARGUMENT;
  if (!known != !mask)
    return rs__note_set(&s->note, RS_ERR_ARGUMENT, "known and mask go together");
  if (s->busy || s->options.dtype != dtype)
    return rs__note_set(&s->note, RS_ERR_STATE, "rs_sampler_inpaint %s",
                        s->busy ? "within a callback" : "of the sampler's other dtype");
  if (!known && s->plan.options.inpaint && s->phase != RS__NONE && !at_end(s))
    return rs__note_set(&s->note, RS_ERR_STATE, "rs_sampler_inpaint: the run needs what it has");
  s->known = known;
  s->mask = mask;
  return done(s, RS_OK);
}

rs_status rs_sampler_inpaint(rs_sampler *sampler, const float *known, const float *mask) {
  return inpaint(sampler, known, mask, RS_FLOAT32);
}

rs_status rs_sampler_inpaint_f64(rs_sampler *sampler, const double *known, const double *mask) {
  return inpaint(sampler, known, mask, RS_FLOAT64);
}

rs_status rs_restart_step(rs_sampler *sampler) {
  if (!sampler)
    return RS_ERR_ARGUMENT;
  rs_sampler *s = sampler;
  const rs_status st = check_network(s, "rs_restart_step");
  if (st != RS_OK)
    return st;
  if (at_end(s))
    return done(s, stop_taken(s) ? RS_STOPPED : RS_OK);
  const bool jump = s->plan.steps[s->step].info.kind == RS_STEP_JUMP;
  return drive(s, s->step + 1 + jump);
}

static rs_status sample(rs_sampler *s, rs_status started) {
  if (started != RS_OK)
    return started;
  const rs_status st = check_network(s, "rs_sample");
  return st == RS_OK ? drive(s, s->plan.step_count) : st;
}

rs_status rs_sample(rs_sampler *sampler, float *x, const uint64_t *seeds) {
  return sample(sampler, rs_sampler_start(sampler, x, seeds));
}

rs_status rs_sample_f64(rs_sampler *sampler, double *x, const uint64_t *seeds) {
  return sample(sampler, rs_sampler_start_f64(sampler, x, seeds));
}

static rs_status answer_with(rs_request *request, const rs_eval *eval) {
  const rs_request answer = {sizeof answer, eval};
  /* The size of a pointer is meant: NOLINTNEXTLINE(bugprone-sizeof-expression) */
  return rs__sized_write(request, &answer, sizeof answer, RS__FIRST_REQUEST);
}

rs_status rs_sampler_ask(rs_sampler *sampler, rs_request *request) {
  if (!sampler)
    return RS_ERR_ARGUMENT;
  rs_sampler *s = sampler;
  if (!request)
    return rs__note_set(&s->note, RS_ERR_ARGUMENT, "request is NULL");
  rs_status st = check_running(s, "rs_sampler_ask");
  if (st == RS_OK && answer_with(request, NULL) != RS_OK)
    st = rs__note_set(&s->note, RS_ERR_VERSION, "initialise the request with rs_request_init");
  if (st == RS_OK)
    st = play(s, s->plan.step_count);
  if (st != RS_MORE)
    return st == RS_OK ? done(s, RS_OK) : st;
  if (s->phase == RS__READY)
    prepare(s);
  answer_with(request, &s->eval);
  return done(s, RS_MORE);
}

rs_status rs_sampler_tell(rs_sampler *sampler) {
  if (!sampler)
    return RS_ERR_ARGUMENT;
  rs_sampler *s = sampler;
  rs_status st = check_running(s, "rs_sampler_tell");
  if (st == RS_OK && s->phase != RS__ASKED)
    st = rs__note_set(&s->note, RS_ERR_STATE, "rs_sampler_tell, but nothing was asked for");
  if (st != RS_OK)
    return st;
  s->calls++;
  st = absorb(s);
  if (st == RS_OK)
    st = play(s, s->plan.step_count);
  return st == RS_OK || st == RS_MORE ? done(s, st) : st;
}
