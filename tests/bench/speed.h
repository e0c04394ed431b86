/* SPDX-License-Identifier: MIT
 * What speed.py calls. Functions that measure return seconds, or -1 where something failed. */
#ifndef BENCH_SPEED_H
#define BENCH_SPEED_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The calling thread's own time. */
double speed_now(void);

double speed_normals(float *out, size_t n);
double speed_normals_std(float *out, size_t n);
double speed_copy(float *const *arrays, size_t floats, int copies);

typedef struct speed_shape {
  size_t batch, elements;
  int32_t steps, solver, prediction, process, threads;
  double churn;
} speed_shape;
typedef struct speed_run speed_run;

speed_run *speed_open(const speed_shape *shape);
void speed_close(speed_run *r);
double speed_step(speed_run *r);
double speed_step_wall(speed_run *r);
int64_t speed_memory(speed_run *r);
size_t speed_plan(const char *preset, double *from, double *to, int32_t *jump, size_t capacity);

typedef struct speed_picture {
  const float *pixels;
  int32_t channels, exemplar_side, output_side, side; /* of the pictures, of the patches */
  int32_t search;                                     /* RS_EXEMPLAR_... */
  double sigma;
} speed_picture;

double speed_exemplar(const speed_picture *p, const float *input, float *output);
double speed_gemm(const speed_picture *p, const float *input, float *output);

/* Runs of a TorchScript file. *outside: by the clock, of all but the network. */
typedef struct speed_script speed_script;
speed_script *speed_script_open(const char *path, const char *preset, size_t batch);
double speed_script_run(speed_script *s, float *x, double *outside);
size_t speed_script_elements(const speed_script *s);
void speed_script_close(speed_script *s);

#ifdef __cplusplus
}
#endif

#endif
