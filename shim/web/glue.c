/* SPDX-License-Identifier: MIT
 *
 * What restart.mjs needs besides the functions of restart.h and exemplar.h: where the compiler put
 * the fields of their structs, so that no offset is written in JavaScript. */
#include <stddef.h>
#include <stdint.h>

#include <restart/exemplar.h>

/* One field, or with an empty name a struct itself. */
typedef struct rs_web_field {
  const char *type;
  const char *name;
  uint32_t offset; /* in bytes; of a struct its size */
  uint32_t kind;   /* 'i' int32, 'z' size_t, 'l' int64, 'd' double, 'p' an address or a struct */
} rs_web_field;

_Static_assert(sizeof(rs_web_field) == 16, "restart.mjs reads four numbers a field");

#define KIND(type, field)                                                                          \
  _Generic(((type *)0)->field, int32_t: 'i', size_t: 'z', int64_t: 'l', double: 'd', default: 'p')
#define FIELD(type, field) {#type, #field, offsetof(type, field), KIND(type, field)}
#define STRUCT(type) {#type, "", sizeof(type), 0}

static const rs_web_field fields[] = {
    STRUCT(rs_sampler_options),
    FIELD(rs_sampler_options, model),
    FIELD(rs_sampler_options, batch),
    FIELD(rs_sampler_options, elements),
    FIELD(rs_sampler_options, message),
    FIELD(rs_sampler_options, message_capacity),
    STRUCT(rs_model),
    FIELD(rs_model, prediction),
    FIELD(rs_model, process),
    FIELD(rs_model, time),
    FIELD(rs_model, betas),
    FIELD(rs_model, beta_min),
    FIELD(rs_model, beta_max),
    FIELD(rs_model, alpha_bar),
    FIELD(rs_model, table_count),
    FIELD(rs_model, sigma_data),
    FIELD(rs_model, aux_dimensions),
    FIELD(rs_model, guidance),
    FIELD(rs_model, clip),
    FIELD(rs_model, guidance_weight),
    FIELD(rs_model, guidance_rescale),
    FIELD(rs_model, guidance_min),
    FIELD(rs_model, guidance_max),
    FIELD(rs_model, clip_low),
    FIELD(rs_model, clip_high),
    FIELD(rs_model, clip_quantile),
    STRUCT(rs_schedule_options),
    FIELD(rs_schedule_options, grid),
    FIELD(rs_schedule_options, end),
    FIELD(rs_schedule_options, steps),
    FIELD(rs_schedule_options, solver),
    FIELD(rs_schedule_options, restart_solver),
    FIELD(rs_schedule_options, meet),
    FIELD(rs_schedule_options, sigma_min),
    FIELD(rs_schedule_options, sigma_max),
    FIELD(rs_schedule_options, rho),
    FIELD(rs_schedule_options, sigmas),
    FIELD(rs_schedule_options, sigma_count),
    FIELD(rs_schedule_options, segments),
    FIELD(rs_schedule_options, segment_count),
    FIELD(rs_schedule_options, s_noise),
    FIELD(rs_schedule_options, s_churn),
    FIELD(rs_schedule_options, s_min),
    FIELD(rs_schedule_options, s_max),
    FIELD(rs_schedule_options, restart_gamma),
    FIELD(rs_schedule_options, start),
    FIELD(rs_schedule_options, solver_order),
    FIELD(rs_schedule_options, eta),
    FIELD(rs_schedule_options, strength),
    FIELD(rs_schedule_options, budget),
    FIELD(rs_schedule_options, inpaint),
    FIELD(rs_schedule_options, shift),
    FIELD(rs_schedule_options, spacing),
    FIELD(rs_schedule_options, snap),
    STRUCT(rs_segment),
    STRUCT(rs_text_error),
    FIELD(rs_text_error, position),
    FIELD(rs_text_error, message),
    STRUCT(rs_request),
    FIELD(rs_request, eval),
    STRUCT(rs_eval),
    FIELD(rs_eval, batch),
    FIELD(rs_eval, elements),
    FIELD(rs_eval, input),
    FIELD(rs_eval, output),
    FIELD(rs_eval, sigma),
    FIELD(rs_eval, alpha),
    FIELD(rs_eval, time),
    FIELD(rs_eval, step),
    FIELD(rs_eval, stage),
    FIELD(rs_eval, pass),
    STRUCT(rs_step_info),
    FIELD(rs_step_info, kind),
    FIELD(rs_step_info, flags),
    FIELD(rs_step_info, segment),
    FIELD(rs_step_info, iteration),
    FIELD(rs_step_info, step),
    FIELD(rs_step_info, order),
    FIELD(rs_step_info, index),
    FIELD(rs_step_info, count),
    FIELD(rs_step_info, nfe),
    FIELD(rs_step_info, nfe_done),
    FIELD(rs_step_info, nfe_total),
    FIELD(rs_step_info, sigma_from),
    FIELD(rs_step_info, sigma_hat),
    FIELD(rs_step_info, sigma_to),
    STRUCT(rs_counters),
    FIELD(rs_counters, nfe_done),
    FIELD(rs_counters, nfe_total),
    FIELD(rs_counters, steps_done),
    FIELD(rs_counters, steps_total),
    FIELD(rs_counters, calls),
    FIELD(rs_counters, memory),
    STRUCT(rs_entry),
    FIELD(rs_entry, id),
    FIELD(rs_entry, order),
    FIELD(rs_entry, stochastic),
    FIELD(rs_entry, name),
    FIELD(rs_entry, summary),
    STRUCT(rs_exemplar_options),
    FIELD(rs_exemplar_options, pixels),
    FIELD(rs_exemplar_options, channels),
    FIELD(rs_exemplar_options, height),
    FIELD(rs_exemplar_options, width),
    FIELD(rs_exemplar_options, output_height),
    FIELD(rs_exemplar_options, output_width),
    FIELD(rs_exemplar_options, patch_count),
    FIELD(rs_exemplar_options, patches),
    FIELD(rs_exemplar_options, search),
    STRUCT(rs_exemplar_patch),
    FIELD(rs_exemplar_patch, sigma),
    FIELD(rs_exemplar_patch, side),
};

RS_API const rs_web_field *rs_web_fields(void);
RS_API uint32_t rs_web_field_count(void);

const rs_web_field *rs_web_fields(void) {
  return fields;
}

uint32_t rs_web_field_count(void) {
  return sizeof fields / sizeof *fields;
}
