/* SPDX-License-Identifier: MIT
 * What the library says of itself: versions, statuses, constants. */
#include <string.h>

#include <restart/restart.h>

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
    ROW(RS_PREDICT_DENOISER) ROW(RS_PREDICT_EPS) ROW(RS_PREDICT_EDM_RAW)
    ROW(RS_PROCESS_VE)
    ROW(RS_GRID_KARRAS) ROW(RS_GRID_SIGMAS)
    ROW(RS_END_ZERO) ROW(RS_END_SIGMA_MIN)
    ROW(RS_SOLVER_DEFAULT) ROW(RS_SOLVER_EULER) ROW(RS_SOLVER_HEUN) ROW(RS_SOLVER_DPM_3)
    ROW(RS_MEET_MOVE) ROW(RS_MEET_INSERT) ROW(RS_MEET_SNAP)
    ROW(RS_START_NOISE) ROW(RS_START_KEEP)
    ROW(RS_STEP_MAIN) ROW(RS_STEP_JUMP) ROW(RS_STEP_RESTART)
    ROW(RS_STEP_RESTART_BEGINS) ROW(RS_STEP_ITERATION_BEGINS) ROW(RS_STEP_RESTART_ENDS)
    ROW(RS_NOISE_START) ROW(RS_NOISE_JUMP) ROW(RS_NOISE_CHURN)
    ROW(RS_TEXT_LIST) ROW(RS_TEXT_JSON)
    SIZE_ROW(rs_alloc) SIZE_ROW(rs_executor) SIZE_ROW(rs_step_info) SIZE_ROW(rs_eval)
    SIZE_ROW(rs_model) SIZE_ROW(rs_noise_request) SIZE_ROW(rs_sampler_options)
    SIZE_ROW(rs_segment) SIZE_ROW(rs_schedule_options) SIZE_ROW(rs_text_error)
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
