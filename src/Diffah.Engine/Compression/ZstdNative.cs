using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression;

/// <summary>The part of libzstd's stable interface that is used (zstd.h, 1.5).</summary>
internal static unsafe partial class ZstdNative
{
    private const string Lib = ZstdLibrary.ImportName;

    static ZstdNative() => NativeLibrary.SetDllImportResolver(typeof(ZstdNative).Assembly, ZstdLibrary.Resolve);

    public enum CParameter
    {
        CompressionLevel = 100,
        WindowLog = 101,
        EnableLongDistanceMatching = 160,
        ContentSizeFlag = 200,
        ChecksumFlag = 201,
    }

    public enum DParameter
    {
        WindowLogMax = 100,
    }

    public enum EndDirective
    {
        Continue = 0,
        End = 2,
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct InBuffer
    {
        public void* Source;
        public nuint Size;
        public nuint Position;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct OutBuffer
    {
        public void* Destination;
        public nuint Size;
        public nuint Position;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct CompressionParameters
    {
        public uint WindowLog;
        public uint ChainLog;
        public uint HashLog;
        public uint SearchLog;
        public uint MinMatch;
        public uint TargetLength;
        public int Strategy;
    }

    [LibraryImport(Lib, EntryPoint = "ZSTD_createCCtx")]
    public static partial ZstdCompressionHandle CreateCompression();

    [LibraryImport(Lib, EntryPoint = "ZSTD_freeCCtx")]
    public static partial nuint FreeCompression(nint context);

    [LibraryImport(Lib, EntryPoint = "ZSTD_CCtx_setParameter")]
    public static partial nuint SetParameter(ZstdCompressionHandle context, CParameter parameter, int value);

    [LibraryImport(Lib, EntryPoint = "ZSTD_CCtx_setPledgedSrcSize")]
    public static partial nuint SetPledgedSize(ZstdCompressionHandle context, ulong size);

    [LibraryImport(Lib, EntryPoint = "ZSTD_CCtx_refPrefix")]
    public static partial nuint ReferencePrefix(ZstdCompressionHandle context, void* prefix, nuint size);

    [LibraryImport(Lib, EntryPoint = "ZSTD_compressStream2")]
    public static partial nuint CompressStream(ZstdCompressionHandle context, OutBuffer* output, InBuffer* input, EndDirective end);

    [LibraryImport(Lib, EntryPoint = "ZSTD_createDCtx")]
    public static partial ZstdDecompressionHandle CreateDecompression();

    [LibraryImport(Lib, EntryPoint = "ZSTD_freeDCtx")]
    public static partial nuint FreeDecompression(nint context);

    [LibraryImport(Lib, EntryPoint = "ZSTD_DCtx_setParameter")]
    public static partial nuint SetParameter(ZstdDecompressionHandle context, DParameter parameter, int value);

    [LibraryImport(Lib, EntryPoint = "ZSTD_DCtx_refPrefix")]
    public static partial nuint ReferencePrefix(ZstdDecompressionHandle context, void* prefix, nuint size);

    [LibraryImport(Lib, EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint DecompressStream(ZstdDecompressionHandle context, OutBuffer* output, InBuffer* input);

    [LibraryImport(Lib, EntryPoint = "ZSTD_isError")]
    public static partial uint IsError(nuint code);

    [LibraryImport(Lib, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint GetErrorName(nuint code);

    /// <summary>The text of an error code; null where the code is no error.</summary>
    public static string? ErrorText(nuint code) => IsError(code) == 0 ? null : Marshal.PtrToStringUTF8(GetErrorName(code));
}
