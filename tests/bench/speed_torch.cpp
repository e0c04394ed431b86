// SPDX-License-Identifier: MIT
// Whole runs of a TorchScript file, and how much of a run is the network.
#include <chrono>

#include <restart/torch.h>

#include "speed.h"

struct speed_script {
  rs_torch *torch = nullptr;
  rs_sampler *sampler = nullptr;
  rs_sampler_options options;
  rs_model_fn network = nullptr;
  void *user = nullptr;
  double inside = 0;
};

namespace {

// The thread's own time costs a system call, which is not to be counted.
double wall() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::int32_t timed(const rs_eval *e, void *user) {
  auto *s = static_cast<speed_script *>(user);
  const double begin = wall();
  const std::int32_t st = s->network(e, s->user);
  s->inside += wall() - begin;
  return st;
}

bool open(speed_script *s, const char *path, const char *preset, std::size_t batch) {
  rs_torch_options to;
  rs_torch_options_init(&to);
  to.path = path;
  to.threads = 1;
  rs_sampler_options_init(&s->options);
  s->options.batch = batch;
  if (rs_torch_new(&to, &s->torch) != RS_OK || rs_torch_model(s->torch, &s->options) != RS_OK)
    return false;
  s->network = s->options.model.fn;
  s->user = s->options.model.user;
  s->options.model.fn = timed;
  s->options.model.user = s;
  rs_schedule_options sc;
  rs_schedule_options_init(&sc);
  return rs_sampler_new(&s->options, &s->sampler) == RS_OK && rs_preset(preset, &sc) == RS_OK &&
         rs_schedule(s->sampler, &sc) == RS_OK;
}

} // namespace

speed_script *speed_script_open(const char *path, const char *preset, std::size_t batch) {
  auto *s = new speed_script;
  if (open(s, path, preset, batch))
    return s;
  speed_script_close(s);
  return nullptr;
}

double speed_script_run(speed_script *s, float *x, double *outside) {
  s->inside = 0;
  const double begin = speed_now(), begin_wall = wall();
  const rs_status st = rs_sample(s->sampler, x, nullptr);
  const double took_wall = wall() - begin_wall, took = speed_now() - begin;
  *outside = took_wall - s->inside;
  return st == RS_OK ? took : -1;
}

std::size_t speed_script_elements(const speed_script *s) {
  return s->options.elements;
}

void speed_script_close(speed_script *s) {
  rs_sampler_free(s->sampler);
  rs_torch_free(s->torch);
  delete s;
}
