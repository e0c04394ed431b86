/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SHEET_H
#define TOOL_SHEET_H

#include "picture.h"

/* A contact sheet: a table of pictures, each tiled 2 x 2 so that seams would show. */
struct sheet {
  struct picture page;
  int rows;
  int columns;
  int cell_height;
  int cell_width;
};

/* Cells hold pictures of up to height x width, tiled. False (and said) when there is no memory. */
bool sheet_new(struct sheet *sheet, int rows, int columns, int channels, int height, int width);
void sheet_free(struct sheet *sheet);

/* Pastes picture, tiled, into a cell, in its middle. */
void sheet_paste(struct sheet *sheet, int row, int column, const struct picture *picture);

#endif
