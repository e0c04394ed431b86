/* SPDX-License-Identifier: MIT */
#include "interrupt.h"
#include "maker.h"
#include "say.h"

static int32_t evaluate(const rs_eval *eval, void *user) {
  struct maker *maker = user;
  int32_t status = rs_exemplar_denoise(eval, maker->exemplar);
  if (status == 0)
    progress_evaluation(maker->progress, eval);
  return status;
}

static bool fail(const struct options *options, const struct picture *input, rs_status status) {
  if (status == RS_ERR_MEMORY)
    say("out of memory for %d x %d pixels from an exemplar of %d x %d",
        output_width(options, input), output_height(options, input), input->width, input->height);
  else
    say("the exemplar cannot be used: %s", rs_status_text(status));
  return false;
}

static rs_status new_exemplar(const struct options *options, const struct picture *input,
                              rs_exemplar **exemplar) {
  rs_exemplar_patch patch = {.sigma = 0, .side = options->patch};
  rs_exemplar_options exemplar_options;
  rs_exemplar_options_init(&exemplar_options);
  exemplar_options.pixels = input->pixels;
  exemplar_options.channels = input->channels;
  exemplar_options.height = input->height;
  exemplar_options.width = input->width;
  exemplar_options.output_height = options->height;
  exemplar_options.output_width = options->width;
  exemplar_options.search = options->search;
  if (options->patch) {
    exemplar_options.patch_count = 1;
    exemplar_options.patches = &patch;
  }
  return rs_exemplar_new(&exemplar_options, exemplar);
}

bool maker_init(struct maker *maker, const struct options *options, const struct picture *input,
                rs_executor executor, struct progress *progress) {
  *maker = (struct maker){.progress = progress};
  rs_status status = new_exemplar(options, input, &maker->exemplar);
  if (status != RS_OK)
    return fail(options, input, status);
  rs_sampler_options sampler_options;
  rs_sampler_options_init(&sampler_options);
  status = rs_exemplar_model(maker->exemplar, &sampler_options);
  sampler_options.model.fn = evaluate;
  sampler_options.model.user = maker;
  sampler_options.executor = executor;
  if (status == RS_OK)
    status = rs_sampler_new(&sampler_options, &maker->sampler);
  if (status != RS_OK)
    return fail(options, input, status);
  interrupt_watch(maker->sampler);
  return picture_new(&maker->picture, input->channels, output_height(options, input),
                     output_width(options, input));
}

void maker_free(struct maker *maker) {
  interrupt_watch(NULL);
  rs_sampler_free(maker->sampler);
  rs_exemplar_free(maker->exemplar);
  picture_free(&maker->picture);
}

bool maker_schedule(struct maker *maker, const rs_schedule_options *schedule) {
  rs_status status = rs_schedule(maker->sampler, schedule);
  if (status != RS_OK)
    say("the schedule is impossible: %s", rs_sampler_message(maker->sampler));
  return status == RS_OK;
}

int maker_run(struct maker *maker, uint64_t seed, const char *name, double *seconds) {
  if (interrupt_signal())
    return 128 + interrupt_signal();
  progress_begin(maker->progress, name, maker->sampler);
  rs_status status = rs_sample(maker->sampler, maker->picture.pixels, &seed);
  *seconds = progress_end(maker->progress);
  if (interrupt_signal())
    return 128 + interrupt_signal();
  if (status != RS_OK)
    say("the picture could not be made: %s", rs_sampler_message(maker->sampler));
  return status == RS_OK ? EXIT_DONE : EXIT_FAILED;
}
