/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>

#include "out_file.h"
#include "plan_curve.h"

enum { WIDTH = 760, HEIGHT = 420, LEFT = 76, RIGHT = 24, TOP = 76, BOTTOM = 56 };

static double to_x(const struct plan_curve *curve, double nfe) {
  return LEFT + nfe / curve->nfe * (WIDTH - LEFT - RIGHT);
}

static double to_y(const struct plan_curve *curve, double sigma) {
  return HEIGHT - BOTTOM - plan_curve_level(curve, sigma) * (HEIGHT - TOP - BOTTOM);
}

static void head(FILE *file) {
  fprintf(file,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
          "viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#333\">\n"
          "<style>\n"
          ".grid { stroke: #ddd }\n"
          ".axis { stroke: #333 }\n"
          ".main { stroke: #1f6fb2; stroke-width: 1.8; fill: #1f6fb2 }\n"
          ".restart { stroke: #d1495b; stroke-width: 1.8; fill: #d1495b }\n"
          ".jump { stroke: #e08a97; stroke-width: 1.4; stroke-dasharray: 4 3 }\n"
          "</style>\n"
          "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
          WIDTH, HEIGHT, WIDTH, HEIGHT);
}

static void escaped(FILE *file, const char *text) {
  for (; *text; ++text)
    switch (*text) {
    case '&':
      fputs("&amp;", file);
      break;
    case '<':
      fputs("&lt;", file);
      break;
    default:
      fputc(*text, file);
    }
}

static void legend(FILE *file, const char *title) {
  fprintf(file, "<text x=\"%d\" y=\"26\" font-size=\"15\">", LEFT);
  escaped(file, title);
  fprintf(file,
          "</text>\n"
          "<rect class=\"main\" x=\"%d\" y=\"44\" width=\"10\" height=\"10\"/>\n"
          "<text x=\"%d\" y=\"54\">main pass</text>\n"
          "<rect class=\"restart\" x=\"%d\" y=\"44\" width=\"10\" height=\"10\"/>\n"
          "<text x=\"%d\" y=\"54\">restart</text>\n"
          "<line class=\"jump\" x1=\"%d\" y1=\"49\" x2=\"%d\" y2=\"49\"/>\n"
          "<text x=\"%d\" y=\"54\">fresh noise</text>\n",
          LEFT, LEFT + 16, LEFT + 100, LEFT + 116, LEFT + 182, LEFT + 206, LEFT + 214);
}

static void level_label(FILE *file, const struct plan_curve *curve, double sigma) {
  double y = to_y(curve, sigma);
  fprintf(file,
          "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>\n"
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.3g</text>\n",
          LEFT, y, WIDTH - RIGHT, y, LEFT - 8, y + 4, sigma);
}

/* The step of the axis of evaluations: 1, 2 or 5 times a power of ten, at most ten labels. */
static double tick(double nfe) {
  double power = pow(10, floor(log10(nfe / 10 > 1 ? nfe / 10 : 1)));
  return nfe / power <= 10 ? power : nfe / power <= 20 ? 2 * power : 5 * power;
}

static void axes(FILE *file, const struct plan_curve *curve) {
  const int lowest = (int)ceil(log10(curve->sigma_min));
  const int highest = (int)floor(log10(curve->sigma_max));
  for (int power = lowest; power <= highest; power++)
    level_label(file, curve, pow(10, power));
  level_label(file, curve, 0);
  const int labels = (int)(curve->nfe / tick(curve->nfe));
  for (int i = 0; i <= labels; i++)
    fprintf(file, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>\n",
            to_x(curve, i * tick(curve->nfe)), HEIGHT - BOTTOM + 20, i * tick(curve->nfe));
  fprintf(file,
          "<path class=\"axis\" fill=\"none\" d=\"M%d %dV%dH%d\"/>\n"
          "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">evaluations of the network</text>\n"
          "<text transform=\"translate(22 %d) rotate(-90)\" text-anchor=\"middle\">noise level "
          "sigma</text>\n",
          LEFT, TOP, HEIGHT - BOTTOM, WIDTH - RIGHT, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14,
          (TOP + HEIGHT - BOTTOM) / 2);
}

static const char *line_class(int kind) {
  return kind == RS_STEP_JUMP ? "jump" : kind == RS_STEP_MAIN ? "main" : "restart";
}

static void lines(FILE *file, const struct plan_curve *curve) {
  for (size_t i = 0; i < curve->count; ++i) {
    const struct plan_line *line = &curve->lines[i];
    fprintf(file, "<line class=\"%s\" x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\"/>\n",
            line_class(line->kind), to_x(curve, line->nfe_from), to_y(curve, line->sigma_from),
            to_x(curve, line->nfe_to), to_y(curve, line->sigma_to));
  }
}

/* One point where each step begins, and one at the end. */
static void points(FILE *file, const struct plan_curve *curve) {
  for (size_t i = 0; i <= curve->count; ++i) {
    const struct plan_line *line = &curve->lines[i < curve->count ? i : i - 1];
    bool begins = i < curve->count;
    fprintf(file, "<circle class=\"%s\" cx=\"%.2f\" cy=\"%.2f\" r=\"2.4\"/>\n",
            line->kind == RS_STEP_RESTART ? "restart" : "main",
            to_x(curve, begins ? line->nfe_from : line->nfe_to),
            to_y(curve, begins ? line->sigma_from : line->sigma_to));
  }
}

bool plan_write_svg(const struct plan_curve *curve, const char *title, const char *path) {
  struct out_file out;
  if (!out_open(&out, path))
    return false;
  head(out.file);
  legend(out.file, title);
  axes(out.file, curve);
  lines(out.file, curve);
  points(out.file, curve);
  fputs("</svg>\n", out.file);
  return out_commit(&out);
}
