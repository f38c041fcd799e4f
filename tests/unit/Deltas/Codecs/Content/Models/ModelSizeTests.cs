using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Fuzz.Building;
using Diffah.Tests.Deltas.Codecs.Content.Executables;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs.Content.Models;

/// <summary>What models are for: patches that take less.</summary>
public sealed class ModelSizeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("text")]
    [InlineData("program")]
    public void Patches_with_models_take_less_and_with_large_ones_no_more(string kind)
    {
        var (old, now) = kind == "text" ? Texts() : Programs();
        var none = Length(old, now, ModelSize.None);
        var compact = Length(old, now, ModelSize.Compact);
        var full = Length(old, now, ModelSize.Full);
        Assert.InRange(compact, 1, none * 95 / 100);
        Assert.InRange(full, 1, compact * 102 / 100);
    }

    [Theory]
    [InlineData(0, 12)]
    [InlineData(1, 12)]
    [InlineData(100_000, 22)]
    [InlineData(long.MaxValue, 22)]
    public void A_model_is_as_large_as_fits_its_stream(long length, int slotsLog)
    {
        foreach (var isFull in new[] { false, true })
        {
            var head = ModelHead.For(isFull, length);
            Assert.Equal(isFull ? slotsLog : Math.Min(slotsLog, 21), head.SlotsLog);
            Assert.Equal(head, ModelHead.Read(new MemoryStream([head.Value])));
        }
    }

    [Fact]
    public void A_stream_without_a_head_is_no_models() =>
        Assert.Throws<InvalidDataException>(() => ModelHead.Read(Stream.Null));

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(23)]
    [InlineData(0x80)]
    [InlineData(0x80 | 23)]
    [InlineData(0x7F)]
    [InlineData(0xFF)]
    public void Models_of_other_sizes_are_refused(byte head) =>
        Assert.Throws<InvalidDataException>(() => ModelHead.Read(new MemoryStream([head])));

    private long Length(byte[] old, byte[] now, ModelSize models)
    {
        var bench = new PatchBench(_folder.Path, models);
        var (patch, used) = bench.Encode(now, [old]);
        Assert.Equal(now, bench.Decode(patch, used, now.Length));
        return patch.Length;
    }

    private static (byte[] Old, byte[] Now) Texts()
    {
        var old = File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "format.md"));
        var now = File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "content-patch.md"));
        return (ContentPair.Tar("a.md", old), ContentPair.Tar("a.md", [.. old[..9000], .. now, .. old[10_000..]]));
    }

    private static (byte[] Old, byte[] Now) Programs() =>
        (ContentPair.Tar("a", new ExecutableObject("shared-1").Bytes),
            ContentPair.Tar("a", new ExecutableObject("shared-2").Bytes));
}
