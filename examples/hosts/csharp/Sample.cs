// SPDX-License-Identifier: MIT
// A network in C#, sampled in one call, step by step, and in a coroutine; each gives the same.
using System;
using System.Collections;
using System.Linq;
using RestartSampler;

static class Sample {
  /// <summary>Your network goes here. This one is the exact denoiser of data that is -1 or +1.
  /// </summary>
  static void Network(Evaluation e) {
    float[] x = e.Input, output = e.Output;
    for (int i = 0; i < x.Length; i++)
      output[i] = (float)Math.Tanh(x[i] / (e.Sigma * e.Sigma));
  }

  static float[] InOneCall() {
    using (var sampler = new Sampler(Network, elements: 4, batch: 2,
        schedule: Schedule.Preset("cifar10-vp-43"))) {
      Console.Write(sampler.Plan);            // 43 evaluations, before any is made
      return sampler.Sample(seed: 7);         // 2 x 4 numbers, of the seeds 7 and 8
    }
  }

  static float[] StepByStep() {
    using (var sampler = new Sampler(Network, 4, 2, null, Schedule.Preset("cifar10-vp-43"))) {
      var preview = new float[8];
      sampler.Start(7);
      foreach (StepInfo step in sampler.Steps())   // leaving the loop pauses the run
        if (sampler.CopyDenoised(preview))
          Console.WriteLine("{0,3} of {1}: {2:+0.00;-0.00}", step.NfeDone, step.NfeTotal,
            preview[0]);
      return sampler.State;
    }
  }

  /// <summary>For StartCoroutine: one evaluation a frame.</summary>
  static IEnumerator Coroutine(Sampler sampler) {
    foreach (Evaluation e in sampler.Evaluations()) {
      Network(e);
      yield return null;
    }
  }

  static int Main() {
    float[] samples = InOneCall();
    Console.WriteLine(string.Join(" ", samples));
    var pulled = new Sampler(null, 4, 2, null, Schedule.Preset("cifar10-vp-43"));
    pulled.Start(7);
    int frames = 0;
    for (IEnumerator routine = Coroutine(pulled); routine.MoveNext(); frames++) {
    }
    bool good = samples.All(x => Math.Abs(Math.Abs(x) - 1) < 1e-3) && frames == 43 &&
      StepByStep().SequenceEqual(samples) && pulled.State.SequenceEqual(samples);
    Console.WriteLine(good ? "the same three times" : "WRONG");
    return good ? 0 : 1;
  }
}
