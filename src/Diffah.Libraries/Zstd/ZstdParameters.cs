using ZstdSharp.Unsafe;

namespace Diffah.Libraries.Zstd;

/// <summary>Tells a context how to make a frame.</summary>
internal static unsafe class ZstdParameters
{
    /// <summary>ZSTD_ps_disable.</summary>
    public const int Never = 2;

    /// <summary>ZSTD_c_repcodeResolution.</summary>
    public const ZSTD_cParameter ResolveRepeats = ZSTD_cParameter.ZSTD_c_experimentalParam19;

    /// <summary>ZSTD_c_stableInBuffer.</summary>
    public const ZSTD_cParameter StableInput = ZSTD_cParameter.ZSTD_c_experimentalParam9;

    // ZSTD_c_rsyncable, ZSTD_c_forceMaxWindow and ZSTD_c_blockSplitterLevel: the header names them by macros, which the
    // port has not.
    private const ZSTD_cParameter Rsyncable = ZSTD_cParameter.ZSTD_c_experimentalParam1;
    private const ZSTD_cParameter ForceMaximumWindow = ZSTD_cParameter.ZSTD_c_experimentalParam3;
    private const ZSTD_cParameter SplitLevel = ZSTD_cParameter.ZSTD_c_experimentalParam20;

    /// <summary>Applies settings to a context that is new.</summary>
    /// <exception cref="ZstdFaultException">A setting is out of range.</exception>
    public static void Apply(ZSTD_CCtx_s* context, ZstdFrameSettings settings)
    {
        Set(context, ZSTD_cParameter.ZSTD_c_compressionLevel, settings.Level);
        if (settings.WindowLog is { } log)
            Set(context, ZSTD_cParameter.ZSTD_c_windowLog, log);
        if (settings.LongDistanceMatching)
            Set(context, ZSTD_cParameter.ZSTD_c_enableLongDistanceMatching, 1);
        if (settings.IsBefore157)
            ApplyBefore157(context, settings);
        if (settings.WorksInJobs)
            Set(context, ZSTD_cParameter.ZSTD_c_nbWorkers, 1);
        if (settings.IsRsyncable)
            Set(context, Rsyncable, 1);
        if (settings.ContentSize is { } size)
            ZstdLibrary.Check(Methods.ZSTD_CCtx_setPledgedSrcSize(context, (ulong)size));
    }

    private static void ApplyBefore157(ZSTD_CCtx_s* context, ZstdFrameSettings settings)
    {
        // The hash table of long matches, by the window, and others.
        const int windowToHash = 7;
        const int smallestHash = 6;
        const int bucket = 3;
        const int shortest = 64;
        Set(context, SplitLevel, 1);
        if (!settings.LongDistanceMatching)
            return;
        var log = FarWindowLog(settings);
        var hash = Math.Max(smallestHash, log - windowToHash);
        Set(context, ZSTD_cParameter.ZSTD_c_ldmHashLog, hash);
        Set(context, ZSTD_cParameter.ZSTD_c_ldmHashRateLog, Math.Max(0, log - hash));
        Set(context, ZSTD_cParameter.ZSTD_c_ldmBucketSizeLog, bucket);
        Set(context, ZSTD_cParameter.ZSTD_c_ldmMinMatch, shortest);
    }

    /// <summary>Applies settings to a context that is to encode jobs which somebody else cuts.</summary>
    /// <exception cref="ZstdFaultException">A setting is out of range.</exception>
    public static void ApplyToJobs(ZSTD_CCtx_s* context, ZstdFrameSettings settings)
    {
        Apply(context, settings with { ContentSize = null });
        // A job's own size would make other tables than the frame's.
        var frame = OfFrame(settings);
        Set(context, ZSTD_cParameter.ZSTD_c_windowLog, (int)frame.windowLog);
        Set(context, ZSTD_cParameter.ZSTD_c_hashLog, (int)frame.hashLog);
        Set(context, ZSTD_cParameter.ZSTD_c_chainLog, (int)frame.chainLog);
        Set(context, ZSTD_cParameter.ZSTD_c_searchLog, (int)frame.searchLog);
        Set(context, ZSTD_cParameter.ZSTD_c_minMatch, (int)frame.minMatch);
        Set(context, ZSTD_cParameter.ZSTD_c_targetLength, (int)frame.targetLength);
        Set(context, ZSTD_cParameter.ZSTD_c_strategy, (int)frame.strategy);
        // The content before a job is nothing that outlives the window, and the job lies behind it in memory.
        Set(context, ForceMaximumWindow, 1);
        Set(context, StableInput, 1);
    }

    /// <summary>The parameters that a frame has, without long-distance matching.</summary>
    public static ZSTD_compressionParameters OfFrame(ZstdFrameSettings settings)
    {
        var size = (ulong)(settings.ContentSize ?? 0);
        var parameters = Methods.ZSTD_getCParams(settings.Level, size, 0);
        if (settings.WindowLog is not { } log)
            return parameters;
        parameters.windowLog = (uint)log;
        return Methods.ZSTD_adjustCParams(parameters, size, 0);
    }

    /// <summary>Window, log2 bytes, of a frame with long-distance matching; at least 10.</summary>
    public static int FarWindowLog(ZstdFrameSettings settings)
    {
        // ZSTD_LDM_DEFAULT_WINDOW_LOG.
        const int window = 27;
        return (int)OfFrame(settings with { WindowLog = settings.WindowLog ?? window }).windowLog;
    }

    /// <summary>Sets one parameter.</summary>
    /// <exception cref="ZstdFaultException">The value is out of range.</exception>
    public static void Set(ZSTD_CCtx_s* context, ZSTD_cParameter parameter, int value) =>
        ZstdLibrary.Check(Methods.ZSTD_CCtx_setParameter(context, parameter, value));
}
