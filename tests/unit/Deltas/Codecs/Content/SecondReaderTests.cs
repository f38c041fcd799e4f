using Diffah.Fuzz.Building;
using Diffah.Tests.Support;
using Diffah.Tests.Support.SecondReader;

namespace Diffah.Tests.Deltas.Codecs.Content;

/// <summary>Patches are read by a second reader, which was written from the pages of the format.</summary>
public sealed class SecondReaderTests : IDisposable
{
    private const int Rounds = 40;

    private readonly TemporaryFolder _folder = new();
    private readonly PatchBench _bench;

    public SecondReaderTests() => _bench = new PatchBench(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_contents_come_back(ulong seed)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var pair = ContentPair.Of(Dice.For(seed, "second", round));
            AssertReads(pair.Target, pair.Sources, $"seed {seed}, round {round}");
        }
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("fixed")]
    [InlineData("arm")]
    public void Executables_come_back(string kind)
    {
        var pair = new Executables.ExecutablePair(kind);
        Assert.True(AssertReads(pair.New.Bytes, [pair.Old.Bytes], kind)[8, 1].Left > 0, "nothing is predicted");
    }

    private PatchStreams AssertReads(byte[] target, byte[][] sources, string what)
    {
        var (patch, used) = _bench.Encode(target, sources);
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
