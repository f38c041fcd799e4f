using System.Runtime.InteropServices;
using ZstdSharp.Unsafe;

namespace Diffah.Libraries.Zstd;

/// <summary>Owns a <c>ZSTD_CCtx</c>. Its memory is not the garbage collector's.</summary>
internal sealed unsafe class ZstdCompressionHandle : SafeHandle
{
    public ZstdCompressionHandle()
        : base(0, ownsHandle: true) => handle = (nint)Methods.ZSTD_createCCtx();

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => Methods.ZSTD_freeCCtx((ZSTD_CCtx_s*)handle) == 0;
}

/// <summary>Owns a <c>ZSTD_DCtx</c>. Its memory is not the garbage collector's.</summary>
internal sealed unsafe class ZstdDecompressionHandle : SafeHandle
{
    public ZstdDecompressionHandle()
        : base(0, ownsHandle: true) => handle = (nint)Methods.ZSTD_createDCtx();

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => Methods.ZSTD_freeDCtx((ZSTD_DCtx_s*)handle) == 0;
}
