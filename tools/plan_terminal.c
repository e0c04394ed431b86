/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan_curve.h"
#include "say.h"

enum { ROWS = 17, MARGIN = 10 };
enum { EMPTY, JUMP, DESCENT, MAIN_NODE, RESTART_NODE, MARKS };

struct canvas {
  int columns;
  char *cells; /* ROWS x columns of the marks above; the higher mark stays */
};

static const char *const ascii[MARKS] = {" ", ":", ".", "o", "x"};
static const char *const unicode_marks[MARKS] = {" ", "\u250a", "\u00b7", "\u25cf", "\u25cb"};

static int to_row(const struct plan_curve *curve, double sigma) {
  return (int)lround((1 - plan_curve_level(curve, sigma)) * (ROWS - 1));
}

static int to_column(const struct plan_curve *curve, const struct canvas *canvas, double nfe) {
  return (int)lround(nfe / curve->nfe * (canvas->columns - 1));
}

static void mark(struct canvas *canvas, int row, int column, int what) {
  char *cell = canvas->cells + row * canvas->columns + column;
  if (*cell < what)
    *cell = (char)what;
}

static void draw_jump(struct canvas *canvas, int column, int bottom, int top) {
  for (int row = top + 1; row < bottom; ++row)
    mark(canvas, row, column, JUMP);
}

static void draw_descent(struct canvas *canvas, int x0, int y0, int x1, int y1) {
  for (int x = x0 + 1; x < x1; ++x)
    mark(canvas, y0 + (int)lround((double)(y1 - y0) * (x - x0) / (x1 - x0)), x, DESCENT);
}

static void draw_line(const struct plan_curve *curve, struct canvas *canvas,
                      const struct plan_line *line) {
  int x0 = to_column(curve, canvas, line->nfe_from), x1 = to_column(curve, canvas, line->nfe_to);
  int y0 = to_row(curve, line->sigma_from), y1 = to_row(curve, line->sigma_to);
  if (line->kind == RS_STEP_JUMP)
    draw_jump(canvas, x0, y0, y1);
  else
    draw_descent(canvas, x0, y0, x1, y1);
  mark(canvas, y0, x0, line->kind == RS_STEP_MAIN ? MAIN_NODE : RESTART_NODE);
  mark(canvas, y1, x1, line->kind == RS_STEP_MAIN ? MAIN_NODE : RESTART_NODE);
}

/* The label of a row: the ends of the axis, and powers of ten between them. */
static void print_label(const struct plan_curve *curve, int row) {
  if (row == 0)
    printf("%8.3g ", curve->sigma_max);
  else if (row == ROWS - 1)
    printf("%8d ", 0);
  else {
    double power = pow(10, floor(log10(curve->sigma_max)));
    while (to_row(curve, power) < row && power > curve->sigma_min)
      power /= 10;
    if (to_row(curve, power) == row && power >= curve->sigma_min)
      printf("%8.3g ", power);
    else
      printf("%8s ", "");
  }
}

static void print_canvas(const struct plan_curve *curve, const struct canvas *canvas,
                         bool unicode) {
  const char *const *marks = unicode ? unicode_marks : ascii;
  puts("   sigma");
  for (int row = 0; row < ROWS; ++row) {
    const char *cells = canvas->cells + row * canvas->columns;
    int end = canvas->columns;
    while (end > 0 && cells[end - 1] == EMPTY)
      --end;
    print_label(curve, row);
    fputs(unicode ? "\u2502" : "|", stdout);
    for (int column = 0; column < end; ++column)
      fputs(marks[(int)cells[column]], stdout);
    putchar('\n');
  }
  printf("%9s%s", "", unicode ? "\u2514" : "+");
  for (int column = 0; column < canvas->columns; ++column)
    fputs(unicode ? "\u2500" : "-", stdout);
  printf("\n%9s 0%*.0f evaluations\n", "", canvas->columns - 13, curve->nfe);
  printf("%9s %s main pass   %s restart   %s fresh noise\n", "", marks[MAIN_NODE],
         marks[RESTART_NODE], marks[JUMP]);
}

bool plan_print_curve(const struct plan_curve *curve, int columns, bool unicode) {
  struct canvas canvas = {.columns = columns - MARGIN};
  canvas.columns = canvas.columns < 30 ? 30 : canvas.columns > 150 ? 150 : canvas.columns;
  canvas.cells = calloc(ROWS, (size_t)canvas.columns);
  if (!canvas.cells) {
    say("out of memory for the drawing of the plan");
    return false;
  }
  for (size_t i = 0; i < curve->count; ++i)
    draw_line(curve, &canvas, &curve->lines[i]);
  print_canvas(curve, &canvas, unicode);
  free(canvas.cells);
  return true;
}
