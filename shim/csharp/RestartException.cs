// SPDX-License-Identifier: MIT
using System;

namespace RestartSampler {
  /// <summary>A call of the library failed. The message is the library's sentence.</summary>
  public class RestartException : Exception {
    /// <summary>What kind of failure it is.</summary>
    public Status Status { get; }

    /// <summary>A failure with a sentence; without one, the sentence of the status.</summary>
    public RestartException(Status status, string sentence = null)
      : base(string.IsNullOrEmpty(sentence) ? Library.StatusText(status) : sentence) {
      Status = status;
    }
  }

  /// <summary><see cref="Sampler.Stop"/> was called. The run can be continued.</summary>
  public sealed class StoppedException : OperationCanceledException {
    internal StoppedException(string sentence) : base(sentence) {
    }
  }
}
