/* SPDX-License-Identifier: MIT
 *
 * restart::Options and restart::Schedule: the option structs of restart.h, initialised, with
 * callables and lists that they own; and the library's lists. Part of restart.hpp.
 */
#ifndef RESTART_OPTIONS_HPP
#define RESTART_OPTIONS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <restart/callbacks.hpp>
#include <restart/error.hpp>

namespace restart {

/* ---- the library and its lists ---------------------------------------------------------------*/

/* The library that is running: rs_version() as text. */
inline const char *version() noexcept {
  return rs_version_string();
}

namespace detail {

inline std::vector<rs_entry> entries(rs_status (*at)(std::size_t, rs_entry *)) {
  std::vector<rs_entry> list;
  rs_entry entry;
  for (rs_entry_init(&entry); at(list.size(), &entry) == RS_OK;)
    list.push_back(entry);
  return list;
}

inline std::int32_t named(rs_status (*find)(const char *, std::int32_t *),
                          const std::string &name) {
  std::int32_t id = 0;
  check(find(name.c_str(), &id), name);
  return id;
}

} // namespace detail

/* Every solver and every grid: number, name and a few words. */
inline std::vector<rs_entry> solvers() {
  return detail::entries(rs_solver_at);
}
inline std::vector<rs_entry> grids() {
  return detail::entries(rs_grid_at);
}

/* Their numbers by name, as rs_solver_named reads them. Error: RS_ERR_NAME. */
inline std::int32_t solver(const std::string &name) {
  return detail::named(rs_solver_named, name);
}
inline std::int32_t grid(const std::string &name) {
  return detail::named(rs_grid_named, name);
}

/* The names of the published settings. */
inline std::vector<const char *> presets() {
  std::vector<const char *> names;
  while (const char *name = rs_preset_name(names.size()))
    names.push_back(name);
  return names;
}

/* Segments from text and back (rs_segments_parse, rs_segments_format).
 * TextError: RS_ERR_SYNTAX, RS_ERR_SEGMENT_COUNTS. */
inline std::vector<rs_segment> segments(const std::string &text) {
  std::vector<rs_segment> list;
  std::size_t count = 0;
  rs_text_error error{};
  rs_status status = rs_segments_parse(text.c_str(), nullptr, 0, &count, &error);
  if (status == RS_ERR_CAPACITY) {
    list.resize(count);
    status = rs_segments_parse(text.c_str(), list.data(), count, &count, &error);
  }
  if (status < 0)
    throw TextError(status, error);
  return list;
}

inline std::string text(Span<const rs_segment> list, std::int32_t form = RS_TEXT_LIST) {
  return detail::text([=](char *buffer, std::size_t capacity, std::size_t *length) {
    return rs_segments_format(list.data(), list.size(), form, buffer, capacity, length);
  });
}

/* The library's own noise (rs_normals): numbers first, first + 1, ... of the stream of key.
 * Error: RS_ERR_ARGUMENT. */
inline void normals(const rs_noise_key &key, Span<float> output, std::uint64_t first = 0) {
  detail::check(rs_normals(&key, first, output.size(), output.data()));
}

/* ---- the schedule ----------------------------------------------------------------------------*/

/* rs_schedule_options with all defaults, and what its pointers point at. A copy shares that. */
class Schedule : public rs_schedule_options {
public:
  Schedule() noexcept : rs_schedule_options() {
    rs_schedule_options_init_sized(this, sizeof(rs_schedule_options));
  }
  /* Moves are copies: nothing is left behind that points nowhere. */
  Schedule(const Schedule &) = default;
  Schedule &operator=(const Schedule &) = default;
  /* A published setting by its name; `budget` is the number of evaluations that "a1111" asks for.
   * Error: RS_ERR_NAME, RS_ERR_OPTION. */
  static Schedule preset(const std::string &name, std::int32_t budget = 0) {
    Schedule schedule;
    schedule.steps = budget;
    detail::check(rs_preset(name.c_str(), &schedule), name);
    return schedule;
  }
  /* What rs_schedule_format writes, and people. TextError: RS_ERR_SYNTAX, RS_ERR_NAME,
   * RS_ERR_OPTION, RS_ERR_SEGMENT_COUNTS. */
  static Schedule parse(const std::string &text) {
    /* A line holds one segment or one level at most. */
    const auto lines = 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    const auto some_segments = std::make_shared<std::vector<rs_segment>>(lines);
    const auto some_sigmas = std::make_shared<std::vector<double>>(lines);
    const rs_schedule_room room = {sizeof room, some_segments->data(), lines, some_sigmas->data(),
                                   lines};
    Schedule schedule;
    rs_text_error error{};
    const rs_status status = rs_schedule_parse(text.c_str(), &room, &schedule, &error);
    if (status < 0)
      throw TextError(status, error);
    schedule.owned_segments_ = some_segments;
    schedule.owned_sigmas_ = some_sigmas;
    return schedule;
  }
  /* The same as text: a line for each field that is not at its default. Error: RS_ERR_OPTION. */
  std::string format() const {
    return detail::text([this](char *buffer, std::size_t capacity, std::size_t *length) {
      return rs_schedule_format(this, buffer, capacity, length);
    });
  }
  /* Segments; with none, the plain ODE. As text: TextError. */
  Schedule &set_segments(Span<const rs_segment> list) {
    segments = own(list, owned_segments_);
    segment_count = list.size();
    return *this;
  }
  Schedule &set_segments(std::initializer_list<rs_segment> list) {
    return set_segments(Span<const rs_segment>(list.begin(), list.size()));
  }
  Schedule &set_segments(const char *text) {
    return set_segments(restart::segments(text));
  }
  Schedule &set_segments(const std::string &text) {
    return set_segments(text.c_str());
  }
  /* Noise levels, strictly decreasing, which may end in 0: the grid is these. */
  Schedule &set_sigmas(Span<const double> levels) {
    grid = RS_GRID_SIGMAS;
    sigmas = own(levels, owned_sigmas_);
    sigma_count = levels.size();
    return *this;
  }

private:
  template <class T>
  static const T *own(Span<const T> list, std::shared_ptr<const void> &owner) {
    auto copy = std::make_shared<const std::vector<T>>(list.begin(), list.end());
    const T *data = copy->data();
    owner = std::move(copy);
    return data;
  }
  std::shared_ptr<const void> owned_segments_, owned_sigmas_;
};

/* ---- the sampler's options -------------------------------------------------------------------*/

/* rs_sampler_options with all defaults but for the sizes, and callables. Samplers made from the
 * same Options share the callables, which live as long as the last of them; so one that keeps
 * something between calls is for one sampler at a time. What is pointed at otherwise (a table of
 * alpha-bar) must stay until the sampler is made.
 *
 * A callable is kept as a moved copy; hand over std::ref of one that is to stay yours. What it
 * throws comes out of the call that needed it, see Sampler. */
class Options : public rs_sampler_options {
public:
  explicit Options(std::size_t elements_each = 0, std::size_t samples = 1) noexcept
      : rs_sampler_options() {
    rs_sampler_options_init_sized(this, sizeof(rs_sampler_options));
    elements = elements_each;
    batch = samples;
  }
  /* Moves are copies: what is left stays good. */
  Options(const Options &) = default;
  Options &operator=(const Options &) = default;
  /* The network: f(Evaluation) or f(const rs_eval &) fills its output. */
  template <class F> Options &set_network(F &&f) {
    model.fn = network_.set(std::forward<F>(f), detail::network<std::decay_t<F>>);
    model.destroy = nullptr;
    return *this;
  }
  /* Noise in place of the library's: f(NoiseRequest) fills its output. */
  template <class F> Options &set_noise(F &&f) {
    noise = noise_.set(std::forward<F>(f), detail::noise<std::decay_t<F>>);
    return *this;
  }
  /* Called after each step of the plan: f(Step). */
  template <class F> Options &set_progress(F &&f) {
    progress = progress_.set(std::forward<F>(f), detail::progress<std::decay_t<F>>);
    return *this;
  }
  /* Parallel work: f(count, Work) calls the work count times, on any threads, and returns when all
   * calls have returned. If it throws, no call may be left running or still to come. */
  template <class F> Options &set_executor(F &&f) {
    executor.run = executor_.set(std::forward<F>(f), detail::executor<std::decay_t<F>>);
    return *this;
  }
  /* Something that must live as long as the samplers, such as what model.user points at. */
  Options &keep(std::shared_ptr<void> owner) noexcept {
    kept_ = std::move(owner);
    return *this;
  }

private:
  friend class Sampler;
  detail::Callable<rs_model_fn> network_;
  detail::Callable<rs_noise_fn> noise_;
  detail::Callable<rs_progress_fn> progress_;
  detail::Callable<decltype(rs_executor::run)> executor_;
  std::shared_ptr<void> kept_;
};

} // namespace restart

#endif
