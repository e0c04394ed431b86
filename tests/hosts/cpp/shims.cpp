// SPDX-License-Identifier: MIT
// restart::Exemplar. restart::Torch has a test of its own, where there is libtorch.
#include "support.hpp"

#include <limits>

#include <restart/exemplar.hpp>

using restart::Exemplar;

static constexpr std::int32_t SIDE = 12, WIDE = 16;

static std::vector<float> board() {
  std::vector<float> pixels(SIDE * SIDE);
  for (std::size_t i = 0; i < pixels.size(); i++)
    pixels[i] = (i / SIDE + i) % 2 ? 0.5f : -0.5f;
  return pixels;
}

static std::vector<float> texture_by_c(const std::vector<float> &pixels) {
  rs_exemplar_options eo;
  rs_exemplar_options_init(&eo);
  eo.pixels = pixels.data();
  eo.channels = 1;
  eo.height = eo.width = eo.output_height = SIDE;
  eo.output_width = WIDE;
  rs_exemplar *exemplar = nullptr;
  rs_sampler *s = nullptr;
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  std::vector<float> x(SIDE * WIDE);
  CHECK(rs_exemplar_new(&eo, &exemplar) == RS_OK && rs_exemplar_model(exemplar, &so) == RS_OK &&
        rs_exemplar_schedule(&sc) == RS_OK && rs_sampler_new(&so, &s) == RS_OK &&
        rs_schedule(s, &sc) == RS_OK && rs_sample(s, x.data(), nullptr) == RS_OK);
  rs_sampler_free(s);
  rs_exemplar_free(exemplar);
  return x;
}

static void test_texture() {
  const std::vector<float> pixels = board();
  std::vector<float> x(SIDE * WIDE);
  restart::Options options;
  {
    const Exemplar exemplar(pixels, 1, SIDE, SIDE, SIDE, WIDE);
    options = exemplar.options();
    CHECK(exemplar.get() && options.elements == SIDE * WIDE);
  } // its options keep it
  restart::Sampler s(options, Exemplar::schedule());
  options = restart::Options(); // and then the sampler does
  CHECK(s.sample(x) && x == texture_by_c(pixels));
}

static void test_failures() {
  std::vector<float> pixels = board();
  CHECK(fails(RS_ERR_ARGUMENT, "fewer pixels", [&] { Exemplar(pixels, 3, SIDE, SIDE); }));
  CHECK(fails(RS_ERR_ARGUMENT, "fewer pixels", [&] { Exemplar(pixels, 1, -SIDE, -SIDE); }));
  CHECK(fails(RS_ERR_OPTION, "the exemplar", [&] { Exemplar(pixels, 1, 2, 2); }));
  CHECK(fails(RS_ERR_ARGUMENT, "the exemplar", [] { Exemplar{restart::ExemplarOptions()}; }));
  pixels[5] = std::numeric_limits<float>::infinity();
  CHECK(fails(RS_ERR_NONFINITE, "the exemplar", [&] { Exemplar(pixels, 1, SIDE, SIDE); }));
}

void test_shims() {
  test_texture();
  test_failures();
}
