/* SPDX-License-Identifier: MIT
 * How far apart two sets of samples are, seen along many directions. */
#ifndef RS_MATH_SLICED_H
#define RS_MATH_SLICED_H

#include <stddef.h>
#include <stdint.h>

enum { RS__SLICED_DIRECTIONS = 512 };

/* A direction: the mean of `width` elements from `first` on, less that of as many `lag` further on
 * where lag is not 0. */
typedef struct rs__slice {
  size_t first, width, lag;
} rs__slice;

/* Directions for samples of so many elements, laid out in order: differences of means over one, two
 * or four neighbours a power of two apart see fine and coarse structure alike, where directions
 * drawn from a ball see only where most of the variance is. */
void rs__sliced_directions(size_t elements, uint64_t seed,
                           rs__slice directions[RS__SLICED_DIRECTIONS]);

/* Directions for features, whose order says nothing: half of them single ones, half differences of
 * any two. */
void rs__sliced_features(size_t features, uint64_t seed,
                         rs__slice directions[RS__SLICED_DIRECTIONS]);

/* Projections [RS__SLICED_DIRECTIONS, count] of x [count, elements], each row sorted. sums has room
 * for elements + 1 numbers. */
void rs__sliced_project(const float *x, size_t count, size_t elements,
                        const rs__slice directions[RS__SLICED_DIRECTIONS], double *sums,
                        float *rows);

double rs__sliced_variance(const float *x, size_t count);

/* Projections of `count` samples, or, with part_count not 0, of those that are not in a part:
 * `part` holds the part's own projections, and `row` has room for count numbers. */
typedef struct rs__sliced_set {
  const float *rows;
  size_t count;
  const float *part;
  size_t part_count;
  float *row;
} rs__sliced_set;

/* The root mean square over directions of the Wasserstein-1 distance between two sorted rows, in
 * units of the standard deviation of `b`'s (Rabin et al. 2011, "Wasserstein barycenter and its
 * application to texture mixing", with every direction scaled; the Wasserstein-2 distance that is
 * used there tells schedules apart half as well, because the few samples in the tails rule it). A
 * hundredth of the largest variance is added to each, so that directions in which b does not vary
 * do not count for more than can be seen. */
double rs__sliced_distance(const rs__sliced_set *a, const rs__sliced_set *b);

#endif
