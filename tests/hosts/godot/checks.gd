# SPDX-License-Identifier: MIT
# RestartTexture and the node restart_generator.gd, without a screen. Says "bad: ..." for what is
# wrong and "end" at the end. --exemplar=PNG --out=FOLDER --network=TORCHSCRIPT (may be missing).
extends SceneTree

const RestartTexture = preload("res://addons/restart/restart_texture.gdns")
const Generator = preload("res://addons/restart/restart_generator.gd")
const SEGMENTS = "[3,2,1,4]"

var options := {}


func check(good: bool, sentence: String) -> void:
	if not good:
		print("bad: ", sentence)


func new_texture(steps := 4) -> Reference:
	var image := Image.new()
	check(image.load(options.exemplar) == OK, "the exemplar is not read")
	image.convert(Image.FORMAT_RGB8)
	var texture = RestartTexture.new()
	check(texture.set_exemplar(image.get_data(), image.get_width(), image.get_height(), 3),
			"set_exemplar: " + texture.error())
	texture.width = 24
	texture.height = 16
	texture.steps = steps
	texture.segments = SEGMENTS
	texture.seed = 7
	return texture


# Large and slow: no test waits for its end.
func new_slow() -> Reference:
	var texture = new_texture(100)
	texture.width = 128
	texture.height = 128
	return texture


func wait(texture) -> void:
	for _i in range(3000):
		if not texture.is_running():
			return
		OS.delay_msec(10)
	check(false, "a run does not end")


func make(texture) -> PoolByteArray:
	check(texture.start(), "start: " + texture.error())
	wait(texture)
	check(texture.is_done(), "no picture: " + texture.error())
	return texture.result()


func save(name: String, bytes: PoolByteArray) -> void:
	var file := File.new()
	check(file.open(options.out + "/" + name, File.WRITE) == OK, "cannot write " + name)
	file.store_buffer(bytes)
	file.close()


func same(a: PoolByteArray, b: PoolByteArray) -> bool:
	return a.size() > 0 and Array(a) == Array(b)


# ---- one run ----------------------------------------------------------------------------------

func check_run() -> void:
	var texture = new_texture()
	check(not texture.is_running() and not texture.is_done(), "it runs before start")
	check(texture.progress() == 0 and texture.preview_count() == 0, "progress before start")
	check(texture.preview().size() == 0 and texture.result().size() == 0, "bytes before start")
	check(texture.picture_width() == 0, "a picture before start")
	var first := make(texture)
	check(first.size() == 24 * 16 * 3, "the size of the result is %d" % first.size())
	check([texture.picture_width(), texture.picture_height(), texture.picture_channels()]
			== [24, 16, 3], "the size of the picture")
	check(texture.progress() == 1, "progress at the end")
	check(texture.preview_count() == 4 + 2 * 2 + 1, "%d pictures" % texture.preview_count())
	check(same(texture.preview(), first), "the last preview is not the result")
	check(texture.error() == "", "error after a good run: " + texture.error())
	save("short.bin", first)
	check(same(make(texture), first), "the same seed gives other bits")
	texture.seed = 8
	check(not same(make(texture), first), "another seed gives the same bits")
	texture.segments = "none"
	save("ode.bin", make(texture))
	texture.preset = "cifar10-vp-43"
	texture.segments = ""
	texture.steps = 0
	save("preset.bin", make(texture))
	texture.preset = "a1111"
	texture.steps = 20
	save("budget.bin", make(texture))
	texture.preset = ""
	texture.search = "shortlist"
	texture.steps = 4
	texture.segments = SEGMENTS
	save("list.bin", make(texture))


func check_defaults() -> void:
	var texture = RestartTexture.new()
	var bytes := PoolByteArray()
	for i in range(8 * 8):
		bytes.append(255 if i % 8 < 4 else 0)
	check(texture.set_exemplar(bytes, 8, 8, 1), "a grey exemplar")
	check(make(texture).size() == 64, "the size of the exemplar")
	check(texture.preview_count() == 10 + 3 * 3 + 1, "the exemplar's own schedule")


# What the game's thread spends in a call while a run goes on: median and longest, in us.
func time_calls(texture, name: String) -> void:
	var times := []
	for _i in range(200):
		var before := OS.get_ticks_usec()
		texture.call(name)
		times.append(OS.get_ticks_usec() - before)
		OS.delay_usec(500)
	times.sort()
	print("%s of 128 x 128: median %d us, longest %d us" % [name, times[100], times[199]])
	check(times[100] < 20000, "%s waits" % name)


func check_previews() -> void:
	var texture = new_slow()
	check(texture.start(), "start: " + texture.error())
	var counts := []
	var progress := 0.0
	while counts.size() < 4 and texture.is_running():
		OS.delay_msec(5)
		check(texture.progress() >= progress, "progress goes back")
		progress = texture.progress()
		if texture.preview_count() > (counts.back() if counts else 0):
			counts.append(texture.preview_count())
			check(texture.preview().size() == 128 * 128 * 3, "the size of a preview")
			check(texture.result().size() == 0, "a result before the end")
	check(progress > 0 and progress < 1, "progress in the run is %s" % progress)
	time_calls(texture, "progress")
	time_calls(texture, "preview")
	texture.cancel()
	wait(texture)


# ---- errors -----------------------------------------------------------------------------------

func expect(texture, sentence: String) -> void:
	if texture.start():
		wait(texture)
		check(not texture.is_done(), "there is a picture in spite of: " + sentence)
	check(sentence in texture.error(), "'%s' is not in '%s'" % [sentence, texture.error()])


func check_errors() -> void:
	expect(RestartTexture.new(), "nothing to sample from")
	for change in [["width", 3, "4 to 4096"], ["height", -1, "4 to 4096"],
			["width", 5000, "4 to 4096"], ["steps", -1, "steps must be"], ["label", -2, "label must"],
			["network", "x.pt", "clear one of them"], ["search", "fast", "search must be"],
			["preset", "nonsense", "nothing of that name"],
			["segments", "[3,2,1", "the segments cannot be used"],
			["segments", "[3,2,4,1]", "from t_min 4 up to t_max 1"]]:
		var texture = new_texture()
		texture.set(change[0], change[1])
		check(texture.get(change[0]) == change[1], "%s is not kept" % change[0])
		expect(texture, change[2])
		texture.set(change[0], {"label": -1, "steps": 4}.get(change[0],
				"" if change[1] is String else 16))
		check(make(texture).size() > 0, "no run after the mistake was put right")
	var bad = RestartTexture.new()
	bad.network = "/nowhere/none.pt"
	expect(bad, "/nowhere/none.pt" if options.has("network") else "librestart-torch")


func check_misuse() -> void:
	var texture = new_texture()
	texture.width = "wide"
	check("width must be a number" in texture.error(), "a text as width: " + texture.error())
	texture.segments = 3
	check("segments must be a string" in texture.error(), "a number as segments")
	check(texture.width == 24 and texture.segments == SEGMENTS, "a mistake has changed something")
	check(not texture.set_exemplar(PoolByteArray([1, 2, 3]), 4, 4, 3), "3 bytes for 4 x 4 x 3")
	check("width x height x channels" in texture.error(), "no sentence for 3 bytes")
	check(not texture.set_exemplar(PoolByteArray(), -1, 0, 3), "a negative width")
	check(not texture.set_exemplar(PoolByteArray(), 0, 1 << 40, 3), "a height of 2^40")
	check(not texture.set_exemplar(PoolByteArray([1]), 1, 1, 5), "5 channels")
	check(not texture.set_exemplar("bytes", 1, 1, 1), "a text as bytes")
	check("PoolByteArray" in texture.error(), "no sentence for a text as bytes")
	texture.set_exemplar(PoolByteArray())
	check("takes 4 arguments, not 1" in texture.error(), "no sentence for missing arguments")
	check(make(texture).size() == 24 * 16 * 3, "the exemplar was lost")
	check(texture.set_exemplar(PoolByteArray([1, 2, 3]), 1, 1, 3), "1 x 1 is judged at start")
	expect(texture, "4 to 4096 pixels wide and high")
	check(texture.set_exemplar(PoolByteArray(), 0, 0, 1), "no exemplar")
	expect(texture, "nothing to sample from")


# ---- cancel, free, threads --------------------------------------------------------------------

func check_cancel() -> void:
	var texture = new_slow()
	check(texture.start(), "start: " + texture.error())
	texture.cancel()
	wait(texture)
	check(not texture.is_done() and texture.error() == "", "cancel at once: " + texture.error())
	check(texture.start() and texture.is_running(), "start after cancel")
	check(not texture.start() and "not over yet" in texture.error(), "two runs of one object")
	while texture.preview_count() == 0:
		OS.delay_msec(5)
	var before := OS.get_ticks_usec()
	texture.cancel()
	check(OS.get_ticks_usec() - before < 100000, "cancel waits")
	wait(texture)
	check(not texture.is_done() and texture.progress() < 1, "a cancelled run is done")
	check(texture.result().size() == 0 and texture.preview().size() > 0, "its pictures")
	texture.cancel()


func check_free() -> void:
	for i in range(6):
		var texture = new_slow()
		check(texture.start(), "start: " + texture.error())
		OS.delay_msec(20 * (i % 3))
		var before := OS.get_ticks_usec()
		texture = null
		check(OS.get_ticks_usec() - before < 100000, "to free a running object waits")


func check_two() -> void:
	var alone := make(new_texture())
	var a = new_texture()
	var b = new_texture()
	b.seed = 8
	check(a.start() and b.start(), "two at once: start")
	a.seed = 100
	a.width = 99
	wait(a)
	wait(b)
	check(same(a.result(), alone), "two at once: other bits, or a change after start had an effect")
	b.seed = 7
	check(same(make(b), alone), "two at once: the second")


func make_in_thread(seed_: int) -> PoolByteArray:
	var texture = new_texture()
	texture.seed = seed_
	return make(texture)


# An object belongs to one of Godot's threads at a time; different ones do not disturb each other.
func check_threads() -> void:
	var thread := Thread.new()
	check(thread.start(self, "make_in_thread", 8) == OK, "a thread of Godot's")
	var here := make_in_thread(7)
	var there: PoolByteArray = thread.wait_to_finish()
	check(same(here, make_in_thread(7)) and same(there, make_in_thread(8)), "threads change bits")


# ---- TorchScript ------------------------------------------------------------------------------

func check_network() -> void:
	var texture = RestartTexture.new()
	texture.network = options.network
	texture.label = 3
	texture.seed = 5
	texture.steps = 5
	texture.segments = "[3,1,.06,.3]"
	save("digit.bin", make(texture))
	check([texture.picture_width(), texture.picture_height(), texture.picture_channels()]
			== [32, 32, 1], "the size of the digit")
	texture.width = 64
	expect(texture, "makes pictures of 32 x 32")
	texture.width = 32
	texture.label = 11
	expect(texture, "label")
	texture.label = -1
	check(make(texture).size() == 32 * 32, "no label")


# ---- the node ---------------------------------------------------------------------------------

var heard := []


func hear(what, name: String) -> void:
	heard.append([name, what])


func new_generator() -> Node:
	var node = Generator.new()
	for name in ["previewed", "finished", "failed"]:
		node.connect(name, self, "hear", [name])
	root.add_child(node)
	heard = []
	return node


func check_node() -> void:
	var node := new_generator()
	node.generate(1)
	check(heard.size() == 1 and heard[0][0] == "failed", "the node without an exemplar: %s" % [heard])
	var image := Image.new()
	image.load(options.exemplar)
	check(node.set_exemplar(image), "the node's exemplar")
	node.maker.width = 24
	node.maker.height = 16
	node.maker.steps = 100
	heard = []
	node.generate(8)
	node.maker.steps = 4
	node.maker.segments = SEGMENTS
	node.generate(7)
	while node.is_running():
		yield(self, "idle_frame")
	check(heard.size() > 0 and heard.back()[0] == "finished", "the node does not finish")
	var finished := 0
	for event in heard:
		finished += int(event[0] == "finished")
	check(finished == 1, "finished %d times" % finished)
	var result: Image = heard.back()[1]
	result.clear_mipmaps()
	check(same(result.get_data(), make(new_texture())), "the node's bits are others")
	node.generate(9)
	node.cancel()
	heard = []
	while node.is_running():
		yield(self, "idle_frame")
	check(heard.empty(), "a cancelled node says something")
	node.maker.preset = "nonsense"
	node.generate(9)
	while node.is_running():
		yield(self, "idle_frame")
	check(heard.size() == 1 and heard[0][0] == "failed" and "preset" in heard[0][1],
			"the node's failure: %s" % [heard])
	node.generate(10)
	node.free()
	print("end")
	quit()


func _initialize() -> void:
	for argument in OS.get_cmdline_args():
		if argument.begins_with("--") and "=" in argument:
			options[argument.substr(2, argument.find("=") - 2)] = argument.split("=", true, 1)[1]
	print("version ", RestartTexture.new().version())
	if options.has("leave"):
		var texture = new_slow()
		check(texture.start(), "start: " + texture.error())
		new_slow().start()
		print("end")
		quit()
		return
	for name in ["run", "defaults", "previews", "errors", "misuse", "cancel", "free", "two",
			"threads"]:
		call("check_" + name)
		print("checked ", name)
	if options.has("network"):
		check_network()
		print("checked network")
	check_node()
