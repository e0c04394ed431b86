/* SPDX-License-Identifier: MIT
 * Sequences of calls, also out of order and from within callbacks that fail, stop and answer NaN at
 * will: each has a status of the list, and a run that says RS_OK has finite samples. */
#include <math.h>

#include "plan.h"

enum { N = 6, ROOM = 4096 };

typedef struct world {
  fuzz_bytes b;
  fuzz_lists lists;
  rs_sampler *s;
  float x[2 * N], known[2 * N], mask[2 * N];
  unsigned char saved[ROOM];
  size_t length;
  int live, depth, running;
} world;

static void *allocate(size_t bytes, void *user) {
  world *w = user;
  if (fuzz_byte(&w->b) == 255)
    return NULL;
  w->live++;
  return malloc(bytes);
}

static void release(void *memory, void *user) {
  ((world *)user)->live--;
  free(memory);
}

static void act(world *w);

/* What a callback does and answers. */
static int32_t answer(world *w) {
  const uint8_t what = fuzz_byte(&w->b);
  if (what >= 240 && w->depth < 3) {
    w->depth++;
    act(w);
    w->depth--;
  }
  return what == 230 ? -3 : what == 231 ? 4 : 0;
}

static int32_t network(const rs_eval *e, void *user) {
  world *w = user;
  MUST(e->step->index < e->step->count && e->batch * e->elements <= 4 * N);
  fuzz_network(e, NULL);
  if (fuzz_byte(&w->b) == 250)
    e->output[e->elements - 1] = NAN;
  return answer(w);
}

static int32_t progress(const rs_step_info *info, void *user) {
  MUST(info->state);
  return answer(user);
}

static void judge(world *w, rs_status st) {
  MUST(strcmp(rs_status_name(st), "RS_UNKNOWN") != 0);
  MUST(rs_sampler_message(w->s)[0]);
}

static void plan(world *w) {
  rs_schedule_options sc;
  fuzz_schedule(&w->b, &w->lists, &sc);
  sc.steps = 1 + sc.steps % 6;
  sc.budget = 0;
  judge(w, rs_schedule(w->s, &sc));
}

static void pull(world *w) {
  rs_request r;
  rs_request_init(&r);
  const rs_status st = rs_sampler_ask(w->s, &r);
  judge(w, st);
  MUST((st == RS_MORE) == (r.eval != NULL));
  if (r.eval)
    fuzz_network(r.eval, NULL);
}

static void check(world *w, rs_status st) {
  judge(w, st);
  for (size_t i = 0; st == RS_OK && i < 2 * N; i++)
    MUST(isfinite(w->x[i]) || w->depth);
}

static void act(world *w) {
  switch (fuzz_byte(&w->b) % 12) {
  case 0:
    plan(w);
    break;
  case 1:
    judge(w, rs_sampler_start(w->s, w->x, NULL));
    break;
  case 2:
    check(w, rs_restart_step(w->s));
    break;
  case 3:
    check(w, rs_sample(w->s, w->x, NULL));
    break;
  case 4:
    pull(w);
    break;
  case 5:
    judge(w, rs_sampler_tell(w->s));
    break;
  case 6:
    rs_sampler_stop(w->s);
    break;
  case 7:
    if (rs_sampler_save(w->s, w->saved, ROOM, &w->length) != RS_OK)
      w->length = 0;
    break;
  case 8:
    judge(w, rs_sampler_load(w->s, w->saved, w->length, w->x));
    break;
  case 9:
    judge(w, rs_sampler_inpaint(w->s, w->known, w->mask));
    break;
  case 10:
    judge(w, rs_sampler_inpaint(w->s, NULL, NULL));
    break;
  default:
    check(w, rs_restart_step(w->s));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static world w;
  rs_sampler_options so;
  memset(&w, 0, sizeof w);
  w.b = (fuzz_bytes){data, size};
  for (size_t i = 0; i < 2 * N; i++)
    w.mask[i] = (float)i / (2 * N);
  rs_sampler_options_init(&so);
  fuzz_model(&w.b, &w.lists, &so.model);
  so.model.fn = network;
  so.model.user = &w;
  so.batch = 2;
  so.elements = N;
  so.progress = progress;
  so.progress_user = &w;
  so.alloc = (rs_alloc){allocate, release, &w};
  if (rs_sampler_new(&so, &w.s) == RS_OK) {
    for (int i = 0; i < 60 && w.b.left; i++)
      act(&w);
    rs_sampler_free(w.s);
  }
  MUST(w.live == 0);
  return 0;
}
