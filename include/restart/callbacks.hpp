/* SPDX-License-Identifier: MIT
 *
 * What a network, a noise source, a progress report and an executor of restart.hpp are called with,
 * and how C reaches them. Part of restart.hpp.
 */
#ifndef RESTART_CALLBACKS_HPP
#define RESTART_CALLBACKS_HPP

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include <restart/restart.h>
#include <restart/span.hpp>

namespace restart {

/* What a network, noise or progress callable may return. Nothing is go_on; a whole number is read
 * by convention 4 of restart.h; true and false are refused, for they say nothing. */
enum class Answer : std::int32_t { go_on = 0, stop = 1 };

namespace detail {

template <class T> T *choose(float *narrow, double *wide) noexcept {
  static_assert(std::is_same_v<T, float> || std::is_same_v<T, double>, "float or double");
  if constexpr (std::is_same_v<T, float>)
    return narrow;
  else
    return wide;
}

template <class T> const T *choose(const float *narrow, const double *wide) noexcept {
  return choose<T>(const_cast<float *>(narrow), const_cast<double *>(wide));
}

template <class T> Span<T> span(T *data, std::size_t size) noexcept {
  return {data, data ? size : 0};
}

} // namespace detail

/* One evaluation of the network: e->sigma, e->time, e->pass and so on are the fields of rs_eval,
 * which is the library's and valid until the network returns (pull form: until tell). */
class Evaluation {
public:
  explicit Evaluation(const rs_eval &eval) noexcept : eval_(&eval) {
  }
  const rs_eval *operator->() const noexcept {
    return eval_;
  }
  const rs_eval &operator*() const noexcept {
    return *eval_;
  }
  operator const rs_eval &() const noexcept {
    return *eval_;
  }
  /* batch x elements numbers, sample after sample. With a double state input<double>(),
   * output<double>(); the spans of the other type are empty. */
  template <class T = float> Span<const T> input() const noexcept {
    return detail::span(detail::choose<T>(eval_->input, eval_->input_f64), numbers());
  }
  /* To be filled. */
  template <class T = float> Span<T> output() const noexcept {
    return detail::span(detail::choose<T>(eval_->output, eval_->output_f64), numbers());
  }
  /* One for each of the sampler's samples, which are half the batch in pass BOTH. */
  Span<const std::uint64_t> seeds() const noexcept {
    return {eval_->seeds, eval_->batch / (eval_->pass == RS_PASS_BOTH ? 2 : 1)};
  }
  /* Calls f(i) once for every i < count, on the sampler's executor if it has one. If calls throw,
   * the first of their exceptions is thrown when all calls have returned. */
  template <class F> void parallel(std::size_t count, F &&f) const;

private:
  std::size_t numbers() const noexcept {
    return eval_->batch * eval_->elements;
  }
  const rs_eval *eval_;
};

/* A step that was played: the fields of rs_step_info, and its state and denoised estimate as spans
 * of batch x elements numbers (see Evaluation), valid until the next call with the sampler; the
 * estimate's is empty for a jump, and outside of a progress report. */
class Step : public rs_step_info {
public:
  Step(const rs_step_info &info, std::size_t numbers) noexcept
      : rs_step_info(), numbers_(numbers) {
    /* The library may be older than this header. */
    std::memcpy(static_cast<rs_step_info *>(this), &info,
                info.size < sizeof(rs_step_info) ? info.size : sizeof(rs_step_info));
  }
  template <class T = float> Span<const T> values() const noexcept {
    return detail::span(detail::choose<T>(state, state_f64), numbers_);
  }
  template <class T = float> Span<const T> estimate() const noexcept {
    return detail::span(detail::choose<T>(denoised, denoised_f64), numbers_);
  }

private:
  std::size_t numbers_;
};

/* One draw of unit normals: r->purpose and so on are the fields of rs_noise_request. */
class NoiseRequest {
public:
  explicit NoiseRequest(const rs_noise_request &request) noexcept : request_(&request) {
  }
  const rs_noise_request *operator->() const noexcept {
    return request_;
  }
  const rs_noise_request &operator*() const noexcept {
    return *request_;
  }
  operator const rs_noise_request &() const noexcept {
    return *request_;
  }
  /* To be filled: batch x elements numbers. */
  template <class T = float> Span<T> output() const noexcept {
    return detail::span(detail::choose<T>(request_->output, request_->output_f64),
                        request_->batch * request_->elements);
  }
  Span<const std::uint64_t> seeds() const noexcept {
    return {request_->seeds, request_->batch};
  }

private:
  const rs_noise_request *request_;
};

namespace detail {

/* The calls of one request for parallel work. Each draws its number from here, so that what an
 * executor leaves undone when it throws can be done without it. */
struct Tickets {
  rs_task_fn task;
  void *context;
  std::size_t count;
  std::atomic<std::size_t> next{0};

  bool use() noexcept {
    const std::size_t i = next.fetch_add(1, std::memory_order_relaxed);
    if (i >= count)
      return false;
    task(i, context);
    return true;
  }
};

} // namespace detail

/* Parallel work: an executor is called with (count, work) and calls work() count times, on any
 * threads, before it returns or throws. Copy it as you like. */
class Work {
public:
  explicit Work(detail::Tickets &tickets) noexcept : tickets_(&tickets) {
  }
  void operator()() const noexcept {
    tickets_->use();
  }

private:
  detail::Tickets *tickets_;
};

namespace detail {

/* A callable and the function through which C calls it. */
template <class Function> struct Callable {
  std::shared_ptr<void> object;
  Function function = nullptr;

  template <class F> Function set(F &&f, Function call) {
    object = std::make_shared<std::decay_t<F>>(std::forward<F>(f));
    return function = call;
  }
};

/* A sampler and what its callbacks need; the `user` of all of them. */
struct Host {
  Host() noexcept = default;
  Host(const Host &) = delete;
  Host &operator=(const Host &) = delete;
  ~Host() {
    rs_sampler_free(sampler);
  }

  rs_sampler *sampler = nullptr;
  std::shared_ptr<void> network, noise, progress, executor, kept;
  rs_model native{};        /* a network in C behind `gate` */
  std::exception_ptr error; /* what a callable threw, until the C function has returned */
  std::size_t batch = 0, elements = 0;
  std::int32_t dtype = RS_FLOAT32;
  rs_status status = RS_OK; /* the last answer of a function of a run */
  void *x = nullptr;        /* the state of the run */

  /* From a catch block. The first exception counts. */
  std::int32_t keep_error() noexcept {
    if (!error)
      error = std::current_exception();
    return RS_ERR_CALLBACK;
  }
};

template <class F, class Argument>
std::int32_t call(Host &host, const std::shared_ptr<void> &object, const Argument &argument) {
  static_assert(std::is_invocable_v<F &, const Argument &>, "see Options for its argument");
  using Result = std::invoke_result_t<F &, const Argument &>;
  static_assert(!std::is_same_v<Result, bool>,
                "return nothing, a restart::Answer, or a number by convention 4 of restart.h");
  F &f = *static_cast<F *>(object.get());
  try {
    if constexpr (std::is_void_v<Result>)
      return f(argument), 0;
    else
      return static_cast<std::int32_t>(f(argument));
  } catch (...) {
    return host.keep_error();
  }
}

/* What the executor threw ends the run here, where it can be taken up again. */
template <class F> std::int32_t network(const rs_eval *eval, void *user) noexcept {
  Host &host = *static_cast<Host *>(user);
  return host.error ? RS_ERR_CALLBACK : call<F>(host, host.network, Evaluation(*eval));
}

inline std::int32_t gate(const rs_eval *eval, void *user) noexcept {
  const Host &host = *static_cast<Host *>(user);
  return host.error ? RS_ERR_CALLBACK : host.native.fn(eval, host.native.user);
}

inline void gate_destroy(void *user) noexcept {
  const rs_model &native = static_cast<Host *>(user)->native;
  native.destroy(native.user);
}

template <class F> std::int32_t noise(const rs_noise_request *request, void *user) noexcept {
  Host &host = *static_cast<Host *>(user);
  return call<F>(host, host.noise, NoiseRequest(*request));
}

template <class F> std::int32_t progress(const rs_step_info *info, void *user) noexcept {
  Host &host = *static_cast<Host *>(user);
  return call<F>(host, host.progress, Step(*info, host.batch * host.elements));
}

template <class F>
void executor(std::size_t count, rs_task_fn task, void *context, void *user) noexcept {
  Host &host = *static_cast<Host *>(user);
  Tickets tickets{task, context, count};
  try {
    (*static_cast<F *>(host.executor.get()))(count, Work(tickets));
  } catch (...) {
    host.keep_error();
    while (tickets.use()) {
    }
  }
}

/* A loop whose calls may throw, for an executor in C. */
template <class F> struct Parallel {
  F &f;
  std::atomic_flag failed = ATOMIC_FLAG_INIT;
  std::exception_ptr error{};

  static void task(std::size_t index, void *context) noexcept {
    Parallel &loop = *static_cast<Parallel *>(context);
    try {
      loop.f(index);
    } catch (...) {
      if (!loop.failed.test_and_set())
        loop.error = std::current_exception();
    }
  }
};

} // namespace detail

template <class F> void Evaluation::parallel(std::size_t count, F &&f) const {
  const rs_executor *executor = eval_->executor;
  using Loop = detail::Parallel<std::remove_reference_t<F>>;
  Loop loop{f};
  if (executor)
    executor->run(count, Loop::task, &loop, executor->user);
  else
    for (std::size_t i = 0; i < count; i++)
      Loop::task(i, &loop);
  if (loop.error)
    std::rethrow_exception(loop.error);
}

} // namespace restart

#endif
