/* SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "network.h"
#include "say.h"

/* Function and data pointers are the same thing where there is dlsym. */
static bool find(void *library, const char *name, void *pointer) {
  *(void **)pointer = dlsym(library, name);
  return *(void **)pointer != NULL;
}

/* What is known to fail fails before libtorch is loaded. */
static bool readable(const char *path) {
  bool good = access(path, R_OK) == 0;
  if (!good)
    say("cannot read %s: %s", path, strerror(errno));
  return good;
}

/* glibc gives large blocks back to the system and takes them anew at each call of the network,
 * which can cost a third of its time. These are the largest block that it will keep, and how much.
 */
static void keep_memory(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

/* The library stays loaded until the end: libtorch does not like to be unloaded. */
static bool load(struct torch_calls *calls) {
  keep_memory();
  void *library = dlopen(RESTART_TORCH_SONAME, RTLD_NOW | RTLD_LOCAL);
  bool good = library && find(library, "rs_torch_options_init_sized", &calls->options_init_sized) &&
              find(library, "rs_torch_new", &calls->open) &&
              find(library, "rs_torch_free", &calls->free) &&
              find(library, "rs_torch_model", &calls->model) &&
              find(library, "rs_torch_shape", &calls->shape) &&
              find(library, "rs_torch_labels", &calls->labels) &&
              find(library, "rs_torch_evaluate", &calls->evaluate) &&
              find(library, "rs_torch_feature_elements", &calls->feature_elements) &&
              find(library, "rs_torch_features", &calls->features) &&
              find(library, "rs_torch_message", &calls->message) &&
              find(library, "rs_torch_version", &calls->version);
  if (!good)
    say("a MODEL.pt needs librestart-torch, which is not installed or cannot be loaded (%s)",
        dlerror());
  return good;
}

static bool open_torch(const struct torch_calls *calls, const char *path, int32_t dtype,
                       const struct shape *shape, const struct draw_options *options,
                       rs_torch **torch) {
  char why[512] = "";
  rs_torch_options torch_options;
  calls->options_init_sized(&torch_options, sizeof torch_options);
  torch_options.path = path;
  torch_options.device = options->device;
  torch_options.dtype = dtype;
  torch_options.threads = options->threads;
  torch_options.shape = shape->count ? shape->sizes : NULL;
  torch_options.shape_count = shape->count;
  torch_options.message = why;
  torch_options.message_capacity = sizeof why;
  rs_status status = calls->open(&torch_options, torch);
  if (status != RS_OK)
    say("%s cannot be used: %s", path, *why ? why : rs_status_text(status));
  return status == RS_OK;
}

/* Without labels both sides of guidance would be the same. */
static void choose_guidance(rs_model *model, const struct draw_options *options) {
  if (!options->labels || model->guidance_weight == 1)
    model->guidance = RS_GUIDANCE_NONE;
  else if (options->guidance_given && model->guidance == RS_GUIDANCE_NONE)
    model->guidance = RS_GUIDANCE_DOUBLED;
}

static bool describe(struct network *network, const struct draw_options *options) {
  rs_sampler_options sampler_options;
  rs_sampler_options_init(&sampler_options);
  sampler_options.model.guidance_weight = options->guidance;
  rs_status status = network->calls.model(network->torch, &sampler_options);
  if (status != RS_OK) {
    say("the model cannot be used: %s", rs_status_text(status));
    return false;
  }
  network->model = sampler_options.model;
  network->elements = sampler_options.elements;
  network->shape.count = (int)network->calls.shape(network->torch, network->shape.sizes, SHAPE_MAX);
  choose_guidance(&network->model, options);
  return true;
}

static bool set_labels(struct network *network, const int64_t *labels, size_t count) {
  bool good = network->calls.labels(network->torch, labels, count) == RS_OK;
  if (!good)
    say("the labels cannot be used: %s", network->calls.message(network->torch));
  return good;
}

bool network_open(struct network *network, const struct draw_options *options) {
  *network = (struct network){0};
  return readable(options->model) && load(&network->calls) &&
         open_torch(&network->calls, options->model, options->dtype, &options->shape, options,
                    &network->torch) &&
         describe(network, options) &&
         (!options->labels || set_labels(network, options->labels, (size_t)options->label_count));
}

/* Files in half precision, in which a CPU is slow, are converted. */
bool network_features(const struct network *network, const struct draw_options *options,
                      const char *path, rs_torch **features, size_t *count) {
  const struct torch_calls *calls = &network->calls;
  if (!readable(path) ||
      !open_torch(calls, path, RS_TORCH_FLOAT32, &network->shape, options, features))
    return false;
  *count = calls->feature_elements(*features);
  if (!*count)
    say("%s does not compute features: %s", path, calls->message(*features));
  return *count;
}

void network_close(struct network *network) {
  if (network->torch)
    network->calls.free(network->torch);
  network->torch = NULL;
}

bool network_labels(struct network *network, const struct draw_options *options, int first,
                    int count) {
  if (!options->labels)
    return true;
  int64_t *labels = malloc((size_t)count * sizeof *labels);
  if (!labels) {
    say("out of memory for %d labels", count);
    return false;
  }
  for (int i = 0; i < count; ++i)
    labels[i] = options->labels[(first + i) % options->label_count];
  bool good = set_labels(network, labels, (size_t)count);
  free(labels);
  return good;
}
