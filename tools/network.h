/* SPDX-License-Identifier: MIT */
#ifndef TOOL_NETWORK_H
#define TOOL_NETWORK_H

#include <restart/torch.h>

#include "draw_options.h"

/* The functions of librestart-torch, which is loaded when it is needed: libtorch takes longer to
 * load than the other commands take to run, and they do without it. */
struct torch_calls {
  __typeof__(rs_torch_options_init_sized) *options_init_sized;
  __typeof__(rs_torch_new) *open;
  __typeof__(rs_torch_free) *free;
  __typeof__(rs_torch_model) *model;
  __typeof__(rs_torch_shape) *shape;
  __typeof__(rs_torch_labels) *labels;
  __typeof__(rs_torch_evaluate) *evaluate;
  __typeof__(rs_torch_feature_elements) *feature_elements;
  __typeof__(rs_torch_features) *features;
  __typeof__(rs_torch_message) *message;
  __typeof__(rs_torch_version) *version;
};

/* The network of a TorchScript file. */
struct network {
  struct torch_calls calls;
  rs_torch *torch;
  struct shape shape;
  rs_model model; /* with the guidance that is used */
  size_t elements;
};

/* False (and said) on failure. */
bool network_open(struct network *network, const struct draw_options *options);
void network_close(struct network *network);

/* A TorchScript file that computes features of the network's samples. False (and said) on failure;
 * else features is to be freed with calls.free. */
bool network_features(const struct network *network, const struct draw_options *options,
                      const char *path, rs_torch **features, size_t *count);

/* The labels of the samples to be drawn next, count of them from number first on. */
bool network_labels(struct network *network, const struct draw_options *options, int first,
                    int count);

#endif
