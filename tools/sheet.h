/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SHEET_H
#define TOOL_SHEET_H

#include "picture.h"

/* How a sheet looks. */
struct sheet_form {
  int gap;    /* pixels between pictures */
  int apart;  /* more of them after the first column */
  int repeat; /* 2: each picture is tiled 2 x 2, so that seams would show */
};

/* A contact sheet: a table of pictures. */
struct sheet {
  struct sheet_form form;
  struct picture page;
  int rows;
  int columns;
  int cell_height;
  int cell_width;
};

/* Cells hold pictures of up to height x width. False (and said) when there is no memory. */
bool sheet_new(struct sheet *sheet, struct sheet_form form, int rows, int columns, int channels,
               int height, int width);
void sheet_free(struct sheet *sheet);

/* Pastes picture into a cell, in its middle. */
void sheet_paste(struct sheet *sheet, int row, int column, const struct picture *picture);

#endif
