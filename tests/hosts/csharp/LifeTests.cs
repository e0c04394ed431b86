// SPDX-License-Identifier: MIT
using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using RestartSampler;
using static Test;

/// <summary>Dispose, the finaliser, and the garbage collector.</summary>
static class LifeTests {
  const int Large = 1 << 18;

  static void After(Sampler s, string name) {
    Throws<ObjectDisposedException>(() => s.Sample(), name);
    Throws<ObjectDisposedException>(() => s.Save(), name);
    s.Stop();
    s.Dispose();
  }

  public static void DisposeTwice() {
    Sampler s = New(Points);
    s.Sample();
    s.Dispose();
    After(s, "after Dispose");
    s = New();
    s.Start();
    Evaluation e = s.Ask();
    s.Dispose();
    Throws<ObjectDisposedException>(() => e.Input[0] = 0, "an evaluation's input after Dispose");
    Throws<ObjectDisposedException>(() => s.Tell(), "Tell after Dispose");
  }

  public static void DisposeWithinTheNetwork() {
    for (int k = 1; k <= Evaluations; k++) {
      int calls = 0;
      Sampler s = null;
      s = New(e => {
        if (++calls == k)
          s.Dispose();
        Points(e);
      });
      Throws<ObjectDisposedException>(() => s.Sample(), "Dispose at evaluation " + k);
      After(s, "after Dispose within the network");
    }
  }

  public static void DisposeWithinProgress() {
    Sampler s = New(Points, 4, 1, (sampler, step) => sampler.Dispose());
    Throws<ObjectDisposedException>(() => s.Sample(), "Dispose in progress");
    After(s, "after Dispose in progress");
    s = New(Points);
    s.Start();
    Throws<ObjectDisposedException>(() => {
      foreach (StepInfo _ in s.Steps())
        s.Dispose();
    }, "Dispose between steps");
  }

  public static void DisposeFromAnotherThread() {
    using (var reached = new ManualResetEventSlim())
    using (var disposed = new ManualResetEventSlim()) {
      Sampler s = New(e => {
        reached.Set();
        disposed.Wait();
        Points(e);
      }, Large);
      var other = new Thread(() => {
        reached.Wait();
        Throws<InvalidOperationException>(() => s.Step(), "a second thread");
        s.Dispose();
        disposed.Set();
      });
      other.Start();
      Throws<ObjectDisposedException>(() => s.Sample(), "Dispose in another thread");
      other.Join();
      After(s, "after Dispose in another thread");
    }
  }

  /// <summary>Megabytes that are resident.</summary>
  static long Resident() =>
    long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * 4096 >> 20;

  static void Collect() {
    GC.Collect();
    GC.WaitForPendingFinalizers();
  }

  /// <summary>Whose network knows its sampler.</summary>
  [MethodImpl(MethodImplOptions.NoInlining)]
  static WeakReference Forgotten() {
    Sampler s = null;
    s = New(e => s.Stop(), Large);
    s.Start();
    return new WeakReference(s);
  }

  public static void ForgottenSamplersAreGivenBack() {
    Collect();
    long before = Resident();
    WeakReference[] all = null;
    var thread = new Thread(() => all = Enumerable.Range(0, 100).Select(_ => Forgotten())
      .ToArray());
    thread.Start();
    thread.Join();
    long between = Resident();
    for (int i = 0; i < 3; i++)
      Collect();
    Check(all.Count(w => w.IsAlive) < 5, all.Count(w => w.IsAlive) + " of 100 are alive");
    long after = Resident();
    Check(between - before > 100, "the test does not see memory: " + before + ", " + between);
    Check(after - before < 60, "it was " + before + " MB, then " + between + ", now " + after);
  }

  public static void DisposedSamplersAreGivenBack() {
    long before = Resident();
    for (int i = 0; i < 100; i++)
      using (Sampler s = New(Points, Large)) {
        s.Start();
        s.Ask();
      }
    Check(Resident() - before < 60, "it was " + before + " MB, now it is " + Resident());
    var wrong = new Schedule { Steps = -1 };
    for (int i = 0; i < 100; i++)
      Throws<RestartException>(() => new Sampler(Points, Large, 1, null, wrong), "steps");
    Check(Resident() - before < 60, "refused samplers: " + before + " MB, " + Resident());
  }

  /// <summary>Nothing but the running call knows the sampler and its delegates.</summary>
  public static void CollectionDuringCallbacks() {
    float[] straight = New(Points).Sample(3);
    int steps = 0;
    float[] x = New(e => {
      Collect();
      Points(e);
      Collect();
    }, 4, 1, (sampler, step) => {
      Collect();
      steps++;
    }).Sample(3);
    Check(Same(x, straight) && steps == 24, "with collections in every callback");
    var over = new ManualResetEventSlim();
    var collector = new Thread(() => {
      while (!over.IsSet)
        Collect();
    });
    collector.Start();
    for (int i = 0; i < 5; i++)
      Check(Same(New(e => {
        var rubbish = new byte[100000];
        rubbish[i] = 1;
        Points(e);
      }).Sample(3), straight), "with a collecting thread");
    over.Set();
    collector.Join();
  }
}
