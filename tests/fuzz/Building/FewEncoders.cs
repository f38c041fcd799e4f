using System.Buffers;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Engine.Compression.Zstd.Recipes;
using Diffah.Engine.Compression.Zstd.Tokens;

namespace Diffah.Fuzz.Building;

/// <summary>The encoders there are, of which few are looked for: the tables of all would be hundreds of MiB for each
/// frame that nobody makes.</summary>
internal sealed class FewEncoders : IZstdEncoders
{
    private const int HighestLevel = 3;
    private const int Most = 10;

    private static readonly IZstdEncoders Known = ZstdEncoders.Known;

    public IEnumerable<ZstdProfile> Candidates(ZstdFrameHeader header, long contentLength) =>
        Known.Candidates(header, contentLength).Where(p => p.Level <= HighestLevel).Take(Most);

    public bool IsKnown(ZstdProfile profile) => Known.IsKnown(profile);

    public string NameOf(ZstdProfile profile) => Known.NameOf(profile);

    public ZstdProfile ProbeOf(ZstdProfile profile) => Known.ProbeOf(profile);

    public FrameSetup SetupOf(ZstdProfile profile, ZstdFrameHeader header, long contentLength) =>
        Known.SetupOf(profile, header, contentLength);

    public long TokensSetup(bool needsReference) => Known.TokensSetup(needsReference);

    public ZstdFrameEncoder Create(
        ZstdProfile profile, ZstdFrameHeader header, long contentLength, IBufferWriter<byte> output) =>
        Known.Create(profile, header, contentLength, output);

    public TokensPart? FindTokens(
        Stream frame, Stream content, SharedReference? reference, CancellationToken cancellationToken) =>
        Known.FindTokens(frame, content, reference, cancellationToken);

    public Stream OpenTokens(TokensPart part, Stream content, SharedReference? reference) =>
        Known.OpenTokens(part, content, reference);
}
