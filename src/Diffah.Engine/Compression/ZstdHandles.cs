using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression;

/// <summary>Owns a <c>ZSTD_CCtx</c>.</summary>
internal sealed class ZstdCompressionHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => ZstdNative.FreeCompression(handle) == 0;
}

/// <summary>Owns a <c>ZSTD_DCtx</c>.</summary>
internal sealed class ZstdDecompressionHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => ZstdNative.FreeDecompression(handle) == 0;
}
