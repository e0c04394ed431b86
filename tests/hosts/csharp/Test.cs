// SPDX-License-Identifier: MIT
// Tests.exe: every public static method of the classes below is a test. Tests.exe bits: the samples
// of tests/python/bits.c, as that prints them. Tests.exe exit, Tests.exe reload: Ends.cs.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using RestartSampler;

static class Test {
  internal const string Preset = "cifar10-vp-43";
  internal const int Evaluations = 43;
  static int failures;

  internal static void Check(bool good, string sentence) {
    if (good)
      return;
    failures++;
    Console.WriteLine("FAILED: " + sentence);
  }

  /// <summary>What an action throws, which must be of that kind.</summary>
  internal static T Throws<T>(Action action, string name) where T : Exception {
    try {
      action();
      Check(false, name + " threw nothing");
    } catch (T error) {
      return error;
    } catch (Exception error) {
      Check(false, name + " threw " + error);
    }
    return null;
  }

  internal static void Refused(Status status, string words, Action action, string name) {
    RestartException error = Throws<RestartException>(action, name);
    if (error != null)
      Check(error.Status == status && error.Message.Contains(words),
        name + ": " + error.Status + ", " + error.Message);
  }

  internal static bool Same(float[] a, float[] b) =>
    a.Length == b.Length && a.Zip(b, (x, y) => BitConverter.ToInt32(BitConverter.GetBytes(x), 0) ==
      BitConverter.ToInt32(BitConverter.GetBytes(y), 0)).All(same => same);

  /// <summary>The exact denoiser of data that is -1 or +1.</summary>
  internal static void Points(Evaluation e) {
    float[] x = e.Input, y = e.Output;
    for (int i = 0; i < x.Length; i++)
      y[i] = (float)Math.Tanh(x[i] / (e.Sigma * e.Sigma));
  }

  /// <summary>The exact denoiser of unit normals; rounds the same way everywhere.</summary>
  internal static void Gauss(Evaluation e) {
    var c = (float)(1 / (1 + e.Sigma * e.Sigma));
    float[] x = e.Input, y = e.Output;
    for (int i = 0; i < x.Length; i++)
      y[i] = (float)(c * x[i]);
  }

  internal static Sampler New(Network network = null, int elements = 4, int batch = 1,
      Progress progress = null) =>
    new Sampler(network, elements, batch, null, Schedule.Preset(Preset), progress);

  static void Bits() {
    Schedule schedule = Schedule.Preset(Preset);
    schedule.SChurn = 3;
    using (var sampler = new Sampler(Gauss, 7, 3, null, schedule))
      foreach (float value in sampler.Sample(new ulong[] { 5, 6, ulong.MaxValue }))
        Console.WriteLine(BitConverter.ToUInt32(BitConverter.GetBytes(value), 0).ToString("x"));
  }

  static int Main(string[] arguments) {
    var programs = new Dictionary<string, Action> {
      ["bits"] = Bits, ["exit"] = Ends.Exit, ["reload"] = Ends.Reload
    };
    if (programs.TryGetValue(arguments[0], out Action program)) {
      program();
      return 0;
    }
    Files.Take(arguments);
    var kinds = new[] { typeof(RunTests), typeof(LifeTests), typeof(NetworkTests),
      typeof(TextureTests) };
    int count = 0;
    foreach (MethodInfo test in kinds.SelectMany(k => k.GetMethods()).Where(m => m.IsStatic)) {
      Stopwatch watch = Stopwatch.StartNew();
      try {
        test.Invoke(null, null);
      } catch (TargetInvocationException error) {
        Check(false, test.Name + " threw " + error.InnerException);
      }
      Console.WriteLine(test.Name + " " + watch.ElapsedMilliseconds + " ms");
      count++;
    }
    Console.WriteLine(count + " tests, " + failures + " failures");
    return failures == 0 && count > 25 ? 0 : 1;
  }
}

/// <summary>What the test is given: a golden plan, and a TorchScript file if librestart-torch was
/// built.</summary>
static class Files {
  internal static string Plan, Torch;

  internal static void Take(string[] arguments) {
    Plan = arguments[0];
    Torch = arguments.Length > 1 ? arguments[1] : null;
  }
}
