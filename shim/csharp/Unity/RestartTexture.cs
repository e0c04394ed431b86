// SPDX-License-Identifier: MIT
using System.IO;
using RestartSampler;
using UnityEngine;

/// <summary>Gives the object's material a texture that is made while the game runs: a variation of
/// a picture, which tiles, or a sample of a network. The material shows how it comes about.
/// </summary>
[AddComponentMenu("Rendering/Restart Texture")]
[RequireComponent(typeof(Renderer))]
public sealed class RestartTexture : MonoBehaviour {
  [Tooltip("The picture to vary. Read/Write must be enabled in its import settings.")]
  public Texture2D exemplar;

  [Tooltip("Without an exemplar: a TorchScript file, its path within StreamingAssets.")]
  public string torchScript = "";

  [Tooltip("The same seed gives the same texture.")]
  public int seed;

  [Tooltip("Size of the texture, 4 to 4096; 0: that of the exemplar.")]
  public Vector2Int size;

  [Range(1, 8)]
  [Tooltip("Threads that work on it.")]
  public int threads = 1;

  TextureGenerator generator;
  Texture2D texture;
  Material material;
  byte[] rgba;
  bool reported;

  /// <summary>Null before Start.</summary>
  public TextureGenerator Generator => generator;

  /// <summary>Begins anew with the fields as they are now.</summary>
  public void Generate() {
    generator?.Dispose();
    reported = false;
    var settings = new TextureSettings {
      Width = size.x, Height = size.y, Seed = unchecked((ulong)seed), Threads = threads,
      Flip = exemplar == null
    };
    generator = exemplar == null
      ? TextureGenerator.FromTorchScript(
          Path.Combine(Application.streamingAssetsPath, torchScript), settings)
      : TextureGenerator.FromExemplar(Rgb(exemplar), exemplar.width, exemplar.height, settings);
  }

  void Start() => Generate();

  void Update() {
    if (generator == null)
      return;
    if (generator.TryTake(ref rgba))
      Show();
    if (generator.State == TextureState.Failed && !reported) {
      reported = true;
      Debug.LogException(generator.Error, this);
    }
  }

  void OnDestroy() {
    generator?.Dispose();
    if (texture != null)
      Destroy(texture);
    if (material != null)
      Destroy(material);
  }

  void Show() {
    if (texture == null || texture.width != generator.Width ||
        texture.height != generator.Height) {
      if (texture != null)
        Destroy(texture);
      texture = new Texture2D(generator.Width, generator.Height, TextureFormat.RGBA32, false) {
        wrapMode = TextureWrapMode.Repeat
      };
      // The object's own copy, which Unity makes here and does not destroy.
      material = GetComponent<Renderer>().material;
      material.mainTexture = texture;
    }
    texture.LoadRawTextureData(rgba);
    texture.Apply();
  }

  /// <summary>The lower row first, as Texture2D has it both ways.</summary>
  static byte[] Rgb(Texture2D picture) {
    Color32[] pixels = picture.GetPixels32();
    var rgb = new byte[3 * pixels.Length];
    for (int i = 0; i < pixels.Length; i++) {
      rgb[3 * i] = pixels[i].r;
      rgb[3 * i + 1] = pixels[i].g;
      rgb[3 * i + 2] = pixels[i].b;
    }
    return rgb;
  }
}
