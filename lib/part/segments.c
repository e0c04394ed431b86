/* SPDX-License-Identifier: MIT */
#include "part/segments.h"

#include <math.h>
#include <string.h>

#include "base/elementary.h"
#include "base/text.h"
#include "math/grid.h"

typedef struct {
  double *sigmas;
  size_t count;
  const rs_segment_info *placed; /* segments that have their node already */
  size_t placed_count;
} grid;

#define REAL(x) rs__text_real((x), 6).s

/* What holds for dropped segments too. */
static rs_status check_shape(const rs_segment *s, size_t i, rs__note *note) {
  if (s->points < 2 || s->iterations < 1)
    return rs__note_set(note, RS_ERR_SEGMENT_COUNTS,
                        "segment %zu has %d points and %d iterations; at least 2 and 1 are needed",
                        i, (int)s->points, (int)s->iterations);
  if (!(s->t_max > s->t_min))
    return rs__note_set(note, RS_ERR_SEGMENT_INVERTED,
                        "segment %zu goes from t_min %s up to t_max %s, which is not above it", i,
                        REAL(s->t_min), REAL(s->t_max));
  if (!(s->t_min >= 1e-30 && s->t_max <= 1e30))
    return rs__note_set(note, RS_ERR_SEGMENT_RANGE,
                        "segment %zu, %s to %s, is not within 1e-30 and 1e30", i, REAL(s->t_min),
                        REAL(s->t_max));
  return RS_OK;
}

static rs_status check_range(const rs_segment *s, size_t i, const grid *g, rs__note *note) {
  const double first = g->sigmas[0];
  const double last = g->sigmas[g->count - 1 - (g->sigmas[g->count - 1] == 0)];
  if (!(s->t_min >= last && s->t_min < first && s->t_max <= first))
    return rs__note_set(note, RS_ERR_SEGMENT_RANGE,
                        "segment %zu, %s to %s, is not within the main grid's %s to %s", i,
                        REAL(s->t_min), REAL(s->t_max), REAL(last), REAL(first));
  return RS_OK;
}

/* The node at or below sigma: the first whose level is not above it. */
static size_t node_below(const grid *g, double sigma) {
  size_t i = 0;
  while (g->sigmas[i] > sigma)
    i++;
  return i;
}

static size_t nearest(const grid *g, double sigma) {
  const size_t below = node_below(g, sigma), above = below - 1;
  return g->sigmas[above] - sigma < sigma - g->sigmas[below] ? above : below;
}

static int is_inner(const grid *g, size_t node) {
  return node > 0 && node < g->count - 1;
}

/* The segment that has this node, or the number of segments placed so far. */
static size_t owner(const grid *g, size_t node) {
  size_t i = 0;
  while (i < g->placed_count &&
         (g->placed[i].dropped || g->placed[i].executed.t_min != g->sigmas[node]))
    i++;
  return i;
}

static rs_status collision(size_t i, size_t other, double sigma, rs__note *note) {
  return rs__note_set(note, RS_ERR_SEGMENT_COLLISION,
                      "segments %zu and %zu meet the same node of the main grid, sigma %s", other,
                      i, REAL(sigma));
}

static rs_status no_node(size_t i, double t_min, rs__note *note) {
  return rs__note_set(note, RS_ERR_SEGMENT_RANGE,
                      "segment %zu: no inner node of the main grid is near t_min %s; use more "
                      "steps or another t_min",
                      i, REAL(t_min));
}

static rs_status snap(grid *g, size_t i, double *t_min, rs__note *note) {
  const size_t node = nearest(g, *t_min);
  if (!is_inner(g, node))
    return no_node(i, *t_min, note);
  if (owner(g, node) < g->placed_count)
    return collision(i, owner(g, node), g->sigmas[node], note);
  *t_min = g->sigmas[node];
  return RS_OK;
}

/* Only the two nodes around t_min can move onto it and keep the order; a node that another
 * segment has is not moved away from under it. */
static rs_status move(grid *g, size_t i, double *t_min, rs__note *note) {
  const size_t near = nearest(g, *t_min), below = node_below(g, *t_min);
  const size_t far = near == below ? below - 1 : below;
  const size_t exact = owner(g, below);
  if (g->sigmas[below] == *t_min && exact < g->placed_count)
    return collision(i, exact, *t_min, note);
  if (g->sigmas[below] == *t_min)
    return is_inner(g, below) ? RS_OK : no_node(i, *t_min, note);
  size_t node = near;
  if (!is_inner(g, node) || owner(g, node) < g->placed_count)
    node = far;
  if (!is_inner(g, node))
    return no_node(i, *t_min, note);
  if (owner(g, node) < g->placed_count)
    return collision(i, owner(g, node), g->sigmas[node], note);
  g->sigmas[node] = *t_min;
  return RS_OK;
}

static rs_status insert(grid *g, size_t i, double *t_min, rs__note *note) {
  const size_t below = node_below(g, *t_min);
  if (g->sigmas[below] == *t_min) {
    if (owner(g, below) < g->placed_count)
      return collision(i, owner(g, below), *t_min, note);
    return is_inner(g, below) ? RS_OK : no_node(i, *t_min, note);
  }
  memmove(g->sigmas + below + 1, g->sigmas + below, (g->count - below) * sizeof *g->sigmas);
  g->sigmas[below] = *t_min;
  g->count++;
  return RS_OK;
}

static rs_status place(const rs_segment *s, size_t i, int32_t meet, grid *g, rs_segment_info *info,
                       rs__note *note) {
  rs_status st = check_range(s, i, g, note);
  if (st != RS_OK)
    return st;
  double *t_min = &info->executed.t_min;
  st = meet == RS_MEET_SNAP     ? snap(g, i, t_min, note)
       : meet == RS_MEET_INSERT ? insert(g, i, t_min, note)
                                : move(g, i, t_min, note);
  if (st == RS_OK && !(s->t_max > *t_min))
    return rs__note_set(note, RS_ERR_SEGMENT_INVERTED,
                        "segment %zu: t_min %s snaps to the node %s, which is not below t_max %s",
                        i, REAL(s->t_min), REAL(*t_min), REAL(s->t_max));
  return st;
}

static void describe(const grid *g, rs_segment_info *info) {
  const rs_segment *s = &info->executed;
  if (info->dropped) {
    info->node = -1;
    return;
  }
  info->node = (int32_t)node_below(g, s->t_min);
  info->ratio = rs__pow(s->t_max / s->t_min, 1.0 / (s->points - 1));
  info->main_ratio = rs__grid_ratio(g->sigmas, g->count, s->t_max, s->t_min);
}

/* Levels that are none are left for the checks. */
static void to_table(const rs__process *process, rs_segment *s) {
  s->t_min = s->t_min > 0 ? rs__process_snap(process, s->t_min) : s->t_min;
  s->t_max = s->t_max > 0 ? rs__process_snap(process, s->t_max) : s->t_max;
}

rs_status rs__segments_meet(const rs_segment *segments, size_t segment_count, int32_t meet,
                            bool drop, const rs__process *snap, double *sigmas, size_t *count,
                            rs_segment_info *infos, rs__note *note) {
  grid g = {sigmas, *count, infos, 0};
  for (size_t i = 0; i < segment_count; i++) {
    rs_segment s = segments[i];
    infos[i] = (rs_segment_info){.size = sizeof *infos, .asked = s};
    if (snap)
      to_table(snap, &s);
    infos[i].executed = s;
    infos[i].dropped = drop && s.t_max > sigmas[0];
    rs_status st = check_shape(&s, i, note);
    if (st == RS_OK && !infos[i].dropped)
      st = place(&s, i, meet, &g, &infos[i], note);
    if (st != RS_OK)
      return st;
    g.placed_count++;
  }
  for (size_t i = 0; i < segment_count; i++)
    describe(&g, &infos[i]);
  *count = g.count;
  return RS_OK;
}
