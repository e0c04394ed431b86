// SPDX-License-Identifier: MIT
// torch_overhead FILE.pt BATCH CALLS DIM...: the time of an evaluation through librestart-torch,
// over that of the same method called from a plain loop on tensors that are already there. The
// module takes (input, time) and samples of DIM...
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <restart/torch.h>

namespace {

// Microseconds of one call.
template <typename Call> double measure(const Call &call, int calls) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; i++)
    call();
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
  return took.count() / calls;
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 5)
    return std::puts("torch_overhead FILE.pt BATCH CALLS DIM..."), 1;
  const std::size_t batch = std::strtoul(argv[2], nullptr, 10);
  const int calls = std::atoi(argv[3]);
  std::vector<std::int64_t> sizes = {static_cast<std::int64_t>(batch)};
  for (int i = 4; i < argc; i++)
    sizes.push_back(std::atoll(argv[i]));
  char message[512] = "";
  rs_torch_options to;
  rs_torch_options_init(&to);
  to.path = argv[1];
  to.shape = sizes.data() + 1;
  to.shape_count = static_cast<std::int32_t>(sizes.size() - 1);
  to.threads = 1;
  to.message = message;
  to.message_capacity = sizeof message;
  rs_torch *t = nullptr;
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  if (rs_torch_new(&to, &t) != RS_OK || rs_torch_model(t, &so) != RS_OK)
    return std::printf("%s\n", message), 1;

  std::vector<float> x(batch * so.elements, 0.5f), out(x.size());
  rs_eval e{};
  e.size = sizeof e;
  e.batch = batch;
  e.elements = so.elements;
  e.input = x.data();
  e.output = out.data();
  e.sigma = e.time = e.alpha = 1;
  torch::jit::Module module = torch::jit::load(argv[1]);
  module.eval();
  const c10::InferenceMode guard;
  const at::Tensor input = at::full(sizes, 0.5f), sigma = at::ones({sizes[0]});
  int32_t failed = 0;
  auto method = module.get_method("forward");
  const auto plain = [&] { method({input, sigma}); };
  const auto shim = [&] { failed |= rs_torch_evaluate(&e, t); };
  // The least of several rounds, in turn, so that both meet the same weather.
  double least_plain = 1e30, least_shim = 1e30;
  for (int round = 0; round < 12; round++) {
    least_plain = std::min(least_plain, measure(plain, calls));
    least_shim = std::min(least_shim, measure(shim, calls));
  }
  std::printf("libtorch %s, batch %zu: plain %.2f us, through the shim %.2f us, ratio %.3f\n",
              rs_torch_version(), batch, least_plain, least_shim, least_shim / least_plain);
  if (failed)
    std::printf("%s\n", rs_torch_message(t));
  rs_torch_free(t);
  return failed != 0;
}
