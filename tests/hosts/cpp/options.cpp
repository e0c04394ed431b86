// SPDX-License-Identifier: MIT
#include "support.hpp"

#include <cstring>
#include <memory>

using restart::Options;
using restart::Schedule;

static bool same(const rs_segment &a, const rs_segment &b) {
  return a.points == b.points && a.iterations == b.iterations && a.t_min == b.t_min &&
         a.t_max == b.t_max;
}

static void test_texts() {
  const char *text = "[3,2,0.06,0.3], [4,1,1,6]";
  const std::vector<rs_segment> list = restart::segments(text);
  CHECK(list.size() == 2 && same(list[1], {4, 1, 1, 6}) && restart::text(list) == text);
  CHECK(restart::segments("").empty() && restart::text({}).empty());
  const std::string json = restart::text(list, RS_TEXT_JSON);
  CHECK(json.front() == '{' && restart::segments(json).size() == 2);
  CHECK(fails(RS_ERR_ARGUMENT, "", [&] { restart::text(list, 9); }));
  CHECK(fails(RS_ERR_SEGMENT_COUNTS, "", [] { restart::segments("[1,1,1,2]"); }));
  CHECK(fails(RS_ERR_SYNTAX, "", [] { Schedule().set_segments("[3,2"); }));
  try {
    restart::segments("[3,2,.06,.3] [x");
    CHECK(false);
  } catch (const restart::TextError &e) {
    CHECK(e.position() == 14 && std::string(e.name()) == "RS_ERR_SYNTAX" && *e.what());
  }
}

static void test_schedule() {
  rs_schedule_options plain;
  rs_schedule_options_init(&plain);
  const rs_schedule_options &ours = Schedule();
  CHECK(ours.size == sizeof plain && !ours.segments && !ours.steps);
  rs_preset("imagenet64-99", &plain);
  Schedule preset = Schedule::preset("imagenet64-99");
  CHECK(preset.segments == plain.segments && preset.steps == plain.steps);
  CHECK(fails(RS_ERR_NAME, "nothing-1", [] { Schedule::preset("nothing-1"); }));
  CHECK(fails(RS_ERR_OPTION, "a1111", [] { Schedule::preset("a1111", 1000); }));
  CHECK(Schedule::preset("a1111", 30).steps != Schedule::preset("a1111").steps);
  auto first = std::make_unique<Schedule>();
  first->set_segments({{3, 2, .06, .3}, {4, 1, 1, 6}}).set_sigmas({80, 10, 1, 0});
  Schedule copy = *first, moved = std::move(*first);
  CHECK(first->segment_count == 2 && same(first->segments[0], {3, 2, .06, .3}));
  first.reset(); // what the copies point at stays
  CHECK(copy.segment_count == 2 && same(copy.segments[1], {4, 1, 1, 6}));
  CHECK(moved.sigma_count == 4 && moved.sigmas[3] == 0 && moved.grid == RS_GRID_SIGMAS);
  CHECK(copy.set_segments(std::string("[3,1,1,2]")).segment_count == 1);
  CHECK(moved.segment_count == 2 && copy.set_segments("").segment_count == 0);
}

static void test_schedule_text() {
  Schedule schedule;
  schedule.set_sigmas({80, 10, 1, 0}).set_segments({{3, 2, .06, .3}, {4, 1, 1, 6}});
  schedule.solver = RS_SOLVER_EULER;
  const std::string text = schedule.format();
  const Schedule read = Schedule::parse("# a comment\n\n" + text);
  CHECK(read.format() == text && read.solver == RS_SOLVER_EULER && read.segment_count == 2);
  CHECK(same(read.segments[1], {4, 1, 1, 6}) && read.sigma_count == 4 && read.sigmas[1] == 10);
  CHECK(Schedule().format().empty() && Schedule::parse("").steps == 0);
  try {
    Schedule::parse("steps 5\nsolver heunn");
    CHECK(false);
  } catch (const restart::TextError &e) {
    CHECK(e.status() == RS_ERR_NAME && e.position() >= 8);
  }
  schedule.solver = 1000;
  CHECK(fails(RS_ERR_OPTION, "", [&] { schedule.format(); }));
}

static void test_lists() {
  CHECK(std::string(restart::version()) == rs_version_string());
  CHECK(restart::solvers().size() == 28 && restart::solver("euler_a") == 13);
  CHECK(restart::solvers()[1].id == RS_SOLVER_HEUN && restart::grid("karras") == RS_GRID_KARRAS);
  CHECK(!std::strcmp(restart::grids()[0].name, "karras"));
  CHECK(std::string(restart::presets().front()) == "cifar10-vp-43");
  CHECK(rs_preset_name(restart::presets().size()) == nullptr);
  CHECK(fails(RS_ERR_NAME, "heunn: ", [] { restart::solver("heunn"); }));
  CHECK(fails(RS_ERR_NAME, "carras: ", [] { restart::grid("carras"); }));
}

static void test_normals() {
  rs_noise_key key{};
  key.seed = 3;
  float c[8], cpp[6];
  CHECK(rs_normals(&key, 0, 8, c) == RS_OK);
  restart::normals(key, cpp, 2);
  CHECK(!std::memcmp(c + 2, cpp, sizeof cpp));
  key.purpose = 256;
  CHECK(fails(RS_ERR_ARGUMENT, "", [&] { restart::normals(key, cpp); }));
}

// Callables of every sort, and how long they live.
static void test_callables() {
  auto unique = std::make_unique<int>(5);
  auto counted = std::make_shared<int>(0), owner = std::make_shared<int>(1);
  const Options base = sizes().set_network(net);
  std::vector<float> x(NUMBERS), wanted = by_c();
  {
    Options options = sizes();
    options.set_network([own = std::move(unique), counted](restart::Evaluation e) {
      toy(&*e, nullptr);
      *counted += *own;
    });
    options.keep(owner);
    const Options moved = std::move(options);
    restart::Sampler a(options, restarts()), b(moved, restarts());
    options = base;
    CHECK(a.sample(x, SEEDS) && x == wanted && b.sample(x, SEEDS) && x == wanted);
    CHECK(*counted == 5 * 2 * 43 && counted.use_count() == 2 && owner.use_count() == 4);
  }
  CHECK(counted.use_count() == 1 && owner.use_count() == 1);
  restart::Sampler by_pointer(
      sizes().set_network(+[](const rs_eval &e) { return toy(&e, nullptr); }), restarts());
  CHECK(by_pointer.sample(x, SEEDS) && x == wanted);
  struct Object {
    int calls = 0;
    void operator()(restart::Evaluation e) {
      calls++;
      toy(&*e, nullptr);
    }
  } object;
  restart::Sampler by_reference(sizes().set_network(std::ref(object)), restarts());
  CHECK(by_reference.sample(x, SEEDS) && x == wanted && object.calls == 43);
}

static int destroyed;

// Callbacks in C, set after all, win over callables; destroy runs once for each sampler.
static void test_c_callbacks() {
  std::vector<float> x(NUMBERS);
  Options options = sizes();
  options.set_network([](restart::Evaluation) { return restart::Answer::stop; });
  options.set_progress([](const restart::Step &) { return restart::Answer::stop; });
  options.set_noise([](restart::NoiseRequest) { return restart::Answer::stop; });
  options.model.fn = toy;
  options.model.user = &destroyed;
  options.model.destroy = [](void *user) { ++*static_cast<int *>(user); };
  options.progress = nullptr;
  options.noise = nullptr;
  for (int executes = 0; executes < 2; executes++) {
    if (executes)
      options.set_executor([](std::size_t count, restart::Work work) {
        while (count--)
          work();
      });
    restart::Sampler s(options, restarts());
    CHECK(s.sample(x, SEEDS) && x == by_c() && destroyed == executes);
  }
  CHECK(destroyed == 2);
  options.elements = 0;
  CHECK(fails(RS_ERR_OPTION, "elements is 0", [&] { restart::Sampler s(options); }));
  CHECK(destroyed == 3);
  options.size = 1;
  CHECK(fails(RS_ERR_VERSION, "header", [&] { restart::Sampler s(options); }));
}

void test_options() {
  rs_sampler_options plain;
  rs_sampler_options_init(&plain);
  const Options ours(12, 3);
  CHECK(ours.size == plain.size && ours.elements == 12 && ours.batch == 3 && !ours.model.fn);
  test_texts();
  test_schedule();
  test_schedule_text();
  test_lists();
  test_normals();
  test_callables();
  test_c_callbacks();
}
