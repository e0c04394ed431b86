# SPDX-License-Identifier: MIT
"""Networks of torch: no copy on the CPU, the types, no gradients, networks that write to their
input. TorchScript files through librestart-torch, where that is built."""

from networks import PRESET, np, points, run_tests, same, support

try:
    import torch
except ImportError:
    support.skip("torch for Python is not installed")
from restart_sampler import Sampler, TorchInput, TorchScript, _abi_shims  # noqa: E402

check = support.check


class Points(torch.nn.Module):
    """Data that is -1 or +1. Has a parameter, and keeps what it was called with."""

    def __init__(self):
        super().__init__()
        self.one = torch.nn.Parameter(torch.ones(1))
        self.seen = []

    def forward(self, x, sigma):
        self.seen.append((x.data_ptr(), x.dtype, tuple(sigma.shape), sigma.dtype))
        return self.one * torch.tanh(x / sigma.reshape(-1, 1).to(x.dtype)**2)


def test_no_copy():
    module = Points()
    sampler = Sampler(module, shape=6, batch=2, preset=PRESET)
    x = sampler.sample(seeds=3)
    check(isinstance(x, torch.Tensor) and x.shape == (2, 6), "samples are tensors")
    check(np.allclose(abs(x), 1, atol=1e-3) and not x.requires_grad, "samples")
    sampler.start(3)
    evaluation = sampler.ask()
    eval_struct = evaluation.pointer.contents
    check(evaluation.input.data_ptr() == eval_struct.input, "input is not the library's memory")
    check(evaluation.output.data_ptr() == eval_struct.output, "output is not")
    module.seen.clear()
    sampler._network.evaluate(sampler._host, evaluation)
    check(module.seen[0][0] == eval_struct.input, "the module saw a copy")
    check(module.seen[0][2:] == ((2,), torch.float32), "the time is [batch]")
    check(sampler.x.data_ptr() == sampler._x.ctypes.data, "the state is a copy")


def test_types():
    def network(x, sigma):
        check(x.dtype == torch.float64 and sigma.dtype == torch.float32, "float64")
        return x / (1 + sigma[:, None]**2)
    x = Sampler(network, shape=6, dtype="float64", framework="torch").sample()
    check(x.dtype == torch.float64, "float64")

    def half(x, sigma):
        check(x.dtype == torch.bfloat16, "bfloat16")
        return x / (1 + sigma[:, None]**2)
    x = Sampler(half, shape=6, device="cpu", network_dtype=torch.bfloat16).sample()
    check(x.dtype == torch.float32, "bfloat16")
    scalar = Sampler(lambda x, sigma: torch.tanh(x / sigma**2), shape=6, framework="torch",
                     vector_time=False)
    check(same(scalar.sample().sign(), Sampler(points, shape=6).sample()), "scalar time")


def test_writers():
    def scribble(x, sigma):
        return x.div_(1 + sigma[:, None]**2)

    def plain(x, sigma):
        return x / (1 + sigma[:, None]**2)
    wanted = Sampler(plain, shape=6, framework="torch", preset=PRESET).sample()
    check(same(Sampler(scribble, shape=6, framework="torch", preset=PRESET).sample(), wanted),
          "a network that writes to its input")
    calls = []

    def turncoat(x, sigma):
        calls.append(1)
        return (scribble if len(calls) > 3 else plain)(x, sigma)
    try:
        Sampler(turncoat, shape=6, framework="torch").sample()
        check(False, "a network that writes later was not noticed")
    except ValueError as error:
        check("wrote to its input" in str(error), f"{error}")


def test_torchscript_files():
    try:
        _abi_shims.torch()
    except ImportError:
        print("librestart-torch is not there: no TorchScript files")
        return
    file = support.ROOT / "examples/networks/digits.pt"
    script = TorchScript(file, labels=range(2), threads=1)
    check(script.shape == (1, 32, 32), f"the file's shape, {script.shape}")
    options = dict(batch=2, steps=6, guidance_weight=2.0)
    x = Sampler(script, **options).sample(1)
    module = torch.jit.load(str(file)).float()
    labels, none = torch.arange(2), 10

    def call(x, time, evaluation):
        given = {0: labels, 1: torch.full((2,), none), 2: torch.cat([labels, labels * 0 + none])}
        return module(x, time, given[int(evaluation.guided)])
    here = Sampler(call, shape=script.shape, framework="torch", model=script.model, **options)
    check(np.allclose(here.sample(1), x, atol=1e-3), "the file here and there")
    eye = support.ROOT / "examples/networks/features-digits.pt"
    with torch.no_grad():
        seen = torch.jit.load(str(eye)).float()(torch.from_numpy(x)).numpy()
    features = TorchScript(eye, shape=script.shape, dtype="float32").features(x)
    check(features.shape == seen.shape and np.allclose(features, seen, atol=1e-4), "features")
    row = np.ones((1, 2), np.float32)
    for given in row[:0], TorchInput(row, row[:0]), TorchInput(row, row[:, :1]):
        try:
            script.inputs({"extra": given})
        except ValueError as error:
            check("extra" in str(error), f"{error}")
        else:
            check(False, "a tensor without rows, or two of different shape, was taken")


torch.set_num_threads(1)
run_tests(dict(globals()))
