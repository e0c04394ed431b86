/* SPDX-License-Identifier: MIT
 * A program of the first release's time: test_first.py compiles it against that release's headers
 * and runs it on later libraries. It uses every struct that has a size and every kind of callback,
 * and prints the bits of what it gets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <restart/exemplar.h>
#include <restart/restart.h>
#include <restart/tune.h>

enum { BATCH = 2, N = 3 * 8 * 8, SIZE = BATCH * N, REFERENCES = 64 };

static int bad;

#define CHECK(condition)                                                                           \
  ((condition) || bad++ ? (void)0 : (void)printf("line %d: %s\n", __LINE__, #condition))

/* What a library hands out is as long as its own header says. */
#ifdef OLDER_LIBRARY
#define WHOLE(object) ((object)->size > sizeof(object)->size)
#else
#define WHOLE(object) ((object)->size >= sizeof *(object))
#endif

static void print_bits(const char *name, const float *x, size_t count) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, &x[i], sizeof bits);
    for (int k = 0; k < 32; k += 8)
      hash = (hash ^ (bits >> k & 255)) * 0x100000001b3u;
  }
  printf("%s %08lx%08lx\n", name, (unsigned long)(hash >> 32), (unsigned long)(hash & 0xffffffffu));
}

static int32_t network(const rs_eval *e, void *user) {
  CHECK(WHOLE(e) && WHOLE(e->step) && e->step->nfe_total > 0);
  ++*(int *)user;
  for (size_t i = 0; i < e->batch * e->elements; i++)
    e->output[i] = e->input[i] / (float)(1 + e->sigma * e->sigma);
  return 0;
}

static int32_t noise(const rs_noise_request *r, void *user) {
  CHECK(WHOLE(r));
  ++*(int *)user;
  for (size_t b = 0; b < r->batch; b++) {
    const rs_noise_key key = {r->seeds[b], r->purpose, r->segment, r->iteration, r->step};
    rs_normals(&key, 0, r->elements, r->output + b * r->elements);
  }
  return 0;
}

static int32_t progress(const rs_step_info *info, void *user) {
  CHECK(WHOLE(info) && info->state && info->nfe_done <= info->nfe_total);
  ++*(int *)user;
  return 0;
}

static void run(size_t count, rs_task_fn task, void *context, void *user) {
  ++*(int *)user;
  for (size_t i = count; i > 0; i--)
    task(i - 1, context);
}

static void *allocate(size_t bytes, void *user) {
  ++*(int *)user;
  return malloc(bytes);
}

static void release(void *memory, void *user) {
  --*(int *)user;
  free(memory);
}

static rs_sampler_options options_of(int counts[5]) {
  rs_sampler_options so;
  rs_sampler_options_init(&so);
  so.model.fn = network;
  so.model.user = &counts[0];
  so.batch = BATCH;
  so.elements = N;
  so.noise = noise;
  so.noise_user = &counts[1];
  so.progress = progress;
  so.progress_user = &counts[2];
  so.executor.run = run;
  so.executor.user = &counts[3];
  so.alloc.allocate = allocate;
  so.alloc.release = release;
  so.alloc.user = &counts[4];
#ifdef UNKNOWN /* a field that only a later header has */
  so.later[0] = 1;
#endif
  return so;
}

static void read_plan(const rs_sampler *s) {
  rs_step_info step;
  rs_segment_info segment;
  rs_counters counters;
  rs_step_info_init(&step);
  rs_segment_info_init(&segment);
  rs_counters_init(&counters);
  CHECK(rs_plan_step(s, 1, &step) == RS_OK && step.sigma_to < step.sigma_from);
  CHECK(rs_plan_segment(s, 0, &segment) == RS_OK && segment.asked.points == 3);
  CHECK(rs_sampler_counters(s, &counters) == RS_OK && counters.nfe_total == rs_plan_nfe(s));
  CHECK(step.size == sizeof step && segment.size == sizeof segment);
  CHECK(counters.size == sizeof counters);
}

static void read_lists(void) {
  rs_entry entry;
  rs_entry_init(&entry);
  CHECK(rs_solver_at(0, &entry) == RS_OK && entry.size == sizeof entry && entry.name);
  CHECK(rs_grid_at(0, &entry) == RS_OK && entry.id == RS_GRID_KARRAS);
}

static void read_text(const rs_schedule_options *sc) {
  char text[2000];
  rs_segment segments[4];
  double sigmas[4];
  rs_schedule_room room;
  rs_schedule_options back;
  rs_schedule_room_init(&room);
  rs_schedule_options_init(&back);
  room.segments = segments;
  room.segment_capacity = 4;
  room.sigmas = sigmas;
  room.sigma_capacity = 4;
  CHECK(rs_schedule_format(sc, text, sizeof text, NULL) == RS_OK);
  CHECK(rs_schedule_parse(text, &room, &back, NULL) == RS_OK);
  CHECK(back.size == sizeof back && back.steps == sc->steps && back.segment_count == 1);
}

static void use_sampler(void) {
  const rs_segment segment = {3, 2, .06, .3};
  int counts[5] = {0};
  float x[SIZE], y[SIZE];
  unsigned char saved[8192];
  size_t length = 0;
  rs_sampler *s = NULL;
  rs_schedule_options sc;
  rs_request request;
  const rs_sampler_options so = options_of(counts);
  CHECK(rs_sampler_new(&so, &s) == RS_OK);
  rs_schedule_options_init(&sc);
  sc.steps = 9;
  sc.segments = &segment;
  sc.segment_count = 1;
  read_text(&sc);
  CHECK(rs_schedule(s, &sc) == RS_OK && rs_sample(s, x, NULL) == RS_OK);
  read_plan(s);
  CHECK(counts[0] == rs_plan_nfe(s) && counts[1] == 3 && counts[2] == (int)rs_plan_count(s));
  rs_request_init(&request);
  CHECK(rs_sampler_start(s, y, NULL) == RS_OK);
  while (rs_sampler_ask(s, &request) == RS_MORE) {
    network(request.eval, &counts[0]);
    CHECK(rs_sampler_save(s, saved, sizeof saved, &length) == RS_OK);
    CHECK(rs_sampler_load(s, saved, length, y) == RS_OK);
    CHECK(rs_sampler_ask(s, &request) == RS_MORE);
    network(request.eval, &counts[0]);
    CHECK(rs_sampler_tell(s) >= RS_OK);
  }
  CHECK(memcmp(x, y, sizeof x) == 0);
  print_bits("sample", x, SIZE);
  CHECK(rs_preset("cifar10-vp-43", &sc) == RS_OK && sc.size == sizeof sc);
  CHECK(rs_schedule(s, &sc) == RS_OK && rs_sample(s, x, NULL) == RS_OK);
  print_bits("preset", x, SIZE);
  rs_sampler_free(s);
  CHECK(counts[4] == 0);
}

static void use_exemplar(void) {
  int calls = 0;
  float pixels[N], x[N];
  rs_exemplar *exemplar = NULL;
  rs_sampler *s = NULL;
  rs_exemplar_options eo;
  rs_sampler_options so;
  rs_schedule_options sc;
  rs_exemplar_options_init(&eo);
  rs_sampler_options_init(&so);
  rs_schedule_options_init(&sc);
  for (int i = 0; i < N; i++)
    pixels[i] = (float)(i * 37 % 64) / 32 - 1;
  eo.pixels = pixels;
  eo.channels = 3;
  eo.height = eo.width = 8;
  eo.alloc.allocate = allocate;
  eo.alloc.release = release;
  eo.alloc.user = &calls;
  CHECK(rs_exemplar_new(&eo, &exemplar) == RS_OK);
  CHECK(rs_exemplar_model(exemplar, &so) == RS_OK && so.elements == N);
  CHECK(rs_exemplar_schedule(&sc) == RS_OK && sc.size == sizeof sc);
  CHECK(rs_sampler_new(&so, &s) == RS_OK && rs_schedule(s, &sc) == RS_OK);
  CHECK(rs_sample(s, x, NULL) == RS_OK);
  print_bits("exemplar", x, N);
  rs_sampler_free(s);
  rs_exemplar_free(exemplar);
  CHECK(calls == 0);
}

static int32_t distance(const rs_tune_sets *sets, double *answer, void *user) {
  ++*(int *)user;
  *answer = 0;
  CHECK(WHOLE(sets));
  for (size_t i = 0; i < sets->count * sets->elements; i++)
    *answer += (double)(sets->samples[i] * sets->samples[i]) / (double)sets->count;
  return 0;
}

static int32_t report(const rs_tune_info *info, void *user) {
  ++*(int *)user;
  CHECK(WHOLE(info) && WHOLE(info->schedule));
  return 0;
}

static void use_tuner(void) {
  int counts[5] = {0}, distances = 0, reports = 0;
  static float references[REFERENCES * 4];
  rs_sampler_options so = options_of(counts);
  rs_tune_options to;
  rs_schedule_options sc;
  rs_tuner *tuner = NULL;
  so.elements = 4;
  for (int i = 0; i < REFERENCES * 4; i++)
    references[i] = (float)(i * 29 % 64) / 32 - 1;
  rs_tune_options_init(&to);
  to.budget = 9;
  to.evaluations = 18000;
  to.references = references;
  to.reference_count = REFERENCES;
  to.distance = distance;
  to.distance_user = &distances;
  to.progress = report;
  to.progress_user = &reports;
  CHECK(rs_tune(&so, &to, &tuner) == RS_OK);
  rs_schedule_options_init(&sc);
  CHECK(rs_tuner_schedule(tuner, &sc) == RS_OK && sc.size == sizeof sc);
  CHECK(distances > 0 && reports > 0);
  printf("tuner %d %d %d\n", (int)sc.budget, (int)sc.solver, (int)sc.grid);
  rs_tuner_free(tuner);
  CHECK(counts[4] == 0);
}

int main(void) {
#ifdef UNKNOWN
  rs_sampler *s;
  int counts[5] = {0};
  const rs_sampler_options so = options_of(counts);
  CHECK(rs_sampler_new(&so, &s) == RS_ERR_VERSION && !s);
#else
  read_lists();
  use_sampler();
  use_exemplar();
  use_tuner();
#endif
  return bad != 0;
}
