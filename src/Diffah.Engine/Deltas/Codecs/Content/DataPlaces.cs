using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>Where data of a content come from.</summary>
/// <param name="Offset">Where they go.</param>
/// <param name="Length">How many bytes they are.</param>
internal readonly record struct DataPlace(long Offset, long Length)
{
    /// <summary>The class that codes them; null where they are not coded.</summary>
    public byte? Class { get; init; }

    /// <summary>The old data that coded ones are expected to be like; -1 for none.</summary>
    public int Base { get; init; }

    /// <summary>The old data that they are; null where they are not.</summary>
    public OldData? Old { get; init; }

    /// <summary>Where in the content the earlier data are that they repeat.</summary>
    public long Earlier { get; init; }
}

/// <summary>Reads where the data of a content's records come from, one after the other.</summary>
/// <param name="streams">The streams of the patch.</param>
/// <param name="sources">What it refers to.</param>
internal sealed class DataPlaces(StreamSetReader streams, SourceSet sources)
{
    private readonly StreamCursor _kinds = streams[StructureStreams.Kinds];
    private readonly StreamCursor _references = streams[StructureStreams.References];
    private readonly List<(long Offset, long Length)> _earlier = [];
    private long _expected;

    /// <summary>Reads where the next data come from.</summary>
    /// <param name="offset">Where they go.</param>
    /// <param name="length">How many bytes they are.</param>
    /// <param name="baseIndex">The old record that the header was told by; -1 for none.</param>
    /// <exception cref="InvalidDataException">The patch is not valid.</exception>
    public DataPlace Next(long offset, long length, int baseIndex)
    {
        var place = new DataPlace(offset, length) { Base = baseIndex };
        if (length == 0)
            return place;
        var kind = _kinds.Take();
        if (kind == DataKind.Repeated)
            return place with { Earlier = TakeEarlier(length) };
        // What repeats is not repeated itself.
        _earlier.Add((offset, length));
        return kind switch
        {
            DataKind.SameAsBase => place with { Old = Find(baseIndex, length) },
            DataKind.Old => place with { Old = Find(unchecked(_expected + _references.TakeSigned()), length) },
            >= DataKind.Coded and < DataKind.Coded + DataKind.Classes =>
                place with { Class = (byte)(kind - DataKind.Coded) },
            _ => throw StreamCursor.Invalid("has data of an unknown kind"),
        };
    }

    private OldData Find(long index, long length)
    {
        if (index < 0 || index >= sources.Count)
            throw StreamCursor.Invalid("refers to old data that are not there");
        _expected = index + 1;
        var old = sources[(int)index];
        return old.Length == length ? old : throw StreamCursor.Invalid("copies old data of another length");
    }

    private long TakeEarlier(long length)
    {
        if (_earlier.Count == 0)
            throw StreamCursor.Invalid("repeats data that are not there");
        var (offset, earlier) = _earlier[_earlier.Count - 1 - (int)_references.TakeNumber(_earlier.Count - 1)];
        return earlier == length ? offset : throw StreamCursor.Invalid("repeats data of another length");
    }
}
