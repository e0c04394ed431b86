/* SPDX-License-Identifier: MIT */
#ifndef GODOT_SETTINGS_H
#define GODOT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CHANNELS_MAX = 4, SIDE_MAX = 4096, MESSAGE_SIZE = 512 };

/* A picture of 8 bits a channel, the channels of a pixel together, row after row. */
struct picture {
  int32_t width;
  int32_t height;
  int32_t channels; /* 1 grey, 2 with alpha, 3 RGB, 4 with alpha */
  uint8_t *bytes;
};

/* What is to be made. Texts are NULL or the struct's own. */
struct settings {
  struct picture exemplar; /* bytes NULL: none */
  char *network;           /* path of a TorchScript file */
  int64_t width;           /* 0: of the exemplar or the network */
  int64_t height;
  int64_t seed;
  int64_t steps;  /* 0: of the preset, or what suits the model */
  int64_t label;  /* -1: none */
  char *preset;   /* NULL or "": what suits the model */
  char *segments; /* NULL or "": those of the preset; "none"; or the text of segments */
  char *search;   /* of the exemplar model: NULL, "" or "exact"; or "shortlist" */
};

size_t picture_size(const struct picture *picture);

/* Bytes and back: 0 .. 255 stands for -1 .. 1, values are planes of the picture's size. */
void picture_to_values(const struct picture *picture, float *values);
void picture_from_values(struct picture *picture, const float *values);

/* A copy in fresh memory. False, and nothing to free: out of memory. */
bool settings_copy(struct settings *copy, const struct settings *settings);
void settings_free(struct settings *settings);

/* NULL, or a sentence that says why nothing can be made. */
const char *settings_fault(const struct settings *settings);

/* Whether a text says anything. */
bool text_given(const char *text);

/* RS_EXEMPLAR_..., or -1: there is no such search. */
int32_t settings_search(const struct settings *settings);

#endif
