using System.Buffers;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Engine.Compression.Zstd.Recipes;

namespace Diffah.Tests.Compression.Zstd.Recipes;

/// <summary>Encoders that are simple enough to be known right: none finds a match.</summary>
internal sealed class PlainEncoders : IZstdEncoders
{
    /// <summary>Writes all as it is.</summary>
    public static ZstdProfile Raw { get; } = new(ZstdFamily.Go, 200, 1);

    /// <summary>Writes a block of one byte as that.</summary>
    public static ZstdProfile Runs { get; } = new(ZstdFamily.Go, 200, 2);

    public int Begun { get; private set; }

    public IEnumerable<ZstdProfile> Candidates(ZstdFrameHeader header, long contentLength) => [Raw, Runs];

    public bool IsKnown(ZstdProfile profile) => profile == Raw || profile == Runs;

    public string NameOf(ZstdProfile profile) => IsKnown(profile) ? $"plain {profile.Level}" : "unknown";

    public ZstdFrameEncoder Create(
        ZstdProfile profile, ZstdFrameHeader header, long contentLength, IBufferWriter<byte> output)
    {
        Begun++;
        return IsKnown(profile) ? new Encoder(output, profile == Runs)
            : throw new RecipeRefusedException(RecipeRefusal.RecipeUnknown, "There is no such encoder.");
    }

    private sealed class Encoder(IBufferWriter<byte> output, bool hasRuns) : ZstdFrameEncoder(output)
    {
        private readonly byte[] _block = new byte[128 * 1024];
        private int _filled;
        private bool _hasEnded;

        public override void Write(ReadOnlySpan<byte> content)
        {
            foreach (var next in content)
            {
                if (_filled == _block.Length)
                    Flush(isLast: false);
                _block[_filled++] = next;
            }
        }

        public override void EndBlock()
        {
            if (_filled > 0)
                Flush(isLast: false);
        }

        public override void Finish()
        {
            Assert.False(_hasEnded);
            _hasEnded = true;
            Flush(isLast: true);
        }

        public override bool Replace(ReadOnlySpan<byte> block) => true;

        private void Flush(bool isLast)
        {
            Output.Write(StreamMaker.Block(_block.AsSpan(0, _filled), isLast, hasRuns));
            _filled = 0;
        }
    }
}
