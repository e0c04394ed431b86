/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

/* Squares of larger pixels, summed over a patch, could leave the range of float. */
#define PIXEL_MAX 1e6f

static void *default_allocate(size_t bytes, void *user) {
  (void)user;
  return malloc(bytes);
}

static void default_release(void *memory, void *user) {
  (void)user;
  free(memory);
}

static rs_status check_pixels(const rs_exemplar_options *o) {
  size_t count = (size_t)o->channels * (size_t)o->height * (size_t)o->width;
  rs_status status = RS_OK;
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(o->pixels[i]))
      return RS_ERR_NONFINITE;
    if (fabsf(o->pixels[i]) > PIXEL_MAX)
      status = RS_ERR_OPTION;
  }
  return status;
}

static void copy_pixels(rs_exemplar *ex, const float *pixels) {
  rs__grid *g = &ex->grid;
  if (ex->search == RS_EXEMPLAR_SHORTLIST)
    rs__shortlist_picture(&ex->shortlist, pixels);
  else
    rs__grid_fill(g->pixels, g->pixel_stride, pixels, g->channels * g->height, g->width);
}

static void set_sizes(rs_exemplar *ex, const rs_exemplar_options *o) {
  rs__grid *g = &ex->grid;
  rs__padded *picture = &ex->shortlist.picture, *input = &ex->shortlist.input;
  g->channels = picture->channels = input->channels = (size_t)o->channels;
  g->height = picture->height = (size_t)o->height;
  g->width = picture->width = (size_t)o->width;
  g->out_height = input->height = (size_t)o->output_height;
  g->out_width = input->width = (size_t)o->output_width;
  g->side_max = ex->side_max;
  ex->elements = g->channels * g->out_height * g->out_width;
}

static void set_up(rs_exemplar *ex, const rs_exemplar_options *o) {
  ex->alloc = o->alloc;
  ex->search = o->search;
  ex->kernels = rs__exemplar_kernels();
  ex->patch_count = (size_t)o->patch_count;
  memcpy(ex->patches, o->patches, ex->patch_count * sizeof *o->patches);
  for (size_t i = 0; i < ex->patch_count; i++)
    if ((size_t)ex->patches[i].side > ex->side_max)
      ex->side_max = (size_t)ex->patches[i].side;
  set_sizes(ex, o);
}

static rs_status make(const rs_exemplar_options *o, rs_exemplar **out) {
  rs_exemplar *ex = o->alloc.allocate(sizeof *ex, o->alloc.user);
  if (!ex)
    return RS_ERR_MEMORY;
  memset(ex, 0, sizeof *ex);
  set_up(ex, o);
  rs_status status = rs__exemplar_take_memory(ex);
  if (status != RS_OK) {
    rs_exemplar_free(ex);
    return status;
  }
  copy_pixels(ex, o->pixels);
  *out = ex;
  return RS_OK;
}

rs_status rs_exemplar_new(const rs_exemplar_options *options, rs_exemplar **exemplar) {
  if (exemplar)
    *exemplar = NULL;
  if (!options || !exemplar)
    return RS_ERR_ARGUMENT;
  rs_exemplar_options known;
  rs_status status = rs__exemplar_read(options, &known);
  if (status == RS_OK)
    status = check_pixels(&known);
  if (status != RS_OK)
    return status;
  if (!known.alloc.allocate)
    known.alloc = (rs_alloc){default_allocate, default_release, NULL};
  return make(&known, exemplar);
}

void rs_exemplar_free(rs_exemplar *exemplar) {
  if (!exemplar)
    return;
  rs_alloc alloc = exemplar->alloc;
  if (exemplar->memory)
    alloc.release(exemplar->memory, alloc.user);
  alloc.release(exemplar, alloc.user);
}

void rs_exemplar_destroy(void *exemplar) {
  rs_exemplar_free(exemplar);
}

rs_status rs_exemplar_model(rs_exemplar *exemplar, rs_sampler_options *options) {
  if (!exemplar || !options)
    return RS_ERR_ARGUMENT;
  if (options->size < offsetof(rs_sampler_options, dtype)) /* all that is set below */
    return RS_ERR_VERSION;
  options->model.fn = rs_exemplar_denoise;
  options->model.user = exemplar;
  options->model.prediction = RS_PREDICT_DENOISER;
  options->elements = exemplar->elements;
  return RS_OK;
}
