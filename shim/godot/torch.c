/* SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <stdio.h>

#include "torch.h"

/* Function and data pointers are the same thing where there is dlsym. */
static bool find(void *library, const char *name, void *pointer) {
  *(void **)pointer = dlsym(library, name);
  return *(void **)pointer != NULL;
}

/* The library stays loaded until the end: libtorch does not like to be unloaded. */
static bool load(struct torch *torch, char why[MESSAGE_SIZE]) {
  void *library = dlopen(RESTART_TORCH_SONAME, RTLD_NOW | RTLD_LOCAL);
  const bool good = library &&
                    find(library, "rs_torch_options_init_sized", &torch->options_init_sized) &&
                    find(library, "rs_torch_new", &torch->open) &&
                    find(library, "rs_torch_free", &torch->close) &&
                    find(library, "rs_torch_model", &torch->model) &&
                    find(library, "rs_torch_shape", &torch->shape) &&
                    find(library, "rs_torch_message", &torch->message);
  if (!good)
    snprintf(why, MESSAGE_SIZE, "networks need librestart-torch, which cannot be loaded (%s)",
             dlerror());
  return good;
}

static bool open_file(struct torch *torch, const struct settings *settings,
                      char why[MESSAGE_SIZE]) {
  char reason[MESSAGE_SIZE / 2] = "";
  rs_torch_options options;
  torch->options_init_sized(&options, sizeof options);
  options.path = settings->network;
  options.labels = settings->label >= 0 ? &settings->label : NULL;
  options.label_count = settings->label >= 0;
  options.threads = 1; /* the others are the game's */
  options.message = reason;
  options.message_capacity = sizeof reason;
  const rs_status status = torch->open(&options, &torch->network);
  if (status != RS_OK)
    snprintf(why, MESSAGE_SIZE, "the network cannot be used: %s",
             *reason ? reason : rs_status_text(status));
  return status == RS_OK;
}

static bool measure(const struct torch *torch, const struct settings *settings,
                    struct picture *picture, char why[MESSAGE_SIZE]) {
  int64_t shape[RS_TORCH_DIMS_MAX] = {0};
  if (torch->shape(torch->network, shape, RS_TORCH_DIMS_MAX) != 3 || shape[0] > CHANNELS_MAX ||
      shape[1] > SIDE_MAX || shape[2] > SIDE_MAX) {
    snprintf(why, MESSAGE_SIZE, "the network does not make pictures of at most %d x %d x %d",
             CHANNELS_MAX, SIDE_MAX, SIDE_MAX);
    return false;
  }
  picture->channels = (int32_t)shape[0];
  picture->height = (int32_t)shape[1];
  picture->width = (int32_t)shape[2];
  const bool good = (settings->height == 0 || settings->height == shape[1]) &&
                    (settings->width == 0 || settings->width == shape[2]);
  if (!good)
    snprintf(why, MESSAGE_SIZE, "the network makes pictures of %d x %d, not other sizes",
             picture->width, picture->height);
  return good;
}

bool torch_open(struct torch *torch, const struct settings *settings, rs_sampler_options *options,
                struct picture *picture, char why[MESSAGE_SIZE]) {
  if (!load(torch, why) || !open_file(torch, settings, why) ||
      !measure(torch, settings, picture, why))
    return false;
  const rs_status status = torch->model(torch->network, options);
  if (status != RS_OK)
    snprintf(why, MESSAGE_SIZE, "the network cannot be used: %s", rs_status_text(status));
  /* Without a label both sides of guidance would be the same. */
  if (settings->label < 0)
    options->model.guidance = RS_GUIDANCE_NONE;
  return status == RS_OK;
}

void torch_close(struct torch *torch) {
  if (torch->network)
    torch->close(torch->network);
  torch->network = NULL;
}
