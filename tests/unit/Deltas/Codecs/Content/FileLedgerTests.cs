using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Engine.Deltas.Codecs.Content.Streams;
using Diffah.Engine.Deltas.Codecs.Content.Structure;
using Diffah.Fuzz.Building;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs.Content;

/// <summary>What files are charged with is what the streams of files take.</summary>
public sealed class FileLedgerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, (int)ModelSize.None)]
    [InlineData(2, (int)ModelSize.None)]
    [InlineData(3, (int)ModelSize.None)]
    [InlineData(1, (int)ModelSize.Compact)]
    [InlineData(2, (int)ModelSize.Compact)]
    [InlineData(3, (int)ModelSize.Full)]
    public void Files_pay_all_of_the_streams_that_tell_them(ulong seed, int models)
    {
        var bench = new PatchBench(_folder.Path, (ModelSize)models);
        for (var round = 0; round < 20; round++)
        {
            var dice = Dice.For(seed, "ledger", round);
            var pair = ContentPair.Of(dice);
            var patch = bench.Encode(pair.Target, pair.Sources).Patch;
            var account = bench.Account!;
            using var cursor = new StreamCursor(new MemoryStream(patch), patch.Length);
            var head = PatchHead.Read(cursor);
            Assert.Equal((ModelSize)models != ModelSize.None, head.HasModels);
            var streams = StreamDirectory.Read(cursor, head.HasModels)
                .Where(s => s.Key.Kind != StreamKind.Structure).ToArray();
            var ofFiles = streams.Where(s => s.Key.Group != (byte)FileClass.PaxHeader).Sum(s => s.StoredLength);
            // What is behind the last record is no file.
            if (IsOfFiles(pair.Target))
                Assert.InRange(account.Cost, Math.Max(0, ofFiles - 1), ofFiles);
            else
                Assert.InRange(account.Cost, 0, ofFiles);
            Assert.Equal(account.Origins.Where((_, o) => o != (int)FileOrigin.Unchanged).Sum(o => o.Files),
                account.Files.Length);
            for (var origin = 0; origin < ContentAccount.OriginCount; origin++)
            {
                var files = account.Files.Where(f => f.Origin == (FileOrigin)origin).ToArray();
                if (origin != (int)FileOrigin.Unchanged)
                    Assert.Equal(account.Origins[origin],
                        new OriginAccount(files.Length, files.Sum(f => f.Size), files.Sum(f => f.Cost)));
                else
                    Assert.Equal(0, account.Origins[origin].Cost);
            }
        }
    }

    /// <summary>Whether all that is told by streams of classes is files, or belongs to them.</summary>
    private bool IsOfFiles(byte[] content)
    {
        var path = _folder["content"];
        File.WriteAllBytes(path, content);
        using var map = ContentMap.Read(path, 1, null, default);
        return map.IsTailZero && map.Entries.All(e => e.Name.Type != (byte)'g');
    }
}
