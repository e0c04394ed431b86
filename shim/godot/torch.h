/* SPDX-License-Identifier: MIT */
#ifndef GODOT_TORCH_H
#define GODOT_TORCH_H

#include <restart/torch.h>

#include "settings.h"

/* The network of a TorchScript file, by librestart-torch, which is loaded when it is needed. */
struct torch {
  __typeof__(rs_torch_options_init_sized) *options_init_sized;
  __typeof__(rs_torch_new) *open;
  __typeof__(rs_torch_free) *close;
  __typeof__(rs_torch_model) *model;
  __typeof__(rs_torch_shape) *shape;
  __typeof__(rs_torch_message) *message;
  rs_torch *network;
};

/* Opens the file, sets the model and elements of options and the size of the picture. False, with
 * the reason in why. */
bool torch_open(struct torch *torch, const struct settings *settings, rs_sampler_options *options,
                struct picture *picture, char why[MESSAGE_SIZE]);
void torch_close(struct torch *torch);

#endif
