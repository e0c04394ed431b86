# SPDX-License-Identifier: MIT
"""test_sampler.py LIBRARY: the Python face. The same bits as C, whichever way a run is driven;
what callbacks raise; threads; checkpoints."""

import asyncio
import gc
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

from networks import PRESET, gauss, np, points, run_tests, same, support
from restart_sampler import (Exemplar, Grid, Model, Noise, Pass, RestartError, Sampler, Schedule,
                             Segment, Solver, Status, StepFlags, StepKind, Stopped, format_segments,
                             grids, normals, parse_segments, presets, solvers)

check, LIBRARY = support.check, pathlib.Path(sys.argv[1]).resolve()


class Broken(Exception):
    pass


def refused(kind, function, *arguments, **named):
    """What a call raises, which must be of that kind."""
    try:
        function(*arguments, **named)
    except kind as error:
        return error
    check(False, f"{function} {arguments} {named} did not raise {kind}")
    return None


def fails_at(call, error, network=points):
    """A network that raises once, in its call number `call`."""
    calls = []

    def failing(x, sigma):
        calls.append(sigma)
        if len(calls) == call:
            raise error
        return network(x, sigma)
    return failing


def test_bits_of_c():
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "bits"
        support.run(*support.CC, "-std=c11", "-ffp-contract=off", "-I", support.INCLUDE,
                    pathlib.Path(__file__).with_name("bits.c"), LIBRARY, "-o", program,
                    f"-Wl,-rpath,{LIBRARY.parent}")
        for bits in "32", "64":
            lines = support.run(program, bits).split()
            wanted = np.array([int(n, 16) for n in lines], f"u{int(bits) // 8}")
            sampler = Sampler(gauss, shape=7, batch=3, dtype=f"float{bits}",
                              schedule=Schedule.preset(PRESET, s_churn=3))
            x = sampler.sample([5, 6, 2**64 - 1])
            check(x.dtype == f"float{bits}" and same(x, wanted), f"not the bits of C in {bits}")


def test_noise_is_pinned():
    z = normals(0x0123456789abcdef, 4000, 1, "jump", 2, 3, 4)
    value = 0xcbf29ce484222325
    for byte in z.astype("<f4").tobytes():
        value = (value ^ byte) * 0x100000001b3 & (2**64 - 1)
    check(value == 0xc2fe4e87d77092cc, f"the noise's hash is {value:x}, not that of test_bits.c")


def test_every_way_gives_the_same():
    straight = Sampler(points, shape=(2, 3), batch=2, preset=PRESET)
    x = straight.sample(seeds=7)
    check(x.shape == (2, 2, 3) and np.all(abs(abs(x) - 1) < 1e-3), "not samples of the data")
    check(same(x[1:], Sampler(points, shape=(2, 3), preset=PRESET).sample(8)), "another batch")

    pulled = Sampler(shape=(2, 3), batch=2, preset=PRESET)
    pulled.start(seeds=[7, 8])
    for e in pulled.evaluations():
        e.output[...] = points(e.input, e.sigma)
    check(same(pulled.x, x), "evaluations()")
    pulled.start(seeds=[7, 8])
    evaluation = pulled.ask()
    while evaluation is not None:
        pulled.tell(points(evaluation.input, evaluation.time))
        evaluation = pulled.ask()
    check(same(pulled.x, x), "ask and tell")

    straight.start(seeds=7)
    states = [step.state for step in straight]
    check(same(straight.x, x) and same(states[-1], x), "step by step")
    straight.start(seeds=7)
    next(iter(straight.evaluations()))
    check(same(straight.resume(), x), "pulled at first, then called")

    def out(x, sigma, out):
        return np.tanh(x / sigma**2, out=out)
    check(same(Sampler(out, shape=(2, 3), batch=2, preset=PRESET).sample(7), x), "with out")


def test_plan_before_the_run():
    sampler = Sampler(points, shape=4, preset=PRESET)
    plan = sampler.plan
    text = (support.ROOT / "tests/golden/plans" / f"{PRESET}.txt").read_text()
    check(str(plan) == text, "not the golden plan")
    check(plan.nfe == 43 and len(plan) == 24, f"{plan.nfe} evaluations, {len(plan)} steps")
    table = plan.table()
    check(table["nfe"].sum() == 43 and table["sigma_to"][-1] == 0, "the table")
    jump = plan[14]
    check(jump.kind == StepKind.JUMP and jump.segment == 0 and jump.sigma_to == 0.3, "the jump")
    check(jump.flags == StepFlags.RESTART_BEGINS | StepFlags.ITERATION_BEGINS, "its flags")
    check(plan.segments[0].asked == Segment(3, 2, 0.06, 0.3) and plan.segments[0].nfe == 8,
          "the segment")
    calls = []
    Sampler(lambda x, s: calls.append(s) or points(x, s), shape=4, preset=PRESET).sample()
    check(len(calls) == plan.nfe, f"the plan says {plan.nfe}, it were {len(calls)}")
    sampler.schedule(steps=5, budget=30, segments=[(3, 1, 0.1, 1)])
    check(sampler.plan.nfe <= 30 and sampler.options.steps == 5, "another schedule")
    before = sampler.plan
    refused(RestartError, sampler.schedule, steps=5, segments="[3,1,.1,1000]")
    check(sampler.plan is before, "a refused schedule replaced the plan")


def test_iteration():
    sampler = Sampler(points, shape=4, preset=PRESET)
    steps = list(sampler)
    kinds = [(s.kind, s.index, s.sigma_to) for s in steps]
    check(kinds == [(s.kind, s.index, s.sigma_to) for s in sampler.plan], "not the plan's steps")
    check(all((s.denoised is None) == (s.kind == StepKind.JUMP) for s in steps), "estimates")
    check(np.all(abs(steps[13].state) < 3) and np.all(abs(steps[14].denoised or 0) <= 1), "states")
    up = steps[14].state - steps[13].state
    check(0.05 < up.std() < 1, "the jump's noise is not in its state")
    sampler.start()
    for step in sampler:
        if step.index == 9:
            break
    check(sampler.counters.steps_done == 10 and sampler.running, "leaving the loop")
    rest = list(sampler)
    check(rest[0].index == 10 and same(rest[-1].state, steps[-1].state), "going on")
    seen = []
    Sampler(points, shape=4, preset=PRESET, progress=lambda s: seen.append(s.nfe_done)).sample()
    check(len(seen) == 24 and seen[-1] == 43, "progress")


def test_exceptions_come_back():
    straight = Sampler(points, shape=4, preset=PRESET).sample(3)
    for error in Broken("once"), KeyboardInterrupt(), SystemExit(3):
        sampler = Sampler(fails_at(20, error), shape=4, preset=PRESET)
        try:
            sampler.sample(3)
            check(False, "nothing was raised")
        except BaseException as caught:
            last = traceback.extract_tb(caught.__traceback__)[-1]
            check(caught is error and last.name == "failing", f"{caught!r} from {last}")
            check(caught.__context__ is None and caught.__cause__ is None, "a context")
        check(sampler.counters.nfe_done == 19 and sampler.running, "where it stands")
        check(same(sampler.resume(), straight), "resumed after an exception")
        check(same(sampler.sample(3), straight), "started again after an exception")


def test_exceptions_through_c():
    error = Broken("noise")
    for wrong in (fails_at(1, error), fails_at(3, error)):
        sampler = Sampler(points, shape=4, preset=PRESET,
                          noise=lambda r: wrong(r.output, 1) is None)  # noqa: B023
        check(refused(Broken, sampler.sample) is error, "not the noise's own exception")
        check(sampler.sample() is not None, "started again")

    def stopping(step):
        raise error
    check(refused(Broken, Sampler(points, shape=4, progress=stopping).sample) is error, "progress")


def test_ctrl_c_is_not_lost():
    def noise(request):
        os.kill(os.getpid(), signal.SIGINT)
        request.output[...] = 1
    refused(KeyboardInterrupt, Sampler(points, shape=4, noise=noise).sample)

    def network(x, sigma):
        os.kill(os.getpid(), signal.SIGINT)
        return points(x, sigma)
    sampler = Sampler(network, shape=4)
    refused(KeyboardInterrupt, sampler.sample)
    refused(KeyboardInterrupt, list, sampler)
    check(signal.getsignal(signal.SIGINT) is signal.default_int_handler, "the handler")


def test_refusals():
    error = refused(RestartError, Sampler, points, shape=4, segments="[3,2,.06,100]")
    check(error.status == Status.ERR_SEGMENT_RANGE and "0.06 to 100" in str(error), f"{error}")
    error = refused(RestartError, parse_segments, "[3,2,.06")
    check(error.status == Status.ERR_SYNTAX and "position" in str(error), f"{error}")
    check(refused(RestartError, Schedule.preset, "none").status == Status.ERR_NAME, "a preset")
    refused(ValueError, Sampler, points, shape=4, solver="none")
    refused(ValueError, Sampler, points, shape=4, process="none")
    refused(ValueError, Sampler, points, shape=4, steps=0)
    refused(ValueError, Sampler, points, shape=4, dtype="float16")
    refused(ValueError, Sampler, points, shape=4, batch=0)
    refused(TypeError, Sampler, points, shape=4, batch=0.5)
    refused(ValueError, Sampler, points, shape=4, steps=2**32 + 5)
    refused(ValueError, Sampler, points, shape=4, steps=np.int64(2**32 + 5))
    refused(ValueError, Sampler, points, shape=4, segments=[(2**32 + 3, 1, .1, 2)])
    refused(TypeError, Sampler, points, shape=4, stepps=3)
    refused(TypeError, Sampler, points)
    refused(ValueError, Sampler(points, shape=4, batch=2).sample, [1, 2, 3])
    refused(ValueError, Sampler(lambda x, s: x[0], shape=4, batch=2).sample)
    refused(ValueError, Sampler(lambda x, s: x.fill(0), shape=4).sample)
    error = refused(RestartError, Sampler(lambda x, s: x * np.nan, shape=4).sample)
    check(error.status == Status.ERR_NONFINITE and "step 0" in str(error), f"{error}")
    pull = Sampler(shape=4)
    check(refused(RestartError, pull.sample).status == Status.ERR_STATE, "no network")
    check(refused(RestartError, Sampler(shape=4).ask).status == Status.ERR_STATE, "no run")
    check(refused(RestartError, Sampler(shape=4).save).status == Status.ERR_STATE, "no run")


def test_stop():
    straight = Sampler(points, shape=4, preset=PRESET).sample()
    calls = []

    def network(x, sigma):
        calls.append(sigma)
        if len(calls) in (10, 30):
            other = threading.Thread(target=sampler.stop)
            other.start()
            other.join()
        return points(x, sigma)
    sampler = Sampler(network, shape=4, preset=PRESET)
    error = refused(Stopped, sampler.sample)
    check(error.status == Status.STOPPED and sampler.counters.nfe_done == 10, "the first stop")
    refused(Stopped, list, sampler)
    check(same(sampler.resume(), straight), "resumed after two stops")


def test_async():
    async def network(x, sigma):
        await asyncio.sleep(0)
        return points(x, sigma)

    async def draw(seed):
        sampler = Sampler(shape=4, preset=PRESET)
        sampler.start(seed)
        for e in sampler.evaluations():
            e.output[...] = await network(e.input, e.sigma)
        return sampler.x

    async def both():
        return await asyncio.gather(draw(1), draw(2))
    first, second = asyncio.run(both())
    check(same(np.concatenate([first, second]),
               Sampler(points, shape=4, batch=2, preset=PRESET).sample(1)), "two at once")


def test_threads():
    results = {}

    def draw(seed):
        results[seed] = Sampler(points, shape=200, preset="cifar10-vp-115").sample(seed)
    threads = [threading.Thread(target=draw, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together = Sampler(points, shape=200, batch=4, preset="cifar10-vp-115").sample(0)
    check(same(np.concatenate([results[s] for s in range(4)]), together), "four threads")


def test_lock_is_released():
    """Another thread of Python goes on while one evaluation runs in C."""
    picture = np.random.default_rng(1).uniform(-1, 1, (3, 64, 64))
    sampler = Exemplar(picture).sampler()
    sampler.start()
    evaluation = sampler.ask()
    worker = threading.Thread(target=sampler._network.evaluate, args=(sampler._host, evaluation))
    begin, ticks = time.monotonic(), 0
    worker.start()
    while worker.is_alive():
        ticks += 1
        time.sleep(0.001)
    took = time.monotonic() - begin
    check(took < 0.02 or ticks > 5, f"{ticks} ticks in {took:.3f} s of C")


def test_exemplar():
    rows = np.indices((16, 16)).sum(0) // 4 % 2 * 200
    exemplar = Exemplar.from_image(rows, size=(16, 24))
    one = exemplar.sampler(batch=2).sample(seeds=[1, 2])
    two = Exemplar.from_image(rows, size=(16, 24)).sampler(batch=2, threads=2).sample(seeds=[1, 2])
    check(one.shape == (2, 1, 16, 24) and same(one, two), "with threads")
    image = Exemplar.to_image(one)
    check(image.shape == (2, 16, 24) and image.dtype == np.uint8, "pictures")
    check(np.isin(image // 20, (0, 9, 10)).mean() > 0.9, "colours that are not the exemplar's")
    brief = Exemplar.from_image(rows, size=(16, 24), search="shortlist").sampler(batch=2)
    check(abs(brief.sample(seeds=[1, 2]) - one).mean() < 0.01, "by the short list")
    refused(ValueError, Exemplar, np.zeros((1, 8, 8)), search="fast")
    error = refused(RestartError, Exemplar, np.zeros((1, 2, 2)))
    check(error.status == Status.ERR_OPTION, f"{error}")


def test_checkpoint_in_another_process():
    straight = Sampler(points, shape=4, batch=2, preset=PRESET).sample(5)
    sampler = Sampler(fails_at(17, Broken()), shape=4, batch=2, preset=PRESET)
    refused(Broken, sampler.sample, 5)
    program = ("import sys; from networks import *; from restart_sampler import Sampler\n"
               "s = Sampler(points, shape=4, batch=2, preset=PRESET)\n"
               "s.load(sys.stdin.buffer.read()); print(s.resume().tobytes().hex())")
    done = subprocess.run([sys.executable, "-c", program], input=sampler.save(),
                          stdout=subprocess.PIPE, check=False,
                          cwd=pathlib.Path(__file__).resolve().parent)
    check(done.stdout.decode().strip() == straight.tobytes().hex(), "not the same bits there")
    other = Sampler(points, shape=4, batch=2, steps=9)
    check(refused(RestartError, other.load, sampler.save()).status == Status.ERR_MISMATCH, "plan")
    check(refused(RestartError, other.load, b"nothing").status == Status.ERR_CHECKPOINT, "bytes")


def test_models_guidance_and_starts():
    def eps(x, time, evaluation):
        check(evaluation.guided == Pass.BOTH and len(x) == 4, "the doubled batch")
        return x * np.sqrt(1 - evaluation.alpha**2)
    about = Model(process="discrete", betas="scaled_linear", prediction="eps", guidance="doubled",
                  guidance_weight=2)
    x = Sampler(eps, shape=(1, 5), batch=2, model=about, steps=10).sample()
    check(np.all(np.isfinite(x)), "guidance")
    clean = np.ones((2, 6))
    picture = Sampler(points, shape=6, batch=2, start="picture", strength=0.3, steps=12)
    check(np.allclose(picture.sample(x=clean), 1, atol=1e-3), "from a picture")
    refused(ValueError, picture.sample)
    painted = Sampler(points, shape=6, inpaint=True)
    painted.inpaint(np.full(6, 0.5), [1, 1, 1, 0, 0, 0])
    check(np.allclose(painted.sample()[0, :3], 0.5), "inpainting")
    ode = Sampler(points, shape=6, solver="euler", steps=6).sample()
    check(same(Sampler(points, shape=6, solver="euler_a", eta=0, steps=6).sample(), ode), "eta 0")
    keys = []

    def noise(request):
        keys.append((request.purpose, request.iteration))
        request.output[...] = 0
    Sampler(points, shape=6, preset=PRESET, noise=noise).sample()
    check(keys == [(Noise.START, 0), (Noise.JUMP, 0), (Noise.JUMP, 1)], f"draws {keys}")


def test_lists_and_texts():
    check(PRESET in presets() and {"heun", "unipc"} <= {s.name for s in solvers()}, "solvers")
    check([g.id for g in grids()][:1] == [Grid.KARRAS], "grids")
    segments = parse_segments("[3,2,.06,.3] [4,1,1,2]")
    check(segments[1] == Segment(4, 1, 1, 2), "segments")
    for form in "list", "json":
        check(parse_segments(format_segments(segments, form)) == segments, form)
    schedule = Schedule.parse(
        "grid sigmas  # mine\nsolver dpm++ 2m\nsegment [3,2,.06,.3]\nsigma 5\nsigma .06")
    check(schedule == Schedule(Grid.SIGMAS, solver=Solver.DPMPP_2M, sigmas=(5.0, 0.06),
                               segments=(Segment(3, 2, 0.06, 0.3),)), "schedule")
    for one in (schedule, Schedule(), *map(Schedule.preset, ("imagenet64-623", "sd15-w2"))):
        check(Schedule.parse(one.format()) == one, one.format())
    error = refused(RestartError, Schedule.parse, "steps 12\nsolver quick")
    check(error.status == Status.ERR_NAME and "quick (at position 16)" in str(error), str(error))
    check(Schedule.preset(PRESET).steps == 18 and Schedule.preset("a1111", 40).steps == 20, "a1111")


def test_memory_outlives_its_sampler():
    sampler = Sampler(shape=100000)
    sampler.start()
    held = sampler.ask().input
    wanted = held.copy()
    sampler.schedule(steps=5)
    del sampler
    gc.collect()
    check(same(held, wanted), "an evaluation's array after its sampler is gone")


run_tests(dict(globals()))
