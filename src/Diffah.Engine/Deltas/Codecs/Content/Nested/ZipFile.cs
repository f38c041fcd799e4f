using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>A zip archive, of which data of entries is cut out.</summary>
internal sealed class ZipFile : NestedFile
{
    private readonly ZipMember[] _members;

    public ZipFile(ZipMember[] members) => _members = members;

    public override int PartCount => 1 + _members.Length;

    /// <summary>What is cut out, from front to back.</summary>
    public ReadOnlySpan<ZipMember> Members => _members;

    /// <summary>Cuts out all that can be; null where that is nothing.</summary>
    public static ZipFile? Find(ReadOnlySpan<byte> file)
    {
        if (ZipDirectory.Find(file, 0) is not { } directory)
            return null;
        var members = new List<ZipMember>();
        var walk = new ZipWalk(directory, file, isSkeleton: false);
        while (walk.Next(out var member))
        {
            members.Add(member);
            walk.Cut(member);
        }
        return members.Count == 0 ? null : new([.. members]);
    }

    public override byte[] ReadPart(ReadOnlySpan<byte> file, int part, SpanInflater inflater)
    {
        if (part == 0)
            return ReadSkeleton(file);
        var member = _members[part - 1];
        var data = file.Slice(member.Start, member.Entry.Stored);
        return Inflate(member, data, inflater) ?? data.ToArray();
    }

    public override int BytesOf(int part) =>
        part == 0 ? 0 : Math.Max(_members[part - 1].Entry.Stored, _members[part - 1].Entry.Length);

    public override ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> file, int part) => part == 0
        ? default
        : file.Slice(_members[part - 1].Entry.Name, _members[part - 1].Entry.NameLength);

    /// <summary>The content of an entry; null where its data is not just what the directory says.</summary>
    public static byte[]? Inflate(in ZipMember member, ReadOnlySpan<byte> data, SpanInflater inflater)
    {
        if (!member.Entry.IsDeflated)
            return data.ToArray();
        var content = GC.AllocateUninitializedArray<byte>(member.Entry.Length);
        var result = inflater.Inflate(data, content);
        return result.State == InflateState.Complete && result.Used == data.Length && result.Length == content.Length
            ? content
            : null;
    }

    private byte[] ReadSkeleton(ReadOnlySpan<byte> file)
    {
        var skeleton = new byte[file.Length - _members.Sum(m => m.Entry.Stored)];
        var (from, to) = (0, 0);
        foreach (var member in _members)
        {
            file[from..member.Start].CopyTo(skeleton.AsSpan(to));
            to += member.Start - from;
            from = member.Start + member.Entry.Stored;
        }
        file[from..].CopyTo(skeleton.AsSpan(to));
        return skeleton;
    }
}
