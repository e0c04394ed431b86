/* SPDX-License-Identifier: MIT
 *
 * Draws samples of one picture and measures how much of it they copy.
 *
 *     study PICTURE OUTPUT key=value...
 *
 * PICTURE holds 3 x 64 x 64 floats in [-1, 1], OUTPUT gets as many for each sample. Keys are the
 * fields of rs_schedule_options (steps, sigma_min, sigma_max, rho, s_noise, s_churn, s_min, s_max),
 * segments=[n,K,t_min,t_max],... patches=SIGMA:SIDE,SIGMA:SIDE,... seed (of the first sample),
 * count (of samples). `default` in place of the keys before it takes rs_exemplar_schedule.
 * Prints one line a sample: nfe, seconds, share, coherence, translation (see copy_measures). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <restart/exemplar.h>

enum { C = 3, SIDE = 64, PIXELS = SIDE * SIDE, ELEMENTS = C * PIXELS, COPY_SIDE = 15, MANY = 32 };

typedef struct run {
  rs_schedule_options schedule;
  rs_segment segments[MANY];
  rs_exemplar_patch patches[MANY];
  int32_t patch_count;
  uint64_t seed;
  int count;
} run;

typedef struct copies {
  double share;       /* of pixels that the most frequent offset explains best */
  double coherence;   /* of pixels whose best offset is that of the pixels right and below too */
  double translation; /* mean squared difference to the best translation, over the variance */
} copies;

static double seconds(void) {
  struct timespec t;
  timespec_get(&t, TIME_UTC);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- how much is copied --------------------------------------------------------------------- */

static float differences[PIXELS], rows[PIXELS], best[PIXELS];
static int offset[PIXELS];

static double difference(const float *a, const float *b, int dy, int dx) {
  double sum = 0;
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++) {
      int from = (y + dy) % SIDE * SIDE + (x + dx) % SIDE;
      float d = 0;
      for (int c = 0; c < C; c++) {
        float e = a[c * PIXELS + y * SIDE + x] - b[c * PIXELS + from];
        d += e * e;
      }
      differences[y * SIDE + x] = d;
      sum += (double)d;
    }
  return sum;
}

/* Sums of COPY_SIDE neighbours with wrap-around, step 1 along x and SIDE along y. */
static void box(const float *in, float *out, int step) {
  int across = step == 1 ? SIDE : 1, half = COPY_SIDE / 2;
  for (int line = 0; line < SIDE; line++) {
    double sum = 0;
    const float *from = in + line * across;
    for (int k = -half; k < half; k++)
      sum += (double)from[(k + SIDE) % SIDE * step];
    for (int k = 0; k < SIDE; k++) {
      sum += (double)from[(k + half) % SIDE * step];
      out[line * across + k * step] = (float)sum;
      sum -= (double)from[(k - half + SIDE) % SIDE * step];
    }
  }
}

static double scan(const float *sample, const float *picture) {
  double least = INFINITY;
  for (int p = 0; p < PIXELS; p++)
    best[p] = INFINITY;
  for (int shift = 0; shift < PIXELS; shift++) {
    double sum = difference(sample, picture, shift / SIDE, shift % SIDE);
    least = sum < least ? sum : least;
    box(differences, rows, 1);
    box(rows, differences, SIDE);
    for (int p = 0; p < PIXELS; p++)
      if (differences[p] < best[p] - 1e-4f) {
        best[p] = differences[p];
        offset[p] = shift;
      }
  }
  return least;
}

static double variance(const float *picture) {
  double total = 0;
  for (int c = 0; c < C; c++) {
    double sum = 0, squares = 0;
    for (int p = 0; p < PIXELS; p++) {
      double v = (double)picture[c * PIXELS + p];
      sum += v;
      squares += v * v;
    }
    total += squares - sum * sum / PIXELS;
  }
  return total > 1e-9 ? total : 1e-9;
}

static copies copy_measures(const float *sample, const float *picture) {
  static int count[PIXELS];
  memset(count, 0, sizeof count);
  double least = scan(sample, picture);
  int most = 0, coherent = 0;
  for (int p = 0; p < PIXELS; p++) {
    int right = p / SIDE * SIDE + (p + 1) % SIDE, below = (p + SIDE) % PIXELS;
    coherent += offset[p] == offset[right] && offset[p] == offset[below];
    if (++count[offset[p]] > most)
      most = count[offset[p]];
  }
  return (copies){(double)most / PIXELS, (double)coherent / PIXELS, least / variance(picture)};
}

/* ---- the command line ----------------------------------------------------------------------- */

static int read_patches(run *r, const char *text) {
  r->patch_count = 0;
  while (*text && r->patch_count < MANY) {
    rs_exemplar_patch *p = &r->patches[r->patch_count++];
    char *end;
    p->sigma = strtod(text, &end);
    if (*end != ':')
      return 0;
    p->side = (int32_t)strtol(end + 1, &end, 10);
    text = *end == ',' ? end + 1 : end;
  }
  return 1;
}

static int read_number(run *r, const char *key, double value) {
  const struct {
    const char *name;
    double *field;
  } numbers[] = {{"sigma_min", &r->schedule.sigma_min}, {"sigma_max", &r->schedule.sigma_max},
                 {"rho", &r->schedule.rho},             {"s_noise", &r->schedule.s_noise},
                 {"s_churn", &r->schedule.s_churn},     {"s_min", &r->schedule.s_min},
                 {"s_max", &r->schedule.s_max}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (strcmp(key, numbers[i].name) == 0)
      return *numbers[i].field = value, 1;
  if (strcmp(key, "steps") == 0)
    return r->schedule.steps = (int32_t)value, 1;
  if (strcmp(key, "seed") == 0)
    return r->seed = (uint64_t)value, 1;
  if (strcmp(key, "count") == 0)
    return r->count = (int)value, 1;
  return 0;
}

static int read_argument(run *r, char *argument) {
  if (strcmp(argument, "default") == 0)
    return rs_exemplar_schedule(&r->schedule) == RS_OK;
  char *value = strchr(argument, '=');
  if (!value)
    return 0;
  *value++ = 0;
  if (strcmp(argument, "patches") == 0)
    return read_patches(r, value);
  if (strcmp(argument, "segments") == 0) {
    r->schedule.segments = r->segments;
    return rs_segments_parse(value, r->segments, MANY, &r->schedule.segment_count, NULL) == RS_OK;
  }
  return read_number(r, argument, strtod(value, NULL));
}

/* ---- sampling ------------------------------------------------------------------------------- */

static int draw(run *r, const float *picture, float *x, rs_sampler *sampler, FILE *out) {
  for (int i = 0; i < r->count; i++) {
    uint64_t seed = r->seed + (uint64_t)i;
    double start = seconds();
    if (rs_sample(sampler, x, &seed) != RS_OK || fwrite(x, sizeof *x, ELEMENTS, out) != ELEMENTS)
      return 1;
    double taken = seconds() - start;
    copies m = copy_measures(x, picture);
    printf("%lld %.3f %.5f %.5f %.5f\n", (long long)rs_plan_nfe(sampler), taken, m.share,
           m.coherence, m.translation);
  }
  return 0;
}

static int sample(run *r, const float *picture, rs_exemplar *exemplar, FILE *out) {
  static float x[ELEMENTS];
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  rs_sampler *sampler = NULL;
  int failed = rs_exemplar_model(exemplar, &so) != RS_OK || rs_sampler_new(&so, &sampler) != RS_OK;
  if (!failed && rs_schedule(sampler, &r->schedule) != RS_OK) {
    fprintf(stderr, "study: %s\n", rs_sampler_message(sampler));
    failed = 1;
  }
  failed = failed || draw(r, picture, x, sampler, out);
  rs_sampler_free(sampler);
  return failed;
}

static int study(run *r, const float *picture, FILE *out) {
  rs_exemplar_options eo;
  rs_exemplar_options_init(&eo);
  eo.pixels = picture;
  eo.channels = C;
  eo.height = eo.width = SIDE;
  eo.patch_count = r->patch_count;
  eo.patches = r->patch_count ? r->patches : NULL;
  rs_exemplar *exemplar = NULL;
  int failed = rs_exemplar_new(&eo, &exemplar) != RS_OK || sample(r, picture, exemplar, out);
  rs_exemplar_free(exemplar);
  return failed;
}

int main(int argc, char **argv) {
  static float picture[ELEMENTS];
  static run r;
  r.count = 1;
  rs_schedule_options_init(&r.schedule);
  if (argc < 3)
    return fprintf(stderr, "usage: study PICTURE OUTPUT key=value...\n"), 2;
  for (int i = 3; i < argc; i++)
    if (!read_argument(&r, argv[i]))
      return fprintf(stderr, "study: cannot read %s\n", argv[i]), 2;
  FILE *in = fopen(argv[1], "rb"), *out = fopen(argv[2], "wb");
  int failed = !in || !out || fread(picture, sizeof *picture, ELEMENTS, in) != ELEMENTS;
  failed = failed || study(&r, picture, out);
  if (in)
    fclose(in);
  failed = (out && fclose(out) != 0) || failed;
  return failed ? (fprintf(stderr, "study: failed\n"), 1) : 0;
}
