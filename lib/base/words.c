/* SPDX-License-Identifier: MIT
 * What the library says of itself: versions, statuses, constants. */
#include <string.h>

#include <restart/restart.h>
#include <restart/tune.h>

#define TEXT(x) #x
#define TEXT_OF(x) TEXT(x)

int32_t rs_version(void) {
  return RS_VERSION;
}

const char *rs_version_string(void) {
  return TEXT_OF(RS_VERSION_MAJOR) "." TEXT_OF(RS_VERSION_MINOR) "." TEXT_OF(RS_VERSION_PATCH);
}

static const struct {
  rs_status number;
  const char *name, *sentence;
} statuses[] = {
#define ROW(name, number, sentence) {number, #name, sentence},
    RS_STATUS_LIST(ROW)
#undef ROW
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

const char *rs_status_name(rs_status status) {
  for (size_t i = 0; i < COUNT(statuses); i++)
    if (statuses[i].number == status)
      return statuses[i].name;
  return "RS_UNKNOWN";
}

const char *rs_status_text(rs_status status) {
  for (size_t i = 0; i < COUNT(statuses); i++)
    if (statuses[i].number == status)
      return statuses[i].sentence;
  return "not a status of this library";
}

static const struct {
  const char *name;
  int64_t value;
} constants[] = {
#define ROW(name) {#name, name},
#define STATUS_ROW(name, number, sentence) ROW(name)
#define SIZE_ROW(type) {"sizeof " #type, (int64_t)sizeof(type)},
    /* clang-format off */
    RS_STATUS_LIST(STATUS_ROW)
    ROW(RS_VERSION_MAJOR) ROW(RS_VERSION_MINOR) ROW(RS_VERSION_PATCH) ROW(RS_ABI_VERSION)
    ROW(RS_FLOAT32) ROW(RS_FLOAT64)
    ROW(RS_PREDICT_DENOISER) ROW(RS_PREDICT_EPS) ROW(RS_PREDICT_EDM_RAW) ROW(RS_PREDICT_V)
    ROW(RS_PREDICT_SCORE) ROW(RS_PREDICT_FLOW)
    ROW(RS_PROCESS_VE) ROW(RS_PROCESS_VP) ROW(RS_PROCESS_DISCRETE) ROW(RS_PROCESS_IDDPM)
    ROW(RS_PROCESS_FLOW) ROW(RS_PROCESS_PFGMPP)
    ROW(RS_TIME_DEFAULT) ROW(RS_TIME_SIGMA) ROW(RS_TIME_LOG_SIGMA) ROW(RS_TIME_T)
    ROW(RS_TIME_T_1000) ROW(RS_TIME_INDEX) ROW(RS_TIME_INDEX_REAL)
    ROW(RS_BETAS_LINEAR) ROW(RS_BETAS_SCALED_LINEAR) ROW(RS_BETAS_COSINE) ROW(RS_BETAS_TABLE)
    ROW(RS_GUIDANCE_NONE) ROW(RS_GUIDANCE_CALLS) ROW(RS_GUIDANCE_DOUBLED)
    ROW(RS_PASS_CONDITIONAL) ROW(RS_PASS_UNCONDITIONAL) ROW(RS_PASS_BOTH)
    ROW(RS_CLIP_NONE) ROW(RS_CLIP_STATIC) ROW(RS_CLIP_DYNAMIC)
    ROW(RS_GRID_KARRAS) ROW(RS_GRID_SIGMAS) ROW(RS_GRID_EXPONENTIAL)
    ROW(RS_GRID_POLYEXPONENTIAL) ROW(RS_GRID_LINEAR) ROW(RS_GRID_TIME)
    ROW(RS_GRID_QUADRATIC) ROW(RS_GRID_COSINE) ROW(RS_GRID_VP)
    ROW(RS_GRID_VE) ROW(RS_GRID_IDDPM) ROW(RS_GRID_SGM_UNIFORM)
    ROW(RS_GRID_BETA) ROW(RS_GRID_AYS_SD15) ROW(RS_GRID_AYS_SDXL) ROW(RS_GRID_AYS_SVD)
    ROW(RS_SPACING_LINSPACE) ROW(RS_SPACING_LEADING) ROW(RS_SPACING_TRAILING)
    ROW(RS_END_ZERO) ROW(RS_END_SIGMA_MIN)
    ROW(RS_SOLVER_DEFAULT) ROW(RS_SOLVER_EULER) ROW(RS_SOLVER_HEUN)
    ROW(RS_SOLVER_DPM_3) ROW(RS_SOLVER_DPM_2) ROW(RS_SOLVER_DPMPP_2S)
    ROW(RS_SOLVER_DPMPP_2M) ROW(RS_SOLVER_DPMPP_3M) ROW(RS_SOLVER_UNIPC)
    ROW(RS_SOLVER_DEIS) ROW(RS_SOLVER_IPNDM) ROW(RS_SOLVER_LMS)
    ROW(RS_SOLVER_PNDM) ROW(RS_SOLVER_EULER_ANCESTRAL) ROW(RS_SOLVER_DPM_2_ANCESTRAL)
    ROW(RS_SOLVER_DPMPP_2S_ANCESTRAL) ROW(RS_SOLVER_DPMPP_SDE) ROW(RS_SOLVER_DPMPP_2M_SDE)
    ROW(RS_SOLVER_DPMPP_3M_SDE) ROW(RS_SOLVER_EULER_MARUYAMA_VE) ROW(RS_SOLVER_EULER_MARUYAMA_VP)
    ROW(RS_SOLVER_SA) ROW(RS_SOLVER_ER_SDE) ROW(RS_SOLVER_SEEDS_2)
    ROW(RS_SOLVER_SEEDS_3) ROW(RS_SOLVER_EULER_VE) ROW(RS_SOLVER_HEUN_VE)
    ROW(RS_SOLVER_EULER_VP) ROW(RS_SOLVER_HEUN_VP)
    ROW(RS_MEET_MOVE) ROW(RS_MEET_INSERT) ROW(RS_MEET_SNAP)
    ROW(RS_START_NOISE) ROW(RS_START_KEEP) ROW(RS_START_PICTURE)
    ROW(RS_STEP_MAIN) ROW(RS_STEP_JUMP) ROW(RS_STEP_RESTART)
    ROW(RS_STEP_RESTART_BEGINS) ROW(RS_STEP_ITERATION_BEGINS) ROW(RS_STEP_RESTART_ENDS)
    ROW(RS_NOISE_START) ROW(RS_NOISE_JUMP) ROW(RS_NOISE_CHURN)
    ROW(RS_NOISE_SOLVER) ROW(RS_NOISE_SOLVER_2)
    ROW(RS_NOISE_INPAINT) ROW(RS_NOISE_INPAINT_JUMP) ROW(RS_NOISE_SOLVER_3)
    ROW(RS_TEXT_LIST) ROW(RS_TEXT_JSON)
    SIZE_ROW(rs_entry)
    SIZE_ROW(rs_alloc) SIZE_ROW(rs_executor) SIZE_ROW(rs_step_info) SIZE_ROW(rs_eval)
    SIZE_ROW(rs_model) SIZE_ROW(rs_noise_request) SIZE_ROW(rs_sampler_options)
    SIZE_ROW(rs_segment) SIZE_ROW(rs_schedule_options) SIZE_ROW(rs_text_error)
    SIZE_ROW(rs_schedule_room)
    ROW(RS_TUNE_ODE) ROW(RS_TUNE_SDE) ROW(RS_TUNE_RESTART) ROW(RS_TUNE_FINAL) ROW(RS_TUNE_DONE)
    SIZE_ROW(rs_tune_sets) SIZE_ROW(rs_tune_info) SIZE_ROW(rs_tune_options)
    SIZE_ROW(rs_segment_info) SIZE_ROW(rs_request) SIZE_ROW(rs_counters) SIZE_ROW(rs_noise_key)
/* clang-format on */
#undef ROW
#undef STATUS_ROW
#undef SIZE_ROW
};

rs_status rs_constant(const char *name, int64_t *value) {
  if (!name || !value)
    return RS_ERR_ARGUMENT;
  for (size_t i = 0; i < COUNT(constants); i++)
    if (strcmp(constants[i].name, name) == 0) {
      *value = constants[i].value;
      return RS_OK;
    }
  return RS_ERR_NAME;
}
