// SPDX-License-Identifier: MIT
using System;
using System.Threading;
using RestartSampler;

/// <summary>Programs and domains that end while a texture is being made; that must not crash, so
/// each is a program of its own.</summary>
static class Ends {
  static void Begin() {
    var rgb = new byte[64 * 64 * 3];
    new Random(1).NextBytes(rgb);
    var settings = new TextureSettings { Width = 128, Height = 128, Threads = 2 };
    TextureGenerator g = TextureGenerator.FromExemplar(rgb, 64, 64, settings);
    Thread.Sleep(200);
    Console.WriteLine(g.State == TextureState.Running ? "running" : "it ended too early");
  }

  internal static void Exit() => Begin();

  /// <summary>What Unity's editor does where scripts are compiled anew.</summary>
  internal static void Reload() {
    for (int i = 0; i < 3; i++) {
      AppDomain domain = AppDomain.CreateDomain("scripts");
      domain.DoCallBack(Begin);
      AppDomain.Unload(domain);
    }
    Console.WriteLine("still there");
  }
}
