namespace Diffah.Engine.Deltas.Codecs.Content.Streams;

/// <summary>Names a stream of a content patch.</summary>
/// <param name="Group">The column, of <see cref="StreamKind.Structure"/>; else the class of files.</param>
/// <param name="Kind">What it holds.</param>
internal readonly record struct StreamKey(byte Group, StreamKind Kind) : IComparable<StreamKey>
{
    /// <summary>The groups there can be.</summary>
    public const int MaximumGroups = 64;

    /// <summary>How many kinds there are.</summary>
    public static int Kinds { get; } = Enum.GetValues<StreamKind>().Length;

    /// <summary>The order in which streams are stored.</summary>
    /// <param name="other">Another stream.</param>
    public int CompareTo(StreamKey other) => (Kind, Group).CompareTo((other.Kind, other.Group));
}
