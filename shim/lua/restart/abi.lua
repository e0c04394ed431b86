-- SPDX-License-Identifier: MIT
-- restart.h for LuaJIT's FFI: its enumerations, structs and functions under their C names, except
-- the lists of tables and the noise that this binding does not use. The header is the manual; a
-- test compares all of it with the header.
local ffi = require "ffi"

local text = [[
typedef int32_t rs_status;
enum {
  RS_OK = 0, RS_MORE = 1, RS_STOPPED = 2, RS_ERR_ARGUMENT = -1, RS_ERR_OPTION = -2,
  RS_ERR_VERSION = -3, RS_ERR_MEMORY = -4, RS_ERR_STATE = -5, RS_ERR_CALLBACK = -6,
  RS_ERR_NONFINITE = -7, RS_ERR_GRID = -8, RS_ERR_SEGMENT_COUNTS = -9,
  RS_ERR_SEGMENT_INVERTED = -10, RS_ERR_SEGMENT_RANGE = -11, RS_ERR_SEGMENT_COLLISION = -12,
  RS_ERR_SYNTAX = -13, RS_ERR_NAME = -14, RS_ERR_CAPACITY = -15, RS_ERR_CHECKPOINT = -16,
  RS_ERR_MISMATCH = -17, RS_ERR_BUDGET = -18
};
enum { RS_FLOAT32 = 0, RS_FLOAT64 = 1 };
enum {
  RS_PROCESS_VE = 0, RS_PROCESS_VP = 1, RS_PROCESS_DISCRETE = 2, RS_PROCESS_IDDPM = 3,
  RS_PROCESS_FLOW = 4, RS_PROCESS_PFGMPP = 5
};
enum {
  RS_PREDICT_DENOISER = 0, RS_PREDICT_EPS = 1, RS_PREDICT_EDM_RAW = 2, RS_PREDICT_V = 3,
  RS_PREDICT_SCORE = 4, RS_PREDICT_FLOW = 5
};
enum {
  RS_TIME_DEFAULT = 0, RS_TIME_SIGMA = 1, RS_TIME_LOG_SIGMA = 2, RS_TIME_T = 3,
  RS_TIME_T_1000 = 4, RS_TIME_INDEX = 5, RS_TIME_INDEX_REAL = 6
};
enum { RS_BETAS_LINEAR = 0, RS_BETAS_SCALED_LINEAR = 1, RS_BETAS_COSINE = 2, RS_BETAS_TABLE = 3 };
enum { RS_GUIDANCE_NONE = 0, RS_GUIDANCE_CALLS = 1, RS_GUIDANCE_DOUBLED = 2 };
enum { RS_PASS_CONDITIONAL = 0, RS_PASS_UNCONDITIONAL = 1, RS_PASS_BOTH = 2 };
enum { RS_CLIP_NONE = 0, RS_CLIP_STATIC = 1, RS_CLIP_DYNAMIC = 2 };
enum { RS_GRID_SIGMAS = 1 };
enum { RS_SPACING_LINSPACE = 0, RS_SPACING_LEADING = 1, RS_SPACING_TRAILING = 2 };
enum { RS_END_ZERO = 0, RS_END_SIGMA_MIN = 1 };
enum { RS_MEET_MOVE = 0, RS_MEET_INSERT = 1, RS_MEET_SNAP = 2 };
enum { RS_START_NOISE = 0, RS_START_KEEP = 1, RS_START_PICTURE = 2 };
enum { RS_STEP_MAIN = 0, RS_STEP_JUMP = 1, RS_STEP_RESTART = 2 };
enum { RS_TEXT_LIST = 0, RS_TEXT_JSON = 1 };

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
  int32_t kind, flags, segment, iteration, step, order, index, count, nfe, reserved;
  int64_t nfe_done, nfe_total;
  double sigma_from, sigma_hat, sigma_to;
  const float *state;
  const float *denoised;
  const double *state_f64;
  const double *denoised_f64;
} rs_step_info;
typedef int32_t (*rs_progress_fn)(const rs_step_info *info, void *user);

typedef struct rs_eval {
  size_t size, batch, elements;
  const float *input;
  float *output;
  const double *input_f64;
  double *output_f64;
  double sigma, alpha, time;
  const uint64_t *seeds;
  const rs_step_info *step;
  const rs_executor *executor;
  int32_t stage, pass;
} rs_eval;
typedef int32_t (*rs_model_fn)(const rs_eval *eval, void *user);

typedef struct rs_model {
  rs_model_fn fn;
  void *user;
  void (*destroy)(void *user);
  int32_t prediction, process, time, betas;
  double beta_min, beta_max;
  const double *alpha_bar;
  size_t table_count;
  double sigma_data, aux_dimensions;
  int32_t guidance, clip;
  double guidance_weight, guidance_rescale, guidance_min, guidance_max;
  double clip_low, clip_high, clip_quantile;
  uint64_t reserved[16];
} rs_model;

typedef struct rs_noise_request rs_noise_request;
typedef int32_t (*rs_noise_fn)(const rs_noise_request *request, void *user);

typedef struct rs_sampler rs_sampler;
typedef struct rs_sampler_options {
  size_t size;
  rs_model model;
  size_t batch, elements;
  int32_t dtype, reserved;
  rs_alloc alloc;
  rs_executor executor;
  rs_noise_fn noise;
  void *noise_user;
  rs_progress_fn progress;
  void *progress_user;
  char *message;
  size_t message_capacity;
} rs_sampler_options;

typedef struct rs_segment {
  int32_t points, iterations;
  double t_min, t_max;
} rs_segment;

typedef struct rs_schedule_options {
  size_t size;
  int32_t grid, end, steps, solver, restart_solver, meet;
  double sigma_min, sigma_max, rho;
  const double *sigmas;
  size_t sigma_count;
  const rs_segment *segments;
  size_t segment_count;
  double s_noise, s_churn, s_min, s_max, restart_gamma;
  int32_t start, solver_order;
  double eta, strength;
  int64_t budget;
  int32_t inpaint, reserved;
  double shift;
  int32_t spacing, snap;
} rs_schedule_options;

typedef struct rs_entry {
  size_t size;
  int32_t id, order, stochastic, reserved;
  const char *name;
  const char *summary;
} rs_entry;

typedef struct rs_text_error {
  size_t position;
  char message[120];
} rs_text_error;

typedef struct rs_request {
  size_t size;
  const rs_eval *eval;
} rs_request;

typedef struct rs_counters {
  size_t size;
  int64_t nfe_done, nfe_total, steps_done, steps_total, calls, memory;
  int32_t callback_status, reserved;
} rs_counters;

const char *rs_version_string(void);
const char *rs_status_name(rs_status status);
const char *rs_status_text(rs_status status);
void rs_step_info_init_sized(rs_step_info *info, size_t size);
void rs_sampler_options_init_sized(rs_sampler_options *options, size_t size);
rs_status rs_sampler_new(const rs_sampler_options *options, rs_sampler **sampler);
void rs_sampler_free(rs_sampler *sampler);
const char *rs_sampler_message(const rs_sampler *sampler);
void rs_schedule_options_init_sized(rs_schedule_options *options, size_t size);
rs_status rs_schedule(rs_sampler *sampler, const rs_schedule_options *options);
void rs_entry_init_sized(rs_entry *entry, size_t size);
rs_status rs_solver_at(size_t index, rs_entry *entry);
rs_status rs_solver_named(const char *name, int32_t *solver);
rs_status rs_grid_at(size_t index, rs_entry *entry);
rs_status rs_grid_named(const char *name, int32_t *grid);
rs_status rs_preset(const char *name, rs_schedule_options *options);
const char *rs_preset_name(size_t index);
rs_status rs_segments_parse(const char *text, rs_segment *segments, size_t capacity,
                            size_t *count, rs_text_error *error);
rs_status rs_segments_format(const rs_segment *segments, size_t count, int32_t form,
                             char *buffer, size_t capacity, size_t *length);
size_t rs_plan_count(const rs_sampler *sampler);
int64_t rs_plan_nfe(const rs_sampler *sampler);
rs_status rs_plan_step(const rs_sampler *sampler, size_t index, rs_step_info *info);
rs_status rs_plan_text(const rs_sampler *sampler, char *buffer, size_t capacity, size_t *length);
rs_status rs_sampler_start(rs_sampler *sampler, float *x, const uint64_t *seeds);
rs_status rs_sampler_start_f64(rs_sampler *sampler, double *x, const uint64_t *seeds);
rs_status rs_sampler_inpaint(rs_sampler *sampler, const float *known, const float *mask);
rs_status rs_sampler_inpaint_f64(rs_sampler *sampler, const double *known, const double *mask);
void rs_request_init_sized(rs_request *request, size_t size);
rs_status rs_sampler_ask(rs_sampler *sampler, rs_request *request);
rs_status rs_sampler_tell(rs_sampler *sampler);
void rs_sampler_stop(rs_sampler *sampler);
void rs_counters_init_sized(rs_counters *counters, size_t size);
rs_status rs_sampler_counters(const rs_sampler *sampler, rs_counters *counters);
rs_status rs_sampler_save(rs_sampler *sampler, void *buffer, size_t capacity, size_t *length);
rs_status rs_sampler_load(rs_sampler *sampler, const void *buffer, size_t length, float *x);
rs_status rs_sampler_load_f64(rs_sampler *sampler, const void *buffer, size_t length, double *x);
]]
ffi.cdef(text)

-- librestart-exemplar (exemplar.h).
local exemplar = [[
enum { RS_EXEMPLAR_EXACT = 0, RS_EXEMPLAR_SHORTLIST = 1 };
typedef struct rs_exemplar rs_exemplar;
typedef struct rs_exemplar_patch {
  double sigma;
  int32_t side, reserved;
} rs_exemplar_patch;
typedef struct rs_exemplar_options {
  size_t size;
  const float *pixels;
  int32_t channels, height, width, output_height, output_width, patch_count;
  const rs_exemplar_patch *patches;
  rs_alloc alloc;
  int32_t search, reserved;
} rs_exemplar_options;
void rs_exemplar_options_init_sized(rs_exemplar_options *options, size_t size);
rs_status rs_exemplar_new(const rs_exemplar_options *options, rs_exemplar **exemplar);
void rs_exemplar_free(rs_exemplar *exemplar);
int32_t rs_exemplar_denoise(const rs_eval *eval, void *user);
rs_status rs_exemplar_model(rs_exemplar *exemplar, rs_sampler_options *options);
rs_status rs_exemplar_schedule(rs_schedule_options *options);
]]
ffi.cdef(exemplar)

-- librestart-torch (torch.h).
local torch = [[
typedef struct rs_torch rs_torch;
enum {
  RS_TORCH_DEFAULT = 0, RS_TORCH_FLOAT32 = 1, RS_TORCH_FLOAT64 = 2, RS_TORCH_FLOAT16 = 3,
  RS_TORCH_BFLOAT16 = 4, RS_TORCH_INT64 = 5
};
enum { RS_TORCH_DIMS_MAX = 8 };
typedef struct rs_torch_input rs_torch_input;
typedef struct rs_torch_options {
  size_t size;
  const char *path;
  const char *device;
  const char *method;
  int32_t dtype, time_dtype, threads, shape_count;
  const int64_t *shape;
  const int64_t *labels;
  size_t label_count;
  const int64_t *label_for_none;
  const rs_torch_input *inputs;
  size_t input_count, batch_limit;
  char *message;
  size_t message_capacity;
} rs_torch_options;
void rs_torch_options_init_sized(rs_torch_options *options, size_t size);
rs_status rs_torch_new(const rs_torch_options *options, rs_torch **torch);
void rs_torch_free(rs_torch *torch);
rs_status rs_torch_model(rs_torch *torch, rs_sampler_options *options);
size_t rs_torch_shape(const rs_torch *torch, int64_t *shape, size_t capacity);
rs_status rs_torch_labels(rs_torch *torch, const int64_t *labels, size_t count);
int32_t rs_torch_evaluate(const rs_eval *eval, void *user);
const char *rs_torch_message(const rs_torch *torch);
]]
ffi.cdef(torch)

-- The declarations as text, for their names and for the test.
return {restart = text, exemplar = exemplar, torch = torch}
