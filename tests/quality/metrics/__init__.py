# SPDX-License-Identifier: MIT
"""Distances between two sets of samples: numpy arrays in, floats out. Zero, or one for precision
and recall, is reached only without sampling noise: beside each number belongs the floor, the same
number for two sets of real data of the same sizes."""
