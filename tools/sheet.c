/* SPDX-License-Identifier: MIT */
#include "sheet.h"

enum { GAP = 8 };
static const float paper = 0.85f;

/* The first column, the exemplar, stands a little apart. */
static int cell_x(const struct sheet *sheet, int column) {
  return GAP + column * (sheet->cell_width + GAP) + (column > 0 ? GAP : 0);
}

static int cell_y(const struct sheet *sheet, int row) {
  return GAP + row * (sheet->cell_height + GAP);
}

bool sheet_new(struct sheet *sheet, int rows, int columns, int channels, int height, int width) {
  *sheet = (struct sheet){
      .rows = rows, .columns = columns, .cell_height = 2 * height, .cell_width = 2 * width};
  if (!picture_new(&sheet->page, channels, cell_y(sheet, rows), cell_x(sheet, columns)))
    return false;
  size_t numbers = (size_t)channels * picture_plane(&sheet->page);
  for (size_t i = 0; i < numbers; ++i)
    sheet->page.pixels[i] = paper;
  return true;
}

void sheet_free(struct sheet *sheet) {
  picture_free(&sheet->page);
}

void sheet_paste(struct sheet *sheet, int row, int column, const struct picture *picture) {
  int top = cell_y(sheet, row) + sheet->cell_height / 2 - picture->height;
  int left = cell_x(sheet, column) + sheet->cell_width / 2 - picture->width;
  for (int c = 0; c < sheet->page.channels; ++c)
    for (int y = 0; y < 2 * picture->height; ++y) {
      const float *from = picture_row(picture, c < picture->channels ? c : 0, y % picture->height);
      float *to = picture_row(&sheet->page, c, top + y) + left;
      for (int x = 0; x < 2 * picture->width; ++x)
        to[x] = from[x % picture->width];
    }
}
