// SPDX-License-Identifier: MIT
// Prints what the binding declares, for test_csharp_abi.py, which writes the class Layout.
using System;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RestartSampler;

static class Abi {
  const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public |
    BindingFlags.DeclaredOnly;

  static string Name(FieldInfo field) {
    var buffer = field.GetCustomAttribute<FixedBufferAttribute>();
    return buffer == null ? field.FieldType.Name : buffer.ElementType.Name + "[" + buffer.Length +
      "]";
  }

  static void Signature(string kind, string name, MethodInfo method) =>
    Console.WriteLine(kind + " " + name + " " + method.ReturnType.Name + " " +
      string.Join(" ", method.GetParameters().Select(p => p.ParameterType.Name)));

  static void Function(MethodInfo method) {
    var import = method.GetCustomAttribute<DllImportAttribute>();
    if (import.CallingConvention != CallingConvention.Cdecl)
      throw new Exception(method.Name + " is not Cdecl");
    Signature("function", import.Value + ":" + method.Name, method);
  }

  static void Type(Type type) {
    if (typeof(Delegate).IsAssignableFrom(type)) {
      var attribute = type.GetCustomAttribute<UnmanagedFunctionPointerAttribute>();
      if (attribute.CallingConvention != CallingConvention.Cdecl)
        throw new Exception(type.Name + " is not Cdecl");
      Signature("callback", type.Name, type.GetMethod("Invoke"));
    } else {
      foreach (FieldInfo field in type.GetFields(All).OrderBy(f => f.MetadataToken))
        Console.WriteLine("field " + type.Name + " " + field.Name + " " + Name(field));
    }
  }

  static void Main() {
    foreach (MethodInfo method in typeof(Native).GetMethods(All))
      Function(method);
    foreach (Type type in typeof(Native).GetNestedTypes())
      Type(type);
    foreach (Type type in typeof(Native).Assembly.GetTypes().Where(t => t.IsEnum))
      foreach (object value in Enum.GetValues(type))
        Console.WriteLine("enum " + type.Name + " " + value + " " + (int)value);
    Console.WriteLine("constant RS_TORCH_DIMS_MAX " + Native.RS_TORCH_DIMS_MAX);
    Layout.Print();
  }

  internal static void Print(string name, long value) =>
    Console.WriteLine("layout " + name + " " + value);
}
