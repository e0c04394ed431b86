/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <restart/exemplar.h>

#include "settings.h"

enum { SIDE_MIN = 4 };

size_t picture_size(const struct picture *picture) {
  return (size_t)picture->width * (size_t)picture->height * (size_t)picture->channels;
}

void picture_to_values(const struct picture *picture, float *values) {
  const size_t channels = (size_t)picture->channels, size = picture_size(picture);
  for (size_t c = 0; c < channels; c++)
    for (size_t i = c; i < size; i += channels)
      *values++ = (float)(2.0 * (picture->bytes[i] / 255.0) - 1.0);
}

void picture_from_values(struct picture *picture, const float *values) {
  const size_t channels = (size_t)picture->channels, size = picture_size(picture);
  for (size_t c = 0; c < channels; c++)
    for (size_t i = c; i < size; i += channels) {
      const float level = roundf((*values++ + 1.0f) * 127.5f);
      picture->bytes[i] = (uint8_t)fminf(fmaxf(level, 0.0f), 255.0f);
    }
}

bool text_given(const char *text) {
  return text && *text;
}

static bool copy_bytes(void *copy, const void *bytes, size_t size) {
  void *fresh = bytes ? malloc(size) : NULL;
  if (fresh)
    memcpy(fresh, bytes, size);
  *(void **)copy = fresh;
  return fresh || !bytes;
}

static bool copy_text(char **copy, const char *text) {
  return copy_bytes(copy, text, text ? strlen(text) + 1 : 0);
}

bool settings_copy(struct settings *copy, const struct settings *settings) {
  *copy = *settings;
  const bool pixels = copy_bytes(&copy->exemplar.bytes, settings->exemplar.bytes,
                                 picture_size(&settings->exemplar));
  const bool network = copy_text(&copy->network, settings->network);
  const bool preset = copy_text(&copy->preset, settings->preset);
  const bool segments = copy_text(&copy->segments, settings->segments);
  const bool search = copy_text(&copy->search, settings->search);
  const bool good = pixels && network && preset && segments && search;
  if (!good)
    settings_free(copy);
  return good;
}

void settings_free(struct settings *settings) {
  free(settings->exemplar.bytes);
  free(settings->network);
  free(settings->preset);
  free(settings->segments);
  free(settings->search);
}

int32_t settings_search(const struct settings *settings) {
  const char *search = settings->search;
  if (!text_given(search) || strcmp(search, "exact") == 0)
    return RS_EXEMPLAR_EXACT;
  return strcmp(search, "shortlist") == 0 ? RS_EXEMPLAR_SHORTLIST : -1;
}

static bool side_good(int64_t side) {
  return side == 0 || (side >= SIDE_MIN && side <= SIDE_MAX);
}

const char *settings_fault(const struct settings *settings) {
  const bool network = text_given(settings->network);
  const struct picture *exemplar = &settings->exemplar;
  if (!network && !exemplar->bytes)
    return "there is nothing to sample from: set an exemplar or a network";
  if (network && exemplar->bytes)
    return "there is an exemplar and a network: clear one of them";
  if (!network && (exemplar->width < SIDE_MIN || exemplar->width > SIDE_MAX ||
                   exemplar->height < SIDE_MIN || exemplar->height > SIDE_MAX))
    return "the exemplar must be 4 to 4096 pixels wide and high";
  if (!side_good(settings->width) || !side_good(settings->height))
    return "width and height must be 4 to 4096, or 0";
  if (settings->steps < 0 || settings->steps > INT32_MAX)
    return "steps must be a positive number, or 0";
  if (settings_search(settings) < 0)
    return "search must be \"exact\" or \"shortlist\"";
  if (settings->label < -1)
    return "label must be a class of the network, or -1";
  return NULL;
}
