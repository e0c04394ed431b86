/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fingerprint.h"
#include "identity.h"
#include "plan.h"
#include "say.h"

static void write_grid(FILE *text, const rs_schedule_options *schedule) {
  fprintf(text, "grid %d, spacing %d, shift %.17g, snap %d\n", (int)schedule->grid,
          (int)schedule->spacing, schedule->shift, (int)schedule->snap);
  fprintf(text, "steps %d, budget %lld\n", (int)schedule->steps, (long long)schedule->budget);
  fprintf(text, "sigma-max %.17g, sigma-min %.17g, rho %.17g\n", schedule->sigma_max,
          schedule->sigma_min, schedule->rho);
  fprintf(text, "end %d, meet %d\n", (int)schedule->end, (int)schedule->meet);
  fprintf(text, "sigmas");
  for (size_t i = 0; i < schedule->sigma_count; ++i)
    fprintf(text, " %.17g", schedule->sigmas[i]);
  fprintf(text, "\n");
}

static void write_solver(FILE *text, const rs_schedule_options *schedule) {
  fprintf(text, "solver %d, in restarts %d, order %d, eta %.17g\n", (int)schedule->solver,
          (int)schedule->restart_solver, (int)schedule->solver_order, schedule->eta);
  fprintf(text, "s-noise %.17g, s-churn %.17g, s-min %.17g, s-max %.17g, restart-gamma %.17g\n",
          schedule->s_noise, schedule->s_churn, schedule->s_min, schedule->s_max,
          schedule->restart_gamma);
}

static void write_network(FILE *text, const struct draw_options *options,
                          const struct network *network) {
  char shape[256];
  shape_text(&network->shape, shape, sizeof shape);
  fprintf(text, "shape %s\n", shape);
  fprintf(text, "device %s, dtype %d, threads %d\n", options->device ? options->device : "cpu",
          (int)options->dtype, options->threads);
  fprintf(text, "guidance %d, weight %.17g\n", (int)network->model.guidance,
          network->model.guidance_weight);
  fprintf(text, "librestart %s, libtorch %s\n", rs_version_string(), network->calls.version());
}

static void write_samples(FILE *text, const struct draw_options *options) {
  fprintf(text, "count %d\nbatch %d\nseed %" PRIu64 "\n", options->count, options->batch,
          options->seed);
  fprintf(text, "labels %s\n", options->labels_text ? options->labels_text : "none");
}

char *identity_new(const struct draw_options *options, const struct network *network,
                   const rs_schedule_options *schedule) {
  uint64_t hash, bytes;
  if (!fingerprint_file(options->model, &hash, &bytes))
    return NULL;
  char *segments = plan_segments(schedule);
  char *identity = NULL;
  size_t length = 0;
  FILE *text = segments ? open_memstream(&identity, &length) : NULL;
  if (text) {
    write_samples(text, options);
    fprintf(text, "model %016" PRIx64 " of %" PRIu64 " bytes\n", hash, bytes);
    write_network(text, options, network);
    write_grid(text, schedule);
    write_solver(text, schedule);
    fprintf(text, "segments %s\n", *segments ? segments : "none");
    if (fclose(text) != 0) {
      free(identity);
      identity = NULL;
    }
  }
  if (!identity)
    say("out of memory for the checkpoint");
  free(segments);
  return identity;
}
