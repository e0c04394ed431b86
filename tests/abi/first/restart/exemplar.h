/* SPDX-License-Identifier: MIT
 * As in the first release. */
#ifndef RESTART_EXEMPLAR_H
#define RESTART_EXEMPLAR_H
#include <restart/restart.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct rs_exemplar rs_exemplar;
typedef struct rs_exemplar_patch {
  double sigma;
  int32_t side;
  int32_t reserved;
} rs_exemplar_patch;
enum { RS_EXEMPLAR_EXACT = 0, RS_EXEMPLAR_SHORTLIST = 1 };
typedef struct rs_exemplar_options {
  size_t size;
  const float *pixels;
  int32_t channels;
  int32_t height;
  int32_t width;
  int32_t output_height;
  int32_t output_width;
  int32_t patch_count;
  const rs_exemplar_patch *patches;
  rs_alloc alloc;
  int32_t search;
  int32_t reserved;
} rs_exemplar_options;
#define rs_exemplar_options_init(options) \
  rs_exemplar_options_init_sized((options), sizeof *(options))
RS_API void rs_exemplar_options_init_sized(rs_exemplar_options *options, size_t size);
RS_API rs_status rs_exemplar_new(const rs_exemplar_options *options, rs_exemplar **exemplar);
RS_API void rs_exemplar_free(rs_exemplar *exemplar);
RS_API int32_t rs_exemplar_denoise(const rs_eval *eval, void *user);
RS_API rs_status rs_exemplar_model(rs_exemplar *exemplar, rs_sampler_options *options);
RS_API rs_status rs_exemplar_schedule(rs_schedule_options *options);
RS_API void rs_exemplar_destroy(void *exemplar);
#ifdef __cplusplus
}
#endif
#endif
