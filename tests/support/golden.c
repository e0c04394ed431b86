/* SPDX-License-Identifier: MIT */
#include "support/golden.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/test.h"

/* The numbers of array `name`; the product of its dimensions goes to count. */
static double *read_array(const golden *g, const char *name, size_t *count) {
  char mark[64];
  snprintf(mark, sizeof mark, "\n@%s ", name);
  char *at = strstr(g->text, mark);
  if (!at)
    return NULL;
  at += strlen(mark);
  *count = 1;
  while (*at != '\n')
    *count *= strtoul(at, &at, 10);
  double *values = malloc(*count * sizeof *values);
  assert_non_null(values);
  for (size_t i = 0; i < *count; i++) {
    char *end;
    values[i] = strtod(at, &end);
    assert_true(end > at);
    at = end;
  }
  return values;
}

static void copy_array(const golden *g, const char *name, double *to, size_t want) {
  size_t count = 0;
  double *values = read_array(g, name, &count);
  assert_non_null(values);
  assert_int_equal(count, want);
  memcpy(to, values, count * sizeof *to);
  free(values);
}

static char *read_file(const char *name) {
  char path[1024];
  snprintf(path, sizeof path, "%s/golden/%s.txt", test_source_dir(), name);
  FILE *f = fopen(path, "rb");
  if (!f)
    fail_msg("cannot open %s", path);
  char *text = calloc(1, 1 << 20);
  assert_non_null(text);
  text[0] = '\n';
  const size_t n = fread(text + 1, 1, (1 << 20) - 2, f);
  fclose(f);
  assert_true(n > 0 && n < (1 << 20) - 2);
  return text;
}

golden *golden_read(const char *name) {
  golden *g = calloc(1, sizeof *g);
  assert_non_null(g);
  g->text = read_file(name);
  copy_array(g, "mixture_weight", g->weight, 3);
  copy_array(g, "mixture_mean", &g->mean[0][0], 3 * GOLDEN_N);
  copy_array(g, "mixture_std", g->std, 3);
  copy_array(g, "latents", g->latents, GOLDEN_SIZE);
  copy_array(g, "final", g->final, GOLDEN_SIZE);
  g->sigmas = read_array(g, "sigmas", &g->sigma_count);
  g->noise = read_array(g, "noise", &g->draws);
  g->draws /= GOLDEN_SIZE;
  return g;
}

void golden_free(golden *g) {
  free(g->noise);
  free(g->sigmas);
  free(g->text);
  free(g);
}

const char *golden_word(const golden *g, const char *key, char word[256]) {
  char mark[64];
  snprintf(mark, sizeof mark, "\n%s ", key);
  const char *at = strstr(g->text, mark);
  if (!at)
    return NULL;
  at += strlen(mark);
  snprintf(word, 256, "%.*s", (int)strcspn(at, "\n"), at);
  return word;
}

double golden_number(const golden *g, const char *key, double fallback) {
  char word[256];
  return golden_word(g, key, word) ? strtod(word, NULL) : fallback;
}

static void denoise(const golden *g, const double x[GOLDEN_N], double sigma, double d[GOLDEN_N]) {
  double r[3], top = -INFINITY, sum = 0;
  for (int k = 0; k < 3; k++) {
    const double v = g->std[k] * g->std[k] + sigma * sigma;
    double square = 0;
    for (int i = 0; i < GOLDEN_N; i++)
      square += (x[i] - g->mean[k][i]) * (x[i] - g->mean[k][i]);
    r[k] = log(g->weight[k]) - square / (2 * v) - GOLDEN_N / 2.0 * log(v);
    top = fmax(top, r[k]);
  }
  for (int k = 0; k < 3; k++)
    sum += r[k] = exp(r[k] - top);
  for (int i = 0; i < GOLDEN_N; i++) {
    d[i] = 0;
    for (int k = 0; k < 3; k++) {
      const double s2 = g->std[k] * g->std[k];
      d[i] += r[k] / sum * (g->mean[k][i] + s2 / (s2 + sigma * sigma) * (x[i] - g->mean[k][i]));
    }
  }
}

int32_t golden_network(const rs_eval *e, void *user) {
  for (size_t b = 0; b < e->batch; b++) {
    double x[GOLDEN_N], d[GOLDEN_N];
    for (size_t i = 0; i < GOLDEN_N; i++) {
      const size_t at = b * GOLDEN_N + i;
      x[i] = e->input ? (double)e->input[at] : e->input_f64[at];
    }
    denoise(user, x, e->sigma, d);
    for (size_t i = 0; i < GOLDEN_N; i++) {
      const size_t at = b * GOLDEN_N + i;
      if (e->output)
        e->output[at] = (float)d[i];
      else
        e->output_f64[at] = d[i];
    }
  }
  return 0;
}
