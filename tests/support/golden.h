/* SPDX-License-Identifier: MIT
 * Golden files and the mixture problem they are about (tests/golden/README.md). */
#ifndef SUPPORT_GOLDEN_H
#define SUPPORT_GOLDEN_H

#include <stddef.h>

#include <restart/restart.h>

enum { GOLDEN_BATCH = 3, GOLDEN_N = 12, GOLDEN_SIZE = GOLDEN_BATCH * GOLDEN_N };

typedef struct golden {
  char *text; /* the whole file */
  double weight[3], mean[3][GOLDEN_N], std[3];
  double latents[GOLDEN_SIZE], final[GOLDEN_SIZE];
  double *sigmas; /* NULL if the run made its own */
  size_t sigma_count;
  double *noise; /* NULL if there is none */
  size_t draws;
} golden;

/* Reads a file; fails the test if it cannot. */
golden *golden_read(const char *name);
void golden_free(golden *g);

/* A header line's value; fallback where there is none. */
double golden_number(const golden *g, const char *key, double fallback);
const char *golden_word(const golden *g, const char *key, char word[256]);

/* The exact denoiser as a network callback, for both types of state; user is a golden. Works on
 * any batch of GOLDEN_N elements. */
int32_t golden_network(const rs_eval *eval, void *user);

#endif
