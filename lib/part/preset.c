/* SPDX-License-Identifier: MIT
 * Published settings of Restart. Xu et al. 2023, tables 3 to 6, and the rules of two programs. */
#include <string.h>

#include <restart/restart.h>

#include "base/sized.h"

#define SEGMENTS(...)                                                                              \
  (const rs_segment[]){__VA_ARGS__}, sizeof((const rs_segment[]){__VA_ARGS__}) / sizeof(rs_segment)

typedef struct {
  const char *name;
  int32_t steps;
  double s_noise;
  const rs_segment *segments;
  size_t segment_count;
  int32_t kind;
} preset;

/* EDM: Heun, Karras grid .002..80. DPM_3: that grid without the step to 0, and DPM-Solver-3, whose
 * few nodes lie too far apart for snapping. SD: the levels of Stable Diffusion 1.5, Euler with Heun
 * inside restarts. NODE: Heun on them. */
enum { EDM, DPM_3, SD, NODE };

static const preset presets[] = {
    {"cifar10-vp-43", 18, 1, SEGMENTS({3, 2, .06, .30}), EDM},
    {"cifar10-vp-55", 18, 1, SEGMENTS({3, 5, .06, .30}), EDM},
    {"cifar10-vp-75", 18, 1, SEGMENTS({3, 10, .06, .30}), EDM},
    {"cifar10-vp-115", 18, 1, SEGMENTS({3, 20, .06, .30}), EDM},
    {"cifar10-vp-519", 20, 1, SEGMENTS({9, 30, .06, .20}), EDM},
    {"cifar10-edm-43", 18, 1, SEGMENTS({3, 2, .14, .30}), EDM},
    {"cifar10-pfgmpp-43", 18, 1, SEGMENTS({3, 2, .14, .30}), EDM},
    {"cifar10-vp-dpm3-18", 5, 1, SEGMENTS({3, 1, .06, 1}), DPM_3},
    {"cifar10-vp-dpm3-21", 6, 1, SEGMENTS({3, 1, .06, 1}), DPM_3},
    {"cifar10-vp-dpm3-24", 7, 1, SEGMENTS({3, 1, .06, 1}), DPM_3},
    {"cifar10-vp-dpm3-27", 8, 1, SEGMENTS({3, 1, .06, .3}), DPM_3},
    {"imagenet64-39", 14, 1.003,
     SEGMENTS({3, 1, 19.35, 40.79}, {3, 1, 1.09, 1.92}, {3, 1, .06, .30}), EDM},
    {"imagenet64-67", 18, 1.003,
     SEGMENTS({5, 1, 19.35, 40.79}, {5, 1, 1.09, 1.92}, {5, 1, .59, 1.09}, {5, 1, .06, .30}), EDM},
    {"imagenet64-99", 18, 1.003,
     SEGMENTS({3, 1, 19.35, 40.79}, {4, 1, 1.09, 1.92}, {4, 4, .59, 1.09}, {4, 1, .30, .59},
              {4, 4, .06, .30}),
     EDM},
    {"imagenet64-165", 18, 1.003,
     SEGMENTS({3, 1, 19.35, 40.79}, {4, 1, 1.09, 1.92}, {4, 5, .59, 1.09}, {4, 5, .30, .59},
              {4, 10, .06, .30}),
     EDM},
    {"imagenet64-203", 36, 1.003,
     SEGMENTS({4, 1, 19.35, 40.79}, {4, 1, 1.09, 1.92}, {4, 5, .59, 1.09}, {4, 5, .30, .59},
              {6, 6, .06, .30}),
     EDM},
    {"imagenet64-385", 36, 1.003,
     SEGMENTS({3, 1, 19.35, 40.79}, {6, 1, 1.09, 1.92}, {6, 5, .59, 1.09}, {6, 5, .30, .59},
              {6, 20, .06, .30}),
     EDM},
    {"imagenet64-535", 36, 1.003,
     SEGMENTS({6, 1, 19.35, 40.79}, {6, 1, 1.09, 1.92}, {7, 6, .59, 1.09}, {7, 6, .30, .59},
              {7, 25, .06, .30}),
     EDM},
    {"imagenet64-623", 36, 1.003,
     SEGMENTS({10, 3, 19.35, 40.79}, {10, 3, 1.09, 1.92}, {7, 6, .59, 1.09}, {7, 6, .30, .59},
              {7, 25, .06, .30}),
     EDM},
    {"sd15-w2", 30, 1, SEGMENTS({5, 2, 1, 9}, {5, 2, 5, 10}), SD},
    {"sd15-w3", 30, 1, SEGMENTS({10, 2, .1, 3}), SD},
    {"sd15-w5", 30, 1, SEGMENTS({10, 2, .1, 2}), SD},
    {"sd15-w8", 30, 1, SEGMENTS({10, 2, .1, 2}), SD},
    {"a1111", 0, 1, NULL, 0, NODE},
    {"comfyui", 20, 1, SEGMENTS({3, 2, .06, .30}, {3, 1, .30, .59}), NODE},
};

const char *rs_preset_name(size_t index) {
  return index < sizeof presets / sizeof *presets ? presets[index].name : NULL;
}

static void fill(const preset *p, rs_schedule_options *o) {
  o->meet = RS_MEET_SNAP;
  o->steps = p->steps;
  o->s_noise = p->s_noise;
  o->segments = p->segments;
  o->segment_count = p->segment_count;
  o->sigma_min = p->kind == SD || p->kind == NODE ? 0.0292 : 0.002;
  o->sigma_max = p->kind == SD || p->kind == NODE ? 14.6146 : 80;
  o->rho = 7;
  o->solver = RS_SOLVER_HEUN;
  if (p->kind == DPM_3) {
    o->solver = RS_SOLVER_DPM_3;
    o->end = RS_END_SIGMA_MIN;
    o->meet = RS_MEET_MOVE;
  }
  if (p->kind == SD) {
    o->solver = RS_SOLVER_EULER;
    o->restart_solver = RS_SOLVER_HEUN;
  }
}

/* The web UI's rule: a restart of 9 steps from 20 steps on, two of n/4 from 36 on, their steps
 * taken out of the n. */
#define A1111(n)                                                                                   \
  { (n) / 4 + 1, 2, .1, 2 }
#define A1111_4(n) A1111(n), A1111((n) + 4), A1111((n) + 8), A1111((n) + 12)
static const rs_segment a1111_small = {10, 1, .1, 2};
static const rs_segment a1111_large[] = {A1111_4(36),  A1111_4(52),  A1111_4(68),  A1111_4(84),
                                         A1111_4(100), A1111_4(116), A1111_4(132), A1111(148)};

static rs_status fill_a1111(int32_t budget, rs_schedule_options *o) {
  const int32_t n = budget ? budget : 20;
  if (n < 1 || n > 150)
    return RS_ERR_OPTION;
  o->steps = n;
  if (n >= 20) {
    o->segments = n >= 36 ? &a1111_large[n / 4 - 9] : &a1111_small;
    o->segment_count = 1;
    o->steps = n - (o->segments->points - 1) * o->segments->iterations;
  }
  return RS_OK;
}

rs_status rs_preset(const char *name, rs_schedule_options *options) {
  if (!name || !options)
    return RS_ERR_ARGUMENT;
  rs_schedule_options o;
  rs_status st = rs__sized_read(&o, sizeof o, RS__FIRST_SCHEDULE_OPTIONS, options);
  if (st != RS_OK)
    return st;
  const int32_t budget = o.steps;
  st = RS_ERR_NAME;
  rs_schedule_options_init(&o);
  for (size_t i = 0; i < sizeof presets / sizeof *presets && st == RS_ERR_NAME; i++)
    if (strcmp(presets[i].name, name) == 0) {
      fill(&presets[i], &o);
      st = presets[i].steps ? RS_OK : fill_a1111(budget, &o);
    }
  return st == RS_OK ? rs__sized_write(options, &o, sizeof o, RS__FIRST_SCHEDULE_OPTIONS) : st;
}
