/* SPDX-License-Identifier: MIT
 * The exemplar model as one would write it with a BLAS: patches as rows, distances from a product
 * of matrices, softmax, and a product with the centres. */
#include <math.h>
#include <stdlib.h>

#include <cblas.h>

#include "speed.h"

/* Rows of side x side patches around every pixel, with wrap-around, and half their squares. */
static void patches(const float *picture, int side, const speed_picture *p, float *rows,
                    float *halves) {
  const int pixels = side * side, k = p->side, d = p->channels * k * k;
  for (int at = 0; at < pixels; at++) {
    float *row = rows + (size_t)at * (size_t)d, sum = 0;
    for (int c = 0; c < p->channels; c++)
      for (int y = 0; y < k; y++)
        for (int x = 0; x < k; x++) {
          const int py = (at / side + y - k / 2 + side) % side;
          const int px = (at % side + x - k / 2 + side) % side;
          const float v = picture[c * pixels + py * side + px];
          *row++ = v;
          sum += v * v;
        }
    halves[at] = sum / 2;
  }
}

/* products[i] - halves[i] differs from -distance^2 / 2 by what all of a row have in common. */
static void softmax(float *products, const float *halves, int count, float rate) {
  float most = -INFINITY, sum = 0;
  for (int i = 0; i < count; i++) {
    products[i] -= halves[i];
    most = products[i] > most ? products[i] : most;
  }
  for (int i = 0; i < count; i++) {
    products[i] = expf((products[i] - most) * rate);
    sum += products[i];
  }
  for (int i = 0; i < count; i++)
    products[i] /= sum;
}

double speed_gemm(const speed_picture *p, const float *input, float *output) {
  const int side = p->output_side, n = side * side, m = p->exemplar_side * p->exemplar_side;
  const int d = p->channels * p->side * p->side;
  const size_t rows = (size_t)n * (size_t)d, columns = (size_t)m * (size_t)d;
  float *a = malloc(rows * sizeof *a), *b = malloc(columns * sizeof *b);
  float *halves = malloc(((size_t)m + (size_t)n) * sizeof *halves);
  float *w = malloc((size_t)n * (size_t)m * sizeof *w);
  double took = -1;
  if (a && b && halves && w) {
    patches(p->pixels, p->exemplar_side, p, b, halves); /* once for all evaluations */
    const double begin = speed_now();
    patches(input, side, p, a, halves + m);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, m, d, 1, a, d, b, d, 0, w, m);
    for (int i = 0; i < n; i++)
      softmax(w + (size_t)i * (size_t)m, halves, m, (float)(1 / (p->sigma * p->sigma)));
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, p->channels, n, m, 1, p->pixels, m, w, m,
                0, output, n);
    took = speed_now() - begin;
  }
  free(a);
  free(b);
  free(halves);
  free(w);
  return took;
}
