using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Engine.Deltas.Codecs.Content.Streams;
using Diffah.Fuzz.Building;
using Diffah.Tests.Deltas.Codecs.Content.Executables;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs.Content;

/// <summary>The pairs that laws are tried on have all that a patch can say: else the laws say little.</summary>
public sealed class ContentCoverageTests
{
    private static readonly StreamKind[] OfModels =
    [
        StreamKind.Structure, StreamKind.Adds, StreamKind.Corrections, StreamKind.Literals, StreamKind.Layouts,
        StreamKind.Nestings, StreamKind.Descriptions,
    ];

    [Theory]
    [InlineData((int)ModelSize.None)]
    [InlineData((int)ModelSize.Compact)]
    [InlineData((int)ModelSize.Full)]
    public void The_pairs_of_the_laws_have_every_kind_of_stream_and_of_data(int models)
    {
        using var folder = new TemporaryFolder();
        var bench = new PatchBench(folder.Path, (ModelSize)models);
        var codings = new HashSet<StreamCoding>();
        var (streams, kinds) = (new HashSet<StreamKind>(), new HashSet<byte>());
        var flags = FileFlags.None;
        for (var round = 0; round < 60; round++)
        {
            var (old, now) = (new ExecutableObject("shared-1").Bytes, new ExecutableObject("shared-2").Bytes);
            var pair = ContentPair.Of(Dice.For(1, "coverage", round), (old, now));
            var patch = bench.Encode(pair.Target, pair.Sources).Patch;
            codings.UnionWith(Codings(patch));
            var parts = PatchParts.Of(patch);
            streams.UnionWith(parts.Streams.Keys.Select(k => k.Kind));
            kinds.UnionWith(parts.Streams.GetValueOrDefault(StructureStreams.Kinds) ?? []);
            foreach (var (key, bytes) in parts.Streams.Where(s => s.Key.Kind == StreamKind.Descriptions))
                flags |= (FileFlags)bytes[0];
        }
        Assert.Equal(
            (ModelSize)models == ModelSize.None ? Enum.GetValues<StreamKind>() : OfModels, streams.Order());
        Assert.Equal(
            (ModelSize)models == ModelSize.None
                ? [StreamCoding.Raw, StreamCoding.Zstd]
                : [StreamCoding.Raw, StreamCoding.Mixed, StreamCoding.Modelled],
            codings.Order());
        Assert.Superset(
            new HashSet<byte> { DataKind.SameAsBase, DataKind.Old, DataKind.Repeated, DataKind.Coded }, kinds);
        Assert.Equal(FileFlags.All, flags);
    }

    private static IEnumerable<StreamCoding> Codings(byte[] patch)
    {
        using var cursor = new StreamCursor(new MemoryStream(patch), patch.Length);
        return StreamDirectory.Read(cursor, PatchHead.Read(cursor).HasModels).Select(s => s.Coding);
    }
}
