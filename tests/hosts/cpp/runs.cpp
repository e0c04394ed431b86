// SPDX-License-Identifier: MIT
// Every way through a run has the bits of the C interface.
#include "support.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <thread>

using restart::Sampler;

template <class T> constexpr std::int32_t DTYPE = sizeof(T) == 8 ? RS_FLOAT64 : RS_FLOAT32;

template <class T> static Sampler make() {
  return Sampler(sizes(DTYPE<T>).set_network(net), restarts());
}

template <class T> static void fill(restart::Evaluation e) {
  denoise(e, e.input<T>().data(), e.output<T>().data());
}

template <class T> static void test_whole() {
  const std::vector<T> wanted = by_c<T>();
  std::vector<T> x(NUMBERS), y(NUMBERS);
  Sampler s = make<T>();
  CHECK(s.sample(x, SEEDS) && x == wanted && s.done() && !s.stopped());
  CHECK(s.sample(x) && s.sample(y, {0, 1}) && x == y); // without seeds they are 0, 1, ...
  CHECK(s.start(x, {7, 8}) && !s.done());
  while (s.step()) {
  }
  CHECK(x == wanted && s.done() && !s.step());
  CHECK(s.start(x, SEEDS) && s.step() && s.resume() && x == wanted);
}

template <class T> static void test_steps() {
  std::vector<T> x(NUMBERS), reported(NUMBERS);
  std::vector<int> indexes;
  bool good = true;
  Sampler s(sizes(DTYPE<T>).set_network(net).set_progress([&](const restart::Step &step) {
    const auto values = step.values<T>(), estimate = step.estimate<T>();
    good &= values.size() == NUMBERS && values.data() == x.data();
    good &= estimate.size() == (step.kind == RS_STEP_JUMP ? 0 : NUMBERS);
    std::copy(values.begin(), values.end(), reported.begin());
    indexes.push_back(step.index);
  }), restarts());
  s.start(x, SEEDS);
  std::size_t seen = 0;
  for (const restart::Step &step : s.steps()) {
    good &= step.kind != RS_STEP_JUMP && step.values<T>().data() == x.data() && x == reported;
    good &= step.index == indexes.back() && step.estimate<T>().empty();
    if (++seen == 3)
      break; // a pause
  }
  for (const restart::Step &step : s.steps())
    seen += step.size == sizeof(rs_step_info);
  CHECK(good && x == by_c<T>() && s.done() && indexes.size() == s.plan().size());
  const std::vector<rs_step_info> plan = s.plan();
  CHECK(seen == static_cast<std::size_t>(std::count_if(
                    plan.begin(), plan.end(), [](auto &p) { return p.kind != RS_STEP_JUMP; })));
  for (const restart::Step &step : s.steps()) // there is none
    CHECK(step.index < 0);
}

template <class T> static void test_pull() {
  const std::vector<T> wanted = by_c<T>();
  std::vector<T> x(NUMBERS);
  Sampler s(sizes(DTYPE<T>), restarts());
  CHECK(fails(RS_ERR_STATE, "before rs_sampler_start", [&] { s.ask(); }));
  s.start(x, SEEDS);
  CHECK(fails(RS_ERR_STATE, "nothing was asked for", [&] { s.tell(); }));
  CHECK(fails(RS_ERR_STATE, "without model.fn", [&] { s.step(); }));
  while (auto e = s.ask()) {
    CHECK((*e)->elements == ELEMENTS && e->seeds().size() == BATCH && e->seeds()[1] == 8);
    CHECK(e->input<T>().size() == NUMBERS && s.ask()->output<T>().data() == e->output<T>().data());
    fill<T>(*e);
    s.tell();
  }
  CHECK(x == wanted && s.done());
  s.start(x, SEEDS);
  int evaluations = 0;
  for (int lap = 0; lap < 2; lap++)
    for (restart::Evaluation e : s.evaluations()) {
      if (lap == 0 && evaluations == 20)
        break; // at an evaluation that was not made
      fill<T>(e);
      evaluations++;
    }
  CHECK(evaluations == 43 && x == wanted && s.done());
  s.start(x, SEEDS);
  s.ask()->template output<T>()[0] = std::numeric_limits<T>::infinity();
  CHECK(fails(RS_ERR_NONFINITE, "not finite", [&] { s.tell(); }));
  for (restart::Evaluation e : s.evaluations())
    fill<T>(e);
  CHECK(x == wanted);
}

template <class T> static void test_checkpoints() {
  const std::vector<T> wanted = by_c<T>();
  std::vector<T> x(NUMBERS), y(NUMBERS);
  Sampler s = make<T>(), other = make<T>();
  CHECK(fails(RS_ERR_STATE, "before rs_sampler_start", [&] { s.save(); }));
  s.start(x, SEEDS);
  for (int i = 0; i < 9; i++)
    s.step();
  const std::vector<std::byte> bytes = s.save();
  other.load(bytes, y);
  CHECK(y == x && !other.done() && other.resume() && y == wanted);
  CHECK(fails(RS_ERR_CHECKPOINT, "", [&] { other.load({bytes.data(), 30}, y); }));
  CHECK(fails(RS_ERR_ARGUMENT, "argument", [&] { other.load({}, y); }));
  CHECK(fails(RS_ERR_ARGUMENT, "x has 3", [&] { other.load(bytes, {y.data(), 3}); }));
  other.schedule();
  CHECK(fails(RS_ERR_MISMATCH, "", [&] { other.load(bytes, y); }));
}

template <class T> static void test_inpaint() {
  const std::vector<T> known(NUMBERS, T(0.5));
  std::vector<T> mask(NUMBERS, 0), x(NUMBERS);
  mask[3] = 1;
  Sampler s = make<T>();
  restart::Schedule schedule = restarts();
  schedule.inpaint = 1;
  s.schedule(schedule);
  CHECK(fails(RS_ERR_STATE, "inpaint", [&] { s.sample(x); }));
  s.inpaint(known, mask);
  s.start(x);
  CHECK(fails(RS_ERR_STATE, "needs", [&] { s.inpaint_nothing(); }));
  CHECK(s.sample(x) && x[3] == T(0.5) && x[2] != T(0.5));
  s.inpaint_nothing();
  s.schedule(restarts());
  s.inpaint_nothing();
  CHECK(fails(RS_ERR_ARGUMENT, "known has 2", [&] { s.inpaint({known.data(), 2}, mask); }));
  CHECK(fails(RS_ERR_ARGUMENT, "mask has 2", [&] { s.inpaint(known, {mask.data(), 2}); }));
}

// What a network answers.
static void test_answers() {
  std::vector<float> x(NUMBERS);
  int calls = 0, answer = 0;
  Sampler s(sizes().set_network([&](const rs_eval &e) {
    toy(&e, nullptr);
    return ++calls == 5 ? answer : 0;
  }), restarts());
  for (answer = 1; answer <= 3; answer += 2) {
    calls = 0;
    CHECK(!s.sample(x, SEEDS) && s.stopped() && !s.done());
    CHECK(s.counters().callback_status == answer && s.counters().nfe_done == 4);
    CHECK(s.resume() && !s.stopped() && x == by_c());
  }
  answer = -7;
  calls = 0;
  CHECK(fails(RS_ERR_CALLBACK, "failed with -7", [&] { s.sample(x, SEEDS); }));
  CHECK(!s.stopped() && s.counters().callback_status == -7 && s.resume() && x == by_c());
}

static void test_polite_callbacks() {
  std::vector<float> x(NUMBERS);
  int steps = 0, draws = 0, stop_at = 0;
  Sampler s(sizes().set_network(net)
                .set_progress([&](const rs_step_info &) {
                  return ++steps == 4 ? restart::Answer::stop : restart::Answer::go_on;
                })
                .set_noise([&](restart::NoiseRequest r) {
                  for (std::size_t b = 0; b < r->batch; b++) {
                    const rs_noise_key key = {r.seeds()[b], r->purpose, r->segment, r->iteration,
                                              r->step};
                    restart::normals(key, r.output().subspan(b * r->elements, r->elements));
                  }
                  return draws++ == stop_at ? restart::Answer::stop : restart::Answer::go_on;
                }),
            restarts());
  CHECK(!s.start(x, SEEDS) && s.stopped()); // the first draw: nothing was begun
  CHECK(fails(RS_ERR_STATE, "before rs_sampler_start", [&] { s.resume(); }));
  stop_at = 2;
  CHECK(s.start(x, SEEDS) && draws == 2);
  int seen = 0;
  for (const restart::Step &step : s.steps())
    seen += step.index >= 0;
  CHECK(s.stopped() && seen == 3 && steps == 4); // progress stopped the loop
  CHECK(!s.resume() && s.stopped() && draws == 3);
  CHECK(s.resume() && x == by_c() && s.done());
}

static void test_stop() {
  std::vector<float> x(NUMBERS);
  Sampler s = make<float>();
  s.stop(); // before a run
  CHECK(!s.sample(x, SEEDS) && s.stopped() && s.resume() && x == by_c());
  Sampler pulled(sizes(), restarts());
  pulled.start(x, SEEDS);
  for (restart::Evaluation e : pulled.evaluations()) {
    fill<float>(e);
    if (e->step->nfe_done == 10)
      pulled.stop();
  }
  CHECK(pulled.stopped() && !pulled.done() && pulled.counters().nfe_done == 11);
  for (restart::Evaluation e : pulled.evaluations())
    fill<float>(e);
  CHECK(pulled.done() && !pulled.stopped() && x == by_c());
}

// A network that waits until another thread has stopped it.
static void test_stop_from_thread() {
  std::vector<float> x(NUMBERS);
  std::atomic<bool> inside{false}, asked{false};
  Sampler s(sizes().set_network([&](const rs_eval &e) {
    toy(&e, nullptr);
    inside = true;
    while (!asked)
      std::this_thread::yield();
  }), restarts());
  std::thread stopper([&] {
    while (!inside)
      std::this_thread::yield();
    s.stop();
    asked = true;
  });
  CHECK(!s.sample(x, SEEDS) && s.stopped() && s.counters().nfe_done == 1);
  stopper.join();
  CHECK(s.resume() && x == by_c());
}

static void test_sizes() {
  std::vector<float> x(NUMBERS);
  std::vector<double> wide(NUMBERS);
  Sampler s = make<float>();
  CHECK(fails(RS_ERR_ARGUMENT, "x has 9 numbers, not 10", [&] { s.sample({x.data(), 9}); }));
  CHECK(fails(RS_ERR_ARGUMENT, "seeds has 1 numbers, not 2", [&] { s.start(x, {1}); }));
  CHECK(fails(RS_ERR_STATE, "use the plain form", [&] { s.sample(wide); }));
  CHECK(fails(RS_ERR_STATE, "use the _f64 form", [&] { make<double>().sample(x); }));
  Sampler unplanned(ELEMENTS, net, BATCH);
  CHECK(fails(RS_ERR_STATE, "before rs_schedule", [&] { unplanned.sample(x); }));
  unplanned.schedule();
  CHECK(unplanned.sample(x) && unplanned.nfe() == 35);
  Sampler one(ELEMENTS, net);
  CHECK(one.batch() == 1 && one.elements() == ELEMENTS);
}

// Twice the batch, but as many seeds as samples.
static void test_doubled() {
  restart::Options options = sizes();
  options.model.guidance = RS_GUIDANCE_DOUBLED;
  options.model.guidance_weight = 2;
  bool good = true;
  Sampler s(options.set_network([&](restart::Evaluation e) {
    good &= e->pass == RS_PASS_BOTH && e.input().size() == 2 * NUMBERS;
    good &= e.seeds().size() == BATCH && e.input<double>().empty();
    toy(&*e, nullptr);
  }), restarts());
  std::vector<float> x(NUMBERS);
  CHECK(s.sample(x, SEEDS) && good && x == by_c());
}

template <class T> static void test_type() {
  test_whole<T>();
  test_steps<T>();
  test_pull<T>();
  test_checkpoints<T>();
  test_inpaint<T>();
}

void test_runs() {
  test_type<float>();
  test_type<double>();
  test_answers();
  test_polite_callbacks();
  test_stop();
  test_stop_from_thread();
  test_sizes();
  test_doubled();
}
