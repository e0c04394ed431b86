// SPDX-License-Identifier: MIT
// What RestartTexture.cs uses of Unity, so that it can be compiled and driven where there is no
// Unity. Written for this test; it does what the test needs and no more.
using System;
using System.Reflection;

namespace UnityEngine {
  public class Object {
    public bool Destroyed { get; private set; }

    public static void Destroy(Object obj) => obj.Destroyed = true;
  }

  public class Component : Object { }

  public class MonoBehaviour : Component {
    public readonly Renderer Attached = new Renderer();

    public T GetComponent<T>() where T : Component => (T)(Component)Attached;

    /// <summary>Calls one of the methods that Unity calls by name.</summary>
    public void Send(string message) =>
      GetType().GetMethod(message, BindingFlags.Instance | BindingFlags.NonPublic)
        .Invoke(this, null);
  }

  public class Renderer : Component {
    public Material material { get; } = new Material();
  }

  public class Material : Object {
    public Texture2D mainTexture { get; set; }
  }

  public struct Color32 {
    public byte r, g, b, a;
  }

  public struct Vector2Int {
    public int x, y;
  }

  public enum TextureFormat { RGBA32 = 4 }

  public enum TextureWrapMode { Repeat = 0 }

  public class Texture2D : Object {
    public int width, height, Uploads;
    public byte[] Data;
    public TextureWrapMode wrapMode { get; set; }

    public Texture2D(int width, int height, TextureFormat format, bool mipChain) {
      this.width = width;
      this.height = height;
    }

    public void LoadRawTextureData(byte[] data) {
      if (data.Length != 4 * width * height)
        throw new InvalidOperationException("LoadRawTextureData: not the size of the texture");
      Data = (byte[])data.Clone();
    }

    public void Apply() => Uploads++;

    public Color32[] GetPixels32() {
      var pixels = new Color32[width * height];
      for (int i = 0; i < pixels.Length; i++)
        pixels[i] = new Color32 { r = Data[4 * i], g = Data[4 * i + 1], b = Data[4 * i + 2] };
      return pixels;
    }
  }

  public static class Debug {
    public static Exception Logged;

    public static void LogException(Exception exception, Object context) => Logged = exception;
  }

  public static class Application {
    public static string streamingAssetsPath = "";
  }

  [AttributeUsage(AttributeTargets.Class)]
  public sealed class AddComponentMenu : Attribute {
    public AddComponentMenu(string menuName) {
    }
  }

  [AttributeUsage(AttributeTargets.Class)]
  public sealed class RequireComponent : Attribute {
    public RequireComponent(Type requiredComponent) {
    }
  }

  [AttributeUsage(AttributeTargets.Field)]
  public sealed class TooltipAttribute : Attribute {
    public TooltipAttribute(string tooltip) {
    }
  }

  [AttributeUsage(AttributeTargets.Field)]
  public sealed class RangeAttribute : Attribute {
    public RangeAttribute(float min, float max) {
    }
  }
}
