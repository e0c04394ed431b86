/* SPDX-License-Identifier: MIT
 *
 * restart::Torch: a TorchScript file as the network (torch.h) for C++17, without libtorch's own
 * headers.
 *
 *     restart::Torch network("network.pt");
 *     restart::Sampler s(network.options(4));
 *     s.schedule(restart::Schedule().set_segments("[4,2,.1,2]"));
 */
#ifndef RESTART_TORCH_HPP
#define RESTART_TORCH_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <restart/options.hpp>
#include <restart/torch.h>

namespace restart {

/* rs_torch_options with all defaults. */
struct TorchOptions : rs_torch_options {
  TorchOptions() noexcept : rs_torch_options() {
    rs_torch_options_init_sized(this, sizeof(rs_torch_options));
  }
};

/* A handle; its copies, and the options made from them, share one network, which lives as long as
 * the last of these and of their samplers. It serves one evaluation at a time. */
class Torch {
public:
  /* Error: RS_ERR_ARGUMENT, RS_ERR_OPTION, RS_ERR_VERSION, RS_ERR_MEMORY, RS_ERR_NAME,
   * RS_ERR_SYNTAX, with the sentence of librestart-torch. */
  explicit Torch(rs_torch_options options) {
    char why[512] = "";
    options.message = why;
    options.message_capacity = sizeof why;
    rs_torch *torch = nullptr;
    const rs_status status = rs_torch_new(&options, &torch);
    if (status < 0)
      throw Error(status, *why ? why : rs_status_text(status));
    torch_.reset(torch, rs_torch_free);
  }
  explicit Torch(const std::string &path) : Torch(at(path)) {
  }
  /* Options of a sampler with this network, by the file's own word. */
  Options options(std::size_t batch = 1) const {
    Options options(0, batch);
    detail::check(rs_torch_model(get(), &options));
    return options.keep(torch_);
  }
  /* The shape of one sample. */
  std::vector<std::int64_t> shape() const {
    std::vector<std::int64_t> dims(rs_torch_shape(get(), nullptr, 0));
    rs_torch_shape(get(), dims.data(), dims.size());
    return dims;
  }
  /* Other labels, one for each sample or one for all, or other tensors, for the evaluations that
   * follow; copied. On failure the earlier ones stay.
   * Error: RS_ERR_ARGUMENT, RS_ERR_OPTION, RS_ERR_NAME, RS_ERR_MEMORY. */
  void set_labels(Span<const std::int64_t> labels) {
    judge(rs_torch_labels(get(), labels.data(), labels.size()));
  }
  void set_inputs(Span<const rs_torch_input> inputs) {
    judge(rs_torch_inputs(get(), inputs.data(), inputs.size()));
  }
  /* Why the module failed, after an Error with RS_ERR_CALLBACK from a sampler. */
  const char *message() const noexcept {
    return rs_torch_message(get());
  }
  /* For the functions of torch.h. */
  rs_torch *get() const noexcept {
    return torch_.get();
  }

private:
  static rs_torch_options at(const std::string &path) noexcept {
    TorchOptions options;
    options.path = path.c_str();
    return options;
  }
  void judge(rs_status status) const {
    if (status < 0)
      throw Error(status, *message() ? message() : rs_status_text(status));
  }
  std::shared_ptr<rs_torch> torch_;
};

} // namespace restart

#endif
