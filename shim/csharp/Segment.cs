// SPDX-License-Identifier: MIT
using System;

namespace RestartSampler {
  /// <summary>A restart, [n, K, t_min, t_max] in the paper's notation: on arriving at noise level
  /// TMin, Iterations times up to TMax with fresh noise and down again over Points levels.
  /// </summary>
  public readonly struct Segment {
    readonly Native.rs_segment raw;

    /// <summary>A restart.</summary>
    /// <param name="points">n, noise levels with both ends, at least 2</param>
    /// <param name="iterations">K, at least 1</param>
    /// <param name="tMin">sigma at the bottom</param>
    /// <param name="tMax">sigma at the top</param>
    public Segment(int points, int iterations, double tMin, double tMax) {
      raw = new Native.rs_segment {
        points = points, iterations = iterations, t_min = tMin, t_max = tMax
      };
    }

    internal Segment(Native.rs_segment raw) {
      this.raw = raw;
    }

    /// <summary>n: noise levels, both ends included.</summary>
    public int Points => raw.points;
    /// <summary>K: how often.</summary>
    public int Iterations => raw.iterations;
    /// <summary>Sigma at the bottom.</summary>
    public double TMin => raw.t_min;
    /// <summary>Sigma at the top.</summary>
    public double TMax => raw.t_max;

    /// <summary>Segments from "[n,K,t_min,t_max], ..." or from the JSON of the paper's program.
    /// </summary>
    /// <exception cref="RestartException">ErrSyntax, with the position; ErrSegmentCounts
    /// </exception>
    public static unsafe Segment[] Parse(string text) {
      if (text == null)
        throw new ArgumentNullException(nameof(text));
      var room = new Segment[text.Split('[').Length];
      UIntPtr count;
      Native.rs_text_error why;
      fixed (byte* bytes = Library.Bytes(text))
      fixed (Segment* segments = room) {
        Status status = Native.rs_segments_parse(bytes, (Native.rs_segment*)segments,
          Library.Size(room.Length), &count, &why);
        Library.Require(status, why);
      }
      Array.Resize(ref room, (int)count);
      return room;
    }

    /// <summary>The text of segments; read again it gives the same bits.</summary>
    public static unsafe string Format(Segment[] segments, TextForm form = TextForm.List) {
      if (segments == null)
        throw new ArgumentNullException(nameof(segments));
      fixed (Segment* list = segments) {
        var raw = (Native.rs_segment*)list;
        return Library.Written((buffer, capacity, length) => Native.rs_segments_format(raw,
          Library.Size(segments.Length), (int)form, buffer, capacity, length));
      }
    }

    /// <summary>"[n,K,t_min,t_max]".</summary>
    public override string ToString() => Format(new[] { this });
  }
}
