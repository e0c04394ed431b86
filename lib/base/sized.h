/* SPDX-License-Identifier: MIT
 * Structs that carry their size first, between callers and libraries of different age. */
#ifndef RS_BASE_SIZED_H
#define RS_BASE_SIZED_H

#include <stddef.h>

#include <restart/restart.h>
#include <restart/tune.h>

/* The size of a struct whose last field was that one: as the first release had it. When a struct
 * grows, these lines stay. */
#define RS__SIZE_UP_TO(type, last)                                                                 \
  ((offsetof(type, last) + sizeof((type *)0)->last + _Alignof(type) - 1) / _Alignof(type) *        \
   _Alignof(type))
#define RS__FIRST_SAMPLER_OPTIONS RS__SIZE_UP_TO(rs_sampler_options, message_capacity)
#define RS__FIRST_SCHEDULE_OPTIONS RS__SIZE_UP_TO(rs_schedule_options, snap)
#define RS__FIRST_SCHEDULE_ROOM RS__SIZE_UP_TO(rs_schedule_room, sigma_capacity)
#define RS__FIRST_STEP_INFO RS__SIZE_UP_TO(rs_step_info, denoised_f64)
#define RS__FIRST_SEGMENT_INFO RS__SIZE_UP_TO(rs_segment_info, main_ratio)
#define RS__FIRST_REQUEST RS__SIZE_UP_TO(rs_request, eval)
#define RS__FIRST_COUNTERS RS__SIZE_UP_TO(rs_counters, reserved)
#define RS__FIRST_ENTRY RS__SIZE_UP_TO(rs_entry, summary)
#define RS__FIRST_TUNE_OPTIONS RS__SIZE_UP_TO(rs_tune_options, feature_elements)

/* Zeroes size bytes and writes the size into the first field. */
void rs__sized_init(void *object, size_t size);

/* Reads a caller's struct into ours of `known` bytes. Fields that the caller does not have become
 * zero. RS_ERR_VERSION when the caller's is smaller than `oldest`, the size in the first release,
 * or has bytes beyond ours that are not zero. */
rs_status rs__sized_read(void *ours, size_t known, size_t oldest, const void *callers);

/* Writes ours of `known` bytes into the caller's initialised struct, as much as it has room for. */
rs_status rs__sized_write(void *callers, const void *ours, size_t known, size_t oldest);

#endif
