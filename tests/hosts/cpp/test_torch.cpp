// SPDX-License-Identifier: MIT
// restart::Torch against torch.h: test_torch DIGITS.pt, the digits network of examples/networks.
#include "support.hpp"

#include <restart/torch.hpp>

static std::vector<float> by_c_interface(const char *path, const std::int64_t *labels) {
  rs_torch_options to;
  rs_torch_options_init(&to);
  to.path = path;
  to.labels = labels;
  to.label_count = BATCH;
  rs_torch *torch = nullptr;
  rs_sampler *s = nullptr;
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  CHECK(rs_torch_new(&to, &torch) == RS_OK && rs_torch_model(torch, &so) == RS_OK);
  so.batch = BATCH;
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  sc.steps = 3;
  std::vector<float> x(BATCH * so.elements);
  CHECK(rs_sampler_new(&so, &s) == RS_OK && rs_schedule(s, &sc) == RS_OK &&
        rs_sample(s, x.data(), SEEDS) == RS_OK);
  rs_sampler_free(s);
  rs_torch_free(torch);
  return x;
}

static restart::Sampler open(const char *path, restart::Span<const std::int64_t> labels) {
  restart::Torch network{std::string(path)};
  network.set_labels(labels);
  CHECK((network.shape() == std::vector<std::int64_t>{1, 32, 32}) && !*network.message());
  restart::Schedule schedule;
  schedule.steps = 3;
  return restart::Sampler(network.options(BATCH), schedule); // which keeps the network
}

static void test_digits(const char *path) {
  const std::int64_t labels[BATCH] = {3, 8};
  restart::Sampler s = open(path, labels);
  std::vector<float> x(BATCH * s.elements());
  CHECK(s.sample(x, SEEDS) && x == by_c_interface(path, labels));
}

static void test_failures(const char *path) {
  CHECK(fails(RS_ERR_NAME, "nothing.pt", [] { restart::Torch(std::string("nothing.pt")); }));
  restart::TorchOptions options;
  options.path = path;
  options.device = "abacus";
  CHECK(fails(RS_ERR_NAME, "abacus", [&] { restart::Torch{options}; }));
  options.device = nullptr;
  restart::Torch network(options);
  const std::int64_t label = 10000;
  const rs_torch_input input{};
  CHECK(fails(RS_ERR_OPTION, "label", [&] { network.set_labels({&label, 1}); }));
  CHECK(fails(RS_ERR_ARGUMENT, "", [&] { network.set_inputs({&input, 1}); }));
  const std::int64_t three[3] = {1, 2, 3}; // for two samples
  network.set_labels(three);
  restart::Sampler s(network.options(BATCH), restarts());
  std::vector<float> x(BATCH * s.elements());
  CHECK(fails(RS_ERR_CALLBACK, "network", [&] { s.sample(x); }) && *network.message());
}

int main(int argc, char **argv) {
  if (argc < 2)
    return 2;
  test_digits(argv[1]);
  test_failures(argv[1]);
  std::printf("%d failures\n", failures);
  return failures != 0;
}
