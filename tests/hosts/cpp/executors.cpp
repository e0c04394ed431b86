// SPDX-License-Identifier: MIT
// Parallel work on threads, and what becomes of it when the threads give up.
#include "support.hpp"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>

using restart::Sampler;

static void on_threads(std::size_t count, restart::Work work) {
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < count; i++)
    threads.emplace_back(work);
  work();
  for (std::thread &thread : threads)
    thread.join();
}

static void test_threads() {
  std::vector<float> x(NUMBERS);
  Sampler s(sizes().set_executor(on_threads).set_network([](restart::Evaluation e) {
    e.parallel(e->batch, [&](std::size_t b) {
      rs_eval one = *e;
      one.batch = 1;
      one.input += b * e->elements;
      one.output += b * e->elements;
      toy(&one, nullptr);
    });
  }), restarts());
  CHECK(s.sample(x, SEEDS) && x == by_c());
}

// Of several exceptions one comes out, after all calls have returned.
static void test_parallel_throws() {
  for (int parallel = 0; parallel < 2; parallel++) {
    restart::Options options = sizes();
    if (parallel)
      options.set_executor(on_threads);
    std::atomic<int> calls{0};
    Sampler s(options.set_network([&](restart::Evaluation e) {
      e.parallel(8, [&](std::size_t i) {
        calls++;
        if (i % 2)
          throw std::runtime_error("odd");
      });
    }), restarts());
    std::vector<float> x(NUMBERS);
    bool odd = false;
    try {
      s.sample(x);
    } catch (const std::runtime_error &e) {
      odd = std::string(e.what()) == "odd";
    }
    CHECK(odd && calls == 8);
  }
}

// In the pull form an evaluation carries the executor too.
static void test_pulled() {
  std::vector<float> x(NUMBERS);
  bool used = false;
  Sampler s(sizes().set_executor([&](std::size_t count, restart::Work work) {
    used = true;
    while (count--)
      work();
  }), restarts());
  s.start(x, SEEDS);
  for (restart::Evaluation e : s.evaluations())
    e.parallel(1, [&](std::size_t) { toy(&*e, nullptr); });
  CHECK(used && x == by_c());
}

void test_executors() {
  test_threads();
  test_parallel_throws();
  test_pulled();
}
