/* SPDX-License-Identifier: MIT
 * A network made from one picture: librestart-exemplar. The exemplar is 24 x 24 bricks drawn here;
 * the result is 32 x 24 and tiles. */
#include <math.h>
#include <stdio.h>

#include <restart/exemplar.h>

enum { SIDE = 24, WIDE = 32 };

static float brick(int y, int x) {
  const int row = y / 6, mortar = y % 6 == 0 || (x + row % 2 * 6) % 12 == 0;
  return mortar ? -0.8f : 0.4f;
}

static void show(const float *x) {
  for (int i = 0; i < SIDE; i++) {
    for (int k = 0; k < WIDE; k++)
      putchar(" .:-=+*#%@"[(int)(fminf(fmaxf(x[i * WIDE + k] + 1, 0), 1.99f) * 5)]);
    putchar('\n');
  }
}

/* Bricks are there: few pixels are of neither colour. */
static int looks_right(const float *x) {
  int off = 0;
  for (int i = 0; i < SIDE * WIDE; i++)
    off += fabsf(x[i] + 0.8f) > 0.2f && fabsf(x[i] - 0.4f) > 0.2f;
  printf("%d of %d pixels off\n", off, SIDE * WIDE);
  return off < SIDE * WIDE / 20;
}

int main(void) {
  float picture[SIDE * SIDE], x[SIDE * WIDE] = {0};
  for (int i = 0; i < SIDE * SIDE; i++)
    picture[i] = brick(i / SIDE, i % SIDE);
  rs_exemplar_options eo;
  rs_exemplar_options_init(&eo);
  eo.pixels = picture;
  eo.channels = 1;
  eo.height = eo.width = eo.output_height = SIDE;
  eo.output_width = WIDE;
  rs_exemplar *exemplar = NULL;
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  rs_sampler *s = NULL;
  rs_status st = rs_exemplar_new(&eo, &exemplar);
  if (st == RS_OK)
    st = rs_exemplar_model(exemplar, &so);
  if (st == RS_OK)
    st = rs_exemplar_schedule(&sc);
  if (st == RS_OK)
    st = rs_sampler_new(&so, &s);
  if (st == RS_OK)
    st = rs_schedule(s, &sc);
  if (st == RS_OK)
    st = rs_sample(s, x, NULL);
  printf("%s\n", rs_sampler_message(s));
  show(x);
  const int right = st == RS_OK && looks_right(x);
  rs_sampler_free(s);
  rs_exemplar_free(exemplar);
  return !right;
}
