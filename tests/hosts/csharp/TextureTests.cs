// SPDX-License-Identifier: MIT
using System;
using System.IO;
using System.Linq;
using System.Threading;
using RestartSampler;
using UnityEngine;
using static Test;
using Stopwatch = System.Diagnostics.Stopwatch;

/// <summary>The texture generator, and Unity's component on the stand-ins of UnityEngine.cs.
/// </summary>
static class TextureTests {
  const int Patience = 60000;

  static TextureGenerator Begin(TextureSettings settings = null) =>
    TextureGenerator.FromExemplar(NetworkTests.Stripes(), 16, 16, settings);

  static byte[] Last(TextureGenerator g) {
    byte[] rgba = null;
    Check(g.Wait(Patience), "it does not end");
    Check(g.State == TextureState.Finished, g.State + ": " + g.Error);
    Check(g.TryTake(ref rgba) && !g.TryTake(ref rgba), "the last picture");
    return rgba;
  }

  public static void SameBytesAsTheSampler() {
    var rgba = new byte[4 * 16 * 24];
    Exemplar exemplar = Exemplar.FromRgb(NetworkTests.Stripes(), 16, 16, 24, 16);
    float[] x = new Sampler(exemplar).Sample(5);
    Pixels.ToRgba32(x, 3, 24, 16, rgba);
    var settings = new TextureSettings { Seed = 5, Width = 24, Height = 16, Threads = 2 };
    TextureGenerator g = Begin(settings);
    Check(rgba.SequenceEqual(Last(g)), "not the sampler's bytes");
    Check(g.Progress == 1 && g.Width == 24 && g.Height == 16 && g.Error == null,
      "at the end: " + g.Progress + ", " + g.Width + " x " + g.Height + ", " + g.Error);
    settings.Flip = true;
    byte[] flipped = Last(Begin(settings));
    for (int row = 0; row < 16; row++)
      Check(rgba.Skip(96 * row).Take(96).SequenceEqual(flipped.Skip(96 * (15 - row)).Take(96)),
        "row " + row + " is not flipped");
    byte[] other = Last(Begin(new TextureSettings { Seed = 6, Width = 24, Height = 16 }));
    Check(!rgba.SequenceEqual(other), "another seed");
  }

  /// <summary>A blocked frame would last as long as an evaluation, some 20 ms here; the typical
  /// frame does not, however busy the machine is.</summary>
  public static void NoFrameWaits() {
    TextureGenerator g = Begin(new TextureSettings { Width = 192, Height = 192 });
    byte[] rgba = null;
    int pictures = 0;
    float before = 0;
    var took = new System.Collections.Generic.List<double>();
    while (g.State == TextureState.Running) {
      Stopwatch watch = Stopwatch.StartNew();
      bool taken = g.TryTake(ref rgba);
      float progress = g.Progress;
      took.Add(watch.Elapsed.TotalMilliseconds);
      pictures += taken ? 1 : 0;
      Check(progress >= before && progress <= 1, "progress goes back");
      before = progress;
      Thread.Sleep(1);
    }
    took.Sort();
    double median = took[took.Count / 2];
    Check(took.Count > 40 && median < 1, took.Count + " frames, median " + median + " ms");
    Check(pictures > 3, "only " + pictures + " previews");
    Check(g.State == TextureState.Finished && rgba.Any(b => b != rgba[0]), "a blank picture");
  }

  public static void FramesMakeNoGarbage() {
    TextureGenerator g = Begin();
    byte[] rgba = Last(g);
    GC.Collect();
    int before = GC.CollectionCount(0);
    for (int i = 0; i < 3000000; i++)
      g.TryTake(ref rgba);
    Check(GC.CollectionCount(0) == before, "garbage in TryTake");
  }

  public static void CancelEndsIt() {
    TextureGenerator g = Begin(new TextureSettings { Width = 256, Height = 256 });
    byte[] rgba = null;
    while (!g.TryTake(ref rgba))
      Thread.Sleep(1);
    g.Cancel();
    Check(g.Wait(Patience) && g.State == TextureState.Cancelled, "cancelled: " + g.State);
    Check(g.Error == null && g.Progress < 1, "where it stands");
    for (int i = 0; i < 20; i++)
      using (g = Begin(new TextureSettings { Width = 256, Height = 256 }))
        Thread.Sleep(i % 4);
    Check(g.Wait(Patience) && g.State == TextureState.Cancelled, "disposed of: " + g.State);
  }

  public static void FailuresAreKept() {
    TextureGenerator g = Begin(new TextureSettings { Width = 2 });
    Check(g.Wait(Patience) && g.State == TextureState.Failed, "a width of 2: " + g.State);
    Check(((RestartException)g.Error).Status == Status.ErrOption, "why: " + g.Error);
    g = Begin(new TextureSettings { Schedule = new Schedule { Steps = -1 } });
    Check(g.Wait(Patience) && g.Error is RestartException, "a schedule: " + g.Error);
    g = TextureGenerator.FromTorchScript("/none.pt");
    Check(g.Wait(Patience) && g.State == TextureState.Failed, "no file: " + g.State);
    byte[] rgba = null;
    Check(!g.TryTake(ref rgba) && rgba == null && g.Width == 0, "a picture of nothing");
    Throws<ArgumentException>(() => TextureGenerator.FromExemplar(new byte[1], 4, 4), "a byte");
    Throws<ArgumentNullException>(() => TextureGenerator.FromExemplar(null, 4, 4), "no bytes");
    Throws<ArgumentNullException>(() => TextureGenerator.FromTorchScript(null), "no path");
  }

  public static void TorchScriptTexture() {
    if (Files.Torch == null)
      return;
    var settings = new TextureSettings { Label = 4, Schedule = new Schedule { Steps = 6 } };
    byte[] rgba = Last(TextureGenerator.FromTorchScript(Files.Torch, settings));
    Check(rgba.Length == 4096 && rgba[0] == rgba[1] && rgba[3] == 255, "a grey picture");
    Check(rgba.Where((b, i) => i % 4 == 0).Max() > 200, "it is black");
  }

  static Texture2D Picture() {
    byte[] rgb = NetworkTests.Stripes();
    return new Texture2D(16, 16, TextureFormat.RGBA32, false) {
      Data = Enumerable.Range(0, 1024).Select(i => i % 4 == 3 ? (byte)255
        : rgb[i / 4 * 3 + i % 4]).ToArray()
    };
  }

  static void Frames(RestartTexture behaviour) {
    behaviour.Send("Start");
    while (!behaviour.Generator.Wait(1))
      behaviour.Send("Update");
    behaviour.Send("Update");
  }

  public static void UnityComponent() {
    var behaviour = new RestartTexture { exemplar = Picture(), seed = 5 };
    behaviour.size = new Vector2Int { x = 96, y = 64 };
    Frames(behaviour);
    Texture2D texture = behaviour.Attached.material.mainTexture;
    var settings = new TextureSettings { Seed = 5, Width = 96, Height = 64 };
    Check(texture.Data.SequenceEqual(Last(Begin(settings))), "not the generator's bytes");
    Check(texture.Uploads > 1 && texture.width == 96 && !texture.Destroyed, "the texture");
    behaviour.size = default(Vector2Int);
    Frames(behaviour);
    Texture2D second = behaviour.Attached.material.mainTexture;
    Check(texture.Destroyed && second.width == 16, "another size");
    behaviour.size.x = 512;
    behaviour.Generate();
    TextureGenerator running = behaviour.Generator;
    behaviour.Send("OnDestroy");
    Check(running.Wait(Patience) && running.State == TextureState.Cancelled, "OnDestroy");
    Check(second.Destroyed && behaviour.Attached.material.Destroyed, "the texture stays");
  }

  public static void UnityComponentReportsOnce() {
    var behaviour = new RestartTexture { torchScript = "none.pt" };
    Application.streamingAssetsPath = "/nowhere";
    Frames(behaviour);
    Exception logged = Debug.Logged;
    Check(logged != null, "nothing was logged");
    if (Files.Torch != null)
      Check(logged.Message.Contains(Path.Combine("/nowhere", "none.pt")), "" + logged);
    Debug.Logged = null;
    behaviour.Send("Update");
    Check(Debug.Logged == null, "logged again");
    behaviour.Send("OnDestroy");
    new RestartTexture().Send("OnDestroy");
    new RestartTexture().Send("Update");
  }
}
