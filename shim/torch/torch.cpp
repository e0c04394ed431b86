// SPDX-License-Identifier: MIT
// The C interface. Nothing is thrown beyond this file.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

#include <ATen/Version.h>
#include <c10/core/InferenceMode.h>
#include <torch/version.h>

#include "failure.hpp"
#include "file.hpp"
#include "network.hpp"
#include "options.hpp"

struct rs_torch {
  explicit rs_torch(const rs_torch_options &options) : network(options) {
  }
  rs::torch::Network network;
  char message[512] = "";
};

namespace {

void note(char *message, std::size_t capacity, const char *sentence) noexcept {
  if (!message || !capacity)
    return;
  const std::size_t length = std::min(std::strlen(sentence), capacity - 1);
  std::memcpy(message, sentence, length);
  message[length] = '\0';
}

rs_status judge(const std::exception &error, char *message, std::size_t capacity) {
  const std::string text = rs::torch::sentence(error);
  note(message, capacity, text.empty() ? "libtorch gave no reason" : text.c_str());
  const bool memory = text.find("memory") != std::string::npos &&
                      (text.find("not enough") != std::string::npos ||
                       text.find("can't allocate") != std::string::npos ||
                       text.find("out of") != std::string::npos);
  return memory ? RS_ERR_MEMORY : RS_ERR_CALLBACK;
}

// Does the work; whatever it throws becomes a status and a sentence. The host may be in inference
// mode: its tensors would not tell whether they were written to.
template <typename Work>
rs_status guarded(char *message, std::size_t capacity, const Work &work) noexcept {
  try {
    try {
      const c10::InferenceMode normal(false);
      work();
      return RS_OK;
    } catch (const rs::torch::Failure &failure) {
      note(message, capacity, failure.what());
      return failure.status;
    } catch (const std::bad_alloc &) {
      note(message, capacity, rs_status_text(RS_ERR_MEMORY));
      return RS_ERR_MEMORY;
    } catch (const std::exception &error) {
      return judge(error, message, capacity);
    }
  } catch (...) {
    note(message, capacity, "something was thrown that is no exception of C++'s library");
    return RS_ERR_CALLBACK;
  }
}

// TORCH_VERSION of the library, not of the header.
std::string running_version() {
  const std::string text = at::show_config(), key = "TORCH_VERSION=";
  const std::size_t found = text.find(key);
  if (found == std::string::npos)
    return TORCH_VERSION;
  const std::size_t begin = found + key.size();
  return text.substr(begin, text.find_first_of(", \n", begin) - begin);
}

} // namespace

void rs_torch_options_init_sized(rs_torch_options *options, size_t size) {
  if (!options || size < sizeof options->size)
    return;
  std::memset(static_cast<void *>(options), 0, size);
  options->size = size;
}

rs_status rs_torch_new(const rs_torch_options *options, rs_torch **torch) {
  if (torch)
    *torch = nullptr;
  if (!options || !torch)
    return RS_ERR_ARGUMENT;
  const bool readable = options->size >= rs::torch::FIRST_SIZE;
  return guarded(readable ? options->message : nullptr, readable ? options->message_capacity : 0,
                 [&] { *torch = new rs_torch(rs::torch::read_options(*options)); });
}

void rs_torch_free(rs_torch *torch) {
  guarded(nullptr, 0, [&] { delete torch; });
}

void rs_torch_destroy(void *torch) {
  rs_torch_free(static_cast<rs_torch *>(torch));
}

rs_status rs_torch_model(rs_torch *torch, rs_sampler_options *options) {
  if (!torch || !options)
    return RS_ERR_ARGUMENT;
  if (options->size < offsetof(rs_sampler_options, dtype)) // all that is set below
    return RS_ERR_VERSION;
  options->model.fn = rs_torch_evaluate;
  options->model.user = torch;
  torch->network.describe(options);
  return RS_OK;
}

size_t rs_torch_shape(const rs_torch *torch, int64_t *shape, size_t capacity) {
  if (!torch)
    return 0;
  const std::vector<std::int64_t> &dims = torch->network.shape();
  if (shape)
    std::copy_n(dims.begin(), std::min(dims.size(), capacity), shape);
  return dims.size();
}

rs_status rs_torch_labels(rs_torch *torch, const int64_t *labels, size_t count) {
  if (!torch)
    return RS_ERR_ARGUMENT;
  return guarded(torch->message, sizeof torch->message,
                 [&] { torch->network.set_labels(labels, count); });
}

rs_status rs_torch_inputs(rs_torch *torch, const rs_torch_input *inputs, size_t count) {
  if (!torch)
    return RS_ERR_ARGUMENT;
  return guarded(torch->message, sizeof torch->message,
                 [&] { torch->network.set_inputs(inputs, count); });
}

int32_t rs_torch_evaluate(const rs_eval *eval, void *user) {
  rs_torch *torch = static_cast<rs_torch *>(user);
  if (!torch || !eval)
    return RS_ERR_ARGUMENT;
  return guarded(torch->message, sizeof torch->message, [&] { torch->network.evaluate(*eval); });
}

size_t rs_torch_feature_elements(rs_torch *torch) {
  size_t count = 0;
  if (torch)
    guarded(torch->message, sizeof torch->message,
            [&] { count = torch->network.feature_elements(); });
  return count;
}

int32_t rs_torch_features(const float *samples, size_t count, float *features, void *user) {
  rs_torch *torch = static_cast<rs_torch *>(user);
  if (!torch || !samples || !features)
    return RS_ERR_ARGUMENT;
  return guarded(torch->message, sizeof torch->message,
                 [&] { torch->network.features(samples, count, features); });
}

const char *rs_torch_message(const rs_torch *torch) {
  return torch ? torch->message : "";
}

const char *rs_torch_version(void) {
  static char version[64];
  static const rs_status status =
      guarded(nullptr, 0, [] { note(version, sizeof version, running_version().c_str()); });
  return status == RS_OK ? version : TORCH_VERSION;
}
