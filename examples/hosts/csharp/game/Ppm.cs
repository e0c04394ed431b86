// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

/// <summary>Pictures in files: binary PPM, which every picture program reads and writes.</summary>
static class Ppm {
  internal static Picture Read(string path) {
    byte[] file = File.ReadAllBytes(path);
    int at = 0;
    string magic = Word(file, ref at);
    int width = Number(file, ref at), height = Number(file, ref at), most = Number(file, ref at);
    var picture = new Picture(width, height);
    if (magic != "P6" || most != 255 || file.Length - at < picture.Rgb.Length)
      throw new InvalidDataException(path + " is no binary PPM of 8 bits");
    Array.Copy(file, at, picture.Rgb, 0, picture.Rgb.Length);
    return picture;
  }

  static string Word(byte[] file, ref int at) {
    int begin = at;
    while (at < file.Length && file[at] > ' ')
      at++;
    return Encoding.ASCII.GetString(file, begin, at++ - begin);
  }

  static int Number(byte[] file, ref int at) => int.Parse(Word(file, ref at));

  /// <summary>Writes pictures of one size side by side.</summary>
  internal static void Write(string path, IList<Picture> pictures) {
    int width = pictures.Sum(p => p.Width), height = pictures[0].Height;
    using (FileStream file = File.Create(path)) {
      byte[] head = Encoding.ASCII.GetBytes("P6\n" + width + " " + height + "\n255\n");
      file.Write(head, 0, head.Length);
      for (int row = 0; row < height; row++)
        foreach (Picture p in pictures)
          file.Write(p.Rgb, 3 * row * p.Width, 3 * p.Width);
    }
  }
}
