# SPDX-License-Identifier: MIT
"""The call shapes of k-diffusion and diffusers. Against golden runs of those programs
(tests/golden/README.md), and against the packages themselves where they are installed."""

from networks import golden, mixture, np, run_tests, same, support

from restart_sampler import RestartError, Sampler, Solver
from restart_sampler.diffusers import RestartScheduler
from restart_sampler.k_diffusion import from_restart_list, sample_restart

check = support.check
SCALED = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}


def close(a, b, sentence, tolerance=1e-5):
    far = float(np.max(np.abs(np.asarray(a, float) - np.asarray(b, float))))
    check(far < tolerance, f"{sentence}: {far:.2g} apart")


def replay(run):
    """A noise_sampler that hands out a golden run's noise, with the levels it was asked for."""
    asked, draws = [], iter(run["@noise"]) if "@noise" in run else None

    def sampler(sigma, sigma_next):
        asked.append((sigma, sigma_next))
        return next(draws)
    return sampler, asked


def from_latents(run, sigmas):
    return run["@latents"] * sigmas[0]


def test_k_diffusion_golden():
    for name, options in (("kdiff-heun-12", {"solver": "heun"}),
                          ("kdiff-euler-12", {"solver": "euler"}),
                          ("kdiff-dpmpp_2m-12", {"solver": "dpmpp_2m"}),
                          ("kdiff-lms-12", {"solver": "lms"}),
                          ("kdiff-euler_ancestral-12", {"solver": "euler_ancestral"}),
                          ("kdiff-dpm_2_ancestral-12", {"solver": "dpm_2_ancestral"})):
        run = golden(name)
        sigmas = run["@sigmas"].reshape(-1)
        noise, asked = replay(run)
        x = sample_restart(mixture(run), from_latents(run, sigmas), sigmas, segments="",
                           noise_sampler=noise, **options)
        close(x, run["@final"], name)
        levels = [(float(a), float(b)) for a, b in zip(sigmas, sigmas[1:])]
        check(set(asked) <= set(levels), f"{name}: noise was asked for {asked}")


def test_restart_golden():
    run = golden("restart-cifar-vp-43")
    u = np.arange(18) / 17
    sigmas = np.append((80**(1 / 7) + u * (0.002**(1 / 7) - 80**(1 / 7)))**7, 0)
    noise, asked = replay(run)
    x = sample_restart(mixture(run), from_latents(run, sigmas), sigmas, noise_sampler=noise,
                       restart_list={0.06: [3, 2, 0.3]}, meet="snap")
    close(x, run["@final"], "restart", 1e-5)
    check(len(asked) == 2 and all(round(b, 6) == 0.3 for _, b in asked), f"noise {asked}")


def test_k_diffusion_shape():
    sigmas = np.append(np.geomspace(14, 0.03, 10), 0)
    seen, extra = [], []

    def model(x, sigma, scale):
        check(sigma.shape == (2,) and x.shape == (2, 1, 3), "what the model gets")
        extra.append(scale)
        return scale * x / (1 + sigma[:, None, None]**2)
    x = np.ones((2, 1, 3), np.float32) * 14
    arguments = dict(extra_args={"scale": 1.0}, callback=seen.append, disable=True, seeds=[1, 2])
    y = sample_restart(model, x, sigmas, **arguments)
    check(y.dtype == np.float32 and np.all(x == 14), "the result's type, the caller's x")
    steps = 10 + 2 * 9
    check(len(extra) == 19 + 2 * 18 and [s["i"] for s in seen] == list(range(steps)), "callbacks")
    check(set(seen[0]) == {"x", "i", "sigma", "sigma_hat", "denoised"}, f"{seen[0].keys()}")
    check(same(sample_restart(model, x, sigmas, **arguments), y), "the same seeds")
    np.random.seed(1)
    arguments["seeds"] = None
    first = sample_restart(model, x, sigmas, **arguments)
    check(not same(sample_restart(model, x, sigmas, **arguments), first), "new seeds")
    np.random.seed(1)
    check(same(sample_restart(model, x, sigmas, **arguments), first), "numpy's seed")
    check(from_restart_list({0.1: [9, 2, 2]}) == [(9, 2, 0.1, 2.0)], "restart_list")
    try:
        sample_restart(model, x, sigmas, segments="[3,1,.1,99]")
        check(False, "a segment above the grid")
    except RestartError:
        pass


def vp_eps(run, scheduler):
    """The golden mixture as a network of eps on x_t, by its time."""
    denoise = mixture(run)

    def network(x, time):
        alpha = scheduler._alpha(np.array([float(time)]))[0]
        noisy = np.sqrt(1 - alpha**2)
        return (x - alpha * denoise(x / alpha, np.full(len(x), noisy / alpha))) / noisy
    return network


def pipeline(scheduler, network, latents):
    """The loop of a pipeline of diffusers."""
    x = latents * scheduler.init_noise_sigma
    for t in scheduler.timesteps:
        x = scheduler.step(network(scheduler.scale_model_input(x, t), t), t, x).prev_sample
    return x


def test_scheduler_golden():
    """The grid and the noise of k-diffusion's runs, in the coordinates of diffusers."""
    for solver in "heun", "euler":
        run = golden(f"kdiff-{solver}-12")
        sigmas = run["@sigmas"].reshape(-1)
        scheduler = RestartScheduler(**SCALED, segments="", solver=solver)
        scheduler.set_timesteps(sigmas=sigmas)
        check(len(scheduler.timesteps) == int(run["nfe"]), "evaluations")
        x = pipeline(scheduler, vp_eps(run, scheduler), run["@latents"])
        close(x, run["@final"], solver, 2e-4)


def test_scheduler_is_the_sampler():
    """The same as a Sampler with the same network, bit for bit."""
    for settings in ({}, {"use_karras_sigmas": True}, {"solver": "dpmpp_2m", "budget": True},
                     {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True,
                      "timestep_spacing": "trailing"},
                     {"prediction_type": "flow_prediction", "shift": 3.0}):
        scheduler = RestartScheduler(**{**SCALED, **settings})
        scheduler.set_timesteps(40)
        scheduler.seeds = [4, 5]
        latents = np.random.default_rng(2).standard_normal((2, 3, 4)).astype(np.float32)
        x = pipeline(scheduler, lambda x, t: x / 2, latents)
        first = scheduler._asked[0]
        straight = Sampler(lambda x, t: x / 2, shape=(3, 4), batch=2,
                           schedule=scheduler._schedule, **scheduler._model())
        start = latents * scheduler.init_noise_sigma / (first.alpha or 1)
        check(same(straight.sample([4, 5], start), x), f"{settings}")
        count = len(scheduler.timesteps)
        check(count == straight.plan.nfe and len(scheduler.sigmas) == count + 1, "counts")
        check(count <= 40 or not scheduler.config.budget, "the budget")


def test_scheduler_shape():
    config = {"_class_name": "EulerDiscreteScheduler", "prediction_type": "v_prediction",
              "interpolation_type": "linear", **SCALED}
    scheduler = RestartScheduler.from_config(config, solver=Solver.DPMPP_2M)
    check(scheduler.config.prediction_type == "v_prediction" and scheduler.order == 1
          and scheduler.config["solver"] == Solver.DPMPP_2M and len(scheduler) == 1000, "config")
    flow = RestartScheduler.from_config({"_class_name": "FlowMatchEulerDiscreteScheduler",
                                         "shift": 3.0})
    flow.set_timesteps(sigmas=np.linspace(1, 1 / 20, 20), mu=np.log(3))
    close(flow.timesteps[:2], [1000, 3000 * 0.95 / 2.9], "flow's times", 1e-2)
    close(flow.add_noise(np.ones((1, 2)), np.zeros((1, 2)), [250.0]), 0.75, "flow's noise")
    scheduler.set_timesteps(10)
    x = np.ones((2, 3))
    noisy = scheduler.add_noise(x, np.zeros((2, 3)), [0, 999])
    close(noisy[:, 0], np.sqrt([1 - 0.00085, 0.00466]), "add_noise", 1e-4)
    out = scheduler.step(x, scheduler.timesteps[0], x, return_dict=False)
    check(isinstance(out, tuple) and out[0].shape == (2, 3), "return_dict")
    try:
        scheduler.step(x, scheduler.timesteps[1], out[0] + 1)
        check(False, "a sample that was changed")
    except ValueError as error:
        check("changed" in str(error), f"{error}")


def test_image_to_image():
    run = golden("kdiff-euler-12")
    scheduler = RestartScheduler(**SCALED, use_karras_sigmas=True, segments="[5,2,.1,1]")
    scheduler.set_timesteps(20)
    begin = 6
    scheduler.set_begin_index(begin)
    clean = np.repeat(run["@mixture_mean"][:1], 2, 0).astype(np.float32)
    noise = np.random.default_rng(3).standard_normal(clean.shape)
    x = scheduler.add_noise(clean, noise, scheduler.timesteps[begin:begin + 1]).astype(np.float32)
    network = vp_eps(run, scheduler)
    for t in scheduler.timesteps[begin:]:
        x = scheduler.step(network(x, t), t, x).prev_sample
    check(np.all(np.isfinite(x)) and not scheduler._sampler.running, "from the middle")
    close(scheduler.sigmas[begin], scheduler._asked[begin].sigma, "its level")


def test_diffusers_itself():
    try:
        import torch
        from diffusers import EulerDiscreteScheduler, FlowMatchEulerDiscreteScheduler
        from diffusers import HeunDiscreteScheduler
    except ImportError as error:
        print(f"without diffusers: {error}")
        return
    latents = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(1))

    def loop(scheduler, network, begin=1.0):
        x = latents * begin
        for t in scheduler.timesteps:
            scaled = scheduler.scale_model_input(x, t)
            x = scheduler.step(network(scaled, t), t, x, return_dict=False)[0]
        return x

    def eps(x, t):
        return 0.9 * x * torch.sigmoid(t.float() / 500)
    for theirs, name in (EulerDiscreteScheduler, "euler"), (HeunDiscreteScheduler, "heun"):
        reference = theirs(**SCALED, use_karras_sigmas=True)
        reference.set_timesteps(15)
        ours = RestartScheduler.from_config(reference.config, segments="", solver=name)
        ours.set_timesteps(15)
        check(len(ours.timesteps) == len(reference.timesteps), f"{name}: timesteps")
        close(ours.timesteps, reference.timesteps, f"{name}: timesteps", 0.02)
        top = float(reference.sigmas[0])
        close(ours.init_noise_sigma, top / np.sqrt(top * top + 1), f"{name}: init_noise_sigma")
        close(loop(ours, eps, ours.init_noise_sigma), loop(reference, eps, top), name, 1e-3)
    reference = FlowMatchEulerDiscreteScheduler(shift=3.0)
    reference.scale_model_input = lambda x, t: x
    reference.set_timesteps(sigmas=np.linspace(1, 1 / 12, 12))
    ours = RestartScheduler.from_config(reference.config, segments="")
    ours.set_timesteps(sigmas=np.linspace(1, 1 / 12, 12))
    close(ours.timesteps, reference.timesteps, "flow: timesteps", 0.02)
    close(loop(ours, lambda x, t: x / 2), loop(reference, lambda x, t: x / 2), "flow", 1e-4)
    pipeline_itself(torch)


def pipeline_itself(torch):
    """A pipeline's own loop makes every evaluation of a restart."""
    from diffusers import DDPMPipeline, UNet2DModel
    calls = []
    unet = UNet2DModel(sample_size=8, in_channels=1, out_channels=1, block_out_channels=(8,),
                       layers_per_block=1, down_block_types=("DownBlock2D",),
                       up_block_types=("UpBlock2D",), norm_num_groups=4)
    unet.register_forward_hook(lambda *_: calls.append(1))
    pipe = DDPMPipeline(unet=unet, scheduler=RestartScheduler(segments="[4,2,.1,2]"))
    pipe.set_progress_bar_config(disable=True)

    def draw():
        return pipe(batch_size=2, num_inference_steps=6, output_type="np",
                    generator=torch.Generator().manual_seed(3)).images
    first = draw()
    check(len(calls) == len(pipe.scheduler.timesteps) == 6 + 12, f"{len(calls)} calls")
    check(same(draw(), first) and first.shape == (2, 8, 8, 1), "the same generator")


def test_k_diffusion_itself():
    try:
        import torch
        from k_diffusion import sampling
    except ImportError as error:
        print(f"without k-diffusion: {error}")
        return
    x = torch.randn(2, 3, 4, 4, generator=torch.Generator().manual_seed(1)) * 14.6
    sigmas = sampling.get_sigmas_karras(12, 0.03, 14.6)

    def model(x, sigma):
        return torch.tanh(x / (1 + sigma.reshape(-1, 1, 1, 1)**2))
    for name in "euler", "heun", "dpm_2", "lms", "dpmpp_2m":
        mine, theirs = [], []
        ours = sample_restart(model, x, sigmas, segments="", solver=name, disable=True,
                              callback=lambda s: mine.append((s["i"], float(s["sigma"]))))
        reference = getattr(sampling, f"sample_{name}")(
            model, x, sigmas, disable=True,
            callback=lambda s: theirs.append((s["i"], float(s["sigma"]))))
        close(ours, reference, name, 2e-4)
        check(np.allclose(mine, theirs), f"{name}: callbacks")
    noise = torch.randn(12, *x.shape, generator=torch.Generator().manual_seed(2))
    draws = iter(noise)
    ours = sample_restart(model, x, sigmas, segments="", solver="euler_a", disable=True,
                          noise_sampler=lambda s, t: next(draws))
    draws = iter(noise)
    reference = sampling.sample_euler_ancestral(model, x, sigmas, disable=True,
                                                noise_sampler=lambda s, t: next(draws))
    close(ours, reference, "euler_ancestral", 2e-4)


run_tests(dict(globals()))
