/* SPDX-License-Identifier: MIT */
#ifndef GODOT_TEXTURE_H
#define GODOT_TEXTURE_H

/* Registers the class RestartTexture with the NativeScript library of that handle. */
void texture_register(void *handle);

#endif
