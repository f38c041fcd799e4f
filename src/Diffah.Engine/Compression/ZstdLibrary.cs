using System.Reflection;
using System.Runtime.InteropServices;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Compression;

/// <summary>Finds the system's libzstd, and says which version it is.</summary>
public static class ZstdLibrary
{
    /// <summary>The oldest version that is used: 1.5.0.</summary>
    public static readonly Version MinimumVersion = new(1, 5, 0);

    /// <summary>Names a library file to use in place of the system's; for unusual installations.</summary>
    public const string PathVariable = "DIFFAH_LIBZSTD";

    internal const string ImportName = "zstd";

    private static readonly Lazy<(nint Handle, string? Name, Version? Version)> Loaded = new(Load);

    /// <summary>The library's version; null where there is none, or no usable one.</summary>
    public static Version? Version => Loaded.Value.Version;

    /// <summary>The file or soname that was loaded; null where there is none.</summary>
    public static string? Name => Loaded.Value.Name;

    /// <summary>True where a library of a sufficient version is there.</summary>
    public static bool IsAvailable => Version >= MinimumVersion;

    /// <summary>Does nothing where the library is there.</summary>
    /// <exception cref="DiffahException">ZstdUnavailable: missing, or older than <see cref="MinimumVersion"/>.</exception>
    public static void EnsureAvailable()
    {
        if (IsAvailable)
            return;
        var problem = Version is { } old ? $"libzstd {old} ({Name}) is too old: {MinimumVersion} or newer is needed." : "libzstd was not found on this machine.";
        throw new DiffahException(DiffahErrors.ZstdUnavailable, problem);
    }

    /// <summary>
    /// Memory a compression takes, in bytes: the library's own estimate of its tables and buffers, and the tables of
    /// long-distance matching. 0 where the library does not export its estimate.
    /// </summary>
    /// <param name="level">1 to 22.</param>
    /// <param name="windowLog">Window, log2 bytes.</param>
    /// <param name="contentSize">Bytes to be compressed.</param>
    /// <param name="prefixSize">Bytes of the prefix; it is not copied, but the tables cover it.</param>
    internal static unsafe long EstimateMemory(int level, int windowLog, long contentSize, long prefixSize)
    {
        if (!NativeLibrary.TryGetExport(Loaded.Value.Handle, "ZSTD_getCParams", out var getParameters) ||
            !NativeLibrary.TryGetExport(Loaded.Value.Handle, "ZSTD_estimateCStreamSize_usingCParams", out var estimate))
            return 0;
        var parameters = ((delegate* unmanaged<int, ulong, nuint, ZstdNative.CompressionParameters>)getParameters)(level, (ulong)contentSize, (nuint)prefixSize);
        parameters.WindowLog = (uint)Math.Min(windowLog, Math.Max(10, (int)Math.Ceiling(Math.Log2(Math.Max(1, contentSize + prefixSize)))));
        var longDistance = 9L << Math.Max(6, (int)parameters.WindowLog - 7);
        return (long)((delegate* unmanaged<ZstdNative.CompressionParameters, nuint>)estimate)(parameters) + longDistance;
    }

    internal static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name == ImportName ? Loaded.Value.Handle : 0;

    private static (nint, string?, Version?) Load()
    {
        var (handle, name) = SystemLibrary.Load(PathVariable, ["libzstd.so.1", "libzstd.so"], ["libzstd.1.dylib", "libzstd.dylib"], h => ReadVersion(h) is not null);
        return (handle, name, name is null ? null : ReadVersion(handle));
    }

    private static unsafe Version? ReadVersion(nint handle)
    {
        if (!NativeLibrary.TryGetExport(handle, "ZSTD_versionNumber", out var function))
            return null;
        var number = (int)((delegate* unmanaged<uint>)function)();
        return new Version(number / 10000, number / 100 % 100, number % 100);
    }
}
