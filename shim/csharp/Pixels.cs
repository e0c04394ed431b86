// SPDX-License-Identifier: MIT
using System;

namespace RestartSampler {
  /// <summary>Between pictures of bytes and planes of numbers in [-1, 1].</summary>
  public static class Pixels {
    /// <summary>height x width x 3 bytes to 3 x height x width numbers.</summary>
    /// <exception cref="ArgumentException">another number of bytes</exception>
    public static float[] Planes(byte[] rgb, int width, int height) {
      if (rgb == null)
        throw new ArgumentNullException(nameof(rgb));
      if (width < 1 || height < 1 || rgb.LongLength != 3L * width * height)
        throw new ArgumentException(rgb.Length + " bytes are not " + height + " x " + width +
          " x 3", nameof(rgb));
      int count = width * height;
      var planes = new float[3 * count];
      for (int i = 0; i < count; i++)
        for (int c = 0; c < 3; c++)
          planes[c * count + i] = rgb[3 * i + c] / 127.5f - 1;
      return planes;
    }

    /// <summary>Numbers to RGBA32 bytes, row after row, rounded and clipped.</summary>
    /// <param name="planes">channels x height x width: grey, RGB or RGBA</param>
    /// <param name="channels">1, 3 or 4</param>
    /// <param name="width">of the picture</param>
    /// <param name="height">of the picture</param>
    /// <param name="rgba">height x width x 4 bytes, to be filled</param>
    /// <param name="flip">the last row first</param>
    /// <exception cref="ArgumentException">what does not fit</exception>
    public static void ToRgba32(float[] planes, int channels, int width, int height, byte[] rgba,
        bool flip = false) {
      long count = (long)width * height;
      if (channels != 1 && channels != 3 && channels != 4)
        throw new ArgumentException("a picture has 1, 3 or 4 channels, not " + channels);
      if (planes == null || planes.LongLength != channels * count || rgba == null ||
          rgba.LongLength != 4 * count)
        throw new ArgumentException("the arrays are not of " + height + " x " + width);
      for (int row = 0; row < height; row++)
        for (int i = row * width, o = 4 * (flip ? height - 1 - row : row) * width;
             i < (row + 1) * width; i++, o += 4) {
          for (int c = 0; c < 3; c++)
            rgba[o + c] = Byte(planes[(channels == 1 ? 0 : c * (int)count) + i]);
          rgba[o + 3] = channels == 4 ? Byte(planes[3 * (int)count + i]) : (byte)255;
        }
    }

    static byte Byte(float value) {
      float level = (value + 1) * 127.5f + 0.5f;
      return level >= 255 ? (byte)255 : level > 0 ? (byte)level : (byte)0;
    }
  }
}
