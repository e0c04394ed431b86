// SPDX-License-Identifier: MIT
// test_host FILE: a host that uses libtorch itself, in any of its modes, and several threads, each
// with a module and a sampler of its own. Every run must give the same bits.
#include <cstdio>
#include <thread>
#include <vector>

#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>

#include <restart/torch.h>

namespace {

constexpr std::size_t batch = 3, elements = 12;

// Empty if anything failed.
std::vector<float> draw(const char *path) {
  const std::int64_t labels[batch] = {2, 0, 3};
  rs_torch_options to;
  rs_torch_options_init(&to);
  to.path = path;
  to.labels = labels;
  to.label_count = batch;
  to.batch_limit = 2;
  rs_torch *t = nullptr;
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  rs_sampler *s = nullptr;
  std::vector<float> x(batch * elements);
  so.batch = batch;
  rs_status st = rs_torch_new(&to, &t);
  if (st == RS_OK)
    st = rs_torch_model(t, &so);
  if (st == RS_OK)
    st = rs_sampler_new(&so, &s);
  if (st == RS_OK)
    st = rs_schedule(s, nullptr);
  if (st == RS_OK)
    st = rs_sample(s, x.data(), nullptr);
  if (st != RS_OK) {
    std::printf("%s: %s\n", rs_status_name(st), rs_torch_message(t));
    x.clear();
  }
  rs_sampler_free(s);
  rs_torch_free(t);
  return x;
}

int failures = 0;

void same(const std::vector<float> &got, const std::vector<float> &want, const char *what) {
  if (got.empty() || got != want) {
    std::printf("FAILED: %s\n", what);
    failures++;
  }
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 2)
    return 2;
  at::set_num_threads(1);
  const std::vector<float> want = draw(argv[1]);
  same(want, want, "plain");
  {
    const c10::InferenceMode guard;
    same(draw(argv[1]), want, "in inference mode");
    if (!c10::InferenceMode::is_enabled())
      same({}, want, "the host's inference mode is gone");
  }
  {
    const c10::NoGradGuard guard;
    same(draw(argv[1]), want, "without gradients");
  }
  std::vector<float> got[4];
  std::vector<std::thread> threads;
  for (std::vector<float> &x : got)
    threads.emplace_back([&x, argv] { x = draw(argv[1]); });
  for (std::thread &thread : threads)
    thread.join();
  for (const std::vector<float> &x : got)
    same(x, want, "in a thread");
  return failures != 0;
}
