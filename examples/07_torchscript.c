/* SPDX-License-Identifier: MIT
 * A TorchScript file as the network: librestart-torch. Draws the digits 0 to 4 with guidance. The
 * file says itself what it is: 1 x 32 x 32 pixels, eps, 1000 discrete steps, ten classes. */
#include <math.h>
#include <stdio.h>

#include <restart/torch.h>

enum { DIGITS = 5, SIDE = 32 };

static void show(const float *x) {
  for (int y = 2; y < SIDE - 2; y += 2) {
    for (int k = 0; k < DIGITS * SIDE; k++) {
      const float *pixel = x + (k / SIDE * SIDE + y) * SIDE + k % SIDE;
      putchar(" .:-=+*#%@"[(int)(fminf(fmaxf(*pixel + 1, 0), 1.99f) * 5)]);
    }
    putchar('\n');
  }
}

/* Ink on an empty border. */
static int looks_right(const float *x) {
  int ink = 0, spilt = 0;
  for (int i = 0; i < DIGITS * SIDE * SIDE; i++) {
    const int at = i % SIDE, border = at < 2 || at >= SIDE - 2;
    ink += x[i] > 0;
    spilt += border && x[i] > 0;
  }
  printf("%d pixels of ink, %d of them on the borders\n", ink, spilt);
  return ink > DIGITS * 40 && ink < DIGITS * 300 && spilt < DIGITS;
}

int main(int argc, char **argv) {
  static float x[DIGITS * SIDE * SIDE];
  const int64_t labels[DIGITS] = {0, 1, 2, 3, 4};
  const rs_segment segment = {4, 2, 0.2, 1};
  char why[256] = "";
  rs_torch_options to;
  rs_torch_options_init(&to);
  to.path = argc > 1 ? argv[1] : "examples/networks/digits.pt";
  to.labels = labels;
  to.label_count = DIGITS;
  to.message = why;
  to.message_capacity = sizeof why;
  rs_torch *torch = NULL;
  if (rs_torch_new(&to, &torch) != RS_OK) {
    fprintf(stderr, "%s\n", why);
    return 1;
  }
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.guidance_weight = 2;
  so.batch = DIGITS;
  rs_torch_model(torch, &so);
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  sc.steps = 12;
  sc.segments = &segment;
  sc.segment_count = 1;
  rs_sampler *s = NULL;
  rs_status st = rs_sampler_new(&so, &s);
  if (st == RS_OK)
    st = rs_schedule(s, &sc);
  if (st == RS_OK)
    st = rs_sample(s, x, NULL);
  printf("%s\n%s", rs_sampler_message(s), st == RS_OK ? "" : rs_torch_message(torch));
  show(x);
  const int right = st == RS_OK && looks_right(x);
  rs_sampler_free(s);
  rs_torch_free(torch);
  return !right;
}
