/* SPDX-License-Identifier: MIT
 * Options of any kind become a plan or are refused with a sentence. A plan keeps its word: so many
 * steps and evaluations, finite levels that go down, and a run that ends as it says. */
#include "plan.h"

enum { N = 5, ROOM = 1 << 16, MOST = 3000 };

static void judge_steps(const rs_sampler *s) {
  int64_t nfe = 0;
  for (size_t i = 0; i < rs_plan_count(s); i++) {
    rs_step_info info;
    rs_step_info_init(&info);
    MUST(rs_plan_step(s, i, &info) == RS_OK && info.index == (int32_t)i);
    nfe += info.nfe;
    MUST(info.nfe_done == nfe && info.nfe_total == rs_plan_nfe(s));
    MUST(info.sigma_to >= 0 && info.sigma_to < 1e31);
    MUST((info.kind == RS_STEP_JUMP) == (info.sigma_to > info.sigma_from));
  }
  MUST(nfe == rs_plan_nfe(s) && nfe > 0);
}

static void judge_run(rs_sampler *s, const rs_schedule_options *o) {
  float x[N] = {0}, known[N] = {0}, mask[N] = {1};
  rs_counters c;
  if (o->inpaint)
    MUST(rs_sampler_inpaint(s, known, mask) == RS_OK);
  const rs_status st = rs_sample(s, x, NULL);
  rs_counters_init(&c);
  MUST(rs_sampler_counters(s, &c) == RS_OK);
  MUST(st == RS_ERR_NONFINITE || (st == RS_OK && c.nfe_done == rs_plan_nfe(s)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static fuzz_lists lists;
  static char text[ROOM];
  fuzz_bytes b = {data, size};
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_sampler *s;
  char message[200] = "";
  rs_sampler_options_init(&so);
  fuzz_model(&b, &lists, &so.model);
  so.elements = N;
  so.message = message;
  so.message_capacity = sizeof message;
  fuzz_schedule(&b, &lists, &sc);
  if (rs_sampler_new(&so, &s) != RS_OK) {
    MUST(!s && message[0]);
    return 0;
  }
  if (rs_schedule(s, &sc) == RS_OK) {
    size_t length;
    const rs_status st = rs_plan_text(s, text, sizeof text, &length);
    MUST(st == RS_ERR_CAPACITY || (st == RS_OK && strlen(text) == length));
    judge_steps(s);
    if (rs_plan_nfe(s) <= MOST)
      judge_run(s, &sc);
  } else {
    MUST(rs_sampler_message(s)[0] && rs_plan_count(s) == 0);
  }
  rs_sampler_free(s);
  return 0;
}
