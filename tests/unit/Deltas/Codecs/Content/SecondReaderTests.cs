using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Fuzz.Building;
using Diffah.Tests.Support;
using Diffah.Tests.Support.SecondReader;

namespace Diffah.Tests.Deltas.Codecs.Content;

/// <summary>Patches are read by a second reader, which was written from the pages of the format.</summary>
public sealed class SecondReaderTests : IDisposable
{
    private const int Rounds = 40;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(0, 3)]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(2, 1)]
    [InlineData(2, 5)]
    public void Random_contents_come_back(int models, ulong seed)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var pair = ContentPair.Of(Dice.For(seed, "second", round));
            AssertReads((ModelSize)models, pair.Target, pair.Sources, $"{models}, seed {seed}, round {round}");
        }
    }

    [Theory]
    [InlineData(0, "shared")]
    [InlineData(0, "fixed")]
    [InlineData(0, "arm")]
    [InlineData(1, "shared")]
    [InlineData(1, "fixed")]
    [InlineData(2, "shared")]
    [InlineData(2, "fixed")]
    [InlineData(2, "arm")]
    public void Executables_come_back(int models, string kind)
    {
        var pair = new Executables.ExecutablePair(kind);
        var streams = AssertReads((ModelSize)models, pair.New.Bytes, [pair.Old.Bytes], $"{models}, {kind}");
        Assert.Equal(models != 0, streams.HasModels);
        Assert.True(streams[8, 1].Left > 0, "nothing is predicted");
    }

    private PatchStreams AssertReads(ModelSize models, byte[] target, byte[][] sources, string what)
    {
        var (patch, used) = new PatchBench(_folder.Path, models).Encode(target, sources);
        byte[] made;
        try
        {
            made = ContentReader.Read(patch, used);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidOperationException($"{what}: {e.Message}", e);
        }
        var same = made.AsSpan().CommonPrefixLength(target);
        Assert.True(same == target.Length && same == made.Length, $"{what}: differs at {same} of {target.Length}");
        return PatchStreams.Read(patch);
    }
}
