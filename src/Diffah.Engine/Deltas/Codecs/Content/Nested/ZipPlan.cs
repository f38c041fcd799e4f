using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>Puts a zip archive together.</summary>
internal sealed class ZipPlan(
    ReadOnlyMemory<byte> skeleton, IReadOnlyList<ZipMember> members, IReadOnlyList<ZipWay> ways) : NestedPlan
{
    public override int PartCount => 1 + members.Count;

    public override int PartLength(int part) => part == 0 ? skeleton.Length : members[part - 1].Entry.Length;

    /// <summary>What is around the members is the same in a file.</summary>
    public bool HasAround(ReadOnlySpan<byte> file)
    {
        var (at, from) = (0, 0);
        foreach (var member in members)
        {
            var around = file[from..member.Start];
            if (!skeleton.Span[at..].StartsWith(around))
                return false;
            (at, from) = (at + around.Length, member.Start + member.Entry.Stored);
        }
        return skeleton.Span[at..].SequenceEqual(file[from..]);
    }

    /// <summary>These members are made, in these ways.</summary>
    public bool Makes(IReadOnlyList<ZipMember> others, IReadOnlyList<ZipWay> theirWays) =>
        members.Select(Place).SequenceEqual(others.Select(Place))
        && ways.Select(Way).SequenceEqual(theirWays.Select(Way));

    private static (int Start, int Stored, int Length, bool IsDeflated) Place(ZipMember member) =>
        (member.Start, member.Entry.Stored, member.Entry.Length, member.Entry.IsDeflated);

    private static (EncoderProfile Profile, string Recipe) Way(ZipWay way) =>
        (way.Profile, way.Recipe is { } recipe ? Convert.ToHexString(recipe.ToBytes()) : "");

    public override IEnumerable<ReadOnlyMemory<byte>> Rebuild(Func<int, ReadOnlyMemory<byte>> part)
    {
        using var deflater = new PlainDeflater();
        var (at, removed) = (0, 0);
        for (var index = 0; index < members.Count; index++)
        {
            var member = members[index];
            yield return skeleton[at..(member.Start - removed)];
            at = member.Start - removed;
            removed += member.Entry.Stored;
            var content = part(index + 1);
            if (content.Length != member.Entry.Length)
                throw PartRebuilder.Differs();
            foreach (var made in Make(deflater, member, ways[index], content))
                yield return made;
        }
        yield return skeleton[at..];
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Make(
        PlainDeflater deflater, in ZipMember member, ZipWay way, ReadOnlyMemory<byte> content)
    {
        if (!member.Entry.IsDeflated)
            return [content];
        return way.Recipe is { } recipe
            ? Follow(recipe, content, member.Entry.Stored)
            : Deflate(deflater, way.Profile, content, member.Entry.Stored);
    }
}
