/* SPDX-License-Identifier: MIT */
#ifndef TOOL_VALUES_H
#define TOOL_VALUES_H

#include <stdint.h>

/* Values of options. What cannot be understood is said, with the option's name, and ends the
 * program. */
int value_whole(const char *option, const char *text, int least, int most);
double value_positive(const char *option, const char *text);
double value_not_negative(const char *option, const char *text);
uint64_t value_seed(const char *text);

/* Which of count words text is. */
int value_word(const char *option, const char *text, const char *const *words, int count);

#endif
