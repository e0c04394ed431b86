# SPDX-License-Identifier: MIT
# A node that fills an ImageTexture while a run goes on: first with previews, then with the result.
# The work is done by a RestartTexture in a thread of its own; this script only looks, once a frame.
extends Node

signal previewed(image)   # an estimate of the result, several times in a run
signal finished(image)    # the result
signal failed(sentence)   # why there is none

const RestartTexture = preload("res://addons/restart/restart_texture.gdns")
const FORMATS = [Image.FORMAT_L8, Image.FORMAT_LA8, Image.FORMAT_RGB8, Image.FORMAT_RGBA8]

# What is to be made; network, width, height, steps, preset, segments and label are its properties.
var maker = RestartTexture.new()
# Repeats, is smooth, and is changed in place: give it to a material once.
var texture := ImageTexture.new()

var _shown := 0
var _running := false
var _next = null


# The picture to make others of. Image, Texture, or null for none. False when it cannot be used.
func set_exemplar(picture) -> bool:
	if picture is Texture:
		picture = picture.get_data()
	if picture == null:
		return maker.set_exemplar(PoolByteArray(), 0, 0, 3)
	var image := Image.new()
	image.copy_from(picture)
	if image.is_compressed() and image.decompress() != OK:
		return false
	image.clear_mipmaps()
	var alpha := image.detect_alpha() != Image.ALPHA_NONE
	image.convert(Image.FORMAT_RGBA8 if alpha else Image.FORMAT_RGB8)
	return maker.set_exemplar(image.get_data(), image.get_width(), image.get_height(),
			4 if alpha else 3)


# Starts a run. One that is still going on is cancelled, and this one starts when it has ended.
func generate(number: int) -> void:
	_next = number
	maker.cancel()
	_start()


func cancel() -> void:
	_next = null
	maker.cancel()


func is_running() -> bool:
	return _running or _next != null


func progress() -> float:
	return maker.progress()


func _start() -> void:
	if _next == null or maker.is_running():
		return
	maker.seed = _next
	_next = null
	_shown = 0
	_running = maker.start()
	if not _running:
		emit_signal("failed", maker.error())


func _process(_delta: float) -> void:
	if not _running:
		return
	_running = maker.is_running()
	if _next != null:
		_start()
	elif _running and maker.preview_count() != _shown:
		_shown = maker.preview_count()
		emit_signal("previewed", _show(maker.preview()))
	elif not _running and maker.is_done():
		emit_signal("finished", _show(maker.result()))
	elif not _running and maker.error() != "":
		emit_signal("failed", maker.error())


func _show(bytes: PoolByteArray) -> Image:
	var image := Image.new()
	image.create_from_data(maker.picture_width(), maker.picture_height(), false,
			FORMATS[maker.picture_channels() - 1], bytes)
	image.generate_mipmaps()
	if texture.get_size() == image.get_size() and texture.get_format() == image.get_format():
		texture.set_data(image)
	else:
		texture.create_from_image(image)
	return image
