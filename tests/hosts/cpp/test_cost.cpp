// SPDX-License-Identifier: MIT
// What the C++ header does not cost: no memory is taken between the schedule and the end of a run,
// and its objects are no larger than the pointers that C passes.
#include "support.hpp"

#include <cstdlib>
#include <new>
#include <type_traits>

static long taken;

void *operator new(std::size_t size) {
  taken++;
  if (void *memory = std::malloc(size))
    return memory;
  throw std::bad_alloc();
}

void operator delete(void *memory) noexcept {
  std::free(memory);
}

void operator delete(void *memory, std::size_t) noexcept {
  std::free(memory);
}

static_assert(sizeof(restart::Sampler) == sizeof(rs_sampler *));
static_assert(sizeof(restart::Evaluation) == sizeof(const rs_eval *));
static_assert(sizeof(restart::NoiseRequest) == sizeof(const rs_noise_request *));
static_assert(sizeof(restart::Work) == sizeof(void *));
static_assert(std::is_trivially_copyable_v<restart::Evaluation>);
static_assert(std::is_trivially_copyable_v<restart::Step>);
static_assert(std::is_trivially_copyable_v<restart::Work>);
static_assert(std::is_nothrow_move_constructible_v<restart::Sampler>);
static_assert(std::is_nothrow_move_assignable_v<restart::Sampler>);
static_assert(!std::is_copy_constructible_v<restart::Sampler>);

static void draw(restart::NoiseRequest r) {
  for (float &z : r.output())
    z = 0.5f;
}

// Every way through a run, with every callable.
static void test_memory() {
  std::vector<float> x(NUMBERS);
  int steps = 0;
  restart::Options options = sizes();
  options.set_noise(draw).set_progress([&](const restart::Step &) { steps++; });
  options.set_executor([](std::size_t count, restart::Work work) {
    while (count--)
      work();
  });
  options.set_network([](restart::Evaluation e) {
    e.parallel(1, [&](std::size_t) { toy(&*e, nullptr); });
  });
  restart::Sampler s(options, restarts());
  const long before = taken;
  CHECK(before > 0); // they are counted
  s.sample(x, SEEDS);
  s.start(x, {7, 8});
  for (const restart::Step &step : s.steps())
    if (step.index == 7)
      break;
  s.stop();
  CHECK(!s.step() && s.stopped() && s.resume());
  s.start(x, SEEDS);
  for (restart::Evaluation e : s.evaluations())
    toy(&*e, nullptr);
  CHECK(s.done() && s.counters().nfe_done == 43 && steps > 0);
  restart::Sampler moved = std::move(s);
  CHECK(moved.sample(x) && taken == before);
}

int main() {
  test_memory();
  std::printf("%d failures\n", failures);
  return failures != 0;
}
