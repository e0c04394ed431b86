// SPDX-License-Identifier: MIT
// csharp_overhead.exe ELEMENTS: what an evaluation costs in C# over the same run in C, with a
// network that only copies. csharp_overhead.py builds it.
using System;
using System.Linq;
using System.Runtime.InteropServices;
using RestartSampler;

static unsafe class Overhead {
  const int Runs = 40, Times = 9, Evaluations = 43, ThreadTime = 3;

  [DllImport("runs", CallingConvention = CallingConvention.Cdecl)]
  static extern int runs(UIntPtr elements, float* x, int count);

  [DllImport("libc")]
  static extern int clock_gettime(int clock, long* time);

  /// <summary>This thread's own microseconds.</summary>
  static double Now() {
    long* time = stackalloc long[2];
    clock_gettime(ThreadTime, time);
    return time[0] * 1e6 + time[1] / 1e3;
  }

  static void Line(string name, Action run) {
    double best = double.PositiveInfinity;
    for (int i = 0; i < Times; i++) {
      double begin = Now();
      run();
      best = Math.Min(best, Now() - begin);
    }
    Console.WriteLine("{0,-30}{1,8:0.00} us an evaluation", name, best / Runs / Evaluations);
  }

  static Action Repeated(Action run) => () => {
    for (int i = 0; i < Runs; i++)
      run();
  };

  static Sampler New(int elements, Network network) =>
    new Sampler(network, elements, 1, null, Schedule.Preset("cifar10-vp-43"));

  static void Main(string[] arguments) {
    int n = int.Parse(arguments[0]);
    var x = new float[n];
    Line("C", () => {
      fixed (float* memory = x)
        runs((UIntPtr)(uint)n, memory, Runs);
    });
    Sampler addresses = New(n, e => Buffer.MemoryCopy((void*)e.InputAddress,
      (void*)e.OutputAddress, 4L * n, 4L * n));
    Line("C#, addresses", Repeated(() => addresses.Sample()));
    Network copy = e => Array.Copy(e.Input, e.Output, n);
    Sampler arrays = New(n, copy);
    Line("C#, arrays", Repeated(() => arrays.Sample()));
    Line("the same, step by step", Repeated(() => {
      arrays.Start();
      foreach (StepInfo _ in arrays.Steps()) {
      }
    }));
    Line("the same, Ask and Tell", Repeated(() => {
      arrays.Start();
      foreach (Evaluation e in arrays.Evaluations())
        copy(e);
    }));
  }
}
