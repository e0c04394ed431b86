/* SPDX-License-Identifier: MIT */
#ifndef TOOL_SAMPLE_H
#define TOOL_SAMPLE_H

/* sample: draws samples from the network in a TorchScript file. Answers the exit status. */
int sample(int argc, char **argv);

#endif
