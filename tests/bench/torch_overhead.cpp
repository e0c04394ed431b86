// SPDX-License-Identifier: MIT
// torch_overhead FILE.pt BATCH [DIM...]: what an evaluation takes through librestart-torch and in a
// plain loop over the same method, on tensors that are already there. For torch_overhead.py, which
// takes turns with it: every line on the standard input, a number of calls, is one round, answered
// by a line with microseconds of the thread's own time for one call:
//     plain 14.5 written 14.1 shim 17.9
// "written" is the plain loop without libtorch's compiler, as the shim runs it on the CPU. The
// first line that is printed tells the shape, and whether the method wants labels.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/serialization/import.h>

#include <restart/torch.h>

namespace {

double thread_time() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}

// Microseconds of one call.
template <typename Call> double measure(const Call &call, int calls) {
  const double begin = thread_time();
  for (int i = 0; i < calls; i++)
    call();
  return (thread_time() - begin) / calls;
}

// The method on tensors that are there.
class Plain {
public:
  Plain(const char *path, const std::vector<std::int64_t> &sizes, double time)
      : module_(::torch::jit::load(path)), method_(module_.get_method("forward")) {
    module_.eval();
    const auto &arguments = method_.function().getSchema().arguments();
    labelled_ = arguments.size() > 3 && !arguments[3].default_value();
    stack_ = {at::full(sizes, 0.5f), at::full({sizes[0]}, static_cast<float>(time))};
    if (labelled_)
      stack_.emplace_back(at::zeros({sizes[0]}, at::kLong));
  }
  void operator()() const {
    method_(stack_);
  }
  bool labelled() const {
    return labelled_;
  }

private:
  ::torch::jit::Module module_;
  ::torch::jit::Method method_;
  std::vector<c10::IValue> stack_;
  bool labelled_;
};

rs_torch *open_shim(const char *path, const std::vector<std::int64_t> &dims) {
  static char message[512] = "";
  rs_torch_options to;
  rs_torch_options_init(&to);
  to.path = path;
  to.shape = dims.empty() ? nullptr : dims.data();
  to.shape_count = static_cast<std::int32_t>(dims.size());
  to.threads = 1;
  to.message = message;
  to.message_capacity = sizeof message;
  rs_torch *t = nullptr;
  if (rs_torch_new(&to, &t) != RS_OK)
    std::fprintf(stderr, "%s\n", message);
  return t;
}

std::vector<std::int64_t> with_batch(const rs_torch *t, std::int64_t batch) {
  std::int64_t shape[RS_TORCH_DIMS_MAX];
  const std::size_t count = rs_torch_shape(t, shape, RS_TORCH_DIMS_MAX);
  std::vector<std::int64_t> sizes = {batch};
  sizes.insert(sizes.end(), shape, shape + count);
  return sizes;
}

void introduce(const std::vector<std::int64_t> &sizes, bool labelled) {
  std::printf("libtorch %s labels %d shape", rs_torch_version(), labelled);
  for (const std::int64_t n : sizes)
    std::printf(" %lld", static_cast<long long>(n));
  std::printf("\n");
  std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 3)
    return std::puts("torch_overhead FILE.pt BATCH [DIM...]"), 1;
  std::vector<std::int64_t> dims;
  for (int i = 3; i < argc; i++)
    dims.push_back(std::atoll(argv[i]));
  rs_torch *t = open_shim(argv[1], dims);
  if (!t)
    return 1;
  const std::vector<std::int64_t> sizes = with_batch(t, std::atoll(argv[2]));
  Plain plain(argv[1], sizes, 1); // outside of the guard, as programs load their modules
  const c10::InferenceMode guard;
  const std::int64_t label = 0;
  rs_status status = plain.labelled() ? rs_torch_labels(t, &label, 1) : RS_OK;
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  rs_torch_model(t, &so);
  rs_eval e{};
  e.size = sizeof e;
  e.batch = static_cast<std::size_t>(sizes[0]);
  e.elements = so.elements;
  std::vector<float> x(e.batch * e.elements, 0.5f), out(x.size());
  e.input = x.data();
  e.output = out.data();
  e.sigma = e.time = e.alpha = 1;
  const auto written = [&] {
    const ::torch::jit::GraphOptimizerEnabledGuard compiler(false);
    plain();
  };
  const auto shim = [&] { status = status ? status : rs_torch_evaluate(&e, t); };
  introduce(sizes, plain.labelled());
  for (int calls; status == RS_OK && std::scanf("%d", &calls) == 1;) {
    const double a = measure(plain, calls), b = measure(written, calls), c = measure(shim, calls);
    std::printf("plain %.4f written %.4f shim %.4f\n", a, b, c);
    std::fflush(stdout);
  }
  if (status != RS_OK)
    std::fprintf(stderr, "%s\n", rs_torch_message(t));
  rs_torch_free(t);
  return status != RS_OK;
}
