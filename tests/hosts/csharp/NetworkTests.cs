// SPDX-License-Identifier: MIT
using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using RestartSampler;
using static Test;

/// <summary>Networks in native code.</summary>
static class NetworkTests {
  /// <summary>Stripes of two grainy colours, 16 x 16, RGB.</summary>
  internal static byte[] Stripes() {
    var rgb = new byte[16 * 16 * 3];
    for (int i = 0; i < 256; i++)
      for (int c = 0; c < 3; c++)
        rgb[3 * i + c] = (byte)((i / 16 + i % 16) / 4 % 2 * (200 - 20 * c) + i * i % 19);
    return rgb;
  }

  public static void ExemplarWithThreads() {
    var one = new Exemplar(Pixels.Planes(Stripes(), 16, 16), 3, 16, 16, 16, 24);
    Check(one.Shape.SequenceEqual(new[] { 3, 16, 24 }) && one.Elements == 1152, "its shape");
    float[] x = new Sampler(one, 2).Sample(7);
    Exemplar two = Exemplar.FromRgb(Stripes(), 16, 16, 24, 16);
    Check(Same(new Sampler(two, 2, null, null, 3).Sample(7), x), "with three threads");
    var rgba = new byte[4 * 16 * 24];
    Pixels.ToRgba32(x.Take(1152).ToArray(), 3, 24, 16, rgba);
    int near = Enumerable.Range(0, 16 * 24).Count(i => rgba[4 * i] < 20 || rgba[4 * i] > 180);
    Check(near > 345, "colours that are not the exemplar's: " + near + " of 384 are");
    Check(Enumerable.Range(0, 384).All(i => rgba[4 * i + 3] == 255), "alpha");
  }

  public static void ExemplarRefuses() {
    Throws<ArgumentException>(() => Exemplar.FromRgb(new byte[5], 16, 16), "5 bytes");
    Throws<ArgumentNullException>(() => Exemplar.FromRgb(null, 16, 16), "no bytes");
    Refused(Status.ErrOption, "1 x 2 x 2", () => new Exemplar(new float[4], 1, 2, 2), "2 x 2");
    Refused(Status.ErrNonfinite, "", () => new Exemplar(
      Enumerable.Repeat(float.NaN, 64).ToArray(), 1, 8, 8), "NaN");
    Throws<ArgumentException>(() => Pixels.ToRgba32(new float[8], 2, 2, 2, new byte[16]), "2");
    Throws<ArgumentException>(() => Pixels.ToRgba32(new float[4], 1, 2, 2, new byte[15]), "15");
  }

  public static void ExemplarGoesBeforeItsSampler() {
    Exemplar exemplar = Exemplar.FromRgb(Stripes(), 16, 16);
    float[] x = new Sampler(exemplar).Sample(1);
    var s = new Sampler(exemplar);
    exemplar.Dispose();
    Check(Same(s.Sample(1), x), "sampled after its exemplar's Dispose");
    s.Dispose();
    Throws<ObjectDisposedException>(() => new Sampler(exemplar), "a disposed exemplar");
    for (int i = 0; i < 20; i++)
      Forget();
    GC.Collect();
    GC.WaitForPendingFinalizers();
  }

  [MethodImpl(MethodImplOptions.NoInlining)]
  static void Forget() => new Sampler(Exemplar.FromRgb(Stripes(), 16, 16)).Start();

  public static void AModelAloneBringsNoFunction() {
    Exemplar exemplar = Exemplar.FromRgb(Stripes(), 16, 16);
    var pulled = new Sampler(null, 768, 1, exemplar.Model, exemplar.Schedule);
    exemplar.Dispose();
    Refused(Status.ErrState, "model.fn", () => pulled.Sample(1), "a function of nobody's");
  }

  public static void OneExemplarInTwoThreads() {
    Exemplar exemplar = Exemplar.FromRgb(Stripes(), 16, 16);
    Exception error = null;
    var first = new Sampler(exemplar, 1, null, (sampler, step) => {
      var second = new Thread(() => error = Throws<InvalidOperationException>(
        () => new Sampler(exemplar).Sample(), "the exemplar in a second thread"));
      second.Start();
      second.Join();
      sampler.Stop();
    });
    Throws<StoppedException>(() => first.Sample(), "the first thread");
    Check(error != null && error.Message.Contains("exemplar"), "the sentence: " + error);
  }

  public static void TorchScriptFile() {
    if (Files.Torch == null) {
      Console.WriteLine("without librestart-torch");
      return;
    }
    using (var network = new TorchScript(Files.Torch, new long[] { 3, 8 })) {
      Check(network.Shape.SequenceEqual(new[] { 1, 32, 32 }), "its shape");
      Check(network.Model.Prediction == Prediction.Eps, "its model");
      var s = new Sampler(network, 2, new Schedule { Steps = 8 });
      float[] x = s.Sample(1);
      Check(x.Max() > 0.5 && x.Max() < 1.5 && x.Average() < -0.3, "not digits");
      Check(Same(s.Sample(1), x), "not the same again");
      network.SetLabels(8, 3);
      Check(!Same(s.Sample(1), x), "the labels do nothing");
      Refused(Status.ErrOption, "99", () => network.SetLabels(99), "a label");
      var three = new Sampler(network, 3);
      Refused(Status.ErrCallback, "label", () => three.Sample(), "2 labels for 3 samples");
    }
    Refused(Status.ErrName, "/none.pt", () => new TorchScript("/none.pt"), "no file");
    Refused(Status.ErrSyntax, "", () => new TorchScript(Files.Plan), "not TorchScript");
    Throws<ArgumentNullException>(() => new TorchScript(null), "null");
  }
}
