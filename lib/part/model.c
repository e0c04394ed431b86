/* SPDX-License-Identifier: MIT */
#include "part/model.h"

#include <math.h>

#include "base/elementary.h"

rs_status rs__model_check(rs_model *model, rs__note *note) {
  if (model->prediction < RS_PREDICT_DENOISER || model->prediction > RS_PREDICT_EDM_RAW)
    return rs__note_set(note, RS_ERR_OPTION, "model.prediction %d is none of RS_PREDICT_...",
                        (int)model->prediction);
  if (model->process != RS_PROCESS_VE)
    return rs__note_set(note, RS_ERR_OPTION, "model.process %d is none of RS_PROCESS_...",
                        (int)model->process);
  if (model->sigma_data == 0)
    model->sigma_data = 0.5;
  if (!(model->sigma_data > 0 && model->sigma_data < 1e30))
    return rs__note_set(note, RS_ERR_OPTION, "model.sigma_data must be positive");
  for (size_t i = 0; i < sizeof model->reserved / sizeof *model->reserved; i++)
    if (model->reserved[i])
      return rs__note_set(note, RS_ERR_VERSION, "model.reserved must be zero");
  return RS_OK;
}

static rs__scaling edm_raw(double sigma, double sd) {
  const double variance = sigma * sigma + sd * sd;
  const rs__scaling s = {.c_in = 1 / sqrt(variance),
                         .c_skip = sd * sd / variance,
                         .c_out = sigma * sd / sqrt(variance),
                         .time = rs__log(sigma) / 4};
  return s;
}

rs__scaling rs__model_scaling(const rs_model *model, double sigma) {
  switch (model->prediction) {
  case RS_PREDICT_EPS:
    return (rs__scaling){.c_in = 1, .c_skip = 1, .c_out = -sigma, .time = sigma};
  case RS_PREDICT_EDM_RAW:
    return edm_raw(sigma, model->sigma_data);
  default:
    return (rs__scaling){.c_in = 1, .c_skip = 0, .c_out = 1, .time = sigma};
  }
}
