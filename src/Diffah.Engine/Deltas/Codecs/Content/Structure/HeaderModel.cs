using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>
/// What both sides know when a header is told: the headers of the target so far, and the codecs of its parts.
/// </summary>
internal sealed class HeaderModel
{
    /// <summary>How many headers of the target a header can be told by: the last of each type.</summary>
    public const int MaximumKinds = 4;

    /// <summary>The flag of a data length that is not what the header alone says.</summary>
    public const int LengthFlag = 15;

    /// <summary>The flag of padding that is not zeros.</summary>
    public const int PaddingFlag = 16;

    private readonly List<byte[]> _kinds = [HeaderLayout.Template.ToArray()];

    public HeaderModel()
    {
        var edits = new RecentEdits();
        Parts =
        [
            new TimeCodec(),
            new SizeCodec(),
            new TextCodec(HeaderLayout.Name, edits, followsPrevious: true),
            new TextCodec(HeaderLayout.Link, edits, followsPrevious: false),
            new ShortPartCodec(HeaderLayout.Mode),
            new ShortPartCodec(HeaderLayout.TypePart),
            new TextCodec(HeaderLayout.Prefix, edits, followsPrevious: true),
            new ShortPartCodec(HeaderLayout.Owner),
            new ShortPartCodec(HeaderLayout.Group),
            new ShortPartCodec(HeaderLayout.OwnerName),
            new ShortPartCodec(HeaderLayout.GroupName),
            new ShortPartCodec(HeaderLayout.Devices),
            new ShortPartCodec(HeaderLayout.Magic),
            new ShortPartCodec(HeaderLayout.Trailer),
            new ChecksumCodec(),
        ];
    }

    /// <summary>The parts of a header in the order of their flags, the least significant first.</summary>
    public IHeaderPartCodec[] Parts { get; }

    /// <summary>The last header of each of the last types, the most recent first.</summary>
    public IReadOnlyList<byte[]> Kinds => _kinds;

    /// <summary>The old header that is likely next: the one behind the last that was used.</summary>
    public long NextOld { get; set; }

    /// <summary>Adds a header of the target.</summary>
    /// <param name="block">The header.</param>
    public void Add(ReadOnlySpan<byte> block)
    {
        var type = block[HeaderLayout.Type];
        var index = _kinds.FindIndex(k => k[HeaderLayout.Type] == type);
        if (index < 0)
            index = _kinds.Count < MaximumKinds ? _kinds.Count : MaximumKinds - 1;
        var kept = index < _kinds.Count ? _kinds[index] : new byte[TarHeader.BlockSize];
        if (index < _kinds.Count)
            _kinds.RemoveAt(index);
        block.CopyTo(kept);
        _kinds.Insert(0, kept);
    }
}
