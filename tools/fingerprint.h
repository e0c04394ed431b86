/* SPDX-License-Identifier: MIT */
#ifndef TOOL_FINGERPRINT_H
#define TOOL_FINGERPRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* FNV-1a, continued from hash; FINGERPRINT_BEGIN begins. */
#define FINGERPRINT_BEGIN 0xcbf29ce484222325u
uint64_t fingerprint(uint64_t hash, const void *bytes, size_t length);

/* That of a file. False (and said) when it cannot be read. */
bool fingerprint_file(const char *path, uint64_t *hash, uint64_t *length);

#endif
