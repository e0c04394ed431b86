/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "model.h"

/* Of the options in the first release; stays when they grow. */
#define FIRST_SIZE (offsetof(rs_exemplar_options, alloc) + sizeof(rs_alloc))

void rs_exemplar_options_init_sized(rs_exemplar_options *options, size_t size) {
  if (!options || size < sizeof options->size)
    return;
  memset(options, 0, size);
  options->size = size;
}

static int all_zero(const unsigned char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (bytes[i])
      return 0;
  return 1;
}

static int within(int32_t value, int32_t low, int32_t high) {
  return value >= low && value <= high;
}

static rs_status read_sizes(rs_exemplar_options *o) {
  if (o->output_height == 0)
    o->output_height = o->height;
  if (o->output_width == 0)
    o->output_width = o->width;
  int good = within(o->channels, 1, RS__CHANNELS_MAX) && within(o->height, 4, 4096) &&
             within(o->width, 4, 4096) && within(o->output_height, 4, 4096) &&
             within(o->output_width, 4, 4096);
  return good ? RS_OK : RS_ERR_OPTION;
}

static int patch_good(const rs_exemplar_patch *p) {
  return within(p->side, 1, RS__SIDE_MAX) && p->side % 2 == 1 && p->reserved == 0 &&
         isfinite(p->sigma) && p->sigma >= 0;
}

static rs_status read_patches(rs_exemplar_options *o) {
  if (o->patch_count == 0 && !o->patches) {
    size_t count = 0;
    o->patches = rs__exemplar_patches(&count);
    o->patch_count = (int32_t)count;
    return RS_OK;
  }
  if (!within(o->patch_count, 1, RS__PATCHES_MAX))
    return RS_ERR_OPTION;
  if (!o->patches)
    return RS_ERR_ARGUMENT;
  for (int32_t i = 0; i < o->patch_count; i++) {
    if (!patch_good(&o->patches[i]))
      return RS_ERR_OPTION;
    if (i > 0 && !(o->patches[i].sigma < o->patches[i - 1].sigma))
      return RS_ERR_OPTION;
  }
  return o->patches[o->patch_count - 1].sigma == 0 ? RS_OK : RS_ERR_OPTION;
}

rs_status rs__exemplar_read(const rs_exemplar_options *options, rs_exemplar_options *known) {
  size_t size = options->size;
  if (size < FIRST_SIZE)
    return RS_ERR_VERSION;
  if (size > sizeof *known &&
      !all_zero((const unsigned char *)options + sizeof *known, size - sizeof *known))
    return RS_ERR_VERSION;
  memset(known, 0, sizeof *known);
  memcpy(known, options, size < sizeof *known ? size : sizeof *known);
  known->size = sizeof *known;
  if (!known->pixels)
    return RS_ERR_ARGUMENT;
  if (!known->alloc.allocate != !known->alloc.release)
    return RS_ERR_OPTION;
  if (!within(known->search, RS_EXEMPLAR_EXACT, RS_EXEMPLAR_SHORTLIST) || known->reserved != 0)
    return RS_ERR_OPTION;
  rs_status status = read_sizes(known);
  return status == RS_OK ? read_patches(known) : status;
}
