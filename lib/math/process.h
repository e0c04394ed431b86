/* SPDX-License-Identifier: MIT
 * Forward processes x_t = alpha x0 + sigma_t eps, seen from sigma = sigma_t / alpha: which alpha
 * and which time t belong to a noise level. Solvers know sigma alone. */
#ifndef RS_MATH_PROCESS_H
#define RS_MATH_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#include <restart/restart.h>

typedef struct rs__process {
  int32_t kind;              /* RS_PROCESS_... */
  double beta_min, beta_max; /* VP */
  const double *table;       /* DISCRETE, IDDPM: rising sigmas */
  size_t count;              /* of the table; 0 where there is none */
} rs__process;

/* alpha-bar of DDPM's linear betas, Stable Diffusion's scaled-linear ones, or the cosine ones of
 * Nichol and Dhariwal 2021, into table[0 .. count-1]. */
void rs__process_alpha_bar(int32_t betas, double beta_min, double beta_max, size_t count,
                           double *table);

/* alpha-bar -> sigma in place; 0 gives infinity (zero terminal SNR). */
void rs__process_sigmas(double *table, size_t count);

/* The u-table of iDDPM as in Karras et al. 2022, table 1, from the smallest level up. */
void rs__process_iddpm(size_t count, double *table);

/* alpha at a noise level; 0 at infinity where the process has that. */
double rs__process_alpha(const rs__process *p, double sigma);

/* The process's own time at a noise level: t in [0, 1], or a table's index with fraction, linear
 * in ln sigma between two entries; sigma itself where there is no other time. */
double rs__process_time(const rs__process *p, double sigma);

/* The inverse: the noise level at a time. */
double rs__process_sigma(const rs__process *p, double time);

/* The nearest entry of the table, by rs__process_time; infinity stays. */
double rs__process_snap(const rs__process *p, double sigma);

#endif
