// SPDX-License-Identifier: MIT
// What the tests of the C++ header share: checks, a network, and the same run by the C interface.
#ifndef TESTS_HOSTS_CPP_SUPPORT_HPP
#define TESTS_HOSTS_CPP_SUPPORT_HPP

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <restart/restart.hpp>

inline int failures = 0;

#define CHECK(condition) check_true((condition), #condition, __FILE__, __LINE__)

inline bool check_true(bool good, const char *what, const char *file, int line) {
  if (!good && ++failures < 50)
    std::printf("%s:%d: FAILED: %s\n", file, line, what);
  return good;
}

// Whether call throws a restart::Error of this status, with these words in its sentence.
template <class Call>
bool fails(rs_status status, const std::string &words, const Call &call) {
  try {
    call();
  } catch (const restart::Error &e) {
    const std::string sentence = e.what();
    const bool good = e.status() == status && sentence.find(words) != std::string::npos;
    if (!good)
      std::printf("%s: %s\n", e.name(), sentence.c_str());
    return good;
  }
  return false;
}

inline constexpr std::size_t BATCH = 2, ELEMENTS = 5, NUMBERS = BATCH * ELEMENTS;
inline constexpr std::uint64_t SEEDS[BATCH] = {7, 8};

template <class T> void denoise(const rs_eval &e, const T *x, T *out) {
  for (std::size_t i = 0; i < e.batch * e.elements; i++)
    out[i] = std::tanh(x[i] / static_cast<T>(e.sigma * e.sigma));
}

// The exact denoiser of data that is -1 or +1, of either type.
inline std::int32_t toy(const rs_eval *e, void *) {
  if (e->input)
    denoise(*e, e->input, e->output);
  else
    denoise(*e, e->input_f64, e->output_f64);
  return 0;
}

inline const auto net = [](const rs_eval &e) { toy(&e, nullptr); };

// Restarts, and so jumps and noise in the middle of a run.
inline restart::Schedule restarts() {
  return restart::Schedule::preset("cifar10-vp-43");
}

inline restart::Options sizes(std::int32_t dtype = RS_FLOAT32) {
  restart::Options options(ELEMENTS, BATCH);
  options.dtype = dtype;
  return options;
}

inline rs_status c_sample(rs_sampler *s, float *x, const std::uint64_t *seeds) {
  return rs_sample(s, x, seeds);
}
inline rs_status c_sample(rs_sampler *s, double *x, const std::uint64_t *seeds) {
  return rs_sample_f64(s, x, seeds);
}

// The samples of the same run by the C interface alone.
template <class T = float>
std::vector<T> by_c(std::size_t batch = BATCH, const std::uint64_t *seeds = SEEDS) {
  std::vector<T> x(batch * ELEMENTS);
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.fn = toy;
  so.batch = batch;
  so.elements = ELEMENTS;
  so.dtype = sizeof(T) == sizeof(double) ? RS_FLOAT64 : RS_FLOAT32;
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  rs_preset("cifar10-vp-43", &sc);
  rs_sampler *s = nullptr;
  CHECK(rs_sampler_new(&so, &s) == RS_OK && rs_schedule(s, &sc) == RS_OK &&
        c_sample(s, x.data(), seeds) == RS_OK);
  rs_sampler_free(s);
  return x;
}

// The parts of the test, one a file.
void test_span();
void test_options();
void test_runs();
void test_questions();
void test_throws();
void test_executors();
void test_shims();

#endif
