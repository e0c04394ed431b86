// SPDX-License-Identifier: MIT
using System;

/// <summary>A picture of 24-bit pixels.</summary>
sealed class Picture {
  internal readonly int Width, Height;
  internal readonly byte[] Rgb;

  internal Picture(int width, int height) {
    Width = width;
    Height = height;
    Rgb = new byte[3 * width * height];
  }
}

/// <summary>A floor and a turning cube, both covered with one texture that repeats, so that a seam
/// would be seen; drawn by one ray a pixel.</summary>
sealed class Scene {
  const double Eye = 1.7, Back = -2.7, Middle = 0.7, Half = 0.7, Tile = 1.4;
  internal readonly Picture View = new Picture(320, 180);
  internal byte[] Texture = { 90, 90, 90, 255 };
  internal int TextureWidth = 1, TextureHeight = 1;

  internal void Draw(double angle) {
    double c = Math.Cos(angle), s = Math.Sin(angle);
    Array.Clear(View.Rgb, 0, View.Rgb.Length);
    for (int row = 0; row < View.Height; row++)
      for (int column = 0; column < View.Width; column++) {
        double x = (column - View.Width / 2 + 0.5) / 150, y = (15.5 - row) / 150;
        int pixel = 3 * (row * View.Width + column);
        if (!Cube(pixel, c * x - s, y, s * x + c, -s * Back, c * Back))
          Floor(pixel, x, y);
      }
  }

  /// <summary>In the cube's own axes: the ray (x, y, z) from (ox, ., oz).</summary>
  bool Cube(int pixel, double x, double y, double z, double ox, double oz) {
    double oy = Eye - Middle;
    double nx = (-Math.Sign(x) * Half - ox) / x, ny = (-Math.Sign(y) * Half - oy) / y,
      nz = (-Math.Sign(z) * Half - oz) / z;
    double near = Math.Max(nx, Math.Max(ny, nz));
    double hx = ox + near * x, hy = oy + near * y, hz = oz + near * z;
    double most = Math.Max(Math.Abs(hx), Math.Max(Math.Abs(hy), Math.Abs(hz)));
    if (near <= 0 || most > Half + 1e-9)
      return false;
    if (near == ny)
      Paint(pixel, hx, hz, 1);
    else
      Paint(pixel, near == nx ? hz : hx, hy, near == nx ? 0.55 : 0.8);
    return true;
  }

  void Floor(int pixel, double x, double y) {
    double distance = y < 0 ? Eye / -y : double.PositiveInfinity;
    Paint(pixel, x * distance, Back + distance, Math.Max(0, 0.8 - distance / 14));
  }

  void Paint(int pixel, double u, double v, double light) {
    if (light <= 0)
      return;
    int texel = 4 * (Wrap(v, TextureHeight) * TextureWidth + Wrap(u, TextureWidth));
    for (int k = 0; k < 3; k++)
      View.Rgb[pixel + k] = (byte)(light * Texture[texel + k]);
  }

  static int Wrap(double place, int size) {
    double turns = place / Tile;
    return Math.Min((int)((turns - Math.Floor(turns)) * size), size - 1);
  }
}
