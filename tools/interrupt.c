/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stddef.h>

#include "interrupt.h"

static volatile sig_atomic_t caught;
static rs_sampler *volatile watched;

static void on_signal(int number) {
  caught = number;
  if (watched)
    rs_sampler_stop(watched);
}

void interrupt_catch(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  signal(SIGXFSZ, SIG_IGN);
}

void interrupt_watch(rs_sampler *sampler) {
  watched = sampler;
}

int interrupt_signal(void) {
  return caught;
}
