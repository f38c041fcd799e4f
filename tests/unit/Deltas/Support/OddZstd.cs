using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Diffah.Tests.Deltas.Support;

/// <summary>The library's encoder with settings that no level has, so that nobody knows it.</summary>
internal static class OddZstd
{
    /// <summary>The zstd stream of a content.</summary>
    public static byte[] Compress(byte[] content)
    {
        using var compressor = new Compressor(7);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_windowLog, 15);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_hashLog, 7);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_chainLog, 8);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_searchLog, 1);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_minMatch, 4);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_strategy, (int)ZSTD_strategy.ZSTD_btopt);
        return compressor.Wrap(content).ToArray();
    }
}
