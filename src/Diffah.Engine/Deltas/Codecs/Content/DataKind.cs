using Diffah.Engine.Deltas.Codecs.Content.Streams;
using Diffah.Engine.Deltas.Codecs.Content.Structure;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>
/// What a byte of the kinds says of the data of a record. From <see cref="Coded"/> on they are coded, and belong to the
/// class whose number is the rest. The numbers are those of the format.
/// </summary>
internal static class DataKind
{
    /// <summary>They are those of the old record that the header was told by.</summary>
    public const byte SameAsBase = 0;

    /// <summary>They are those of another old record.</summary>
    public const byte Old = 1;

    /// <summary>They are those of an earlier record of the content itself.</summary>
    public const byte Repeated = 2;

    /// <summary>They are coded.</summary>
    public const byte Coded = 8;

    /// <summary>How many classes there are.</summary>
    public const int Classes = (int)FileClass.SharedClasses + 1;
}

/// <summary>Streams of the content as a whole, beside the columns of headers.</summary>
internal static class StructureStreams
{
    /// <summary>A byte for each record with data, and one for a tail that is not zeros.</summary>
    public static StreamKey Kinds => Of(32);

    /// <summary>Numbers of old and of earlier records.</summary>
    public static StreamKey References => Of(33);

    /// <summary>A column of headers.</summary>
    public static StreamKey Headers(HeaderColumn column) => Of((byte)column);

    private static StreamKey Of(byte group) => new(group, StreamKind.Structure);
}
