/* SPDX-License-Identifier: MIT
 * copies LIBRARY LIBRARY: two copies of the library, as plugins bring them, in a program that has
 * functions of the same names, and with librsync where it is built with it. Each copy keeps to
 * itself: their runs alternate, step by step, and give the same bits. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include <restart/restart.h>
#ifdef WITH_LIBRSYNC
#include <librsync.h>
#endif

enum { N = 100 };

static int strayed;

/* Only a library that calls its own functions by their public names comes here. */
rs_status rs_sampler_start(rs_sampler *sampler, float *x, const uint64_t *seeds) {
  (void)sampler, (void)x, (void)seeds;
  return strayed = 1, RS_ERR_STATE;
}

rs_status rs_schedule(rs_sampler *sampler, const rs_schedule_options *options) {
  (void)sampler, (void)options;
  return strayed = 1, RS_ERR_STATE;
}

static int32_t network(const rs_eval *e, void *user) {
  (void)user;
  for (size_t i = 0; i < e->batch * e->elements; i++)
    e->output[i] = e->input[i] / (float)(1 + e->sigma * e->sigma);
  return 0;
}

typedef struct copy {
  void *library;
  rs_sampler *sampler;
  float x[N], straight[N];
} copy;

static void *find(const copy *c, const char *name) {
  return c->library ? dlsym(c->library, name) : NULL;
}

/* A function of the copy, with the type of its declaration. */
#define OF(c, name) ((__typeof__(&name))find(c, #name))

static int begin(copy *c, const char *path, int mode) {
  rs_sampler_options so;
  c->library = dlopen(path, RTLD_NOW | mode);
  if (!c->library)
    return printf("%s\n", dlerror()), 0;
  OF(c, rs_sampler_options_init_sized)(&so, sizeof so);
  so.model.fn = network;
  so.elements = N;
  return OF(c, rs_sampler_new)(&so, &c->sampler) == RS_OK &&
         OF(c, rs_schedule)(c->sampler, NULL) == RS_OK &&
         OF(c, rs_sample)(c->sampler, c->straight, NULL) == RS_OK &&
         OF(c, rs_sampler_start)(c->sampler, c->x, NULL) == RS_OK;
}

int main(int argc, char **argv) {
  static copy copies[2];
  if (argc != 3 || !begin(&copies[0], argv[1], RTLD_GLOBAL) ||
      !begin(&copies[1], argv[2], RTLD_LOCAL))
    return printf("a copy does not start; strayed: %d\n", strayed), 1;
  int more = 2;
  while (more > 0)
    for (int i = more = 0; i < 2; i++)
      more += OF(&copies[i], rs_restart_step)(copies[i].sampler) == RS_MORE;
  const int apart = OF(&copies[0], rs_sample) != OF(&copies[1], rs_sample);
  const int equal = memcmp(copies[0].x, copies[0].straight, sizeof copies[0].x) == 0 &&
                    memcmp(copies[1].x, copies[0].straight, sizeof copies[1].x) == 0;
  for (int i = 0; i < 2; i++)
    OF(&copies[i], rs_sampler_free)(copies[i].sampler);
#ifdef WITH_LIBRSYNC
  rs_job_t *job = rs_sig_begin(1024, 0, RS_MD4_SIG_MAGIC);
  printf("%s\n", rs_strerror(job ? RS_DONE : RS_MEM_ERROR));
  rs_job_free(job);
#endif
  printf("apart %d, equal %d, strayed %d\n", apart, equal, strayed);
  return !apart || !equal || strayed;
}
