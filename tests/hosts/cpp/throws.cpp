// SPDX-License-Identifier: MIT
// Exceptions of three kinds, thrown by every callable at every one of its calls: the same object
// comes out, nothing is left behind, and the run can be taken up with the bits of an undisturbed
// one.
#include "support.hpp"

#include <exception>

using restart::Sampler;

namespace {

// So many that the library's own arithmetic goes through the executor too.
constexpr std::size_t MANY = 40;

struct Problem : std::exception {
  static inline int alive = 0;
  Problem() {
    alive++;
  }
  Problem(const Problem &other) : std::exception(other) {
    alive++;
  }
  ~Problem() override {
    alive--;
  }
};

// Throws an object of its own at call number `at`, once.
class Thrower {
public:
  Thrower(int kind, int at) : kind_(kind), at_(at) {
    exception_ = kind == 0   ? std::make_exception_ptr(Problem())
                 : kind == 1 ? std::make_exception_ptr(42)
                             : std::make_exception_ptr(std::string("a word"));
    caught([&] { std::rethrow_exception(exception_); }, &address_);
  }
  void call() {
    if (calls_++ == at_)
      std::rethrow_exception(exception_);
  }
  // Whether this throws that very object.
  template <class Call> bool comes_out(const Call &call) const {
    const void *address = nullptr;
    return caught(call, &address) == kind_ && address == address_;
  }
  bool reached() const {
    return calls_ > at_;
  }

private:
  // The kind that call throws, and where the object is; -1: none.
  template <class Call> static int caught(const Call &call, const void **address) {
    try {
      call();
    } catch (const Problem &e) {
      return *address = &e, 0;
    } catch (const int &e) {
      return *address = &e, 1;
    } catch (const std::string &e) {
      return *address = &e, 2;
    }
    return -1;
  }
  int kind_, at_, calls_ = 0;
  std::exception_ptr exception_;
  const void *address_ = nullptr;
};

enum Where { NETWORK, PROGRESS, NOISE, EXECUTOR, PARALLEL, NATIVE };

void draw(restart::NoiseRequest r) {
  for (std::size_t b = 0; b < r->batch; b++) {
    const rs_noise_key key = {r.seeds()[b], r->purpose, r->segment, r->iteration, r->step};
    restart::normals(key, r.output().subspan(b * r->elements, r->elements));
  }
}

void add_executor(restart::Options &options, Thrower *thrower) {
  options.set_executor([thrower](std::size_t count, restart::Work work) {
    for (std::size_t i = 0; i < count; i++) {
      if (thrower && i == count / 2)
        thrower->call(); // with half of the work undone
      work();
    }
  });
}

void evaluate_in_parallel(restart::Evaluation e, Thrower *thrower) {
  const restart::Span<const float> x = e.input();
  const restart::Span<float> out = e.output();
  e.parallel(x.size(), [&](std::size_t i) {
    if (thrower && i == 3)
      thrower->call();
    out[i] = std::tanh(x[i] / static_cast<float>(e->sigma * e->sigma));
  });
}

restart::Options disturbed(Where where, Thrower &thrower) {
  restart::Options options(ELEMENTS, MANY);
  options.set_network([&, where](restart::Evaluation e) {
    if (where == NETWORK)
      thrower.call();
    if (where == EXECUTOR || where == PARALLEL)
      evaluate_in_parallel(e, where == PARALLEL ? &thrower : nullptr);
    else
      toy(&*e, nullptr);
  });
  if (where == PROGRESS)
    options.set_progress([&](const restart::Step &) { thrower.call(); });
  if (where == NOISE)
    options.set_noise([&](restart::NoiseRequest r) {
      draw(r);
      thrower.call();
    });
  if (where == EXECUTOR || where == NATIVE)
    add_executor(options, &thrower);
  if (where == NATIVE) // a network in C, which uses the executor
    options.model.fn = [](const rs_eval *e, void *) {
      evaluate_in_parallel(restart::Evaluation(*e), nullptr);
      return std::int32_t(0);
    };
  return options;
}

using Play = void (*)(Sampler &, std::vector<float> &);

void play_whole(Sampler &s, std::vector<float> &x) {
  s.sample(x);
}

void play_steps(Sampler &s, std::vector<float> &x) {
  s.start(x);
  for (const restart::Step &step : s.steps())
    CHECK(step.index >= 0);
}

void play_pull(Sampler &s, std::vector<float> &x) {
  s.start(x);
  for (restart::Evaluation e : s.evaluations())
    toy(&*e, nullptr);
}

// False: the run was over before.
bool disturb(Where where, int kind, int at, Play play, const std::vector<float> &wanted) {
  std::vector<float> x(MANY * ELEMENTS);
  Thrower thrower(kind, at);
  Sampler s(disturbed(where, thrower), restarts());
  const bool came_out = thrower.comes_out([&] { play(s, x); });
  if (!thrower.reached())
    return CHECK(!came_out && x == wanted) && false;
  CHECK(came_out && !s.stopped() && (at > 20 || !s.done())); // the run has ended there
  const bool begun = s.counters().steps_done > 0 || !(where == NOISE && at == 0);
  CHECK(begun ? s.resume() : fails(RS_ERR_STATE, "before", [&] { s.resume(); }));
  CHECK(!begun || x == wanted);
  CHECK(s.sample(x) && x == wanted); // and anew
  return true;
}

// calls: how many there are in a run; 0: more than one for each evaluation.
void test_everywhere(Where where, Play play, int calls) {
  static const std::vector<float> wanted = by_c(MANY, nullptr);
  for (int kind = 0; kind < 3; kind++) {
    int at = 0;
    while (disturb(where, kind, at, play, wanted))
      at++;
    CHECK(calls ? at == calls : at > 43);
  }
  CHECK(Problem::alive == 0);
}

// The library's own failure within a callable, an inner call of the same sampler, comes out too.
void test_inner_call() {
  std::vector<float> x(MANY * ELEMENTS), y(MANY * ELEMENTS);
  Sampler *self = nullptr;
  std::vector<std::byte> saved;
  Sampler s(restart::Options(ELEMENTS, MANY).set_network([&](const rs_eval &e) {
    toy(&e, nullptr);
    if (e.step->nfe_done == 6 && saved.empty()) {
      saved = self->save();
      self->step();
    }
  }), restarts());
  self = &s;
  CHECK(fails(RS_ERR_STATE, "within a callback", [&] { s.sample(x); }));
  CHECK(s.resume() && x == by_c(MANY, nullptr));
  s.load(saved, y);
  CHECK(s.resume() && y == x);
}

// A sampler that goes away while it keeps nothing.
void test_abandoned() {
  std::vector<float> x(MANY * ELEMENTS);
  for (int at = 0; at < 3; at++) {
    Thrower thrower(0, at);
    Sampler s(disturbed(NETWORK, thrower), restarts());
    CHECK(thrower.comes_out([&] { s.sample(x); }));
  }
  CHECK(Problem::alive == 0);
}

} // namespace

void test_throws() {
  const int steps = static_cast<int>(Sampler(sizes(), restarts()).plan().size());
  for (const Play play : {play_whole, play_steps}) {
    test_everywhere(NETWORK, play, 43);
    test_everywhere(PROGRESS, play, steps);
    test_everywhere(NOISE, play, 3);
    test_everywhere(EXECUTOR, play, 0);
    test_everywhere(PARALLEL, play, 43);
    test_everywhere(NATIVE, play, 0);
  }
  test_everywhere(PROGRESS, play_pull, steps);
  test_everywhere(NOISE, play_pull, 3);
  test_inner_call();
  test_abandoned();
}
