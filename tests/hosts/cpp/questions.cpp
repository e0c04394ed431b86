// SPDX-License-Identifier: MIT
// What a sampler tells, and what is left of one that was moved away.
#include "support.hpp"

#include <cstring>

using restart::Sampler;

static void test_plan() {
  Sampler s(sizes().set_network(net));
  CHECK(s.plan().empty() && s.segments().empty() && s.nfe() == 0 && !s.done());
  CHECK(fails(RS_ERR_STATE, "no plan", [&] { s.plan_text(); }));
  s.schedule(restarts());
  const std::vector<rs_step_info> plan = s.plan();
  CHECK(s.nfe() == 43 && plan.size() == rs_plan_count(s.get()) && plan.back().nfe_done == 43);
  CHECK(plan[0].size == sizeof(rs_step_info) && plan[0].sigma_from == 80 && !plan[0].state);
  const std::vector<rs_segment_info> segments = s.segments();
  CHECK(segments.size() == 1 && segments[0].asked.points == 3 && segments[0].nfe > 0);
  const std::string text = s.plan_text();
  CHECK(text.size() == std::strlen(text.c_str()) && text.find("main") != std::string::npos);
  CHECK(fails(RS_ERR_SEGMENT_INVERTED, "", [&] {
    s.schedule(restart::Schedule().set_segments({{3, 2, .3, .06}}));
  }));
  CHECK(fails(RS_ERR_OPTION, "", [&] {
    restart::Schedule bad;
    bad.steps = -1;
    s.schedule(bad);
  }));
  CHECK(s.nfe() == 43); // the earlier plan stays
}

static void test_counters() {
  std::vector<float> x(NUMBERS);
  Sampler s(sizes().set_network(net), restarts());
  s.start(x, SEEDS);
  s.step();
  const rs_counters now = s.counters();
  CHECK(now.size == sizeof now && now.steps_done == 1 && now.nfe_done == 2 && now.nfe_total == 43);
  CHECK(now.calls == 2 && now.memory > 0 && std::string(s.message()) != "");
  CHECK(s.batch() == BATCH && s.elements() == ELEMENTS);
}

// A run goes on where it was, wherever the sampler is now.
static void test_moves() {
  std::vector<float> x(NUMBERS);
  std::vector<Sampler> home;
  Sampler first(sizes().set_network(net), restarts());
  first.start(x, SEEDS);
  first.step();
  home.push_back(std::move(first));
  home.emplace_back(ELEMENTS, net);
  home.emplace_back(ELEMENTS, net);
  home[1] = std::move(home[0]);
  CHECK(home[1].resume() && x == by_c());
  Sampler last = std::move(home[1]);
  home.clear();
  CHECK(last.sample(x, SEEDS) && x == by_c());
}

// Assignment frees the sampler that was there, while what it needs is there.
static void test_assignment_destroys() {
  static int gone;
  restart::Options options = sizes();
  options.model.fn = toy;
  options.model.user = &gone;
  options.model.destroy = [](void *user) { ++*static_cast<int *>(user); };
  options.set_executor([](std::size_t count, restart::Work work) {
    while (count--)
      work();
  });
  Sampler s(options), other(options);
  s = std::move(other);
  CHECK(gone == 1);
  { const Sampler end = std::move(s); }
  CHECK(gone == 2);
}

static void test_empty() {
  const char *none = "there is no sampler";
  std::vector<float> x(NUMBERS);
  Sampler s(sizes().set_network(net), restarts());
  const Sampler taken = std::move(s);
  s.stop();
  CHECK(!s.get() && !s.done() && !s.stopped() && s.nfe() == 0 && s.batch() + s.elements() == 0);
  CHECK(s.plan().empty() && s.segments().empty() && s.counters().nfe_total == 0);
  CHECK(std::string(s.message()) == none);
  CHECK(fails(RS_ERR_ARGUMENT, none, [&] { s.schedule(); }));
  CHECK(fails(RS_ERR_ARGUMENT, none, [&] { s.schedule(restarts()); }));
  CHECK(fails(RS_ERR_ARGUMENT, none, [&] { s.sample(x, SEEDS); }));
  CHECK(fails(RS_ERR_ARGUMENT, none, [&] { s.start(restart::Span<double>()); }));
  CHECK(fails(RS_ERR_ARGUMENT, none, [&] { s.step(); }));
  CHECK(fails(RS_ERR_ARGUMENT, none, [&] { s.resume(); }));
  CHECK(fails(RS_ERR_ARGUMENT, none, [&] { s.ask(); }));
  CHECK(fails(RS_ERR_ARGUMENT, none, [&] { s.tell(); }));
  CHECK(fails(RS_ERR_ARGUMENT, none, [&] { s.save(); }));
  CHECK(fails(RS_ERR_ARGUMENT, none, [&] { s.load({}, restart::Span<float>()); }));
  CHECK(fails(RS_ERR_ARGUMENT, none, [&] { s.inpaint(x, x); }));
  CHECK(fails(RS_ERR_ARGUMENT, none, [&] { s.inpaint_nothing(); }));
  CHECK(fails(RS_ERR_ARGUMENT, "", [&] { s.plan_text(); }));
  CHECK(fails(RS_ERR_ARGUMENT, none, [&] {
    for (const restart::Step &step : s.steps())
      CHECK(step.index < 0);
  }));
  CHECK(fails(RS_ERR_ARGUMENT, none, [&] {
    for (restart::Evaluation e : s.evaluations())
      CHECK(e->batch == 0);
  }));
  s = Sampler(sizes().set_network(net), restarts());
  CHECK(s.sample(x, SEEDS) && x == by_c());
}

void test_questions() {
  test_plan();
  test_counters();
  test_moves();
  test_assignment_destroys();
  test_empty();
}
