/* SPDX-License-Identifier: MIT */
#include "core/sampler.h"

#include <stdio.h>
#include <string.h>

#include "base/sized.h"
#include "part/model.h"

#define ELEMENTS_MAX ((uint64_t)1 << 34)

void rs_sampler_options_init_sized(rs_sampler_options *options, size_t size) {
  rs__sized_init(options, size);
}

void rs_schedule_options_init_sized(rs_schedule_options *options, size_t size) {
  rs__sized_init(options, size);
}

void rs_step_info_init_sized(rs_step_info *info, size_t size) {
  rs__sized_init(info, size);
}

void rs_segment_info_init_sized(rs_segment_info *info, size_t size) {
  rs__sized_init(info, size);
}

void rs_request_init_sized(rs_request *request, size_t size) {
  rs__sized_init(request, size);
}

void rs_counters_init_sized(rs_counters *counters, size_t size) {
  rs__sized_init(counters, size);
}

static size_t real_size(const rs_sampler_options *o) {
  return o->dtype == RS_FLOAT64 ? sizeof(double) : sizeof(float);
}

static rs_status check_options(rs_sampler_options *o, rs__note *note) {
  o->batch = o->batch ? o->batch : 1;
  if (o->elements < 1 || o->elements > ELEMENTS_MAX)
    return rs__note_set(note, RS_ERR_OPTION, "elements is %zu, not within 1 to 2^34", o->elements);
  if (o->batch > SIZE_MAX / 8 / sizeof(double) / o->elements)
    return rs__note_set(note, RS_ERR_OPTION, "batch %zu times elements %zu is too large", o->batch,
                        o->elements);
  if (o->dtype != RS_FLOAT32 && o->dtype != RS_FLOAT64)
    return rs__note_set(note, RS_ERR_OPTION, "dtype %d is neither RS_FLOAT32 nor RS_FLOAT64",
                        (int)o->dtype);
  if (o->reserved)
    return rs__note_set(note, RS_ERR_VERSION, "reserved must be zero");
  if (!o->alloc.allocate != !o->alloc.release)
    return rs__note_set(note, RS_ERR_OPTION, "alloc needs both allocate and release, or neither");
  return rs__model_check(&o->model, note);
}

/* What a model owns is given back exactly once, also when no sampler comes of it. */
static void destroy_model(const rs_model *model) {
  if (model->destroy)
    model->destroy(model->user);
}

/* The arrays of a plan, but for the caller's. */
static void give_vectors(rs_sampler *s, void *const vector[RS__SLOTS], const rs__spare *spare) {
  for (int v = RS__X + 1; v < RS__SLOTS; v++)
    rs__memory_give(&s->memory, vector[v]);
  rs__memory_give(&s->memory, spare->input);
  rs__memory_give(&s->memory, spare->second);
  rs__memory_give(&s->memory, spare->noise);
  rs__memory_give(&s->memory, spare->scratch);
}

/* Everything, also of a sampler that is half made. */
static void give_all(rs_sampler *s) {
  give_vectors(s, s->vector, &s->spare);
  rs__plan_free(&s->plan, &s->memory);
  rs__memory_give(&s->memory, s->table);
  rs__memory_give(&s->memory, s->student);
  rs__memory_give(&s->memory, s->seeds);
  rs__memory memory = s->memory;
  rs__memory_give(&memory, s);
}

static rs_status take_small(rs_sampler *s, rs__note *note) {
  const rs_model *model = &s->options.model;
  s->seeds = rs__memory_take(&s->memory, s->options.batch, sizeof *s->seeds);
  if (model->process == RS_PROCESS_PFGMPP)
    s->student = rs__memory_take(&s->memory, s->options.batch, sizeof *s->student);
  if (!s->seeds || (model->process == RS_PROCESS_PFGMPP && !s->student))
    return rs__note_status(note, RS_ERR_MEMORY);
  return rs__model_process(model, &s->memory, &s->process, &s->table, note);
}

static rs_status make(const rs_sampler_options *o, rs_sampler **sampler, rs__note *note) {
  rs__memory memory;
  rs__memory_init(&memory, &o->alloc);
  rs_sampler *s = rs__memory_take(&memory, 1, sizeof *s);
  if (!s)
    return rs__note_status(note, RS_ERR_MEMORY);
  s->memory = memory;
  s->options = *o;
  s->kernels = rs__kernels_best();
  s->options.message = NULL;
  atomic_init(&s->stop, 0);
  rs_status st = take_small(s, note);
  if (st != RS_OK) {
    give_all(s);
    return st;
  }
  *sampler = s;
  return rs__note_status(&s->note, RS_OK);
}

rs_status rs_sampler_new(const rs_sampler_options *options, rs_sampler **sampler) {
  if (sampler)
    *sampler = NULL;
  if (!options)
    return RS_ERR_ARGUMENT;
  rs_sampler_options o;
  if (rs__sized_read(&o, sizeof o, RS__FIRST_SAMPLER_OPTIONS, options) != RS_OK)
    return RS_ERR_VERSION;
  if (!sampler) {
    destroy_model(&o.model);
    return RS_ERR_ARGUMENT;
  }
  rs__note note;
  rs_status st = check_options(&o, &note);
  if (st == RS_OK)
    st = make(&o, sampler, &note);
  if (st != RS_OK) {
    destroy_model(&o.model);
    if (o.message && o.message_capacity)
      snprintf(o.message, o.message_capacity, "%s", note.text);
  }
  return st;
}

void rs_sampler_free(rs_sampler *sampler) {
  if (!sampler)
    return;
  destroy_model(&sampler->options.model);
  give_all(sampler);
}

const char *rs_sampler_message(const rs_sampler *sampler) {
  return sampler ? sampler->note.text : "there is no sampler";
}

/* All or nothing. */
static bool take_vectors(rs_sampler *s, const rs__plan *plan, void *vector[RS__SLOTS],
                         rs__spare *spare) {
  const rs_model *model = &s->options.model;
  const size_t count = s->options.batch * s->options.elements, size = real_size(&s->options);
  const size_t both = plan->guided && model->guidance == RS_GUIDANCE_DOUBLED ? 2 : 1;
  bool all = true;
  for (int v = RS__X + 1; v < RS__SLOTS; v++)
    if (plan->slots >> v & 1)
      all &= (vector[v] = rs__memory_take(&s->memory, count, size)) != NULL;
  if (plan->scales_input || both == 2)
    all &= (spare->input = rs__memory_take(&s->memory, both * count, size)) != NULL;
  if (plan->guided)
    all &= (spare->second = rs__memory_take(&s->memory, both * count, size)) != NULL;
  if (s->options.noise)
    all &= (spare->noise = rs__memory_take(&s->memory, count, size)) != NULL;
  if (model->clip == RS_CLIP_DYNAMIC)
    all &= (spare->scratch = rs__memory_take(&s->memory, count, size)) != NULL;
  if (!all)
    give_vectors(s, vector, spare);
  return all;
}

rs_status rs_schedule(rs_sampler *sampler, const rs_schedule_options *options) {
  if (!sampler)
    return RS_ERR_ARGUMENT;
  rs_sampler *s = sampler;
  if (s->busy)
    return rs__note_set(&s->note, RS_ERR_STATE, "rs_schedule within a callback");
  rs__plan plan;
  void *vector[RS__SLOTS] = {0};
  rs__spare spare = {0};
  const rs_status st =
      rs__plan_make(&plan, options, &s->options.model, &s->process, &s->memory, &s->note);
  if (st != RS_OK)
    return st;
  if (!take_vectors(s, &plan, vector, &spare)) {
    rs__plan_free(&plan, &s->memory);
    return rs__note_status(&s->note, RS_ERR_MEMORY);
  }
  give_vectors(s, s->vector, &s->spare);
  rs__plan_free(&s->plan, &s->memory);
  s->plan = plan;
  memcpy(s->vector, vector, sizeof vector);
  s->spare = spare;
  s->phase = RS__NONE;
  s->nfe_done = 0;
  s->step = s->move = 0;
  return rs__note_status(&s->note, RS_OK);
}

size_t rs_plan_count(const rs_sampler *sampler) {
  return sampler ? sampler->plan.step_count : 0;
}

int64_t rs_plan_nfe(const rs_sampler *sampler) {
  return sampler ? sampler->plan.nfe : 0;
}

rs_status rs_plan_step(const rs_sampler *sampler, size_t index, rs_step_info *info) {
  if (!sampler || !info || index >= sampler->plan.step_count)
    return RS_ERR_ARGUMENT;
  return rs__sized_write(info, &sampler->plan.steps[index].info, sizeof *info, RS__FIRST_STEP_INFO);
}

rs_status rs_plan_segment(const rs_sampler *sampler, size_t index, rs_segment_info *info) {
  if (!sampler || !info || index >= sampler->plan.segment_count)
    return RS_ERR_ARGUMENT;
  return rs__sized_write(info, &sampler->plan.segments[index], sizeof *info,
                         RS__FIRST_SEGMENT_INFO);
}

rs_status rs_plan_text(const rs_sampler *sampler, char *buffer, size_t capacity, size_t *length) {
  if (!sampler || (capacity && !buffer) || (!buffer && !length))
    return RS_ERR_ARGUMENT;
  if (sampler->plan.step_count == 0)
    return RS_ERR_STATE;
  rs__text t = {buffer, capacity, 0};
  rs__plan_print(&sampler->plan, &t);
  return rs__text_end(&t, length);
}

rs_status rs_sampler_counters(const rs_sampler *sampler, rs_counters *counters) {
  if (!sampler || !counters)
    return RS_ERR_ARGUMENT;
  const rs_counters c = {.size = sizeof c,
                         .nfe_done = sampler->nfe_done,
                         .nfe_total = sampler->plan.nfe,
                         .steps_done = (int64_t)sampler->step,
                         .steps_total = (int64_t)sampler->plan.step_count,
                         .calls = sampler->calls,
                         .memory = sampler->memory.bytes,
                         .callback_status = sampler->callback_status};
  return rs__sized_write(counters, &c, sizeof c, RS__FIRST_COUNTERS);
}
