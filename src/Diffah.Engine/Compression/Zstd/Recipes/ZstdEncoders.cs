using System.Buffers;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Engine.Compression.Zstd.Go;
using Diffah.Engine.Compression.Zstd.Libzstd;
using Diffah.Engine.Compression.Zstd.Tokens;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>The encoders of all families.</summary>
internal sealed class ZstdEncoders : IZstdEncoders
{
    // The first blocks of such encoders are often those of others.
    private const int SlowProbeBlocks = 12;

    private ZstdEncoders()
    {
    }

    /// <summary>The only one.</summary>
    public static ZstdEncoders Known { get; } = new();

    /// <inheritdoc/>
    public IEnumerable<ZstdProfile> Candidates(ZstdFrameHeader header, long contentLength)
    {
        var libzstd = LibzstdEncoders.Candidates(header, contentLength);
        return IsOfGo(header, contentLength)
            ? GoEncoders.Profiles().Concat(libzstd)
            : libzstd.Concat(GoEncoders.Profiles());
    }

    /// <inheritdoc/>
    public bool IsKnown(ZstdProfile profile) => GoEncoders.IsKnown(profile) || LibzstdEncoders.IsKnown(profile);

    /// <inheritdoc/>
    public string NameOf(ZstdProfile profile) =>
        GoEncoders.IsKnown(profile) ? GoEncoders.NameOf(profile) : LibzstdEncoders.NameOf(profile) ?? "unknown";

    /// <inheritdoc/>
    public ZstdProfile ProbeOf(ZstdProfile profile)
    {
        // Jobs come out whole.
        var known = LibzstdProfile.Of(profile);
        return known is { } jobs && jobs.Has(LibzstdModes.InJobs)
            ? (jobs with { Modes = jobs.Modes & LibzstdModes.LongDistance }).ToProfile()
            : profile;
    }

    /// <inheritdoc/>
    public bool IsSlow(ZstdProfile profile) =>
        LibzstdProfile.Of(profile) is { Level: >= LibzstdEncoders.FirstOptimal };

    /// <inheritdoc/>
    public int ProbeBlocks(ZstdProfile profile) => LibzstdProfile.Of(profile) switch
    {
        // Where a block ends depends on how much content is at hand, which is more in a job than elsewhere.
        { Release: LibzstdRelease.Splitting } => 1,
        { Level: >= LibzstdEncoders.FirstOptimal } => SlowProbeBlocks,
        _ => 1,
    };

    /// <inheritdoc/>
    public FrameSetup SetupOf(ZstdProfile profile, ZstdFrameHeader header, long contentLength) =>
        profile.Family switch
        {
            ZstdFamily.Go => GoEncoders.SetupOf(profile, header),
            ZstdFamily.Libzstd => FrameSetup.Of(LibzstdEncoders.SetupBytes(profile, header, contentLength)),
            _ => default,
        };

    /// <inheritdoc/>
    public long TokensSetup(bool needsReference) => ZstdTokenPayload.SetupBytes(needsReference);

    /// <inheritdoc/>
    public ZstdFrameEncoder Create(
        ZstdProfile profile, ZstdFrameHeader header, long contentLength, IBufferWriter<byte> output) =>
        profile.Family switch
        {
            ZstdFamily.Go => GoEncoders.Create(profile, header, output),
            ZstdFamily.Libzstd => LibzstdEncoders.Create(profile, header, contentLength, output),
            _ => throw new RecipeRefusedException(
                RecipeRefusal.RecipeUnknown, "The recipe of a zstd stream names an encoder that is not known."),
        };

    /// <inheritdoc/>
    public TokensPart? FindTokens(
        Stream frame, Stream content, SharedReference? reference, CancellationToken cancellationToken)
    {
        try
        {
            var payload = ZstdTokenWriter.Write(frame, content, reference, cancellationToken);
            return new TokensPart(payload.ToBytes(), payload.NeedsReference, content.Length);
        }
        catch (RecipeRefusedException)
        {
            return null; // it is told as it stands, where that pays
        }
    }

    /// <inheritdoc/>
    public Stream OpenTokens(TokensPart part, Stream content, SharedReference? reference) =>
        new ZstdTokenStream(ZstdTokenPayload.Read(part.Payload), content, reference);

    /// <summary>Go's encoder is likelier: it does not say how long a content is that comes in pieces.</summary>
    private static bool IsOfGo(ZstdFrameHeader header, long contentLength) => header.HasChecksum
        && (header.ContentSize is null || contentLength <= BlockPlace.MaximumContent)
        && (contentLength <= BlockPlace.MaximumContent || header.WindowSize >= 4 << 20);
}
