# SPDX-License-Identifier: MIT
# A floor, a cube and a ball with a texture that is generated while the scene is drawn.
#
#   godot3 --path examples/hosts/godot       space: another texture    escape: cancel
#
# --exemplar=PNG makes others of that picture. --measure=FOLDER takes the times of frames in three
# runs and in pauses between them, saves the screen there (running.png, end.png), and quits.
extends Spatial

const EXEMPLAR = "res://../../exemplars/rock.png"
const PAUSE_FRAMES = 60
const RUNS = 4   # the first is not measured: Godot still loads and compiles

var seed_ := 0
var pause := 0
var before := 0
var message := ""
var pictured := false
var times := {"idle": [], "generating": []}
onready var measure := option("measure", "")


static func option(name: String, default: String) -> String:
	for argument in OS.get_cmdline_args():
		if argument.begins_with("--" + name + "="):
			return argument.split("=", true, 1)[1]
	return default


func _ready() -> void:
	for node in [$Floor, $Cube, $Ball]:
		node.mesh.material.albedo_texture = $Generator.texture
	for name in ["previewed", "finished", "failed"]:
		$Generator.connect(name, self, "_on_" + name)
	var image := Image.new()
	var path := option("exemplar", ProjectSettings.globalize_path(EXEMPLAR))
	if image.load(path) != OK or not $Generator.set_exemplar(image):
		_on_failed("cannot read " + path)
	elif not measure:
		$Generator.generate(seed_)


func _unhandled_key_input(event: InputEventKey) -> void:
	if event.pressed and event.scancode == KEY_SPACE:
		seed_ += 1
		$Generator.generate(seed_)
	if event.pressed and event.scancode == KEY_ESCAPE:
		message = "cancelled"
		$Generator.cancel()


func _on_previewed(_image: Image) -> void:
	message = "generating"


func _on_finished(_image: Image) -> void:
	message = "seed %d" % seed_


func _on_failed(sentence: String) -> void:
	message = sentence
	printerr(sentence)
	if measure:
		get_tree().quit(1)


func _process(_delta: float) -> void:
	var now := OS.get_ticks_usec()
	$Eye.rotation.y = 0.4 * sin(now * 2e-7)
	var frame := (now - before) / 1000.0
	before = now
	$Text.text = "%.1f ms a frame   %s   %d%%\nspace: another texture   escape: cancel" % [frame,
			message, 100 * $Generator.progress()]
	if measure:
		measure_frame(frame)


# ---- measuring --------------------------------------------------------------------------------

# A pause, a run, a pause, a run and so on.
func measure_frame(frame: float) -> void:
	var running: bool = $Generator.is_running()
	if pause > 0 and seed_ > 1:
		times["generating" if running else "idle"].append(frame)
	pause = 1 if running else pause + 1
	if pause == PAUSE_FRAMES and seed_ == RUNS:
		finish()
	elif pause == PAUSE_FRAMES:
		seed_ += 1
		$Generator.generate(seed_)
	elif running and seed_ == RUNS and $Generator.progress() > 0.3 and not pictured:
		pictured = true
		save_screen("running.png")
		pause = 0


func save_screen(name: String) -> void:
	var screen := get_viewport().get_texture().get_data()
	screen.flip_y()
	if screen.save_png(measure.plus_file(name)) != OK:
		_on_failed("cannot write " + measure)


# Median, 95 in 100, and longest, in ms.
func print_times(name: String) -> void:
	var sorted: Array = times[name]
	sorted.sort()
	var count := sorted.size()
	print("%s: %d frames, median %.1f ms, 95%% %.1f ms, longest %.1f ms" % [name, count,
			sorted[count / 2], sorted[count * 95 / 100], sorted[count - 1]])


func finish() -> void:
	for name in times:
		print_times(name)
	save_screen("end.png")
	get_tree().quit()
