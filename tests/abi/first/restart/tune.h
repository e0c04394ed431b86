/* SPDX-License-Identifier: MIT
 * As in the first release. */
#ifndef RESTART_TUNE_H
#define RESTART_TUNE_H
#include <restart/restart.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct rs_tuner rs_tuner;
typedef struct rs_tune_sets {
  size_t size;
  size_t elements;
  const float *samples;
  size_t count;
  const float *references;
  size_t reference_count;
} rs_tune_sets;
typedef int32_t (*rs_distance_fn)(const rs_tune_sets *sets, double *distance, void *user);
typedef int32_t (*rs_features_fn)(const float *samples, size_t count, float *features, void *user);
enum {
  RS_TUNE_ODE = 0,
  RS_TUNE_SDE = 1,
  RS_TUNE_RESTART = 2,
  RS_TUNE_FINAL = 3,
  RS_TUNE_DONE = 4
};
typedef struct rs_tune_info {
  size_t size;
  int32_t phase;
  int32_t kind;
  const rs_schedule_options *schedule;
  int64_t nfe;
  size_t count;
  double distance;
  double error;
  int64_t evaluations;
  int64_t evaluations_most;
} rs_tune_info;
typedef int32_t (*rs_tune_progress_fn)(const rs_tune_info *info, void *user);
typedef struct rs_tune_options {
  size_t size;
  int64_t budget;
  const float *references;
  size_t reference_count;
  int64_t evaluations;
  uint64_t seed;
  int32_t skip;
  int32_t reserved;
  rs_distance_fn distance;
  void *distance_user;
  rs_tune_progress_fn progress;
  void *progress_user;
  char *message;
  size_t message_capacity;
  rs_features_fn features;
  void *features_user;
  size_t feature_elements;
} rs_tune_options;
#define rs_tune_options_init(options) rs_tune_options_init_sized((options), sizeof *(options))
RS_API void rs_tune_options_init_sized(rs_tune_options *options, size_t size);
RS_API rs_status rs_tuner_new(const rs_sampler_options *sampler_options,
                              const rs_tune_options *options, rs_tuner **tuner);
RS_API void rs_tuner_free(rs_tuner *tuner);
RS_API rs_status rs_tuner_step(rs_tuner *tuner);
RS_API rs_status rs_tune(const rs_sampler_options *sampler_options, const rs_tune_options *options,
                         rs_tuner **tuner);
RS_API void rs_tuner_stop(rs_tuner *tuner);
RS_API const char *rs_tuner_message(const rs_tuner *tuner);
RS_API rs_status rs_tuner_schedule(const rs_tuner *tuner, rs_schedule_options *options);
RS_API rs_status rs_tuner_text(const rs_tuner *tuner, char *buffer, size_t capacity,
                               size_t *length);
RS_API rs_status rs_tuner_save(const rs_tuner *tuner, void *buffer, size_t capacity,
                               size_t *length);
RS_API rs_status rs_tuner_load(rs_tuner *tuner, const void *buffer, size_t length);
#ifdef __cplusplus
}
#endif
#endif
