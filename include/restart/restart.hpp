/* SPDX-License-Identifier: MIT
 *
 * librestart for C++17: restart::Sampler, over the C interface of restart.h, which is the manual.
 *
 *     restart::Sampler s(8, [](restart::Evaluation e) {
 *       for (std::size_t i = 0; i < e.input().size(); i++)
 *         e.output()[i] = ...;                     -- from e.input()[i], e->sigma
 *     });
 *     s.schedule(restart::Schedule::preset("cifar10-vp-43"));
 *     std::vector<float> x(8);
 *     s.sample(x);
 *
 * CONVENTIONS, beside those of restart.h
 *
 *  1. Failures are thrown as restart::Error. A polite stop is no failure: sample, start, step and
 *     the others answer it by false, and stopped() is true.
 *  2. What a callable throws never passes through C. It is kept, the run ends where it can be taken
 *     up again, and the same exception object comes out of the call that needed the callable. Then
 *     resume() repeats that evaluation and goes on; start() or sample() begin anew.
 *  3. States, seeds and checkpoints are Spans: nothing is copied, sizes are checked. No seeds: 0, 1
 *     and so on. With dtype RS_FLOAT64 the functions are called with doubles.
 *  4. A Sampler can be moved while none of its functions runs, and is empty afterwards: everything
 *     but stop and the questions throws RS_ERR_ARGUMENT.
 *  5. Nothing takes memory between the schedule and the end of a run, but for exceptions.
 */
#ifndef RESTART_RESTART_HPP
#define RESTART_RESTART_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <restart/callbacks.hpp>
#include <restart/error.hpp>
#include <restart/options.hpp>
#include <restart/span.hpp>

namespace restart {

class Sampler;

/* A range over the rest of a run, for one range-for. */
template <class T> class Loop {
public:
  using Next = std::optional<T> (Sampler::*)();
  struct End {};
  class Iterator {
  public:
    explicit Iterator(Loop &loop) noexcept : loop_(&loop) {
    }
    const T &operator*() const noexcept {
      return *loop_->current_;
    }
    Iterator &operator++() {
      loop_->go(loop_->next_);
      return *this;
    }
    bool operator!=(End) const noexcept {
      return loop_->current_.has_value();
    }

  private:
    Loop *loop_;
  };

  Loop(Sampler &sampler, Next first, Next next) noexcept
      : sampler_(&sampler), first_(first), next_(next) {
  }
  Iterator begin() {
    go(first_);
    return Iterator(*this);
  }
  End end() const noexcept {
    return {};
  }

private:
  void go(Next next) {
    current_ = (sampler_->*next)();
  }
  Sampler *sampler_;
  Next first_, next_;
  std::optional<T> current_;
};

class Sampler {
  using Seeds = Span<const std::uint64_t>;

public:
  /* Error: RS_ERR_OPTION, RS_ERR_VERSION, RS_ERR_MEMORY. */
  explicit Sampler(const Options &options) : host_(std::make_unique<detail::Host>()) {
    open(options);
  }
  Sampler(const Options &options, const rs_schedule_options &plan) : Sampler(options) {
    schedule(plan);
  }
  /* The short form: the network of one sample, or of more. */
  template <class F, class = std::enable_if_t<std::is_invocable_v<F &, const Evaluation &>>>
  Sampler(std::size_t elements, F &&network, std::size_t batch = 1)
      : Sampler(Options(elements, batch).set_network(std::forward<F>(network))) {
  }

  /* Compiles a schedule into a plan, or all defaults; takes the memory. On failure the earlier plan
   * stays, with its run.
   * Error: RS_ERR_OPTION, RS_ERR_GRID, RS_ERR_SEGMENT_..., RS_ERR_BUDGET, RS_ERR_MEMORY. */
  void schedule() {
    finish(rs_schedule(get(), nullptr));
  }
  void schedule(const rs_schedule_options &options) {
    finish(rs_schedule(get(), &options));
  }

  /* ---- a run */

  /* A whole run: x, batch x elements numbers, becomes the samples. False: it was stopped, and
   * resume goes on. Error: RS_ERR_STATE, RS_ERR_CALLBACK, RS_ERR_NONFINITE, RS_ERR_ARGUMENT
   * (sizes). */
  bool sample(Span<float> x, Seeds seeds = {}) {
    return begin(rs_sample, x, seeds);
  }
  bool sample(Span<double> x, Seeds seeds = {}) {
    return begin(rs_sample_f64, x, seeds);
  }
  /* Begins a run on x, which stays the caller's, in place until the run ends. False: the noise
   * callable asked to stop, and nothing was begun. Error: as sample. */
  bool start(Span<float> x, Seeds seeds = {}) {
    return begin(rs_sampler_start, x, seeds);
  }
  bool start(Span<double> x, Seeds seeds = {}) {
    return begin(rs_sampler_start_f64, x, seeds);
  }
  /* Plays one step of the plan, with the jump before it. True while there is more; false: done() or
   * stopped(). Error: as sample. */
  bool step() {
    return finish(rs_restart_step(get())) == RS_MORE;
  }
  /* Plays the rest of the run. False: it was stopped. Error: as sample. */
  bool resume() {
    while (step()) {
    }
    return !stopped();
  }
  /* The rest of the run as a range: for (const restart::Step &step : s.steps()). Leaving the loop
   * pauses the run; a stop ends the loop. Throws as step. */
  Loop<Step> steps() {
    return {*this, &Sampler::next_step, &Sampler::next_step};
  }
  /* Asks the run to stop; from any thread, and never lost: one of the functions of a run answers
   * it. */
  void stop() noexcept {
    rs_sampler_stop(get());
  }
  /* Whether the last of these functions answered a stop. */
  bool stopped() const noexcept {
    return host_ && host_->status == RS_STOPPED;
  }
  /* Whether a run was begun and is complete. */
  bool done() const noexcept {
    const rs_counters now = counters();
    return now.steps_total > 0 && now.steps_done == now.steps_total;
  }

  /* ---- where the network cannot be called: the pull form */

  /* The evaluation that is wanted next; the same until tell. None: done() or stopped().
   * Error: RS_ERR_STATE, RS_ERR_CALLBACK (noise, progress). */
  std::optional<Evaluation> ask() {
    rs_request request = {sizeof request, nullptr};
    if (finish(rs_sampler_ask(get(), &request)) != RS_MORE)
      return std::nullopt;
    return Evaluation(*request.eval);
  }
  /* Its output is there. True while there is more. Error: as ask, and RS_ERR_NONFINITE. */
  bool tell() {
    return finish(rs_sampler_tell(get())) == RS_MORE;
  }
  /* Both as a range: for (restart::Evaluation e : s.evaluations()) fills each one's output. Leaving
   * the loop pauses the run at that evaluation; a stop ends the loop. Throws as tell. */
  Loop<Evaluation> evaluations() {
    return {*this, &Sampler::ask, &Sampler::next_evaluation};
  }

  /* ---- checkpoints, inpainting */

  /* The run as bytes, at any evaluation. Error: RS_ERR_STATE. */
  std::vector<std::byte> save() const {
    std::size_t length = 0;
    judge(rs_sampler_save(get(), nullptr, 0, &length));
    std::vector<std::byte> bytes(length);
    judge(rs_sampler_save(get(), bytes.data(), length, &length));
    return bytes;
  }
  /* Takes up a saved run on x, of any process, with the same bits; then resume, step and so on.
   * Error: RS_ERR_CHECKPOINT, RS_ERR_MISMATCH, RS_ERR_STATE; then nothing has changed. */
  void load(Span<const std::byte> bytes, Span<float> x) {
    continue_on(rs_sampler_load, bytes, x);
  }
  void load(Span<const std::byte> bytes, Span<double> x) {
    continue_on(rs_sampler_load_f64, bytes, x);
  }
  /* For schedules with `inpaint`, before start: where mask is 1 the samples are `known`, a clean
   * picture. Both, batch x elements numbers, stay the caller's, in place until the run ends.
   * Error: RS_ERR_STATE. */
  void inpaint(Span<const float> known, Span<const float> mask) {
    hold(rs_sampler_inpaint, known, mask);
  }
  void inpaint(Span<const double> known, Span<const double> mask) {
    hold(rs_sampler_inpaint_f64, known, mask);
  }
  /* Gives them back. Error: RS_ERR_STATE, a run needs them. */
  void inpaint_nothing() {
    const bool wide = host_ && host_->dtype == RS_FLOAT64;
    judge(wide ? rs_sampler_inpaint_f64(get(), nullptr, nullptr)
               : rs_sampler_inpaint(get(), nullptr, nullptr));
  }

  /* ---- questions */

  /* Evaluations of a whole run, exactly; 0 before the schedule. */
  std::int64_t nfe() const noexcept {
    return rs_plan_nfe(get());
  }
  /* The steps of the plan; none before the schedule. */
  std::vector<rs_step_info> plan() const {
    std::vector<rs_step_info> steps(rs_plan_count(get()));
    for (std::size_t i = 0; i < steps.size(); i++)
      steps[i] = planned(i);
    return steps;
  }
  /* The schedule's segments, as asked for and as executed. */
  std::vector<rs_segment_info> segments() const {
    std::vector<rs_segment_info> list;
    rs_segment_info info;
    for (rs_segment_info_init(&info); rs_plan_segment(get(), list.size(), &info) == RS_OK;)
      list.push_back(info);
    return list;
  }
  /* The plan as a table for people. Error: RS_ERR_STATE, no plan. */
  std::string plan_text() const {
    return detail::text([this](char *buffer, std::size_t capacity, std::size_t *length) {
      return rs_plan_text(get(), buffer, capacity, length);
    });
  }
  /* How far the run is; all 0 when empty. */
  rs_counters counters() const noexcept {
    rs_counters counters;
    rs_counters_init(&counters);
    rs_sampler_counters(get(), &counters);
    return counters;
  }
  /* The library's sentence about the last call. */
  const char *message() const noexcept {
    return rs_sampler_message(get());
  }
  std::size_t batch() const noexcept {
    return host_ ? host_->batch : 0;
  }
  std::size_t elements() const noexcept {
    return host_ ? host_->elements : 0;
  }
  /* For the functions of restart.h; the Sampler's. NULL when empty. */
  rs_sampler *get() const noexcept {
    return host_ ? host_->sampler : nullptr;
  }

private:
  void open(Options options) {
    char why[256] = "";
    adopt(*host_, options);
    options.message = why;
    options.message_capacity = sizeof why;
    const rs_status status = rs_sampler_new(&options, &host_->sampler);
    if (status < 0)
      throw Error(status, *why ? why : rs_status_text(status));
  }

  /* Lets C find the callables, but for those that were set in C after all. */
  static void adopt(detail::Host &host, Options &o) {
    host.network = o.network_.object;
    host.noise = o.noise_.object;
    host.progress = o.progress_.object;
    host.executor = o.executor_.object;
    host.kept = o.kept_;
    host.batch = o.batch ? o.batch : 1;
    host.elements = o.elements;
    host.dtype = o.dtype;
    if (o.noise == o.noise_.function)
      o.noise_user = &host;
    if (o.progress == o.progress_.function)
      o.progress_user = &host;
    const bool executes = o.executor.run && o.executor.run == o.executor_.function;
    if (executes)
      o.executor.user = &host;
    const bool called = o.model.fn == o.network_.function;
    if (executes && !called) {
      host.native = o.model;
      o.model.fn = detail::gate;
      o.model.destroy = o.model.destroy ? detail::gate_destroy : nullptr;
    }
    if (executes || called)
      o.model.user = &host;
  }

  rs_status judge(rs_status status) const {
    if (host_ && host_->error)
      std::rethrow_exception(std::exchange(host_->error, nullptr));
    /* The library has no sentence of its own for this one. */
    if (status == RS_ERR_ARGUMENT && get())
      detail::check(status);
    if (status < 0)
      throw Error(status, message());
    return status;
  }

  /* Of a function of a run. */
  rs_status finish(rs_status status) {
    if (host_)
      host_->status = status;
    return judge(status);
  }

  void need(std::size_t size, std::size_t wanted, const char *what) const {
    if (size != wanted)
      throw Error(RS_ERR_ARGUMENT, get() ? std::string(what) + " has " + std::to_string(size) +
                                               " numbers, not " + std::to_string(wanted)
                                         : message());
  }

  std::size_t numbers() const noexcept {
    return batch() * elements();
  }

  template <class T>
  bool begin(rs_status (*call)(rs_sampler *, T *, const std::uint64_t *), Span<T> x, Seeds seeds) {
    need(x.size(), numbers(), "x");
    if (!seeds.empty())
      need(seeds.size(), batch(), "seeds");
    if (host_)
      host_->x = x.data();
    return finish(call(get(), x.data(), seeds.data())) == RS_OK;
  }

  template <class T>
  void continue_on(rs_status (*call)(rs_sampler *, const void *, std::size_t, T *),
                   Span<const std::byte> bytes, Span<T> x) {
    need(x.size(), numbers(), "x");
    finish(call(get(), bytes.data(), bytes.size(), x.data()));
    host_->x = x.data();
  }

  template <class T>
  void hold(rs_status (*call)(rs_sampler *, const T *, const T *), Span<const T> known,
            Span<const T> mask) {
    need(known.size(), numbers(), "known");
    need(mask.size(), numbers(), "mask");
    judge(call(get(), known.data(), mask.data()));
  }

  rs_step_info planned(std::size_t index) const noexcept {
    rs_step_info info;
    rs_step_info_init(&info);
    rs_plan_step(get(), index, &info);
    return info;
  }

  std::optional<Step> next_step() {
    const std::int64_t before = counters().steps_done;
    step();
    const std::int64_t now = counters().steps_done;
    if (now == before || stopped())
      return std::nullopt;
    rs_step_info info = planned(static_cast<std::size_t>(now - 1));
    if (host_->dtype == RS_FLOAT64)
      info.state_f64 = static_cast<const double *>(host_->x);
    else
      info.state = static_cast<const float *>(host_->x);
    return Step(info, numbers());
  }

  std::optional<Evaluation> next_evaluation() {
    return tell() ? ask() : std::nullopt;
  }

  std::unique_ptr<detail::Host> host_; /* C keeps its address */
};

} // namespace restart

#endif
