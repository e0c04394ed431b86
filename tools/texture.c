/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"
#include "maker.h"
#include "out_file.h"
#include "png_file.h"
#include "say.h"
#include "schedule.h"
#include "sheet.h"
#include "texture.h"
#include "threads.h"

/* Everything that a run holds. */
struct work {
  const struct options *options;
  struct picture *inputs;
  rs_schedule_options schedules[METHOD_COUNT]; /* by place in the options' methods */
  struct threads *threads;
  struct progress progress;
  struct sheet sheet;
  int64_t nfe[METHOD_COUNT]; /* by place, as above */
  double seconds;
};

/* OUT.png for one picture; OUT-1.png, OUT-2.png ... for more. To be freed. */
static char *numbered_name(const struct options *options, int number) {
  const char *path = options->output;
  const char *base = strrchr(path, '/');
  const char *dot = strrchr(base ? base : path, '.');
  int stem = dot ? (int)(dot - path) : (int)strlen(path);
  char *name = NULL;
  int length = options->count == 1 ? asprintf(&name, "%s", path)
                                   : asprintf(&name, "%.*s-%d%s", stem, path, number, path + stem);
  if (length >= 0)
    return name;
  say("out of memory for a file name");
  return NULL;
}

/* ---- one picture a file ----------------------------------------------------------------------*/

static int save_one(struct work *work, struct maker *maker, const char *name, int number) {
  const struct options *options = work->options;
  uint64_t seed = options->seed + (uint64_t)number;
  double seconds;
  int status = maker_run(maker, seed, name, &seconds);
  if (status != EXIT_DONE)
    return status;
  if (!png_write(name, &maker->picture))
    return EXIT_FAILED;
  if (!options->quiet)
    printf("%s: %d x %d, %lld evaluations, %.2f s, seed %llu\n", name, maker->picture.width,
           maker->picture.height, (long long)rs_plan_nfe(maker->sampler), seconds,
           (unsigned long long)seed);
  fflush(stdout);
  return EXIT_DONE;
}

static int save_all(struct work *work, struct maker *maker) {
  int status = maker_schedule(maker, &work->schedules[0]) ? EXIT_DONE : EXIT_FAILED;
  for (int i = 0; i < work->options->count && status == EXIT_DONE; ++i) {
    char *name = numbered_name(work->options, i + 1);
    status = name ? save_one(work, maker, name, i) : EXIT_FAILED;
    free(name);
  }
  return status;
}

static int make_files(struct work *work) {
  struct maker maker;
  int status = EXIT_FAILED;
  if (maker_init(&maker, work->options, &work->inputs[0], threads_executor(work->threads),
                 &work->progress))
    status = save_all(work, &maker);
  maker_free(&maker);
  return status;
}

/* ---- a contact sheet -------------------------------------------------------------------------*/

/* One input: a row for each method. Several: a row for each input, method after method. */
static int sheet_rows(const struct options *options) {
  return options->input_count == 1 ? options->schedule.method_count : options->input_count;
}

static int sheet_columns(const struct options *options) {
  return 1 + options->count * (options->input_count == 1 ? 1 : options->schedule.method_count);
}

static bool new_sheet(struct work *work) {
  int channels = 1, height = 0, width = 0;
  for (int i = 0; i < work->options->input_count; ++i) {
    const struct picture *input = &work->inputs[i];
    int h = output_height(work->options, input), w = output_width(work->options, input);
    channels = input->channels > channels ? input->channels : channels;
    height = h > height ? h : height;
    height = input->height > height ? input->height : height;
    width = w > width ? w : width;
    width = input->width > width ? input->width : width;
  }
  struct sheet_form form = {.gap = 8, .apart = 8, .repeat = 2};
  return sheet_new(&work->sheet, form, sheet_rows(work->options), sheet_columns(work->options),
                   channels, height, width);
}

static int fill_cells(struct work *work, struct maker *maker, int index, int method) {
  const struct options *options = work->options;
  bool alone = options->input_count == 1;
  int row = alone ? method : index;
  int column = alone ? 1 : 1 + method * options->count;
  char name[PATH_MAX];
  snprintf(name, sizeof name, "%s %s", options->inputs[index],
           method_names[options->schedule.methods[method]]);
  sheet_paste(&work->sheet, row, 0, &work->inputs[index]);
  if (!maker_schedule(maker, &work->schedules[method]))
    return EXIT_FAILED;
  work->nfe[method] = rs_plan_nfe(maker->sampler);
  for (int i = 0; i < options->count; ++i) {
    double seconds;
    int status = maker_run(maker, options->seed + (uint64_t)i, name, &seconds);
    if (status != EXIT_DONE)
      return status;
    work->seconds += seconds;
    sheet_paste(&work->sheet, row, column + i, &maker->picture);
  }
  return EXIT_DONE;
}

static int fill_from_input(struct work *work, int index) {
  struct maker maker;
  int status = EXIT_FAILED;
  if (maker_init(&maker, work->options, &work->inputs[index], threads_executor(work->threads),
                 &work->progress))
    status = EXIT_DONE;
  for (int m = 0; m < work->options->schedule.method_count && status == EXIT_DONE; ++m)
    status = fill_cells(work, &maker, index, m);
  maker_free(&maker);
  return status;
}

static void report_sheet(const struct work *work) {
  const struct options *options = work->options;
  printf("%s: %d x %d,", options->output, work->sheet.page.width, work->sheet.page.height);
  for (int m = 0; m < options->schedule.method_count; ++m)
    printf(" %s %lld evaluations,", method_names[options->schedule.methods[m]],
           (long long)work->nfe[m]);
  printf(" %d pictures, %.2f s a picture\n", work->progress.units,
         work->seconds / work->progress.units);
}

static int make_sheet(struct work *work) {
  int status = new_sheet(work) ? EXIT_DONE : EXIT_FAILED;
  for (int i = 0; i < work->options->input_count && status == EXIT_DONE; ++i)
    status = fill_from_input(work, i);
  if (status == EXIT_DONE && !png_write(work->options->output, &work->sheet.page))
    status = EXIT_FAILED;
  if (status == EXIT_DONE && !work->options->quiet)
    report_sheet(work);
  sheet_free(&work->sheet);
  return status;
}

/* ---- the whole -------------------------------------------------------------------------------*/

static bool read_inputs(struct work *work) {
  work->inputs = calloc((size_t)work->options->input_count, sizeof *work->inputs);
  if (!work->inputs)
    say("out of memory for %d pictures", work->options->input_count);
  bool good = work->inputs != NULL;
  for (int i = 0; i < work->options->input_count && good; ++i)
    good = png_read(work->options->inputs[i], &work->inputs[i]);
  return good;
}

static bool check_outputs(const struct options *options) {
  if (options->sheet)
    return out_check(options->output);
  bool good = true;
  for (int i = 0; i < options->count && good; ++i) {
    char *name = numbered_name(options, i + 1);
    good = name && out_check(name);
    free(name);
  }
  return good;
}

static bool prepare(struct work *work) {
  const struct options *options = work->options;
  for (int m = 0; m < options->schedule.method_count; ++m)
    if (!schedule_build(&options->schedule, options->schedule.methods[m], NULL,
                        &work->schedules[m]))
      return false;
  if (!read_inputs(work) || !check_outputs(options))
    return false;
  work->threads = threads_new(options->threads);
  int pictures = options->count;
  if (options->sheet)
    pictures *= options->input_count * options->schedule.method_count;
  progress_init(&work->progress, options->quiet, "picture", pictures);
  return work->threads != NULL;
}

int texture_make(const struct options *options) {
  struct work work = {.options = options};
  interrupt_catch();
  int status = EXIT_FAILED;
  if (prepare(&work))
    status = options->sheet ? make_sheet(&work) : make_files(&work);
  threads_free(work.threads);
  for (int i = 0; work.inputs && i < options->input_count; ++i)
    picture_free(&work.inputs[i]);
  free(work.inputs);
  if (interrupt_signal() && status != EXIT_DONE)
    say("interrupted");
  return status;
}
