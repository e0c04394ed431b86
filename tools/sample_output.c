/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "npy_file.h"
#include "png_file.h"
#include "sample_output.h"
#include "say.h"
#include "sheet.h"

enum { GAP = 2, SIDE_MAX = 65535 };

/* [C, H, W] or [H, W]. */
static struct picture cell_of(const struct shape *shape) {
  const int64_t *sizes = shape->sizes + shape->count - 2;
  return (struct picture){.channels = shape->count == 3 ? (int)shape->sizes[0] : 1,
                          .height = (int)sizes[0],
                          .width = (int)sizes[1]};
}

static bool is_picture(const struct shape *shape) {
  int64_t channels = shape->count == 3 ? shape->sizes[0] : 1;
  return (shape->count == 2 || shape->count == 3) &&
         (channels == 1 || channels == 3 || channels == 4);
}

static int columns_of(const struct sample_options *options) {
  int columns = options->columns ? options->columns : (int)ceil(sqrt((double)options->draw.count));
  return columns < options->draw.count ? columns : options->draw.count;
}

static int rows_of(const struct sample_options *options) {
  return (options->draw.count - 1) / columns_of(options) + 1;
}

bool sample_output_check(const struct sample_options *options, const struct shape *shape) {
  char text[256];
  shape_text(shape, text, sizeof text);
  if (!options->output)
    return true;
  if (!is_picture(shape)) {
    say("a sample of %s numbers is no picture of 1, 3 or 4 channels: write it with --npy instead "
        "of -o",
        text);
    return false;
  }
  const int64_t *sizes = shape->sizes + shape->count - 2;
  if (sizes[0] + GAP > SIDE_MAX / rows_of(options) ||
      sizes[1] + GAP > SIDE_MAX / columns_of(options)) {
    say("a sheet of %d samples of %s would be too large: write them with --npy instead of -o",
        options->draw.count, text);
    return false;
  }
  return true;
}

/* From the options' range to [-1, 1]. */
static void scale(const struct sample_options *options, const float *sample,
                  struct picture *picture) {
  size_t numbers = (size_t)picture->channels * picture_plane(picture);
  double middle = (options->low + options->high) / 2, half = (options->high - options->low) / 2;
  for (size_t i = 0; i < numbers; ++i)
    picture->pixels[i] = (float)(((double)sample[i] - middle) / half);
}

static bool fill(const struct sample_options *options, const struct picture *cell,
                 const float *samples, struct sheet *sheet) {
  struct picture picture;
  if (!picture_new(&picture, cell->channels, cell->height, cell->width))
    return false;
  size_t numbers = (size_t)cell->channels * picture_plane(cell);
  for (int i = 0; i < options->draw.count; ++i) {
    scale(options, samples + (size_t)i * numbers, &picture);
    sheet_paste(sheet, i / sheet->columns, i % sheet->columns, &picture);
  }
  picture_free(&picture);
  return true;
}

static bool write_sheet(const struct sample_options *options, const struct shape *shape,
                        const float *samples) {
  struct picture cell = cell_of(shape);
  struct sheet_form form = {.gap = GAP, .apart = 0, .repeat = 1};
  struct sheet sheet;
  bool good = sheet_new(&sheet, form, rows_of(options), columns_of(options), cell.channels,
                        cell.height, cell.width) &&
              fill(options, &cell, samples, &sheet) && png_write(options->output, &sheet.page);
  sheet_free(&sheet);
  return good;
}

bool sample_output_write(const struct sample_options *options, const struct shape *shape,
                         const float *samples) {
  return (!options->npy || npy_write(options->npy, samples, options->draw.count, shape)) &&
         (!options->output || write_sheet(options, shape, samples));
}
