# SPDX-License-Identifier: MIT
"""tune: Python networks and those in C, distances and progress, and what they raise."""

from networks import np, run_tests, support
from restart_sampler import (Exemplar, RestartError, Sampler, Schedule, Solver, Status, Tune, tune)

check = support.check
SEARCH = {"budget": 9, "evaluations": 18000}
DATA = np.random.default_rng(1).standard_normal((128, 3)).astype(np.float32)


class Broken(Exception):
    pass


def network(x, sigma):
    """The denoiser of unit normals."""
    return x / np.float32(1 + sigma * sigma)


def sampler(function=network, **named):
    return Sampler(function, shape=3, batch=8, **named)


def raises(kind, function, *arguments, **named):
    try:
        function(*arguments, **named)
    except kind as error:
        return error
    check(False, f"{arguments} {named} did not raise {kind}")
    return None


def test_answer():
    seen = []
    s = sampler()
    before = s.plan.nfe
    tuned = tune(s, references=DATA, progress=seen.append, **SEARCH)
    check(tuned.text.startswith("# ") and "# Restart" in tuned.text, tuned.text)
    check(Schedule.parse(tuned.text) == tuned.schedule, "the text is the schedule")
    check(tune(sampler(), references=DATA, **SEARCH) == tuned, "the same again")
    check(s.plan.nfe == before, "the sampler's own plan stays")
    check(s.schedule(tuned.schedule).nfe <= 9 and s.sample().shape == (8, 3), "it can be sampled")
    check({m.kind for m in seen} == {Tune.ODE, Tune.SDE, Tune.RESTART}, "all kinds")
    check(seen[-1].phase == Tune.FINAL and seen[-1].error > 0, f"{seen[-1]}")
    check(all(m.nfe <= 9 for m in seen), "the budget")
    check(seen[-1].evaluations <= seen[-1].evaluations_most == 18000, "the limit")
    check(seen[0].schedule.solver == Solver.HEUN, f"{seen[0].schedule}")


def test_without_references():
    text = tune(sampler(), **SEARCH).text
    check("there were no references" in text and "# SDE" not in text, text)
    text = tune(sampler(), references=DATA, skip=["sde", Tune.RESTART], **SEARCH).text
    check("# SDE" not in text and "# Restart" not in text, text)


def test_distance():
    shapes = set()

    def spread(samples, references):
        shapes.add((samples.shape[1:], references.shape[1:]))
        return abs(samples.std() - references.std())
    tune(sampler(), references=DATA, distance=spread, **SEARCH)
    check(shapes == {((3,), (3,))}, f"{shapes}")


def test_features():
    shapes = set()

    def two(samples):
        shapes.add(samples.shape[1:])
        return np.stack([samples.mean(1), samples.std(1)], 1)[:, None]

    def spread(samples, references):
        shapes.add((samples.shape[1:], references.shape[1:]))
        return abs(samples.mean() - references.mean())
    tune(sampler(), references=DATA, features=two, distance=spread, **SEARCH)
    check(shapes == {(3,), ((1, 2), (1, 2))}, f"{shapes}")
    named = {"distance": spread, **SEARCH}
    same = tune(sampler(), references=DATA, features=lambda samples: samples, **named)
    check(same == tune(sampler(), references=DATA, **named), "elements as features")


def test_exceptions():
    def fails(*_):
        raise Broken("this")
    for named in ({"function": fails}, {"distance": fails}, {"features": fails},
                  {"progress": fails}):
        s = sampler(named.pop("function", network))
        error = raises(Broken, tune, s, references=DATA, **named, **SEARCH)
        check(str(error) == "this", f"{error}")
    calls = []

    def later(x):
        calls.append(1)
        if len(calls) > 1:
            raise Broken("mine")
        return x
    error = raises(Broken, tune, sampler(), references=DATA, features=later, **SEARCH)
    check(str(error) == "mine", "what features raise of the references")
    raises(ValueError, tune, sampler(), references=DATA, features=lambda x: x[:1], **SEARCH)
    raises(ValueError, tune, sampler(), 2**64 + 9)
    error = raises(RestartError, tune, sampler(lambda x, sigma: x * np.nan), **SEARCH)
    check(error.status == Status.ERR_NONFINITE, f"{error}")
    error = raises(RestartError, tune, sampler(), 3)
    check(error.status == Status.ERR_OPTION and "budget" in str(error), f"{error}")
    error = raises(RestartError, tune, sampler(), references=DATA[:9], **SEARCH)
    check("fewer than 64" in str(error), f"{error}")
    error = raises(RestartError, tune, sampler(dtype="float64"), **SEARCH)
    check("FLOAT32" in str(error), f"{error}")
    error = raises(RestartError, tune, sampler(None), **SEARCH)
    check(error.status == Status.ERR_STATE, f"{error}")
    raises(ValueError, tune, sampler(), references=np.zeros((64, 5)), **SEARCH)
    raises(ValueError, tune, sampler(), skip=["none"], **SEARCH)


def test_native():
    pixels = np.random.default_rng(2).uniform(-1, 1, (1, 4, 4)).astype(np.float32)
    s = Exemplar(pixels).sampler(batch=8)
    data = np.stack([np.roll(pixels, (i % 4, i // 4 % 4), (1, 2)) for i in range(64)])
    check("budget 9" in tune(s, references=data, **SEARCH).text, "the exemplar model")


run_tests(dict(globals()))
