// SPDX-License-Identifier: MIT
// game.exe EXEMPLAR.ppm OUT.ppm [SIZE [SEED]]: a game loop at 60 frames a second that draws a floor
// and a cube while their texture is made in another thread. It measures its frames, and writes
// what was seen at a quarter and at half of the work and at its end.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using RestartSampler;

static class Game {
  const double Period = 1000 / 60.0;
  static readonly Stopwatch Clock = Stopwatch.StartNew();
  static readonly Scene Scene = new Scene();
  static readonly List<double> Work = new List<double>(), Polls = new List<double>();
  static readonly List<Picture> Seen = new List<Picture>();
  static readonly float[] Moments = { 0.25f, 0.5f, 1 };

  static double Now => Clock.Elapsed.TotalMilliseconds;

  static int Main(string[] arguments) {
    Picture exemplar = Ppm.Read(arguments[0]);
    int size = arguments.Length > 2 ? int.Parse(arguments[2]) : 64;
    var settings = new TextureSettings {
      Width = size, Height = size, Seed = arguments.Length > 3 ? ulong.Parse(arguments[3]) : 7
    };
    for (int i = 0; i < 10; i++)
      Scene.Draw(i);
    double begin = Now;
    using (TextureGenerator generator = TextureGenerator.FromExemplar(exemplar.Rgb,
        exemplar.Width, exemplar.Height, settings)) {
      Play(generator, begin);
      if (generator.State != TextureState.Finished) {
        Console.WriteLine(generator.State + ": " + generator.Error);
        return 1;
      }
    }
    Report(Now - begin);
    Ppm.Write(arguments[1], Seen);
    return 0;
  }

  static void Play(TextureGenerator generator, double next) {
    byte[] rgba = null;
    bool running = true;
    while (running) {
      double start = Now;
      running = generator.State == TextureState.Running;
      if (generator.TryTake(ref rgba)) {
        Scene.Texture = rgba;
        Scene.TextureWidth = generator.Width;
        Scene.TextureHeight = generator.Height;
      }
      Polls.Add(Now - start);
      Scene.Draw(0.6);
      Remember(generator.Progress, running);
      Work.Add(Now - start);
      double now = Now; // once: the time left must not become negative
      next = Math.Max(next + Period, now);
      Thread.Sleep((int)(next - now));
    }
  }

  static void Remember(float progress, bool running) {
    bool due = Seen.Count < Moments.Length && progress >= Moments[Seen.Count];
    if (!due || (running && Seen.Count == Moments.Length - 1))
      return;
    Console.WriteLine("frame " + Work.Count + ": " + (int)(100 * progress) + "% of the texture");
    var copy = new Picture(Scene.View.Width, Scene.View.Height);
    Array.Copy(Scene.View.Rgb, copy.Rgb, copy.Rgb.Length);
    Seen.Add(copy);
  }

  static void Report(double total) {
    Console.WriteLine("{0} frames in {1:0.0} s, {2:0} a second", Work.Count, total / 1000,
      1000 * Work.Count / total);
    Line("work of a frame", Work);
    Line("of that the generator", Polls);
  }

  static void Line(string name, List<double> times) {
    double[] sorted = times.OrderBy(t => t).ToArray();
    Console.WriteLine("{0}: median {1:0.000} ms, 99% {2:0.000} ms, longest {3:0.000} ms", name,
      sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100], sorted[sorted.Length - 1]);
  }
}
