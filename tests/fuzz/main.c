/* SPDX-License-Identifier: MIT
 * main CORPUS: the target over each input of a corpus, a line of hexadecimal digits each; for
 * compilers without a fuzzer. */
#include <stdio.h>

#include "fuzz.h"

enum { LINE = 1 << 18 };

/* A copy of its exact size, so that sanitizers see a read beyond it. */
static void run(const char *line, size_t digits) {
  const size_t size = digits / 2;
  uint8_t *exact = malloc(size ? size : 1);
  MUST(exact);
  for (size_t i = 0; i < size; i++) {
    const char pair[3] = {line[2 * i], line[2 * i + 1], 0};
    exact[i] = (uint8_t)strtoul(pair, NULL, 16);
  }
  LLVMFuzzerTestOneInput(exact, size);
  free(exact);
}

int main(int argc, char **argv) {
  static char line[LINE];
  int count = 0;
  FILE *corpus = argc == 2 ? fopen(argv[1], "r") : NULL;
  if (!corpus)
    return printf("main CORPUS\n"), 2;
  while (fgets(line, LINE, corpus)) {
    printf("%d\n", ++count); /* the last one printed is the one that crashed */
    fflush(stdout);
    run(line, strcspn(line, "\n"));
  }
  fclose(corpus);
  return count == 0;
}
