using ZstdSharp.Unsafe;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// The zstd that is built in: a port of libzstd to C#, which gives the bytes that libzstd of the same version gives.
/// </summary>
internal static class ZstdLibrary
{
    /// <summary>The version of libzstd that it is a port of.</summary>
    public static string Version => Methods.ZSTD_versionString();

    /// <summary>
    /// Memory a compression takes, in bytes: zstd's own estimate of its tables and buffers, and the tables of
    /// long-distance matching.
    /// </summary>
    /// <param name="level">1 to 22.</param>
    /// <param name="windowLog">Window, log2 bytes.</param>
    /// <param name="contentSize">Bytes to be compressed.</param>
    /// <param name="prefixSize">Bytes of the prefix; it is not copied, but the tables cover it.</param>
    public static long EstimateMemory(int level, int windowLog, long contentSize, long prefixSize)
    {
        var parameters = Methods.ZSTD_getCParams(level, (ulong)contentSize, (nuint)prefixSize);
        parameters.windowLog = (uint)Math.Min(
            windowLog, Math.Max(10, (int)Math.Ceiling(Math.Log2(Math.Max(1, contentSize + prefixSize)))));
        var longDistance = 9L << Math.Max(6, (int)parameters.windowLog - 7);
        return (long)Methods.ZSTD_estimateCStreamSize_usingCParams(parameters) + longDistance;
    }

    /// <summary>What a frame's settings come to, without long-distance matching.</summary>
    /// <returns>The window, log2 bytes, and the strategy, 1 to 9 from fast to btultra2.</returns>
    public static (int WindowLog, int Strategy) FrameOf(ZstdFrameSettings settings)
    {
        var parameters = ZstdParameters.OfFrame(settings);
        return ((int)parameters.windowLog, (int)parameters.strategy);
    }

    /// <summary>Bytes of tables that are cleared before a frame begins, at most.</summary>
    public static long TableBytesOf(ZstdFrameSettings settings)
    {
        // ZSTD_HASHLOG3_MAX, where matches may be so short.
        const int shortLog = 17;
        const int shortMatch = 3;
        // Of long-distance matching what an entry takes, and how much less there are than bytes of the window: the
        // least of all strategies.
        const long farEntry = 9;
        const int farRate = 4;
        const int farRateBefore157 = 7;
        var frame = ZstdParameters.OfFrame(settings);
        var entries = (1L << (int)frame.hashLog) + (1L << (int)frame.chainLog);
        if (frame.minMatch == shortMatch)
            entries += 1L << Math.Min(shortLog, (int)frame.windowLog);
        var far = 0L;
        if (settings.LongDistanceMatching)
            far = farEntry << (ZstdParameters.FarWindowLog(settings)
                - (settings.IsBefore157 ? farRateBefore157 : farRate));
        return (entries * sizeof(uint)) + far;
    }

    /// <summary>Gives a result back, or says what went wrong.</summary>
    /// <exception cref="ZstdFaultException">The result is an error.</exception>
    internal static nuint Check(nuint result) =>
        Methods.ZSTD_isError(result) ? throw new ZstdFaultException(Methods.ZSTD_getErrorName(result)) : result;
}

/// <summary>zstd could not do what was asked.</summary>
/// <param name="message">Why, in zstd's words.</param>
/// <param name="inner">What it comes from, or null.</param>
internal sealed class ZstdFaultException(string message, Exception? inner = null) : Exception(message, inner);
