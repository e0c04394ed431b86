// SPDX-License-Identifier: MIT
// cpp_overhead [NUMBERS]: nanoseconds of one evaluation in a run by the C interface and by
// restart.hpp, with a network that sets its output to 0. The least of 300 rounds in turn, of the
// thread's own time; a sample has NUMBERS numbers, 1 by default.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include <restart/restart.hpp>

namespace {

constexpr int ROUNDS = 300, RUNS = 20;

double thread_time() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

std::int32_t zero(const rs_eval *e, void *) {
  for (std::size_t i = 0; i < e->batch * e->elements; i++)
    e->output[i] = 0;
  return 0;
}

// What one evaluation takes, in nanoseconds.
template <class Run> double measure(const Run &run, double evaluations) {
  const double begin = thread_time();
  for (int i = 0; i < RUNS; i++)
    run();
  return (thread_time() - begin) / RUNS / evaluations;
}

struct Handle {
  explicit Handle(std::size_t numbers, const rs_schedule_options &plan) {
    rs_sampler_options so;
    rs_sampler_options_init(&so);
    so.model.fn = zero;
    so.elements = numbers;
    if (rs_sampler_new(&so, &sampler) != RS_OK || rs_schedule(sampler, &plan) != RS_OK)
      std::abort();
  }
  ~Handle() {
    rs_sampler_free(sampler);
  }
  rs_sampler *sampler = nullptr;
};

struct Line {
  const char *name;
  double c = 1e300, cpp = 1e300;
  template <class A, class B> void take(const A &by_c, const B &by_cpp, double evaluations) {
    c = std::min(c, measure(by_c, evaluations));
    cpp = std::min(cpp, measure(by_cpp, evaluations));
  }
  void print() const {
    std::printf("%-10s C %8.2f ns   C++ %8.2f ns   ratio %.3f\n", name, c, cpp, cpp / c);
  }
};

} // namespace

int main(int argc, char **argv) {
  const std::size_t numbers = argc > 1 ? static_cast<std::size_t>(std::atoll(argv[1])) : 1;
  const restart::Schedule plan = restart::Schedule::preset("cifar10-vp-43");
  const Handle handle(numbers, plan);
  rs_sampler *c = handle.sampler;
  restart::Sampler cpp(numbers, [](restart::Evaluation e) {
    for (float &out : e.output())
      out = 0;
  });
  cpp.schedule(plan);
  std::vector<float> x(numbers);
  Line sample{"sample"}, step{"step"}, pull{"pull"};
  const auto c_step = [&] {
    rs_sampler_start(c, x.data(), nullptr);
    while (rs_restart_step(c) == RS_MORE) {
    }
  };
  const auto cpp_step = [&] {
    cpp.start(x);
    while (cpp.step()) {
    }
  };
  const auto c_pull = [&] {
    rs_request r;
    rs_request_init(&r);
    for (rs_sampler_start(c, x.data(), nullptr); rs_sampler_ask(c, &r) == RS_MORE;) {
      zero(r.eval, nullptr);
      rs_sampler_tell(c);
    }
  };
  const auto cpp_pull = [&] {
    cpp.start(x);
    for (restart::Evaluation e : cpp.evaluations())
      zero(&*e, nullptr);
  };
  for (int round = 0; round < ROUNDS; round++) {
    sample.take([&] { rs_sample(c, x.data(), nullptr); }, [&] { cpp.sample(x); }, 43);
    step.take(c_step, cpp_step, 43);
    pull.take(c_pull, cpp_pull, 43);
  }
  for (const Line *line : {&sample, &step, &pull})
    line->print();
}
