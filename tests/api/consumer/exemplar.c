/* SPDX-License-Identifier: MIT
 * A host of the exemplar model: one picture out of a checkerboard, all pixels between its two. */
#include <stdio.h>

#include <restart/exemplar.h>

enum { SIDE = 8 };

static rs_status draw(rs_exemplar *exemplar, float *x) {
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_sampler *s = NULL;
  rs_status status;
  rs_sampler_options_init(&so);
  rs_schedule_options_init(&sc);
  status = rs_exemplar_model(exemplar, &so);
  if (status == RS_OK)
    status = rs_exemplar_schedule(&sc);
  if (status == RS_OK)
    status = rs_sampler_new(&so, &s);
  if (status == RS_OK)
    status = rs_schedule(s, &sc);
  if (status == RS_OK)
    status = rs_sample(s, x, NULL);
  rs_sampler_free(s);
  return status;
}

int main(void) {
  static float board[SIDE * SIDE], x[SIDE * SIDE];
  rs_exemplar_options eo;
  rs_exemplar *exemplar = NULL;
  rs_status status;
  for (int i = 0; i < SIDE * SIDE; i++)
    board[i] = (i / SIDE + i) % 2 ? 0.5f : -0.5f;
  rs_exemplar_options_init(&eo);
  eo.pixels = board;
  eo.channels = 1;
  eo.height = SIDE;
  eo.width = SIDE;
  status = rs_exemplar_new(&eo, &exemplar);
  if (status == RS_OK)
    status = draw(exemplar, x);
  rs_exemplar_free(exemplar);
  printf("%s\n", rs_status_text(status));
  for (int i = 0; i < SIDE * SIDE; i++)
    if (!(x[i] > -0.6f && x[i] < 0.6f))
      status = RS_ERR_NONFINITE;
  return status == RS_OK ? 0 : 1;
}
