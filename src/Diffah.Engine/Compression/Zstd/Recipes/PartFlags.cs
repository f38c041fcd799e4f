namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>What kind a part is. Two bits of recipes.</summary>
internal enum PartKind : byte
{
    /// <summary>A <see cref="VerbatimPart"/>.</summary>
    Verbatim = 0,

    /// <summary>A <see cref="FramePart"/>.</summary>
    Frame = 1,

    /// <summary>A <see cref="TokensPart"/>.</summary>
    Tokens = 2,

    /// <summary>A <see cref="ListPart"/>.</summary>
    List = 3,
}

/// <summary>The byte of a recipe that says what kind a part is, and which columns have something of it.</summary>
/// <param name="Value">The byte.</param>
internal readonly record struct PartFlags(byte Value)
{
    private const int KindMask = 3;
    private const int SameProfile = 4;
    private const int SameHeader = 8;
    private const int LengthOfContent = 16;
    private const int Cuts = 32;
    private const int Headers = 32;
    private const int Patches = 64;
    private const int Reference = 128;

    /// <summary>The part's kind.</summary>
    public PartKind Kind => (PartKind)(Value & KindMask);

    /// <summary>An encoder makes it.</summary>
    public bool IsEncoded => Kind is PartKind.Frame or PartKind.List;

    /// <summary>Its encoder is another one than that of the encoded part before.</summary>
    public bool HasOwnProfile => IsEncoded && !Has(SameProfile);

    /// <summary>Its frame's header is another one than that of the encoded part before.</summary>
    public bool HasOwnHeader => IsEncoded && !Has(SameHeader);

    /// <summary>How much content it stands for, the content tells.</summary>
    public bool HasLengthOfContent => Has(LengthOfContent);

    /// <summary>It has blocks that were ended early.</summary>
    public bool HasCuts => Kind == PartKind.Frame && Has(Cuts);

    /// <summary>What it lists, if it is a list.</summary>
    public ListKind ListKind => Has(Headers) ? ListKind.Headers : ListKind.Files;

    /// <summary>It has blocks that its encoder makes otherwise.</summary>
    public bool HasPatches => Has(Patches);

    /// <summary>It needs the reference.</summary>
    public bool NeedsReference => Has(Reference);

    /// <summary>It says nothing that a part of its kind has not.</summary>
    public bool IsValid => (Value & ~Allowed & ~KindMask) == 0;

    private int Allowed => Kind switch
    {
        PartKind.Frame => SameProfile | SameHeader | LengthOfContent | Cuts | Patches,
        PartKind.List => SameProfile | SameHeader | Headers,
        PartKind.Tokens => LengthOfContent | Reference,
        _ => LengthOfContent,
    };

    /// <summary>The byte of a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="isSameProfile">Its encoder is that of the encoded part before.</param>
    /// <param name="isSameHeader">Its frame's header is that of the encoded part before.</param>
    public static PartFlags Of(ZstdPart part, bool isSameProfile, bool isSameHeader)
    {
        var flags = part switch
        {
            TokensPart tokens => (int)PartKind.Tokens | (tokens.NeedsReference ? Reference : 0),
            ListPart list => (int)PartKind.List | (list.Kind == ListKind.Headers ? Headers : 0),
            FramePart frame => (int)PartKind.Frame | (frame.Cuts.Count > 0 ? Cuts : 0)
                | (frame.Patches.Count > 0 ? Patches : 0),
            _ => (int)PartKind.Verbatim,
        };
        flags |= part.ContentLength is null ? LengthOfContent : 0;
        return new((byte)(flags | (isSameProfile ? SameProfile : 0) | (isSameHeader ? SameHeader : 0)));
    }

    private bool Has(int flag) => (Value & flag) != 0;
}
