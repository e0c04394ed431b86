// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace RestartSampler {
  /// <summary>One row of a list of the library.</summary>
  public sealed class Entry {
    /// <summary>The number: a <see cref="Solver"/> or a <see cref="GridKind"/>.</summary>
    public int Id { get; internal set; }
    /// <summary>A solver's highest order of accuracy; 0 for a grid.</summary>
    public int Order { get; internal set; }
    /// <summary>Whether it is a solver that draws noise in its steps.</summary>
    public bool Stochastic { get; internal set; }
    /// <summary>Its name, such as "heun".</summary>
    public string Name { get; internal set; }
    /// <summary>A few words.</summary>
    public string Summary { get; internal set; }
  }

  /// <summary>The library that is running: its version, and its lists of names.</summary>
  public static unsafe class Library {
    const int Abi = 0;
    static bool fits;

    delegate Status At(UIntPtr index, Native.rs_entry* entry);
    delegate Status Named(byte* name, int* id);

    /// <summary>The release, such as "1.2.3".</summary>
    public static string Version => Text(Native.rs_version_string());

    /// <summary>The names that <see cref="Schedule.Preset"/> knows.</summary>
    public static IReadOnlyList<string> Presets {
      get {
        var names = new List<string>();
        byte* name;
        while ((name = Native.rs_preset_name(Size(names.Count))) != null)
          names.Add(Text(name));
        return names;
      }
    }

    /// <summary>Every solver.</summary>
    public static IReadOnlyList<Entry> Solvers => List(Native.rs_solver_at);

    /// <summary>Every grid.</summary>
    public static IReadOnlyList<Entry> Grids => List(Native.rs_grid_at);

    /// <summary>The solver of that name, also as other programs call it: "ddim", "euler_a".
    /// </summary>
    /// <exception cref="RestartException">ErrName</exception>
    public static Solver SolverNamed(string name) =>
      (Solver)Find(Native.rs_solver_named, "solver", name);

    /// <summary>The grid of that name.</summary>
    /// <exception cref="RestartException">ErrName</exception>
    public static GridKind GridNamed(string name) =>
      (GridKind)Find(Native.rs_grid_named, "grid", name);

    /// <summary>The sentence of a status.</summary>
    public static string StatusText(Status status) => Text(Native.rs_status_text(status));

    static IReadOnlyList<Entry> List(At at) {
      var rows = new List<Entry>();
      var row = new Native.rs_entry { size = (UIntPtr)sizeof(Native.rs_entry) };
      while (at(Size(rows.Count), &row) == Status.Ok)
        rows.Add(new Entry {
          Id = row.id, Order = row.order, Stochastic = row.stochastic != 0,
          Name = Text(row.name), Summary = Text(row.summary)
        });
      return rows;
    }

    static int Find(Named named, string kind, string name) {
      int id = 0;
      fixed (byte* text = Bytes(name))
        Require(named(text, &id), kind, name);
      return id;
    }

    internal static void Require(Status status, string kind, string name) {
      if (status < 0)
        throw new RestartException(status, kind + " \"" + name + "\": " + StatusText(status));
    }

    /// <summary>Refuses a library that these files were not written for: another ABI number, or a
    /// struct that is smaller there than what is read of it here.</summary>
    internal static void Check() {
      if (fits)
        return;
      if (Constant("RS_ABI_VERSION") != Abi ||
          Constant("sizeof rs_eval") < sizeof(Native.rs_eval) ||
          Constant("sizeof rs_step_info") < sizeof(Native.rs_step_info))
        throw new RestartException(Status.ErrVersion,
          "librestart " + Version + " is too old or too new for this binding");
      fits = true;
    }

    /// <summary>The value of a constant or the size of a struct, "sizeof rs_eval"; -1 when there is
    /// none.</summary>
    internal static long Constant(string name) {
      long value = -1;
      fixed (byte* text = Bytes(name))
        Native.rs_constant(text, &value);
      return value;
    }

    internal delegate Status Writer(byte* buffer, UIntPtr capacity, UIntPtr* length);

    /// <summary>What the library writes, once for its length and once for the text.</summary>
    internal static string Written(Writer write) {
      UIntPtr length;
      Status status = write(null, UIntPtr.Zero, &length);
      if (status != Status.ErrCapacity)
        Require(status);
      var text = new byte[(int)length + 1];
      fixed (byte* buffer = text)
        Require(write(buffer, Size(text.Length), &length));
      return Encoding.ASCII.GetString(text, 0, (int)length);
    }

    static void Require(Status status) {
      if (status < 0)
        throw new RestartException(status);
    }

    /// <summary>A text that could not be read.</summary>
    internal static void Require(Status status, Native.rs_text_error why) {
      if (status < 0)
        throw new RestartException(status,
          Text(why.message) + " (at position " + why.position + ")");
    }

    internal static string Text(byte* text) => Marshal.PtrToStringAnsi((IntPtr)text);

    /// <summary>UTF-8 that ends in 0; of null, null.</summary>
    internal static byte[] Bytes(string text) =>
      text == null ? null : Encoding.UTF8.GetBytes(text + "\0");

    internal static UIntPtr Size(int number) => number >= 0 ? (UIntPtr)(uint)number
      : throw new ArgumentOutOfRangeException(nameof(number), number, "a count is negative");
  }
}
