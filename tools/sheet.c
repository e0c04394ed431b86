/* SPDX-License-Identifier: MIT */
#include "sheet.h"

static const float paper = 0.85f;

static int cell_x(const struct sheet *sheet, int column) {
  const struct sheet_form *form = &sheet->form;
  return form->gap + column * (sheet->cell_width + form->gap) + (column > 0 ? form->apart : 0);
}

static int cell_y(const struct sheet *sheet, int row) {
  return sheet->form.gap + row * (sheet->cell_height + sheet->form.gap);
}

bool sheet_new(struct sheet *sheet, struct sheet_form form, int rows, int columns, int channels,
               int height, int width) {
  *sheet = (struct sheet){.form = form,
                          .rows = rows,
                          .columns = columns,
                          .cell_height = form.repeat * height,
                          .cell_width = form.repeat * width};
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
  int height = sheet->form.repeat * picture->height, width = sheet->form.repeat * picture->width;
  int top = cell_y(sheet, row) + (sheet->cell_height - height) / 2;
  int left = cell_x(sheet, column) + (sheet->cell_width - width) / 2;
  for (int c = 0; c < sheet->page.channels; ++c)
    for (int y = 0; y < height; ++y) {
      const float *from = picture_row(picture, c < picture->channels ? c : 0, y % picture->height);
      float *to = picture_row(&sheet->page, c, top + y) + left;
      for (int x = 0; x < width; ++x)
        to[x] = from[x % picture->width];
    }
}
