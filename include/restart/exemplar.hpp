/* SPDX-License-Identifier: MIT
 *
 * restart::Exemplar: the network made from one picture (exemplar.h) for C++17.
 *
 *     restart::Exemplar exemplar(pixels, 3, 64, 64);
 *     restart::Sampler s(exemplar.options(), restart::Exemplar::schedule());
 */
#ifndef RESTART_EXEMPLAR_HPP
#define RESTART_EXEMPLAR_HPP

#include <cstddef>
#include <cstdint>
#include <memory>

#include <restart/exemplar.h>
#include <restart/options.hpp>

namespace restart {

/* rs_exemplar_options with all defaults. */
struct ExemplarOptions : rs_exemplar_options {
  ExemplarOptions() noexcept : rs_exemplar_options() {
    rs_exemplar_options_init_sized(this, sizeof(rs_exemplar_options));
  }
};

/* A handle; its copies, and the options made from them, share one exemplar, which lives as long as
 * the last of these and of their samplers. It serves one evaluation at a time. */
class Exemplar {
public:
  /* Error: RS_ERR_ARGUMENT, RS_ERR_OPTION, RS_ERR_VERSION, RS_ERR_MEMORY, RS_ERR_NONFINITE. */
  explicit Exemplar(const rs_exemplar_options &options) {
    rs_exemplar *exemplar = nullptr;
    detail::check(rs_exemplar_new(&options, &exemplar), "the exemplar");
    exemplar_.reset(exemplar, rs_exemplar_free);
  }
  /* A picture of channels x height x width numbers, made for [-1, 1]; the pictures to make have
   * output_height x output_width pixels, by default as many. Error: as above. */
  Exemplar(Span<const float> pixels, std::int32_t channels, std::int32_t height,
           std::int32_t width, std::int32_t output_height = 0, std::int32_t output_width = 0)
      : Exemplar(filled(pixels, channels, height, width, output_height, output_width)) {
  }
  /* Options of a sampler with this network. */
  Options options(std::size_t batch = 1) const {
    Options options(0, batch);
    detail::check(rs_exemplar_model(get(), &options));
    return options.keep(exemplar_);
  }
  /* The schedule that suits it. */
  static Schedule schedule() {
    Schedule schedule;
    detail::check(rs_exemplar_schedule(&schedule));
    return schedule;
  }
  /* For the functions of exemplar.h. */
  rs_exemplar *get() const noexcept {
    return exemplar_.get();
  }

private:
  static ExemplarOptions filled(Span<const float> pixels, std::int32_t channels,
                                std::int32_t height, std::int32_t width,
                                std::int32_t output_height, std::int32_t output_width) {
    const double wanted = static_cast<double>(channels) * height * width;
    if (static_cast<double>(pixels.size()) < wanted || channels < 0 || height < 0 || width < 0)
      throw Error(RS_ERR_ARGUMENT, "the exemplar: fewer pixels than channels x height x width");
    ExemplarOptions options;
    options.pixels = pixels.data();
    options.channels = channels;
    options.height = height;
    options.width = width;
    options.output_height = output_height;
    options.output_width = output_width;
    return options;
  }
  std::shared_ptr<rs_exemplar> exemplar_;
};

} // namespace restart

#endif
