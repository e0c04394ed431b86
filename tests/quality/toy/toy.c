/* SPDX-License-Identifier: MIT
 *
 * Runs the library on the 20-dimensional problem; study.py says what for.
 *
 *     toy NETWORK <JOBS
 *
 * NETWORK is a TorchScript file (*.pt), or a file of points whose exact denoiser is then the
 * network. JOBS has one run a line: OUT key=value..., keys:
 *   steps, rho, sigma_min, sigma_max, s_min, s_max, s_noise    fields of rs_schedule_options
 *   sigmas=a,b,...           a grid of the caller's own
 *   segments=[n,K,a,b],...   without blanks
 *   gamma    of the churn in the main pass between s_min and s_max, whatever the number of steps
 *   start    a file with the states at the first sigma; without it they are noise
 *   offset   added to the number of a step where it keys churn: the run then draws what a run would
 *            that began so many steps earlier
 *   count    of samples, default 2000
 *   seed     of the first sample, the others follow; default 0
 *   capture  a sigma: the states are written whenever the run arrives there from above
 * OUT gets the captured states and then the samples, count x 20 floats each. Printed, one line a
 * run: the evaluations done at each of these. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <restart/torch.h>

#include "exact.h"

enum { MANY = 512, LINE = 16384 };

typedef struct job {
  rs_schedule_options schedule;
  rs_segment segments[16];
  double sigmas[MANY];
  double gamma, capture;
  const char *start;
  uint64_t seed;
  size_t count;
  uint32_t offset;
  FILE *out;
} job;

/* ---- the job's text --------------------------------------------------------------------------*/

/* The next word of *text, which is moved on; NULL when there is none. */
static char *next_word(char **text, const char *separators) {
  char *word = *text + strspn(*text, separators);
  char *end = word + strcspn(word, separators);
  *text = *end ? end + 1 : end;
  *end = 0;
  return *word ? word : NULL;
}

static int read_sigmas(job *j, char *text) {
  for (char *word; (word = next_word(&text, ",")) != NULL;) {
    if (j->schedule.sigma_count == MANY)
      return 0;
    j->sigmas[j->schedule.sigma_count++] = strtod(word, NULL);
  }
  j->schedule.grid = RS_GRID_SIGMAS;
  j->schedule.sigmas = j->sigmas;
  return 1;
}

static int read_number(job *j, const char *key, double value) {
  rs_schedule_options *s = &j->schedule;
  const struct {
    const char *name;
    double *field;
  } numbers[] = {{"rho", &s->rho},     {"sigma_min", &s->sigma_min},
                 {"s_min", &s->s_min}, {"sigma_max", &s->sigma_max},
                 {"s_max", &s->s_max}, {"s_noise", &s->s_noise},
                 {"gamma", &j->gamma}, {"capture", &j->capture}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (strcmp(key, numbers[i].name) == 0)
      return *numbers[i].field = value, 1;
  if (strcmp(key, "steps") == 0)
    return s->steps = (int32_t)value, 1;
  if (strcmp(key, "seed") == 0)
    return j->seed = (uint64_t)value, 1;
  if (strcmp(key, "count") == 0)
    return j->count = (size_t)value, 1;
  if (strcmp(key, "offset") == 0)
    return j->offset = (uint32_t)value, 1;
  return 0;
}

static int read_word(job *j, const char *key, char *value) {
  if (strcmp(key, "sigmas") == 0)
    return read_sigmas(j, value);
  if (strcmp(key, "start") == 0)
    return j->start = value, j->schedule.start = RS_START_KEEP, 1;
  if (strcmp(key, "segments") == 0) {
    j->schedule.segments = j->segments;
    return rs_segments_parse(value, j->segments, 16, &j->schedule.segment_count, NULL) == RS_OK;
  }
  return read_number(j, key, strtod(value, NULL));
}

static int read_job(job *j, char *line, char **out) {
  memset(j, 0, sizeof *j);
  rs_schedule_options_init(&j->schedule);
  j->count = 2000;
  *out = next_word(&line, " \n");
  for (char *word; (word = next_word(&line, " \n")) != NULL;) {
    char *value = strchr(word, '=');
    if (value)
      *value++ = 0;
    if (!value || !read_word(j, word, value))
      return fprintf(stderr, "toy: cannot read %s\n", word), 0;
  }
  const size_t sigmas = j->schedule.sigma_count;
  j->schedule.s_churn = j->gamma * (double)(sigmas ? sigmas - 1 : (size_t)j->schedule.steps);
  return *out != NULL;
}

/* ---- the run ---------------------------------------------------------------------------------*/

static int32_t noise(const rs_noise_request *r, void *user) {
  const uint32_t offset = r->purpose == RS_NOISE_CHURN ? ((const job *)user)->offset : 0;
  for (size_t b = 0; b < r->batch; b++) {
    const rs_noise_key key = {r->seeds[b], r->purpose, r->segment, r->iteration, r->step + offset};
    if (rs_normals(&key, 0, r->elements, r->output + b * r->elements) != RS_OK)
      return -1;
  }
  return 0;
}

static int32_t arrived(const rs_step_info *step, void *user) {
  const job *j = user;
  if (step->kind == RS_STEP_JUMP || fabs(step->sigma_to - j->capture) > 1e-9 * j->capture)
    return 0;
  printf("%lld ", (long long)step->nfe_done);
  return fwrite(step->state, sizeof(float), j->count * DIMENSIONS, j->out) == j->count * DIMENSIONS
             ? 0
             : -1;
}

static int read_start(const job *j, float *x) {
  FILE *in = j->start ? fopen(j->start, "rb") : NULL;
  const size_t read = in ? fread(x, sizeof *x, j->count * DIMENSIONS, in) : 0;
  if (in)
    fclose(in);
  return !j->start || read == j->count * DIMENSIONS;
}

static int sample(rs_sampler *sampler, job *j, float *x, uint64_t *seeds) {
  for (size_t b = 0; b < j->count; b++)
    seeds[b] = j->seed + b;
  if (!read_start(j, x))
    return fprintf(stderr, "toy: cannot read %s\n", j->start), 0;
  if (rs_schedule(sampler, &j->schedule) != RS_OK || rs_sample(sampler, x, seeds) != RS_OK)
    return fprintf(stderr, "toy: %s\n", rs_sampler_message(sampler)), 0;
  printf("%lld\n", (long long)rs_plan_nfe(sampler));
  return fwrite(x, sizeof *x, j->count * DIMENSIONS, j->out) == j->count * DIMENSIONS;
}

static int run(const rs_sampler_options *model, job *j) {
  rs_sampler_options so = *model;
  so.batch = j->count;
  so.noise = j->offset ? noise : NULL;
  so.noise_user = j;
  so.progress = j->capture > 0 ? arrived : NULL;
  so.progress_user = j;
  rs_sampler *sampler = NULL;
  float *x = calloc(j->count * DIMENSIONS, sizeof *x);
  uint64_t *seeds = calloc(j->count, sizeof *seeds);
  const int good =
      x && seeds && rs_sampler_new(&so, &sampler) == RS_OK && sample(sampler, j, x, seeds);
  rs_sampler_free(sampler);
  free(x);
  free(seeds);
  return good;
}

static int run_all(const rs_sampler_options *model) {
  static char line[LINE];
  static job j;
  while (fgets(line, sizeof line, stdin)) {
    char *out;
    if (!read_job(&j, line, &out))
      return 1;
    j.out = fopen(out, "wb");
    const int good = j.out && run(model, &j);
    if ((j.out && fclose(j.out) != 0) || !good)
      return fprintf(stderr, "toy: failed: %s\n", out), 1;
    fflush(stdout);
  }
  return 0;
}

static int with_torch(const char *path) {
  char why[256] = "";
  rs_torch_options to;
  rs_torch_options_init(&to);
  to.path = path;
  to.threads = 1;
  to.message = why;
  to.message_capacity = sizeof why;
  rs_torch *torch = NULL;
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  int failed = rs_torch_new(&to, &torch) != RS_OK || rs_torch_model(torch, &so) != RS_OK;
  if (failed)
    fprintf(stderr, "toy: %s\n", why);
  failed = failed || so.elements != DIMENSIONS || run_all(&so);
  rs_torch_free(torch);
  return failed;
}

static int with_points(const char *path) {
  static exact e;
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.fn = exact_evaluate;
  so.model.user = &e;
  so.elements = DIMENSIONS;
  return exact_read(&e, path) ? (fprintf(stderr, "toy: cannot read %s\n", path), 1) : run_all(&so);
}

int main(int argc, char **argv) {
  if (argc != 2)
    return fprintf(stderr, "usage: toy NETWORK <JOBS\n"), 2;
  const size_t length = strlen(argv[1]);
  const int script = length > 3 && strcmp(argv[1] + length - 3, ".pt") == 0;
  return script ? with_torch(argv[1]) : with_points(argv[1]);
}
