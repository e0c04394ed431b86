/* SPDX-License-Identifier: MIT
 * As in the first release. */
#ifndef RESTART_RESTART_H
#define RESTART_RESTART_H
#include <stddef.h>
#include <stdint.h>
#include <restart/version.h>
#if defined(_WIN32) && defined(RS_SHARED)
#  ifdef RS_BUILD
#    define RS_API __declspec(dllexport)
#  else
#    define RS_API __declspec(dllimport)
#  endif
#elif defined(__GNUC__)
#  define RS_API __attribute__((visibility("default")))
#else
#  define RS_API
#endif
#ifdef __cplusplus
extern "C" {
#endif
RS_API int32_t rs_version(void);
RS_API const char *rs_version_string(void);
#define RS_STATUS_LIST(X)                                                                          \
  X(RS_OK, 0, "done")                                                                              \
  X(RS_MORE, 1, "there is more to do: call again")                                                 \
  X(RS_STOPPED, 2, "stopped as asked; the run can be continued")                                   \
  X(RS_ERR_ARGUMENT, -1, "an argument is missing or impossible")                                   \
  X(RS_ERR_OPTION, -2, "an option is out of its range")                                            \
  X(RS_ERR_VERSION, -3, "the options come from a header that this library does not know")          \
  X(RS_ERR_MEMORY, -4, "out of memory")                                                            \
  X(RS_ERR_STATE, -5, "the call does not fit here: no plan, no run, or a run is busy")             \
  X(RS_ERR_CALLBACK, -6, "a callback of the host failed")                                          \
  X(RS_ERR_NONFINITE, -7, "the network's output is not finite")                                    \
  X(RS_ERR_GRID, -8, "the noise levels are not positive, finite and decreasing")                   \
  X(RS_ERR_SEGMENT_COUNTS, -9, "a segment needs at least 2 points and 1 iteration")                \
  X(RS_ERR_SEGMENT_INVERTED, -10, "a segment's t_max is not above its t_min")                      \
  X(RS_ERR_SEGMENT_RANGE, -11, "a segment lies outside the main grid")                             \
  X(RS_ERR_SEGMENT_COLLISION, -12, "two segments meet the same node of the main grid")             \
  X(RS_ERR_SYNTAX, -13, "the text cannot be read")                                                 \
  X(RS_ERR_NAME, -14, "there is nothing of that name")                                             \
  X(RS_ERR_CAPACITY, -15, "the buffer is too small")                                               \
  X(RS_ERR_CHECKPOINT, -16, "the checkpoint is damaged or not a checkpoint")                       \
  X(RS_ERR_MISMATCH, -17, "the checkpoint belongs to another plan or another shape")               \
  X(RS_ERR_BUDGET, -18, "the budget does not pay for the restarts")
typedef int32_t rs_status;
enum {
#define RS_STATUS_ENUM(name, number, sentence) name = number,
  RS_STATUS_LIST(RS_STATUS_ENUM)
#undef RS_STATUS_ENUM
  RS_STATUS_FORCE_INT32 = INT32_MAX
};
RS_API const char *rs_status_name(rs_status status);
RS_API const char *rs_status_text(rs_status status);
enum { RS_FLOAT32 = 0, RS_FLOAT64 = 1 };
enum {
  RS_PROCESS_VE = 0,
  RS_PROCESS_VP = 1,
  RS_PROCESS_DISCRETE = 2,
  RS_PROCESS_IDDPM = 3,
  RS_PROCESS_FLOW = 4,
  RS_PROCESS_PFGMPP = 5
};
enum {
  RS_PREDICT_DENOISER = 0,
  RS_PREDICT_EPS = 1,
  RS_PREDICT_EDM_RAW = 2,
  RS_PREDICT_V = 3,
  RS_PREDICT_SCORE = 4,
  RS_PREDICT_FLOW = 5
};
enum {
  RS_TIME_DEFAULT = 0,
  RS_TIME_SIGMA = 1,
  RS_TIME_LOG_SIGMA = 2,
  RS_TIME_T = 3,
  RS_TIME_T_1000 = 4,
  RS_TIME_INDEX = 5,
  RS_TIME_INDEX_REAL = 6
};
enum { RS_BETAS_LINEAR = 0, RS_BETAS_SCALED_LINEAR = 1, RS_BETAS_COSINE = 2, RS_BETAS_TABLE = 3 };
enum { RS_GUIDANCE_NONE = 0, RS_GUIDANCE_CALLS = 1, RS_GUIDANCE_DOUBLED = 2 };
enum { RS_PASS_CONDITIONAL = 0, RS_PASS_UNCONDITIONAL = 1, RS_PASS_BOTH = 2 };
enum { RS_CLIP_NONE = 0, RS_CLIP_STATIC = 1, RS_CLIP_DYNAMIC = 2 };
enum {
  RS_GRID_KARRAS = 0,
  RS_GRID_SIGMAS = 1,
  RS_GRID_EXPONENTIAL = 2,
  RS_GRID_POLYEXPONENTIAL = 3,
  RS_GRID_LINEAR = 4,
  RS_GRID_TIME = 5,
  RS_GRID_QUADRATIC = 6,
  RS_GRID_COSINE = 7,
  RS_GRID_VP = 8,
  RS_GRID_VE = 9,
  RS_GRID_IDDPM = 10,
  RS_GRID_SGM_UNIFORM = 11,
  RS_GRID_BETA = 12,
  RS_GRID_AYS_SD15 = 13,
  RS_GRID_AYS_SDXL = 14,
  RS_GRID_AYS_SVD = 15
};
enum { RS_SPACING_LINSPACE = 0, RS_SPACING_LEADING = 1, RS_SPACING_TRAILING = 2 };
enum { RS_END_ZERO = 0, RS_END_SIGMA_MIN = 1 };
enum {
  RS_SOLVER_DEFAULT = 0,
  RS_SOLVER_EULER = 1,
  RS_SOLVER_HEUN = 2,
  RS_SOLVER_DPM_3 = 3,
  RS_SOLVER_DPM_2 = 4,
  RS_SOLVER_DPMPP_2S = 5,
  RS_SOLVER_DPMPP_2M = 6,
  RS_SOLVER_DPMPP_3M = 7,
  RS_SOLVER_UNIPC = 8,
  RS_SOLVER_DEIS = 9,
  RS_SOLVER_IPNDM = 10,
  RS_SOLVER_LMS = 11,
  RS_SOLVER_PNDM = 12,
  RS_SOLVER_EULER_ANCESTRAL = 13,
  RS_SOLVER_DPM_2_ANCESTRAL = 14,
  RS_SOLVER_DPMPP_2S_ANCESTRAL = 15,
  RS_SOLVER_DPMPP_SDE = 16,
  RS_SOLVER_DPMPP_2M_SDE = 17,
  RS_SOLVER_DPMPP_3M_SDE = 18,
  RS_SOLVER_EULER_MARUYAMA_VE = 19,
  RS_SOLVER_EULER_MARUYAMA_VP = 20,
  RS_SOLVER_SA = 21,
  RS_SOLVER_ER_SDE = 22,
  RS_SOLVER_SEEDS_2 = 23,
  RS_SOLVER_SEEDS_3 = 24,
  RS_SOLVER_EULER_VE = 25,
  RS_SOLVER_HEUN_VE = 26,
  RS_SOLVER_EULER_VP = 27,
  RS_SOLVER_HEUN_VP = 28
};
enum { RS_MEET_MOVE = 0, RS_MEET_INSERT = 1, RS_MEET_SNAP = 2 };
enum { RS_START_NOISE = 0, RS_START_KEEP = 1, RS_START_PICTURE = 2 };
enum { RS_STEP_MAIN = 0, RS_STEP_JUMP = 1, RS_STEP_RESTART = 2 };
enum { RS_STEP_RESTART_BEGINS = 1, RS_STEP_ITERATION_BEGINS = 2, RS_STEP_RESTART_ENDS = 4 };
enum {
  RS_NOISE_START = 0,
  RS_NOISE_JUMP = 1,
  RS_NOISE_CHURN = 2,
  RS_NOISE_SOLVER = 3,
  RS_NOISE_SOLVER_2 = 4,
  RS_NOISE_INPAINT = 5,
  RS_NOISE_INPAINT_JUMP = 6,
  RS_NOISE_SOLVER_3 = 7
};
enum { RS_TEXT_LIST = 0, RS_TEXT_JSON = 1 };
RS_API rs_status rs_constant(const char *name, int64_t *value);
typedef struct rs_alloc {
  void *(*allocate)(size_t bytes, void *user);
  void (*release)(void *memory, void *user);
  void *user;
} rs_alloc;
typedef void (*rs_task_fn)(size_t index, void *context);
typedef struct rs_executor {
  void (*run)(size_t count, rs_task_fn task, void *context, void *user);
  void *user;
} rs_executor;
typedef struct rs_step_info {
  size_t size;
  int32_t kind;
  int32_t flags;
  int32_t segment;
  int32_t iteration;
  int32_t step;
  int32_t order;
  int32_t index;
  int32_t count;
  int32_t nfe;
  int32_t reserved;
  int64_t nfe_done;
  int64_t nfe_total;
  double sigma_from;
  double sigma_hat;
  double sigma_to;
  const float *state;
  const float *denoised;
  const double *state_f64;
  const double *denoised_f64;
} rs_step_info;
#define rs_step_info_init(info) rs_step_info_init_sized((info), sizeof *(info))
RS_API void rs_step_info_init_sized(rs_step_info *info, size_t size);
typedef int32_t (*rs_progress_fn)(const rs_step_info *info, void *user);
typedef struct rs_eval {
  size_t size;
  size_t batch;
  size_t elements;
  const float *input;
  float *output;
  const double *input_f64;
  double *output_f64;
  double sigma;
  double alpha;
  double time;
  const uint64_t *seeds;
  const rs_step_info *step;
  const rs_executor *executor;
  int32_t stage;
  int32_t pass;
} rs_eval;
typedef int32_t (*rs_model_fn)(const rs_eval *eval, void *user);
typedef struct rs_model {
  rs_model_fn fn;
  void *user;
  void (*destroy)(void *user);
  int32_t prediction;
  int32_t process;
  int32_t time;
  int32_t betas;
  double beta_min;
  double beta_max;
  const double *alpha_bar;
  size_t table_count;
  double sigma_data;
  double aux_dimensions;
  int32_t guidance;
  int32_t clip;
  double guidance_weight;
  double guidance_rescale;
  double guidance_min;
  double guidance_max;
  double clip_low;
  double clip_high;
  double clip_quantile;
  uint64_t reserved[16];
} rs_model;
typedef struct rs_noise_request {
  size_t size;
  size_t batch;
  size_t elements;
  const uint64_t *seeds;
  float *output;
  double *output_f64;
  uint32_t purpose;
  uint32_t segment;
  uint32_t iteration;
  uint32_t step;
} rs_noise_request;
typedef int32_t (*rs_noise_fn)(const rs_noise_request *request, void *user);
typedef struct rs_sampler rs_sampler;
typedef struct rs_sampler_options {
  size_t size;
  rs_model model;
  size_t batch;
  size_t elements;
  int32_t dtype;
  int32_t reserved;
  rs_alloc alloc;
  rs_executor executor;
  rs_noise_fn noise;
  void *noise_user;
  rs_progress_fn progress;
  void *progress_user;
  char *message;
  size_t message_capacity;
} rs_sampler_options;
#define rs_sampler_options_init(options) \
  rs_sampler_options_init_sized((options), sizeof *(options))
RS_API void rs_sampler_options_init_sized(rs_sampler_options *options, size_t size);
RS_API rs_status rs_sampler_new(const rs_sampler_options *options, rs_sampler **sampler);
RS_API void rs_sampler_free(rs_sampler *sampler);
RS_API const char *rs_sampler_message(const rs_sampler *sampler);
typedef struct rs_segment {
  int32_t points;
  int32_t iterations;
  double t_min;
  double t_max;
} rs_segment;
typedef struct rs_schedule_options {
  size_t size;
  int32_t grid;
  int32_t end;
  int32_t steps;
  int32_t solver;
  int32_t restart_solver;
  int32_t meet;
  double sigma_min;
  double sigma_max;
  double rho;
  const double *sigmas;
  size_t sigma_count;
  const rs_segment *segments;
  size_t segment_count;
  double s_noise;
  double s_churn;
  double s_min;
  double s_max;
  double restart_gamma;
  int32_t start;
  int32_t solver_order;
  double eta;
  double strength;
  int64_t budget;
  int32_t inpaint;
  int32_t reserved;
  double shift;
  int32_t spacing;
  int32_t snap;
} rs_schedule_options;
#define rs_schedule_options_init(options) \
  rs_schedule_options_init_sized((options), sizeof *(options))
RS_API void rs_schedule_options_init_sized(rs_schedule_options *options, size_t size);
RS_API rs_status rs_schedule(rs_sampler *sampler, const rs_schedule_options *options);
typedef struct rs_entry {
  size_t size;
  int32_t id;
  int32_t order;
  int32_t stochastic;
  int32_t reserved;
  const char *name;
  const char *summary;
} rs_entry;
#define rs_entry_init(entry) rs_entry_init_sized((entry), sizeof *(entry))
RS_API void rs_entry_init_sized(rs_entry *entry, size_t size);
RS_API rs_status rs_solver_at(size_t index, rs_entry *entry);
RS_API rs_status rs_solver_named(const char *name, int32_t *solver);
RS_API rs_status rs_grid_at(size_t index, rs_entry *entry);
RS_API rs_status rs_grid_named(const char *name, int32_t *grid);
RS_API rs_status rs_preset(const char *name, rs_schedule_options *options);
RS_API const char *rs_preset_name(size_t index);
typedef struct rs_text_error {
  size_t position;
  char message[120];
} rs_text_error;
RS_API rs_status rs_segments_parse(const char *text, rs_segment *segments, size_t capacity,
                                   size_t *count, rs_text_error *error);
RS_API rs_status rs_segments_format(const rs_segment *segments, size_t count, int32_t form,
                                    char *buffer, size_t capacity, size_t *length);
RS_API rs_status rs_schedule_format(const rs_schedule_options *options, char *buffer,
                                    size_t capacity, size_t *length);
typedef struct rs_schedule_room {
  size_t size;
  rs_segment *segments;
  size_t segment_capacity;
  double *sigmas;
  size_t sigma_capacity;
} rs_schedule_room;
#define rs_schedule_room_init(room) rs_schedule_room_init_sized((room), sizeof *(room))
RS_API void rs_schedule_room_init_sized(rs_schedule_room *room, size_t size);
RS_API rs_status rs_schedule_parse(const char *text, const rs_schedule_room *room,
                                   rs_schedule_options *options, rs_text_error *error);
RS_API size_t rs_plan_count(const rs_sampler *sampler);
RS_API int64_t rs_plan_nfe(const rs_sampler *sampler);
RS_API rs_status rs_plan_step(const rs_sampler *sampler, size_t index, rs_step_info *info);
typedef struct rs_segment_info {
  size_t size;
  rs_segment asked;
  rs_segment executed;
  int32_t node;
  int32_t dropped;
  int64_t nfe;
  double ratio;
  double main_ratio;
} rs_segment_info;
#define rs_segment_info_init(info) rs_segment_info_init_sized((info), sizeof *(info))
RS_API void rs_segment_info_init_sized(rs_segment_info *info, size_t size);
RS_API rs_status rs_plan_segment(const rs_sampler *sampler, size_t index, rs_segment_info *info);
RS_API rs_status rs_plan_text(const rs_sampler *sampler, char *buffer, size_t capacity,
                              size_t *length);
RS_API rs_status rs_sample(rs_sampler *sampler, float *x, const uint64_t *seeds);
RS_API rs_status rs_sample_f64(rs_sampler *sampler, double *x, const uint64_t *seeds);
RS_API rs_status rs_sampler_start(rs_sampler *sampler, float *x, const uint64_t *seeds);
RS_API rs_status rs_sampler_start_f64(rs_sampler *sampler, double *x, const uint64_t *seeds);
RS_API rs_status rs_restart_step(rs_sampler *sampler);
RS_API rs_status rs_sampler_inpaint(rs_sampler *sampler, const float *known, const float *mask);
RS_API rs_status rs_sampler_inpaint_f64(rs_sampler *sampler, const double *known,
                                        const double *mask);
typedef struct rs_request {
  size_t size;
  const rs_eval *eval;
} rs_request;
#define rs_request_init(request) rs_request_init_sized((request), sizeof *(request))
RS_API void rs_request_init_sized(rs_request *request, size_t size);
RS_API rs_status rs_sampler_ask(rs_sampler *sampler, rs_request *request);
RS_API rs_status rs_sampler_tell(rs_sampler *sampler);
RS_API void rs_sampler_stop(rs_sampler *sampler);
typedef struct rs_counters {
  size_t size;
  int64_t nfe_done;
  int64_t nfe_total;
  int64_t steps_done;
  int64_t steps_total;
  int64_t calls;
  int64_t memory;
  int32_t callback_status;
  int32_t reserved;
} rs_counters;
#define rs_counters_init(counters) rs_counters_init_sized((counters), sizeof *(counters))
RS_API void rs_counters_init_sized(rs_counters *counters, size_t size);
RS_API rs_status rs_sampler_counters(const rs_sampler *sampler, rs_counters *counters);
RS_API rs_status rs_sampler_save(rs_sampler *sampler, void *buffer, size_t capacity,
                                 size_t *length);
RS_API rs_status rs_sampler_load(rs_sampler *sampler, const void *buffer, size_t length, float *x);
RS_API rs_status rs_sampler_load_f64(rs_sampler *sampler, const void *buffer, size_t length,
                                     double *x);
typedef struct rs_noise_key {
  uint64_t seed;
  uint32_t purpose;
  uint32_t segment;
  uint32_t iteration;
  uint32_t step;
} rs_noise_key;
RS_API rs_status rs_normals(const rs_noise_key *key, uint64_t first, size_t count, float *output);
#ifdef __cplusplus
}
#endif
#endif
