/* SPDX-License-Identifier: MIT */
#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <restart/restart.h>

#include "lists.h"
#include "say.h"

typedef rs_status (*at_fn)(size_t index, rs_entry *entry);

static bool next(at_fn at, size_t index, rs_entry *entry) {
  rs_entry_init(entry);
  return at(index, entry) == RS_OK;
}

static error_t parse(int key, char *arg, struct argp_state *state) {
  (void)state;
  if (key == ARGP_KEY_ARG)
    say_usage("%s wants nothing more, not \"%s\"", strrchr(say_command, ' ') + 1, arg);
  return ARGP_ERR_UNKNOWN;
}

static const char *kind(const rs_entry *entry) {
  return entry->order == 0 ? "" : entry->stochastic ? "SDE  " : "ODE  ";
}

static int list(at_fn at, const struct argp *argp, int argc, char **argv) {
  argp_parse(argp, argc, argv, 0, NULL, NULL);
  rs_entry entry;
  for (size_t i = 0; next(at, i, &entry); ++i) {
    printf("%-18s  ", entry.name);
    if (entry.order)
      printf("order %d  ", (int)entry.order);
    printf("%s%s\n", kind(&entry), entry.summary);
  }
  return EXIT_DONE;
}

int samplers_list(int argc, char **argv) {
  static const struct argp argp = {
      .parser = parse,
      .doc = "Lists the solvers: name, highest order, ODE or SDE, what it is.",
  };
  argv[0] = say_command = "restart-sampler samplers";
  return list(rs_solver_at, &argp, argc, argv);
}

int grids_list(int argc, char **argv) {
  static const struct argp argp = {
      .parser = parse,
      .doc = "Lists the grids of noise levels: name, what it is.",
  };
  argv[0] = say_command = "restart-sampler grids";
  return list(rs_grid_at, &argp, argc, argv);
}

_Noreturn static void none(at_fn at, const char *option, const char *text) {
  char names[1024] = "";
  rs_entry entry;
  for (size_t i = 0; next(at, i, &entry); ++i)
    snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", i ? ", " : "",
             entry.name);
  say_usage("--%s wants one of %s, not \"%s\"", option, names, text);
}

int32_t solver_named(const char *option, const char *text) {
  int32_t number;
  if (rs_solver_named(text, &number) != RS_OK)
    none(rs_solver_at, option, text);
  return number;
}

int32_t grid_named(const char *option, const char *text) {
  int32_t number;
  if (rs_grid_named(text, &number) != RS_OK)
    none(rs_grid_at, option, text);
  return number;
}
